/**
 * Two worlds of one history: on one the real kubectl is let loose through the bridge, on the other
 * the console's own. What they print must be the same.
 */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ApiLine, ApiLink } from '../../src/cli/bridge/api-link.ts';
import { makeBridge } from '../../src/cli/bridge/bridge.ts';
import { descriptions } from '../../src/cli/descriptions.ts';
import { PacedWorld } from '../../src/cli/paced-world.ts';
import { Scripts } from '../../src/cli/scripts.ts';
import type { ServerMessage } from '../../src/k8s/client/wire.ts';
import { grain, type TraceEntry } from '../../src/kernel/index.ts';
import { type Answer, type Input, World, worldByName } from '../../src/world/index.ts';

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** The exit code of what was interrupted because its time was over. */
const timedOut = 124;

export const epoch = 1_767_268_680_000;

/** A world whose console runs one script after another, as fast as it will go. */
export class ConsoleWorld {
  readonly world: World;
  protected readonly scripts: Scripts;

  constructor(answer: Answer = () => undefined) {
    const definition = worldByName('three-nodes');
    if (definition === undefined) throw new Error('no world');
    const sink = (entry: TraceEntry) => this.scripts.take(entry);
    this.world = new World({ definition, seed: 1, epoch, sink, answer, descriptions });
    this.scripts = new Scripts((input) => this.enter(input));
    this.world.runUntil(definition.openAt);
  }

  enter(input: Input): void {
    this.world.enter({ at: this.world.now + grain, input });
  }

  file(name: string, text: string): void {
    this.enter({ type: 'file', path: name, text });
    this.run(1);
  }

  run(ms: number): void {
    this.world.runUntil(this.world.now + ms);
  }

  /** Runs a script to its end, or for `mostMs`, whichever is sooner. */
  script(text: string, mostMs = 300_000): Printed {
    let stdout = '';
    let stderr = '';
    let code: number | undefined;
    const running = this.scripts.start(text, undefined, {
      printed: (stream, more) => {
        if (stream === 'stdout') stdout += more;
        else stderr += more;
      },
      ended: (result) => (code = result),
    });
    const until = this.world.now + mostMs;
    while (code === undefined && this.world.now < until) this.run(5);
    if (code === undefined) {
      running.interrupt();
      this.run(1_000);
      code = timedOut;
    }
    return { stdout, stderr, code };
  }
}

/** Knows when the clients of a link only wait. */
class Listening implements ApiLink {
  private readonly link: ApiLink;
  private readonly streams = new Set<string>();
  private lastLine = 0;
  private saidAt = 0;

  constructor(link: ApiLink) {
    this.link = link;
  }

  /** A stream is open, or nothing has been said for a while. */
  get isWaiting(): boolean {
    return this.streams.size > 0 || performance.now() - this.saidAt > 800;
  }

  /** A command begins: as long as it has said nothing, it only takes its time to start. */
  begin(): void {
    this.saidAt = Infinity;
  }

  private heard(): void {
    this.saidAt = performance.now();
  }

  open(hear: (message: ServerMessage) => void): ApiLine {
    const name = (this.lastLine += 1);
    const ended = (id: number) => this.streams.delete(`${name}/${id}`);
    const line = this.link.open((message) => {
      this.heard();
      if (message.type === 'response' && message.isStream === true) {
        this.streams.add(`${name}/${message.id}`);
      } else if (message.type === 'end') ended(message.id);
      hear(message);
    });
    return {
      send: (message) => {
        this.heard();
        if (message.type === 'cancel') ended(message.id);
        line.send(message);
      },
      close: () => {
        for (const key of this.streams) if (key.startsWith(`${name}/`)) this.streams.delete(key);
        line.close();
      },
    };
  }
}

/** The same, with a bridge, and a real kubectl in the PATH of its commands. */
export class BridgedWorld extends ConsoleWorld {
  private readonly paced: PacedWorld;
  private readonly listening: Listening;
  private readonly bridge: Server;
  readonly folder = mkdtempSync(path.join(tmpdir(), 'parity-'));

  private constructor(binary: string) {
    super((client, message) => this.paced.answer(client, message));
    this.paced = new PacedWorld(this.world, 0);
    this.listening = new Listening(this.paced);
    this.bridge = makeBridge(this.listening);
    const wrapper = path.join(this.folder, 'kubectl');
    // It names itself in some of its messages.
    writeFileSync(wrapper, `#!/bin/bash\nexec -a kubectl ${binary} "$@"\n`);
    chmodSync(wrapper, 0o755);
  }

  static async start(binary: string): Promise<BridgedWorld> {
    const made = new BridgedWorld(binary);
    const { bridge, folder } = made;
    await new Promise<void>((resolve) => bridge.listen(0, '127.0.0.1', resolve));
    const { port } = bridge.address() as AddressInfo;
    writeFileSync(path.join(folder, 'config'), kubeconfig(`http://127.0.0.1:${port}`));
    made.paced.start();
    return made;
  }

  override file(name: string, text: string): void {
    super.file(name, text);
    writeFileSync(path.join(this.folder, name), text);
  }

  /**
   * Runs a command line here, on the real machine. Simulated time passes only while it waits.
   * @param speed simulated ms per real ms.
   * @param mostMs simulated ms after which it is interrupted.
   */
  async real(line: string, speed: number, mostMs: number): Promise<Printed> {
    this.listening.begin();
    let wasWaiting = false;
    const until = this.world.now + mostMs;
    const watch = setInterval(() => {
      const { isWaiting } = this.listening;
      if (isWaiting !== wasWaiting) this.paced.speed = isWaiting ? speed : 0;
      wasWaiting = isWaiting;
      if (this.world.now > until) stop();
    }, 2);
    const { folder } = this;
    const child = spawn('bash', ['-c', line], {
      cwd: folder,
      env: {
        PATH: `${folder}:/usr/bin:/bin`,
        HOME: folder,
        KUBECONFIG: path.join(folder, 'config'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: what the line started ends with it.
      detached: true,
    });
    let isLate = false;
    const stop = () => {
      if (isLate || child.pid === undefined) return;
      isLate = true;
      process.kill(-child.pid, 'SIGINT');
    };
    const alarm = setTimeout(stop, 60_000);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const code = await new Promise<number>((resolve) =>
      child.on('close', (result) => resolve(isLate ? timedOut : (result ?? timedOut))),
    );
    clearTimeout(alarm);
    clearInterval(watch);
    this.paced.speed = 0;
    return { stdout, stderr, code };
  }

  async stop(): Promise<void> {
    this.paced.stop();
    this.bridge.closeAllConnections();
    await new Promise((resolve) => this.bridge.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const kubeconfig = (server: string): string => `apiVersion: v1
kind: Config
clusters:
- name: kubernetes
  cluster:
    server: ${server}
users:
- name: kubernetes-admin
  user: {}
contexts:
- name: kubernetes-admin@kubernetes
  context:
    cluster: kubernetes
    user: kubernetes-admin
current-context: kubernetes-admin@kubernetes
`;

/** A real kubectl of this version beside the real file of `kubectl`, if this machine has one. */
export function findKubectl(version: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(':');
  const plain = folders.map((folder) => path.join(folder, 'kubectl')).find((file) => existsSync(file));
  if (plain === undefined) return undefined;
  const exact = path.join(path.dirname(realpathSync(plain)), `kubectl.${version}`);
  return existsSync(exact) ? exact : undefined;
}
