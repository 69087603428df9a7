/**
 * Manifests from files, directories, standard input and the shelf of URLs: documents of YAML or
 * JSON as plain data, in order. Follows cli-runtime pkg/resource/visitor.go and builder.go.
 */
import type { JsonObject } from '../../../api/object.ts';
import { type Process, normal, take } from '../../../host/index.ts';
import type { Story } from '../../../kernel/index.ts';
import type { Shelf } from '../context.ts';
import { CommandError, failed } from '../errors.ts';
import { decodeDocuments } from './decode.ts';

/** One object of a manifest. */
export interface Document {
  readonly object: JsonObject;
  /** What errors call the place it came from: the file's name as typed, or `STDIN`. */
  readonly source: string;
}

export interface ReadResult {
  readonly documents: readonly Document[];
  readonly errors: readonly CommandError[];
  /** Whether one plain file was named. */
  readonly isSingle: boolean;
}

const extensions = ['.json', '.yaml', '.yml'];

interface ReadOptions {
  readonly isRecursive: boolean;
  readonly shelf: Shelf;
  /** Whether objects' heads are checked, as before a write with `--validate`. */
  readonly validates: boolean;
}

/** Reads what `-f` and `-R` name. */
export function* readManifests(
  process: Process, names: readonly string[], options: ReadOptions,
): Story<ReadResult> {
  const documents: Document[] = [];
  const errors: CommandError[] = [];
  const into = { documents, errors, validates: options.validates };
  let hasDirectory = false;
  for (const name of names) {
    if (name === '-') {
      collect(yield* readAll(process), 'STDIN', into);
      continue;
    }
    const isDirectory = process.files.stat(normal(name, process.cwd))?.type === 'directory';
    hasDirectory ||= isDirectory;
    for (const { text, source } of filesOf(process, name, options)) {
      collect(text, source, into);
    }
  }
  const isSingle = !hasDirectory && names.length === 1 && names[0] !== '-' && documents.length === 1;
  return { documents, errors, isSingle };
}

/** Everything on standard input. */
export function* readAll(process: Process): Story<string> {
  let text = '';
  for (;;) {
    const part = yield* take(process.stdin);
    if (part === undefined) return text;
    text += part;
  }
}

interface Found {
  readonly text: string;
  readonly source: string;
}

function filesOf(
  process: Process, name: string, { isRecursive, shelf }: ReadOptions,
): readonly Found[] {
  if (/^https?:\/\//.test(name)) {
    const text = shelf(name);
    if (text !== undefined) return [{ text, source: name }];
    throw unread(process, name);
  }
  const path = normal(name, process.cwd);
  const entry = process.files.stat(path);
  if (entry?.type === 'file') return [{ text: entry.text, source: name }];
  if (entry?.type === 'directory') {
    const found = inDirectory(process, name, isRecursive);
    if (found.length > 0) return found;
    throw failed(`error reading [${name}]: recognized file extensions are [${extensions.join(' ')}]`);
  }
  const matches = globbed(process, name);
  if (matches.length > 0) return matches;
  throw failed(`the path ${JSON.stringify(name)} does not exist`);
}

/** Hosts that are known to be there, though not every page of theirs is. */
const hosts = /^(?:www\.)?(?:k8s\.io|kubernetes\.io|github\.com|raw\.githubusercontent\.com)$/;

function unread(process: Process, url: string): CommandError {
  const host = /^https?:\/\/([^/:?#]*)/.exec(url)?.[1] ?? '';
  if (hosts.test(host)) {
    return failed(`unable to read URL "${url}", server reported 404 Not Found, status code=404`);
  }
  const server = /^nameserver\s+(\S+)/m.exec(process.files.read('/etc/resolv.conf') ?? '')?.[1];
  return new CommandError(`Unable to connect to the server: dial tcp: lookup ${host} on ` +
    `${server ?? '127.0.0.53'}:53: no such host`);
}

function inDirectory(process: Process, name: string, isRecursive: boolean): readonly Found[] {
  const path = normal(name, process.cwd);
  return (process.files.list(path) ?? []).flatMap((child): readonly Found[] => {
    const source = `${name.replace(/\/$/, '')}/${child}`;
    const entry = process.files.stat(`${path}/${child}`);
    if (entry?.type === 'directory') return isRecursive ? inDirectory(process, source, true) : [];
    if (entry?.type !== 'file' || !extensions.some((end) => child.endsWith(end))) return [];
    return [{ text: entry.text, source }];
  });
}

/** kubectl itself understands `'*.json'` when the shell left it alone. */
function globbed(process: Process, name: string): readonly Found[] {
  const slash = name.lastIndexOf('/');
  const pattern = name.slice(slash + 1);
  if (!/[*?[]/.test(pattern)) return [];
  const directory = name.slice(0, slash + 1);
  const source = pattern.replace(/[.+^${}()|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  const regex = new RegExp(`^${source}$`);
  return (process.files.list(normal(directory, process.cwd)) ?? [])
    .filter((child) => regex.test(child))
    .flatMap((child) => {
      const text = process.files.read(normal(directory + child, process.cwd));
      return text === undefined ? [] : [{ text, source: directory + child }];
    });
}

function collect(
  text: string, source: string,
  into: { documents: Document[]; errors: CommandError[]; validates: boolean },
): void {
  const { objects, error } = decodeDocuments(text, source, into.validates);
  into.documents.push(...objects.map((object) => ({ object, source })));
  if (error !== undefined) into.errors.push(error);
}
