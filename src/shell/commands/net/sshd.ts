/**
 * `sshd`: a login shell, or one command, for who has a key that the account accepts. Simplified:
 * nothing is encrypted, and what the two sides say to each other is plain data (`SshMessage`); the
 * client says which key it has instead of proving it.
 */
import {
  type Connection,
  Inbox,
  type Process,
  type Program,
  type Sink,
  type Tty,
  interrupt,
  take,
} from '../../../host/index.ts';

/** What a client and its server say. `code` is an exit code. */
export type SshMessage =
  | {
      readonly type: 'open';
      readonly user: string;
      readonly key: string;
      readonly command?: string;
      /** Of the client's terminal; absent where it has none. */
      readonly columns?: number;
    }
  | { readonly type: 'denied' }
  | { readonly type: 'input'; readonly text: string }
  | { readonly type: 'end-of-input' }
  | { readonly type: 'interrupt' }
  | { readonly type: 'stdout' | 'stderr'; readonly text: string }
  | { readonly type: 'exit'; readonly code: number };

export const sshPort = 22;

export const sshd: Program = {
  name: 'sshd',
  *main(process) {
    const listener = process.net.listen(process, sshPort, (connection) => {
      const session = new Session(process, connection);
      return {
        received: (message) => session.receive(message as SshMessage),
        closed: () => session.hangUp(),
      };
    });
    if (listener === undefined) {
      process.printError('error: Bind to port 22 on 0.0.0.0 failed: Address already in use.\n');
      return 255;
    }
    process.print('Server listening on 0.0.0.0 port 22.\n');
    yield* take(new Inbox());
    return 0;
  },
};

/** One connection. */
class Session {
  private readonly server: Process;
  private readonly connection: Connection;
  private readonly stdin = new Inbox<string>();
  private tty: Tty | undefined;
  private shell: Process | undefined;

  constructor(server: Process, connection: Connection) {
    this.server = server;
    this.connection = connection;
  }

  receive(message: SshMessage): void {
    if (message.type === 'open') this.open(message);
    else if (message.type === 'input') this.stdin.push(message.text);
    else if (message.type === 'end-of-input') this.stdin.close();
    else if (message.type === 'interrupt' && this.tty !== undefined) interrupt(this.tty);
  }

  hangUp(): void {
    this.shell?.kill('SIGHUP');
  }

  private open({ user, key, command, columns }: SshMessage & { type: 'open' }): void {
    const { server } = this;
    const home = homeOf(server, user);
    const keys = home === undefined ? undefined : server.files.read(`${home}/.ssh/authorized_keys`);
    const program = server.machine.programs.get('bash');
    const isKnown = key !== '' && keys?.split('\n').includes(key) === true;
    if (!isKnown || home === undefined || program === undefined) return this.tell({ type: 'denied' });
    const { ip, port } = this.connection.remote;
    server.print(`Accepted publickey for ${user} from ${ip} port ${port} ssh2\n`);
    if (columns !== undefined) this.tty = { columns, foreground: [], isAtPrompt: false };
    this.shell = server.machine.spawn({
      program,
      args: command === undefined ? ['-bash'] : ['bash', '-c', command],
      cwd: home,
      user,
      parent: server,
      env: {
        HOME: home, USER: user, SHELL: '/bin/bash', TERM: 'xterm-256color',
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        PS1: '\\u@\\h:\\w\\$ ',
      },
      stdin: this.stdin,
      stdout: this.sink('stdout'),
      stderr: this.sink(this.tty === undefined ? 'stderr' : 'stdout'),
      ...(this.tty === undefined ? {} : { tty: this.tty }),
    });
    if (this.tty !== undefined) this.tty.foreground = [this.shell];
    this.shell.onExit(({ exitCode = 255 }) => this.tell({ type: 'exit', code: exitCode }));
  }

  private sink(type: 'stdout' | 'stderr'): Sink {
    return {
      write: (text) => {
        if (this.connection.isOpen) this.tell({ type, text });
        return this.connection.isOpen;
      },
      end: () => undefined,
    };
  }

  private tell(message: SshMessage): void {
    if (this.connection.isOpen) this.connection.send(message, 'ssh');
  }
}

/** The account's home, as /etc/passwd has it. */
function homeOf({ files }: Process, user: string): string | undefined {
  const line = files.read('/etc/passwd')?.split('\n').find((one) => one.startsWith(`${user}:`));
  return line?.split(':')[5];
}
