/**
 * A file tree: text files, directories, links. A container's root is a tree of its own over the
 * image's read-only one, with other trees mounted into it.
 */
import { type Identity, isAllowed, writeBit } from './identity.ts';

export type Entry =
  | ({ readonly type: 'file'; readonly text: string; readonly mode: number } & Owned)
  | ({ readonly type: 'directory'; readonly mode: number } & Owned)
  | { readonly type: 'link'; readonly target: string };

/** Whose it is; root's where it does not say. */
interface Owned {
  readonly owner?: number;
  readonly group?: number;
}

export type FileError = 'EACCES' | 'EPERM' | 'ENOENT' | 'EISDIR' | 'ENOTDIR' | 'EEXIST' | 'EROFS' | 'ENOTEMPTY';

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
const open: Entry = { type: 'directory', mode: 0o1777 };
/** A file with these bits was put there for everybody. */
const providedMode = 0o666;
const provided: Entry = { type: 'file', text: '', mode: providedMode };
const isProvided = (entry: Entry) => entry.type === 'file' && entry.mode === providedMode;
/** What is in a directory with this bit belongs to the directory's group. */
const setGroup = 0o2000;
const noFiles: FileTable = {};

export class Files {
  /** Who writes through this view; root, where nobody is named. */
  private readonly who: Identity | undefined = undefined;
  private isFrozen = false;
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

  /** The same tree in the hands of somebody whom modes may stop. */
  as(who: Identity | undefined): Files {
    if (who === this.who || who === undefined) return this;
    return Object.create(this, { who: { value: who } }) as Files;
  }

  /** An empty file that everybody may write, whatever else may be written. */
  provide(path: string): void {
    this.makeDirectory(parentOf(normal(path)));
    this.upper.set(normal(path), provided);
  }

  /** Nothing of its own can be written any more; what is mounted into it can. */
  freeze(): void {
    this.isFrozen = true;
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
      return mount.isReadOnly
        ? 'EROFS'
        : mount.files.as(this.who).write(inside(mount, at), text, mode);
    }
    const old = this.entry(at);
    if (old?.type === 'directory') return 'EISDIR';
    if (old?.type === 'link') return this.write(old.target, text, mode);
    const parent = this.stat(parentOf(at));
    if (parent?.type !== 'directory') return 'ENOENT';
    const error = this.refusal(old ?? parent);
    if (error !== undefined) return error;
    const made = { type: 'file', text, mode: mode ?? (old?.mode || 0o644) } as const;
    this.upper.set(at, { ...made, ...(old === undefined ? this.ownership(parent) : ownerOf(old)) });
    this.changed(at);
    return undefined;
  }

  /** Why it cannot be written: its mode, or a file system that is read only. */
  private refusal(entry: Entry): FileError | undefined {
    if (this.isFrozen && !isProvided(entry)) return 'EROFS';
    const isStopped = this.who !== undefined && !isAllowed(entry, this.who, writeBit);
    return isStopped ? 'EACCES' : undefined;
  }

  /** Whose a new entry of a directory is. */
  private ownership(parent: Entry): Owned {
    const { who } = this;
    const isGroups = parent.type === 'directory' && (parent.mode & setGroup) !== 0;
    if (who === undefined && !isGroups) return noOwner;
    const group = isGroups ? ownerOf(parent).group : who?.gid;
    return { owner: who?.uid ?? 0, group: group ?? 0 };
  }

  /** Gives a file or directory of its own to somebody, or another mode; as root. */
  change(path: string, to: Partial<Owned> & { readonly mode?: number }): FileError | undefined {
    const at = normal(path);
    const mount = this.mountOf(at);
    if (mount !== undefined) {
      return mount.isReadOnly ? 'EROFS' : mount.files.as(this.who).change(inside(mount, at), to);
    }
    const entry = this.entry(at);
    if (entry === undefined) return 'ENOENT';
    if (entry.type === 'link') return this.change(entry.target, to);
    if (this.who !== undefined && this.who.uid !== (entry.owner ?? 0)) return 'EPERM';
    if (this.isFrozen) return 'EROFS';
    this.upper.set(at, { ...entry, ...to });
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
    if (mount !== undefined) {
      const isThere = mount.files.stat(inside(mount, at))?.type === 'directory';
      if (mount.isReadOnly && !isThere) return 'EROFS';
      return mount.files.as(this.who).makeDirectory(inside(mount, at));
    }
    const entry = this.stat(at);
    if (entry?.type === 'directory') return undefined;
    if (entry !== undefined) return 'ENOTDIR';
    const error = this.makeDirectory(parentOf(at));
    if (error !== undefined) return error;
    const parent = this.stat(parentOf(at)) ?? directory;
    const refused = this.refusal(parent);
    if (refused !== undefined) return refused;
    const owned = this.ownership(parent);
    const sticks = parent.type === 'directory' ? parent.mode & setGroup : 0;
    const made = { type: 'directory', mode: 0o755 | sticks, ...owned } as const;
    this.upper.set(at, owned !== noOwner ? made : at === '/tmp' ? open : directory);
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
      return mount.isReadOnly ? 'EROFS' : mount.files.as(this.who).remove(inside(mount, at));
    }
    const entry = this.entry(at);
    if (entry === undefined) return 'ENOENT';
    const refused = this.refusal(this.stat(parentOf(at)) ?? directory);
    if (refused !== undefined) return refused;
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

const noOwner: Owned = {};

const ownerOf = (entry: Entry): Owned => {
  if (entry.type === 'link' || entry.owner === undefined) return noOwner;
  return { owner: entry.owner, ...(entry.group === undefined ? {} : { group: entry.group }) };
};

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
