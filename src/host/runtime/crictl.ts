/**
 * `crictl`: what the container runtime has, asked without Kubernetes. Layouts of crictl 1.33.
 */
import { formatTime } from '../../kernel/calendar.ts';
import type { Story } from '../../kernel/index.ts';
import { Inbox } from '../inbox.ts';
import type { Process } from '../process.ts';
import { type Program, select, take } from '../program.ts';
import type { Container } from './container.ts';
import { type Image, referenceOf } from './image.ts';
import { LogTail } from './log-tail.ts';
import { type ContainerRuntime, runtimeOf } from './runtime.ts';
import { rpcText } from './runtime-error.ts';
import type { Sandbox } from './sandbox.ts';

const socket = 'unix:///run/containerd/containerd.sock';

/** Lists and stops sandboxes and containers, shows logs, runs commands, pulls images. */
export const crictl: Program = {
  name: 'crictl',
  *main(process) {
    const runtime = runtimeOf(process.machine);
    if (runtime === undefined || !runtime.isUp) {
      process.printError(
        `validate service connection: validate CRI v1 runtime API for endpoint "${socket}": ` +
          'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while ' +
          'dialing: dial unix /run/containerd/containerd.sock: connect: connection refused"\n',
      );
      return 1;
    }
    const [verb = 'help', ...words] = process.args.slice(1);
    return yield* run(process, runtime, verb, words);
  },
};

const flagsOf = (words: readonly string[]) => words.filter((word) => word.startsWith('-'));
const namesOf = (words: readonly string[]) => words.filter((word) => !word.startsWith('-'));

function* run(
  process: Process,
  runtime: ContainerRuntime,
  verb: string,
  words: readonly string[],
): Story<number> {
  switch (verb) {
    case 'ps':
      return showContainers(process, runtime, flagsOf(words));
    case 'pods':
      return showPods(process, runtime);
    case 'images':
    case 'image':
      return showImages(process, runtime);
    case 'logs':
      return yield* showLogs(process, runtime, words);
    case 'stopp':
      return yield* stopPods(process, runtime, namesOf(words));
    case 'stop':
      return yield* stopContainers(process, runtime, words);
    case 'exec':
      return yield* exec(process, runtime, words);
    case 'pull':
      return yield* pull(process, runtime, namesOf(words)[0] ?? '');
    default:
      process.printError(`No help topic for '${verb}'\n`);
      return 3;
  }
}

/** `13 characters`, as crictl cuts ids. */
const short = (id: string): string => id.slice(0, 13);

