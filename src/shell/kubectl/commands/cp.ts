/**
 * `kubectl cp`: a tar stream through exec, in either direction. Follows kubectl pkg/cmd/cp/cp.go and
 * filespec.go. Simplified: no wildcards in local names, and nothing to retry.
 */
import type { Pod } from '../../../api/types.gen.ts';
import { Inbox, type Process, normal, parentOf } from '../../../host/index.ts';
import { ByteDecoder, bytesOf } from '../../../kernel/bytes.ts';
import type { Story } from '../../../kernel/index.ts';
import { inboxOf } from '../../streams.ts';
import { type TarEntry, readTar, writeTar } from '../../tar-archive.ts';
import { command } from '../command.ts';
import { defaultContainer } from '../containers.ts';
import type { Context } from '../context.ts';
import { CommandError, failed } from '../errors.ts';
import { pods } from '../generate.ts';
import { cpHelp } from '../help/cp.gen.ts';
import { type StreamEnds, execIn } from '../streams.ts';

interface FileSpec {
  readonly namespace: string;
  /** Empty: a file of this machine. */
  readonly pod: string;
  readonly path: string;
}

interface Options {
  readonly container: string;
  readonly 'no-preserve': boolean;
  readonly retries: number;
}

export const cp = command(cpHelp, function* (context, { args }, flags) {
  if (args.length !== 2) throw failed('source and destination are required');
  const from = specOf(context, args[0] ?? '');
  const to = specOf(context, args[1] ?? '');
  if (from.pod !== '' && to.pod !== '') {
    throw failed('one of src or dest must be a local file specification');
  }
  if (from.path === '' || to.path === '') throw failed('filepath can not be empty');
  if (from.pod !== '') return yield* copyFrom(context, from, to.path, flags);
  if (to.pod !== '') return yield* copyTo(context, from.path, to, flags);
  throw failed('one of src or dest must be a remote file specification');
});

/** `[[namespace/]pod:]path`. */
function specOf({ namespace }: Context, word: string): FileSpec {
  const colon = word.indexOf(':');
  if (colon < 0) return { namespace, pod: '', path: unslashed(word) };
  const [head, path] = [word.slice(0, colon), unslashed(word.slice(colon + 1))];
  const parts = head.split('/');
  if (colon === 0 || parts.length > 2) {
    throw failed('filespec must match the canonical format: [[namespace/]pod:]file/path');
  }
  const [first = '', pod] = parts;
  return pod === undefined
    ? { namespace, pod: first, path: path.replaceAll('\\', '/') }
    : { namespace: first || namespace, pod, path: path.replaceAll('\\', '/') };
}

const unslashed = (path: string): string =>
  path !== '/' && path.endsWith('/') ? path.slice(0, -1) : path;

// oxlint-disable-next-line max-params -- from here, to there
function* copyTo(context: Context, from: string, to: FileSpec, options: Options): Story {
  const { process } = context;
  if (process.files.entry(normal(from, process.cwd)) === undefined) {
    throw failed(`${from} doesn't exist in local filesystem`);
  }
  const isDirectory = yield* succeeds(context, to, options, ['test', '-d', to.path]);
  const path = clean(isDirectory ? `${to.path}/${baseOf(clean(from))}` : to.path);
  const entries: TarEntry[] = [];
  gather(process, normal(from, process.cwd), baseOf(path), entries);
  const preserve = options['no-preserve'] ? ['--no-same-permissions', '--no-same-owner'] : [];
  const words = ['tar', ...preserve, '-xmf', '-', '-C', directoryOf(path)];
  yield* run(context, to, options, words, {
    stdin: piecesOf(writeTar(entries)),
    print: (text) => context.print(text),
    printError: (text) => context.printError(text),
  });
}

/** A file, or all below a directory; of directories only the empty ones are named themselves. */
// oxlint-disable-next-line max-params -- a tree, and what it is to be called
function gather(process: Process, path: string, name: string, entries: TarEntry[]): void {
  const entry = process.files.entry(path);
  if (entry === undefined) return;
  const time = Math.floor(process.site.clock / 1000);
  if (entry.type === 'link') {
    entries.push({ name, type: 'link', mode: 0o777, text: entry.target, time });
  } else if (entry.type === 'file') {
    entries.push({ name, type: 'file', mode: entry.mode, text: entry.text, time });
  } else {
    const names = process.files.list(path) ?? [];
    if (names.length === 0) {
      entries.push({ name: `${name}/`, type: 'directory', mode: entry.mode, text: '', time });
    }
    for (const child of names) gather(process, `${path}/${child}`, `${name}/${child}`, entries);
  }
}

