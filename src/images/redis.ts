/** redis: the few commands that people type, as one message each way; leaders and replicas. */
import type { Connection, Process, Program } from '../host/index.ts';
import { Inbox, normal, sleep, take } from '../host/index.ts';
import { resolve } from '../host/net/resolver.ts';
import type { Story } from '../kernel/index.ts';
import { defineImage, type TagDefinition } from './define-image.ts';
import { dayFirstTime } from './log-times.ts';
import { RedisStore, isWrite, numbered } from './redis-store.ts';

const MB = 1_000_000;
const port = 6379;

/** What a client sends: the words of a command. */
interface RedisCommand {
  readonly type: 'redis';
  readonly words: readonly string[];
}

/** What a leader tells a replica: all that it has, or the next change. */
type RedisCopy =
  | { readonly type: 'redis-all'; readonly entries: ReturnType<RedisStore['copy']> }
  | { readonly type: 'redis-change'; readonly words: readonly string[] };

const server = (version: string): Program => ({
  name: 'redis-server',
  start: (process) => new RedisServer(process, version).begin(),
});

class RedisServer {
  private readonly process: Process;
  private readonly version: string;
  private readonly store = new RedisStore();
  private readonly settings: Map<string, string>;
  private readonly replicas = new Set<Connection>();
  /** The host and port whose replica this is. */
  private readonly leader: readonly [string, string] | undefined;

  constructor(process: Process, version: string) {
    this.process = process;
    this.version = version;
    this.settings = settingsOf(process);
    const { args } = process;
    const at = args.findIndex((word) => word === '--replicaof' || word === '--slaveof');
    this.leader = at < 0 ? undefined : [args[at + 1] ?? '', args[at + 2] ?? ''];
  }

