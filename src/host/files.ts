/**
 * A file tree: text files, directories, links. A container's root is a tree of its own over the
 * image's read-only one, with other trees mounted into it.
 */
export type Entry =
  | { readonly type: 'file'; readonly text: string; readonly mode: number }
  | { readonly type: 'directory'; readonly mode: number }
  | { readonly type: 'link'; readonly target: string };

export type FileError = 'ENOENT' | 'EISDIR' | 'ENOTDIR' | 'EEXIST' | 'EROFS' | 'ENOTEMPTY';

/** What an image ships: absolute path → text. */
export type FileTable = Readonly<Record<string, string>>;

interface Mount {
  readonly at: string;
  /** With a slash at its end: what all paths below begin with. */
  readonly below: string;
  readonly files: Files;
  readonly from: string;
  readonly isReadOnly: boolean;
}

const directory: Entry = { type: 'directory', mode: 0o755 };
const noFiles: FileTable = {};

export class Files {
  private readonly upper = new Map<string, Entry | 'removed'>();
  private readonly lower: ReadonlyMap<string, string>;
  private readonly lowerDirectories: ReadonlySet<string>;
  private readonly mounts: Mount[] = [];
  private readonly watchers = new Set<(path: string) => void>();

  constructor(lower: FileTable = noFiles) {
    const { files, directories } = lookedUp(lower);
    this.upper.set('/', directory);
    this.lower = files;
    this.lowerDirectories = directories;
  }

  /** Shows `files` (from its path `from`) at `at`. */
  mount(at: string, files: Files, from = '/', isReadOnly = false): void {
    this.makeDirectory(at);
    const point = normal(at);
    this.mounts.push({ at: point, below: `${point}/`, files, from: normal(from), isReadOnly });
    this.mounts.sort((a, b) => b.at.length - a.at.length);
  }

  /** Follows links. */
  read(path: string): string | undefined {
    const entry = this.stat(path);
    return entry?.type === 'file' ? entry.text : undefined;
  }

  /** The entry at a path, links followed. */
  stat(path: string): Entry | undefined {
    const entry = this.entry(path);
    if (entry?.type !== 'link') return entry;
    const target = entry.target.startsWith('/')
      ? entry.target
      : `${parentOf(path)}/${entry.target}`;
    return this.stat(target);
  }

  /** The entry itself, a link as a link. */
  entry(path: string): Entry | undefined {
    const at = normal(path);
    const mount = this.mountOf(at);
    if (mount !== undefined) return mount.files.entry(inside(mount, at));
    const entry = this.upper.get(at);
    if (entry === 'removed') return undefined;
    if (entry !== undefined) return entry;
    const text = this.lower.get(at);
    if (text !== undefined) return { type: 'file', text, mode: 0o644 };
    return this.lowerDirectories.has(at) ? directory : undefined;
  }

  /** Writes a whole file; makes no directories. */
  write(path: string, text: string, mode?: number): FileError | undefined {
    const at = normal(path);
    const mount = this.mountOf(at);
    if (mount !== undefined) {
      return mount.isReadOnly ? 'EROFS' : mount.files.write(inside(mount, at), text, mode);
    }
    const old = this.entry(at);
    if (old?.type === 'directory') return 'EISDIR';
    if (old?.type === 'link') return this.write(old.target, text, mode);
    if (this.stat(parentOf(at))?.type !== 'directory') return 'ENOENT';
    this.upper.set(at, { type: 'file', text, mode: mode ?? (old?.mode || 0o644) });
    this.changed(at);
    return undefined;
  }

  append(path: string, text: string): FileError | undefined {
    return this.write(path, (this.read(path) ?? '') + text);
  }

  link(path: string, target: string): void {
    this.upper.set(normal(path), { type: 'link', target });
    this.changed(normal(path));
  }

  /** Makes a directory and those above it. */
  makeDirectory(path: string): FileError | undefined {
    const at = normal(path);
    const mount = this.mountOf(at);
    if (mount !== undefined) return mount.files.makeDirectory(inside(mount, at));
    const entry = this.stat(at);
    if (entry?.type === 'directory') return undefined;
    if (entry !== undefined) return 'ENOTDIR';
    const error = this.makeDirectory(parentOf(at));
    if (error !== undefined) return error;
    this.upper.set(at, directory);
    this.changed(at);
    return undefined;
  }

  /** Names in a directory, in code-unit order; undefined when it is none. */
  list(path: string): readonly string[] | undefined {
    const at = normal(path);
    const mount = this.mountOf(at);
    if (mount !== undefined) return mount.files.list(inside(mount, at));
    if (this.stat(at)?.type !== 'directory') return undefined;
    const names = new Set<string>();
    const add = (other: string) => {
      if (other !== '/' && parentOf(other) === at)
        names.add(other.slice(other.lastIndexOf('/') + 1));
    };
    for (const other of this.lower.keys()) add(other);
    this.lowerDirectories.forEach(add);
    for (const [other, entry] of this.upper) if (entry !== 'removed') add(other);
    for (const [other, entry] of this.upper) {
      if (entry === 'removed' && parentOf(other) === at) names.delete(nameOf(other));
    }
    for (const { at: other } of this.mounts) add(other);
    return [...names].sort();
  }

  /** Removes a file, a link, or a whole directory. */
  remove(path: string): FileError | undefined {
    const at = normal(path);
    const mount = this.mountOf(at);
    if (mount !== undefined && mount.at !== at) {
      return mount.isReadOnly ? 'EROFS' : mount.files.remove(inside(mount, at));
    }
    const entry = this.entry(at);
    if (entry === undefined) return 'ENOENT';
    if (entry.type === 'directory')
      for (const name of this.list(at) ?? []) this.remove(`${at}/${name}`);
    if (this.lower.has(at) || this.lowerDirectories.has(at))
      this.upper.set(at, 'removed');
    else this.upper.delete(at);
    this.changed(at);
    return undefined;
  }

  /** Tells of every change below this tree (mounted trees tell their own). */
  watch(changed: (path: string) => void): () => void {
    this.watchers.add(changed);
    return () => this.watchers.delete(changed);
  }

  private changed(path: string): void {
    for (const watcher of this.watchers) watcher(path);
  }

  private mountOf(path: string): Mount | undefined {
    for (const mount of this.mounts) {
      if (path === mount.at || path.startsWith(mount.below)) return mount;
    }
    return undefined;
  }
}

interface Table {
  readonly files: ReadonlyMap<string, string>;
  readonly directories: ReadonlySet<string>;
}

/** Containers of one image share its table: what is in it is looked for once. */
const tables = new WeakMap<FileTable, Table>();

function lookedUp(table: FileTable): Table {
  const known = tables.get(table);
  if (known !== undefined) return known;
  const files = new Map(Object.entries(table));
  const directories = new Set<string>();
  for (const path of files.keys()) {
    for (let at = parentOf(path); at !== '/'; at = parentOf(at)) directories.add(at);
  }
  const found = { files, directories };
  tables.set(table, found);
  return found;
}

const inside = (mount: Mount, path: string) =>
  normal(`${mount.from}/${path.slice(mount.at.length)}`);
const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/** The directory that holds a path. */
export const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';

/** Most paths are normal already, and nearly all work with files begins with the question. */
const isNormal = (path: string): boolean =>
  path.startsWith('/') && !path.includes('//') && !path.includes('/.') &&
  (path.length === 1 || !path.endsWith('/'));

/** An absolute path without `.`, `..` and doubled slashes. */
export function normal(path: string, cwd = '/'): string {
  if (isNormal(path)) return path;
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
