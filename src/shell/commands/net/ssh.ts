/**
 * `ssh`: a shell on another machine, or one command there. Texts are OpenSSH 9.2's. Simplified: of
 * ~/.ssh/config it knows `User`, of options `-l`, `-p` and `-t`; hosts are trusted as they are.
 */
import { type CloseReason, Inbox, type Process, type Program, select } from '../../../host/index.ts';
import { resolve } from '../../../host/net/resolver.ts';
import type { Story } from '../../../kernel/index.ts';
import { parseWords } from '../../command.ts';
import { type SshMessage, sshPort } from './sshd.ts';

const reasons: Readonly<Record<CloseReason, string>> = {
  closed: 'Connection closed', refused: 'Connection refused', reset: 'Connection reset by peer',
  timeout: 'Connection timed out', unreachable: 'No route to host',
};

const usage = 'usage: ssh [-t] [-l login_name] [-p port] destination [command [argument ...]]\n';

type Happening =
  | { readonly type: 'opened' }
  | { readonly type: 'message'; readonly message: SshMessage }
  | { readonly type: 'closed'; readonly reason: CloseReason };

export const ssh: Program = {
  name: 'ssh',
  *main(process) {
    // What follows the destination is the other side's, options and all.
    const at = destinationAt(process.args);
    const words = parseWords(process.args.slice(0, at), { valued: 'lpioFJ' });
    const destination = process.args[at];
    if (destination === undefined) return failed(process, usage);
    const [, login, host = ''] = /^(?:(.*)@)?(.*)$/.exec(destination) ?? [];
    const ip = host === 'localhost' ? '127.0.0.1' : yield* resolve(process, host);
    if (ip === undefined) {
      return failed(process, `ssh: Could not resolve hostname ${host}: Name or service not known\n`);
    }
    const user = login ?? words.value('l') ?? configuredUser(process) ?? process.user;
    const command = process.args.slice(at + 1).join(' ');
    const port = Number(words.value('p') ?? sshPort);
    const hasTty = process.tty !== undefined && (command === '' || words.has('t'));
    return yield* talk(process, { host, ip, port }, {
      type: 'open', user, key: keyOf(process),
      ...(command === '' ? {} : { command }),
      ...(hasTty ? { columns: process.tty?.columns ?? 80 } : {}),
    });
  },
};

/** The first word that is neither an option nor an option's value. */
function destinationAt(args: readonly string[]): number {
  let at = 1;
  while (args[at]?.startsWith('-')) at += /^-[lpioFJ]$/.test(args[at] ?? '') ? 2 : 1;
  return at;
}

const configuredUser = ({ files, env }: Process): string | undefined =>
  /^\s*User\s+(\S+)/m.exec(files.read(`${env['HOME'] ?? '/root'}/.ssh/config`) ?? '')?.[1];

const keyOf = ({ files, env }: Process): string =>
  files.read(`${env['HOME'] ?? '/root'}/.ssh/id_ed25519.pub`)?.trim() ?? '';

function failed(process: Process, text: string): number {
  process.printError(text);
  return 255;
}

function* talk(
  process: Process,
  { host, ip, port }: { host: string; ip: string; port: number },
  open: SshMessage & { type: 'open' },
): Story<number> {
  const inbox = new Inbox<Happening>();
  const connection = process.net.connect(process, { ip, port }, {
    opened: () => inbox.push({ type: 'opened' }),
    received: (payload) => inbox.push({ type: 'message', message: payload as SshMessage }),
    closed: (reason) => inbox.push({ type: 'closed', reason }),
  });
  const tell = (message: SshMessage) => connection.send(message, 'ssh');
  const isShell = open.columns !== undefined;
  if (isShell) {
    process.trap = (signal) => {
      if (signal === 'SIGINT') tell({ type: 'interrupt' });
      return signal === 'SIGINT';
    };
  }
  let hasBegun = false;
  let isReading = true;
  for (;;) {
    const found = yield* select(hasBegun && isReading ? [inbox, process.stdin] : [inbox]);
    if (found?.index === 1) {
      const text = found.value as string | undefined;
      isReading = text !== undefined && (isShell || text !== '');
      tell(isReading ? { type: 'input', text: text ?? '' } : { type: 'end-of-input' });
      continue;
    }
    const happening = found?.value as Happening;
    if (happening.type === 'opened') {
      hasBegun = true;
      tell(open);
    } else if (happening.type === 'closed') {
      if (!hasBegun) {
        const reason = reasons[happening.reason];
        return failed(process, `ssh: connect to host ${host} port ${port}: ${reason}\n`);
      }
      const lost = `Connection to ${host} closed by remote host.\n`;
      return failed(process, `${lost}${isShell ? `Connection to ${host} closed.\n` : ''}`);
    } else {
      const code = take(process, happening.message, { host, user: open.user, isShell });
      if (code === undefined) continue;
      connection.close();
      return code;
    }
  }
}

/** One message; gives the exit code when it is the last. */
function take(
  process: Process,
  message: SshMessage,
  { host, user, isShell }: { host: string; user: string; isShell: boolean },
): number | undefined {
  switch (message.type) {
    case 'stdout':
      process.print(message.text);
      return undefined;
    case 'stderr':
      process.printError(message.text);
      return undefined;
    case 'exit':
      if (isShell) process.printError(`Connection to ${host} closed.\n`);
      return message.code;
    case 'denied':
      return failed(process, `${user}@${host}: Permission denied (publickey).\n`);
    default:
      return undefined;
  }
}