  begin() {
    const { process } = this;
    const isListening = process.net.listen(process, port, () => ({
      received: (payload, connection) => this.answer(payload as RedisCommand, connection),
      closed: (_reason, connection) => this.replicas.delete(connection),
    }));
    const boot = (text: string) =>
      process.print(`1:C ${dayFirstTime(process.site.clock)} # ${text}\n`);
    boot('oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo');
    boot(
      `Redis version=${this.version}, bits=64, commit=00000000, modified=0, pid=1, just started`,
    );
    if (isListening === undefined) {
      const why = 'Could not create server TCP listening socket *:6379: bind: Address already in use';
      this.note(`Warning: ${why}`, '#');
      process.end(1);
      return {};
    }
    this.note(`Running mode=standalone, port=${port}.`);
    this.note('Server initialized');
    this.note('Ready to accept connections tcp');
    if (this.leader !== undefined) this.followLeader();
    return {
      signal: (signal: string) => {
        if (signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
        this.note('User requested shutdown...', '#');
        this.note('Redis is now ready to exit, bye bye...', '#');
        process.end(0);
        return true;
      },
    };
  }

  private note(text: string, mark = '*'): void {
    const { process } = this;
    const role = this.leader === undefined ? 'M' : 'S';
    process.print(`1:${role} ${dayFirstTime(process.site.clock)} ${mark} ${text}\n`);
  }

  private answer({ type, words }: RedisCommand, connection: Connection): void {
    if (type !== 'redis') return;
    const name = words[0]?.toLowerCase();
    if (name === 'psync') this.admit(connection);
    else connection.send(this.reply(name, words), 'reply');
  }

  private reply(name: string | undefined, words: readonly string[]): string {
    if (name === 'config') return configure(this.settings, words.slice(1));
    if (name === 'info') return this.info();
    if (!isWrite(words)) return this.store.run(words);
    if (this.leader !== undefined) {
      return "(error) READONLY You can't write against a read only replica.";
    }
    const change: RedisCopy = { type: 'redis-change', words };
    for (const replica of this.replicas) replica.send(change, 'replication');
    return this.store.run(words);
  }

  private info(): string {
    const [host = '', leaderPort = ''] = this.leader ?? [];
    return this.leader === undefined
      ? `# Replication\nrole:master\nconnected_slaves:${this.replicas.size}`
      : `# Replication\nrole:slave\nmaster_host:${host}\nmaster_port:${leaderPort}`;
  }

  private admit(connection: Connection): void {
    const { ip } = connection.remote;
    this.note(`Replica ${ip}:${port} asks for synchronization`);
    this.replicas.add(connection);
    const all: RedisCopy = { type: 'redis-all', entries: this.store.copy() };
    connection.send(all, 'replication');
    this.note(`Synchronization with replica ${ip}:${port} succeeded`);
  }

  /** Copies for as long as the server lives: what ends is begun again a second later. */
  private followLeader(): void {
    const { process } = this;
    const [host, leaderPort] = this.leader ?? ['', ''];
    const follow = (copier: Process) => this.copyFrom(copier, host, Number(leaderPort));
    process.machine.spawn({
      program: {
        name: 'redis-server',
        *main(copier) {
          for (;;) {
            yield* follow(copier);
            yield* sleep(1000);
          }
        },
      },
      args: ['redis-server', `*:${port}`],
      parent: process,
      stdout: process.stdout,
      stderr: process.stderr,
    });
  }

  private *copyFrom(copier: Process, host: string, leaderPort: number): Story {
    this.note(`Connecting to MASTER ${host}:${leaderPort}`);
    const ip = yield* resolve(copier, host);
    if (ip === undefined) return this.note('Unable to connect to MASTER: Invalid argument', '#');
    this.note('MASTER <-> REPLICA sync started');
    const copies = new Inbox<RedisCopy>();
    copier.net.connect(
      copier,
      { ip, port: leaderPort },
      {
        opened: (connection) => connection.send({ type: 'redis', words: ['psync'] }, 'psync'),
        received: (payload) => copies.push(payload as RedisCopy),
        closed: () => copies.close(),
      },
      { timeoutMs: 5_000 },
    );
    for (;;) {
      const copy = yield* take(copies);
      if (copy === undefined) return this.note('Connection with master lost.', '#');
      if (copy.type === 'redis-change') this.store.run(copy.words);
      else {
        this.store.replace(copy.entries);
        this.note('MASTER <-> REPLICA sync: Finished with success');
      }
    }
  }
}

/** What `config get` can tell: the defaults, and what the file that it was started with says. */
function settingsOf({ args, files, cwd }: Process): Map<string, string> {
  const settings = new Map([
    ['appendonly', 'no'],
    ['bind', '* -::*'],
    ['dir', '/data'],
    ['maxclients', '10000'],
    ['maxmemory', '0'],
    ['maxmemory-policy', 'noeviction'],
    ['port', String(port)],
    ['save', '3600 1 300 100 60 10000'],
  ]);
  const path = args[1]?.startsWith('-') === false ? args[1] : undefined;
  const text = path === undefined ? '' : (files.read(normal(path, cwd)) ?? '');
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*([a-z-]+)\s+(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) settings.set(name, settingOf(name, value));
  }
  return settings;
}

const sizes: Readonly<Record<string, number>> = {
  k: 1000, kb: 1024, m: 1000 ** 2, mb: 1024 ** 2, g: 1000 ** 3, gb: 1024 ** 3,
};

/** Sizes are kept in bytes. */
function settingOf(name: string, value: string): string {
  const [, count, unit = ''] = /^(\d+)([kmg]b?)$/i.exec(value) ?? [];
  if (name !== 'maxmemory' || count === undefined) return value;
  return String(Number(count) * (sizes[unit.toLowerCase()] ?? 1));
}

function configure(settings: Map<string, string>, words: readonly string[]): string {
  const [verb = '', name = '', value] = words;
  if (verb.toLowerCase() === 'get') {
    const all = [...settings].filter(([key]) => name === '*' || key === name.toLowerCase());
    return numbered(all.flat());
  }
  if (verb.toLowerCase() !== 'set' || value === undefined)
    return "(error) ERR wrong number of arguments for 'config' command";
  settings.set(name.toLowerCase(), settingOf(name.toLowerCase(), value));
  return 'OK';
}