/** `5 minutes ago`: Docker's units. */
export function ago(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'Less than a second ago';
  if (seconds === 1) return '1 second ago';
  if (seconds < 60) return `${seconds} seconds ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes === 1) return 'About a minute ago';
  if (minutes < 60) return `${minutes} minutes ago`;
  const hours = Math.round(seconds / 3600);
  if (hours === 1) return 'About an hour ago';
  if (hours < 48) return `${hours} hours ago`;
  return `${Math.floor(hours / 24)} days ago`;
}

/** Columns as Go's tabwriter lays them out: twenty characters at least, three apart. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) =>
    Math.max(20, ...rows.map((row) => (row[i] ?? '').length + 3)),
  );
  return rows
    .map((row) => {
      const cells = row.map((cell, i) =>
        i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0),
      );
      return `${cells.join('')}\n`;
    })
    .join('');
}

const stateTexts = { created: 'Created', running: 'Running', exited: 'Exited' } as const;

function showContainers(
  process: Process,
  runtime: ContainerRuntime,
  flags: readonly string[],
): number {
  const hasAll = flags.some((flag) => flag === '-a' || flag === '--all');
  const shown = [...runtime.containers.values()]
    .filter(({ state }) => hasAll || state === 'running')
    .toReversed();
  if (flags.includes('-q')) {
    for (const { id } of shown) process.print(`${id}\n`);
    return 0;
  }
  const head = ['CONTAINER', 'IMAGE', 'CREATED', 'STATE', 'NAME', 'ATTEMPT', 'POD ID', 'POD'];
  const now = process.site.clock;
  const rows = shown.map(({ id, image, createdAt, state, config, sandbox }) => [
    short(id),
    image.digest.slice(7, 20),
    ago(now - createdAt),
    stateTexts[state],
    config.name,
    String(config.attempt),
    short(sandbox.id),
    sandbox.config.name,
  ]);
  process.print(
    table([
      [...head, 'NAMESPACE'],
      ...rows.map((row, i) => [...row, shown[i]?.sandbox.config.namespace ?? '']),
    ]),
  );
  return 0;
}

function showPods(process: Process, runtime: ContainerRuntime): number {
  const head = ['POD ID', 'CREATED', 'STATE', 'NAME', 'NAMESPACE', 'ATTEMPT', 'RUNTIME'];
  const now = process.site.clock;
  const rows = [...runtime.sandboxes.values()]
    .toReversed()
    .map(({ id, createdAt, isReady, config }) => [
      short(id),
      ago(now - createdAt),
      isReady ? 'Ready' : 'NotReady',
      config.name,
      config.namespace,
      String(config.attempt),
      '(default)',
    ]);
  process.print(table([head, ...rows]));
  return 0;
}

/** `71MB`, `740kB`: three figures, as go-units' HumanSizeWithPrecision. */
function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let value = bytes;
  let i = 0;
  for (; value >= 1000 && i < units.length - 1; i++) value /= 1000;
  return `${Number(value.toPrecision(3))}${units[i]}`;
}

function showImages(process: Process, runtime: ContainerRuntime): number {
  const head = ['IMAGE', 'TAG', 'IMAGE ID', 'SIZE'];
  const rows = [...runtime.localImages]
    .sort((a: Image, b: Image) => (referenceOf(a) < referenceOf(b) ? -1 : 1))
    .map(({ repository, tag, digest, sizeBytes }) => [
      repository,
      tag,
      digest.slice(7, 20),
      sizeText(sizeBytes),
    ]);
  process.print(table([head, ...rows]));
  return 0;
}

/** The one whose id begins so. */
function find<T extends Container | Sandbox>(
  all: ReadonlyMap<string, T>,
  prefix: string,
): T | undefined {
  if (prefix === '') return undefined;
  for (const [id, one] of all) if (id.startsWith(prefix)) return one;
  return undefined;
}

function notFound(process: Process, what: string, id: string): number {
  process.printError(
    `rpc error: code = NotFound desc = an error occurred when try to find ${what} "${id}": ` +
      'not found\n',
  );
  return 1;
}

function* showLogs(
  process: Process,
  runtime: ContainerRuntime,
  words: readonly string[],
): Story<number> {
  const tailText = words.find((_, i) => words[i - 1] === '--tail');
  const tail = tailText === undefined ? undefined : Number(tailText);
  const id = words.find((word, i) => !word.startsWith('-') && words[i - 1] !== '--tail') ?? '';
  const container = find(runtime.containers, id);
  if (container === undefined) return notFound(process, 'container', id);
  const reader = new LogTail(container.log, tail);
  process.print(reader.read());
  if (!words.includes('-f') && !words.includes('--follow')) return 0;
  const news = new Inbox<true>();
  const stop = container.log.follow(() => news.push(true));
  try {
    while (!container.log.isEnded) {
      yield* select([news]);
      process.print(reader.read());
    }
  } finally {
    stop();
  }
  return 0;
}

function* stopPods(
  process: Process,
  runtime: ContainerRuntime,
  ids: readonly string[],
): Story<number> {
  for (const id of ids) {
    const sandbox = find(runtime.sandboxes, id);
    if (sandbox === undefined) return notFound(process, 'sandbox', id);
    const done = new Inbox<true>();
    runtime.stopPodSandbox(sandbox.id, () => done.push(true));
    yield* take(done);
    process.print(`Stopped sandbox ${sandbox.id}\n`);
  }
  return 0;
}

function* stopContainers(
  process: Process,
  runtime: ContainerRuntime,
  words: readonly string[],
): Story<number> {
  for (const id of namesOf(words)) {
    const container = find(runtime.containers, id);
    if (container === undefined) return notFound(process, 'container', id);
    const done = new Inbox<true>();
    runtime.stopContainer(container.id, 0, () => done.push(true));
    yield* take(done);
    process.print(`${id}\n`);
  }
  return 0;
}

function* exec(
  process: Process,
  runtime: ContainerRuntime,
  words: readonly string[],
): Story<number> {
  const from = words.findIndex((word) => !word.startsWith('-'));
  const id = words[from] ?? '';
  const container = find(runtime.containers, id);
  if (container === undefined) return notFound(process, 'container', id);
  const { stdout, stderr, stdin, tty } = process;
  const keep = (sink: typeof stdout) => ({
    write: (text: string) => sink.write(text),
    end: () => undefined,
  });
  const hasInput = words.slice(0, from).some((word) => /^-\w*i/.test(word));
  const started = runtime.exec(container.id, {
    command: words.slice(from + 1),
    stdout: keep(stdout),
    stderr: keep(stderr),
    ...(hasInput ? { stdin } : {}),
    ...(tty === undefined ? {} : { tty }),
  });
  if (!started.ok) {
    process.printError(`execing command in container: ${rpcText(started.error)}\n`);
    return 1;
  }
  return (yield* take(started.value.exit)) ?? 0;
}

function* pull(process: Process, runtime: ContainerRuntime, name: string): Story<number> {
  const done = new Inbox<string>();
  let code = 0;
  runtime.pullImage(name, (outcome) => {
    if (!outcome.ok) code = 1;
    done.push(
      outcome.ok
        ? `Image is up to date for ${outcome.value.image.digest}\n`
        : `${formatTime(process.site.clock)} pulling image: ${rpcText(outcome.error)}\n`,
    );
  });
  const text = (yield* take(done)) ?? '';
  if (code === 0) process.print(text);
  else process.printError(text);
  return code;
}
