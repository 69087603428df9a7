/** redis: the few commands that people type, as one message each way. */
import type { Process, Program } from '../host/index.ts';
import { Inbox, normal, sleep, take } from '../host/index.ts';
import type { Story } from '../kernel/index.ts';
import { defineImage, type TagDefinition } from './define-image.ts';
import { dayFirstTime } from './log-times.ts';

const MB = 1_000_000;
const port = 6379;

/** What a client sends: the words of a command. */
interface RedisCommand {
  readonly type: 'redis';
  readonly words: readonly string[];
}

const server = (version: string): Program => ({
  name: 'redis-server',
  start: (process) => {
    const note = (text: string, mark = '*') =>
      process.print(`1:M ${dayFirstTime(process.site.clock)} ${mark} ${text}\n`);
    const values = new Map<string, string>();
    const settings = settingsOf(process);
    const isListening = process.net.listen(process, port, () => ({
      received: (payload, connection) => {
        const { type, words } = payload as RedisCommand;
        if (type === 'redis') connection.send(run(values, words, settings), 'reply');
      },
    }));
    process.print(
      `1:C ${dayFirstTime(process.site.clock)} # oO0OoO0OoO0Oo Redis is starting ` +
        'oO0OoO0OoO0Oo\n',
    );
    process.print(
      `1:C ${dayFirstTime(process.site.clock)} # Redis version=${version}, bits=64, ` +
        'commit=00000000, modified=0, pid=1, just started\n',
    );
    if (isListening === undefined) {
      note(
        'Warning: Could not create server TCP listening socket *:6379: bind: ' +
          'Address already in use',
        '#',
      );
      process.end(1);
      return {};
    }
    note(`Running mode=standalone, port=${port}.`);
    note('Server initialized');
    note('Ready to accept connections tcp');
    return {
      signal: (signal) => {
        if (signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
        note('User requested shutdown...', '#');
        note('Redis is now ready to exit, bye bye...', '#');
        process.end(0);
        return true;
      },
    };
  },
});

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

const numbered = (lines: readonly string[]): string =>
  lines.length === 0 ? '(empty array)' : lines.map((line, i) => `${i + 1}) "${line}"`).join('\n');

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

function run(
  values: Map<string, string>,
  words: readonly string[],
  settings: Map<string, string>,
): string {
  const [name = '', key = '', value = ''] = words;
  switch (name.toLowerCase()) {
    case 'config':
      return configure(settings, words.slice(1));
    case 'echo':
      return `"${key}"`;
    case 'dbsize':
      return `(integer) ${values.size}`;
    case 'ping':
      return key === '' ? 'PONG' : `"${key}"`;
    case 'set':
      values.set(key, value);
      return 'OK';
    case 'get':
      return values.has(key) ? `"${values.get(key) ?? ''}"` : '(nil)';
    case 'incr': {
      const next = Number(values.get(key) ?? '0') + 1;
      if (!Number.isInteger(next)) return '(error) ERR value is not an integer or out of range';
      values.set(key, String(next));
      return `(integer) ${next}`;
    }
    case 'del':
      return `(integer) ${values.delete(key) ? 1 : 0}`;
    case 'keys':
      return numbered([...values.keys()].sort());
    default:
      return (
        `(error) ERR unknown command '${name}', with args beginning with: ` +
        words
          .slice(1)
          .map((word) => `'${word}' `)
          .join('')
      );
  }
}

const cli: Program = {
  name: 'redis-cli',
  *main(process: Process) {
    const words = process.args.slice(1);
    let host = '127.0.0.1';
    if (words[0] === '-h') [, host = host] = words.splice(0, 2);
    const replies = new Inbox<string>();
    let send = (_: readonly string[]): void => undefined;
    process.net.connect(
      process,
      { ip: host, port },
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
    const words = line.trim().split(/\s+/).filter((word) => word !== '');
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

/** The guestbook's followers: a server that would copy from `redis-leader`; here it keeps its own. */
export const guestbookFollower = defineImage({
  repository: 'us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower',
  command: ['redis-server'],
  ports: [port],
  userLand: 'debian-slim',
  memoryBytes: 9 * MB,
  tags: { v2: tag('6.0.5', 38.6 * MB) },
});