const cli: Program = {
  name: 'redis-cli',
  *main(process: Process) {
    const words = process.args.slice(1);
    let host = '127.0.0.1';
    if (words[0] === '-h') [, host = host] = words.splice(0, 2);
    const ip = yield* resolve(process, host);
    if (ip === undefined) {
      process.printError(`Could not connect to Redis at ${host}:${port}: Name or service not known\n`);
      return 1;
    }
    const replies = new Inbox<string>();
    let send = (_: readonly string[]): void => undefined;
    process.net.connect(
      process,
      { ip, port },
      {
        opened: (connection) => {
          send = (words) => connection.send({ type: 'redis', words }, words.join(' '));
          if (words.length > 0) send(words);
          else replies.push('');
        },
        received: (payload) => replies.push(String(payload)),
        closed: () => replies.close(),
      },
      { timeoutMs: 5_000 },
    );
    const reply = yield* take(replies);
    yield* sleep(0);
    if (reply === undefined) {
      process.printError(`Could not connect to Redis at ${host}:${port}: Connection refused\n`);
      return 1;
    }
    if (words.length === 0) return yield* converse(process, `${host}:${port}> `, replies, send);
    process.print(`${reply}\n`);
    return 0;
  },
};

/** Without a command it asks for one after the other. */
function* converse(
  process: Process,
  prompt: string,
  replies: Inbox<string>,
  send: (words: readonly string[]) => void,
): Story<number> {
  for (;;) {
    if (process.tty !== undefined) process.print(prompt);
    const line = yield* take(process.stdin);
    if (line === undefined || line === '') return 0;
    const words = (line.match(/"[^"]*"|'[^']*'|\S+/g) ?? []).map((word) =>
      word.replace(/^(["'])(.*)\1$/, '$2'),
    );
    if (words.length === 0) continue;
    if (['exit', 'quit'].includes(words[0]?.toLowerCase() ?? '')) return 0;
    send(words);
    const reply = yield* take(replies);
    if (reply === undefined) return 1;
    process.print(`${reply}\n`);
  }
}

const tag = (version: string, sizeBytes: number): TagDefinition => ({
  sizeBytes,
  env: { REDIS_VERSION: version },
  programs: {
    '/usr/local/bin/docker-entrypoint.sh': server(version),
    '/usr/local/bin/redis-server': server(version),
    '/usr/local/bin/redis-cli': cli,
  },
});

export const redis = defineImage({
  repository: 'redis',
  layers: 7,
  command: ['redis-server'],
  workingDir: '/data',
  ports: [port],
  userLand: 'debian-slim',
  startMs: 50,
  memoryBytes: 9 * MB,
  tags: {
    '5.0.4': tag('5.0.4', 36.9 * MB),
    '6.0.5': tag('6.0.5', 37.6 * MB),
    '6.2': tag('6.2.18', 43.1 * MB),
    '7': tag('7.4.3', 48.0 * MB),
    '7.2': tag('7.2.8', 46.8 * MB),
    '8.0': tag('8.0.1', 50.2 * MB),
    alpine: { ...tag('8.0.1', 29.5 * MB), userLand: 'alpine' },
    '7-alpine': { ...tag('7.4.3', 17.3 * MB), userLand: 'alpine' },
    latest: tag('8.0.1', 50.2 * MB),
  },
});

/** The guestbook's followers: servers that copy from `redis-leader`. */
export const guestbookFollower = defineImage({
  repository: 'us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower',
  command: ['redis-server', '--replicaof', 'redis-leader', '6379'],
  ports: [port],
  userLand: 'debian-slim',
  memoryBytes: 9 * MB,
  tags: { v2: tag('6.0.5', 38.6 * MB) },
});