/** Bytes as a stream brings them. */
function piecesOf(bytes: Uint8Array): Inbox<string> {
  const decoder = new ByteDecoder();

  const open = new Inbox<string>();
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const text = decoder.write(bytes.subarray(at, at + pieceBytes), at + pieceBytes >= bytes.length);
    if (text !== '') open.push(text);
  }
  open.close();
  return open;
}

const pieceBytes = 32 * 1024;

// oxlint-disable-next-line max-params -- from there, to here
function* copyFrom(context: Context, from: FileSpec, to: string, options: Options): Story {
  let archive = '';
  const direct = ['tar', 'cf', '-', from.path];
  const resumed = ['sh', '-c', `tar cf - ${from.path} | tail -c+0`];
  yield* run(context, from, options, options.retries === 0 ? direct : resumed, {
    stdin: inboxOf(''),
    print: (text) => void (archive += text),
    // What goes wrong over there is told among the output (cp.go's ErrOut is its Out).
    printError: (text) => context.print(text),
  });
  const entries = archive === '' ? [] : readTar(bytesOf(archive));
  if (entries === undefined) throw failed('unexpected EOF');
  unpack(context, from, to, entries);
}

// oxlint-disable-next-line max-params -- from there, to here, and what came
function unpack(
  context: Context, from: FileSpec, to: string, entries: readonly TarEntry[],
): void {
  const { process } = context;
  const prefix = withoutShortcuts(clean(from.path.replace(/^[/\\]+/, '')));
  let hasAdvised = false;
  for (const entry of entries) {
    if (!entry.name.startsWith(prefix)) throw failed('tar contents corrupted');
    const target = clean(`${to}/${entry.name.slice(prefix.length)}`);
    const path = normal(target, process.cwd);
    if (!isBelow(path, normal(to, process.cwd))) {
      context.printError(`warning: file "${target}" is outside target destination, skipping\n`);
    } else if (entry.type === 'link') {
      const advice = ` (consider using "kubectl exec -n ${JSON.stringify(from.namespace)} ` +
        `${JSON.stringify(from.pod)} -- tar cf - ${JSON.stringify(from.path)} | tar xf -")`;
      context.printError(`warning: skipping symlink: "${target}" -> "${entry.text}"` +
        `${hasAdvised ? '' : advice}\n`);
      hasAdvised = true;
    } else {
      save(process, path, target, entry);
    }
  }
}

// oxlint-disable-next-line max-params -- what, and where
function save(process: Process, path: string, target: string, entry: TarEntry): void {
  const { files } = process;
  if (entry.type === 'directory') {
    if (files.makeDirectory(path) !== undefined) throw failed(`mkdir ${target}: not a directory`);
    return;
  }
  if (files.makeDirectory(parentOf(path)) !== undefined) {
    throw failed(`mkdir ${directoryOf(target)}: not a directory`);
  }
  const problem = files.write(path, entry.text);
  if (problem === undefined) return;
  const why = problem === 'EISDIR' ? 'is a directory' : 'no such file or directory';
  throw failed(`open ${target}: ${why}`);
}

const isBelow = (path: string, directory: string): boolean =>
  path === directory || directory === '/' || path.startsWith(`${directory}/`);

/** Runs a command in the Pod, as `kubectl exec` would. */
// oxlint-disable-next-line max-params -- where, what, and between which ends
function* run(
  context: Context, spec: FileSpec, options: Options, words: readonly string[], ends: StreamEnds,
): Story {
  const pod = (yield* context.get(pods, spec.namespace, spec.pod)) as unknown as Pod;
  const { phase } = pod.status ?? {};
  if (phase === 'Succeeded' || phase === 'Failed') {
    throw failed(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  }
  const container = options.container || defaultContainer(ends, pod);
  const { namespace = '', name } = pod.metadata;
  const hasStdin = words.includes('-xmf');
  yield* execIn(context, { namespace, pod: name, container, hasStdin, isTty: false }, words, ends);
}

// oxlint-disable-next-line max-params -- where, and what
function* succeeds(
  context: Context, spec: FileSpec, options: Options, words: readonly string[],
): Story<boolean> {
  const silent = { stdin: inboxOf(''), print: () => undefined, printError: () => undefined };
  try {
    yield* run(context, spec, options, words, silent);
    return true;
  } catch (error) {
    if (error instanceof CommandError) return false;
    throw error;
  }
}

/** Go's path.Clean. */
function clean(path: string): string {
  const isAbsolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (!isAbsolute) parts.push(part);
  }
  return isAbsolute ? `/${parts.join('/')}` : parts.join('/') || '.';
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1) || '/';

const directoryOf = (path: string): string =>
  path.includes('/') ? clean(path.slice(0, path.lastIndexOf('/') + 1)) : '.';

function withoutShortcuts(path: string): string {
  const rest = path.replace(/^(?:\.\.\/)+/, '');
  return rest === '.' || rest === '..' ? '' : rest.replace(/^\//, '');
}
