/**
 * Files as a kustomization may see them: those in or below its own directory, and addresses of
 * the web. Follows kustomize api/internal/loader/fileloader.go, kyaml/filesys.
 */
import { type Files, normal } from '../../../host/index.ts';
import type { Shelf } from '../context.ts';
import { failed } from '../errors.ts';

/** An error that ends the search for other meanings of a path. */
export const httpError = 'HTTP Error';

export class Loader {
  readonly root: string;
  private readonly files: Files;
  private readonly shelf: Shelf;
  private readonly parent: Loader | undefined;
  /** `--load-restrictor=LoadRestrictionsNone`. */
  private readonly isFree: boolean;

  // oxlint-disable-next-line max-params -- a place in a tree
  private constructor(root: string, files: Files, shelf: Shelf, isFree: boolean, parent?: Loader) {
    this.root = root;
    this.files = files;
    this.shelf = shelf;
    this.isFree = isFree;
    this.parent = parent;
  }

  /** At a directory as typed. */
  static at(
    typed: string, place: { readonly files: Files; readonly cwd: string; readonly shelf: Shelf },
    isFree = false,
  ): Loader {
    const { files, cwd, shelf } = place;
    if (isRepository(typed)) throw notCloned();
    return new Loader(directory(files, typed, normal(typed, cwd)), files, shelf, isFree);
  }

  /** Its root, and those of the kustomizations that led here. */
  private get visited(): readonly string[] {
    return [this.root, ...(this.parent?.visited ?? [])];
  }

  /** At a directory that a kustomization names. */
  below(path: string): Loader {
    if (path === '') throw failed('new root cannot be empty');
    if (isRepository(path)) throw notCloned();
    if (path.startsWith('/')) throw failed(`new root '${path}' cannot be absolute`);
    const at = normal(path, this.root);
    const root = directory(this.files, at, at);
    const visited = this.visited.find((one) => isIn(one, root));
    if (visited !== undefined) {
      throw failed(`cycle detected: candidate root '${root}' contains visited root '${visited}'`);
    }
    return new Loader(root, this.files, this.shelf, this.isFree, this);
  }

  /** A file's text. */
  load(path: string): string {
    if (/^https?:\/\//.test(path)) {
      const text = this.shelf(path);
      if (text === undefined) throw failed(`${httpError}: status code 404 (Not Found)`);
      return text;
    }
    const at = normal(path, this.root);
    const entry = this.files.stat(at);
    if (entry === undefined) throw failed(missing(this.files, at, at));
    if (entry.type !== 'file') throw failed(`'${at}' must resolve to a file`);
    const folder = at.slice(0, at.lastIndexOf('/')) || '/';
    if (!this.isFree && !isIn(folder, this.root)) {
      throw failed(`security; file '${at}' is not in or below '${this.root}'`);
    }
    return entry.text;
  }

  /** Undefined when there is no such file. */
  find(name: string): string | undefined {
    return this.files.read(`${this.root}/${name}`);
  }
}

const isIn = (path: string, root: string): boolean =>
  root === '/' || path === root || path.startsWith(`${root}/`);

const isRepository = (path: string): boolean =>
  /^(?:git@|git::|ssh:|file:|(?:https?:\/\/)?github\.com[/:])|\.git(?:[/?]|$)|^https?:\/\/.*\?ref=/.test(path);

/** There is no git here, as on most machines of a cluster. */
const notCloned = () =>
  failed(`no 'git' program on path: exec: "git": executable file not found in $PATH`);

function directory(files: Files, shown: string, at: string): string {
  const entry = files.stat(at);
  if (entry === undefined) {
    throw failed(`must build at directory: not a valid directory: ${missing(files, shown, at)}`);
  }
  if (entry.type !== 'directory') {
    throw failed(`must build at directory: '${shown}': file is not directory`);
  }
  return at;
}

function missing(files: Files, shown: string, at: string): string {
  const parts = at.split('/').slice(1);
  const lost = parts.findIndex((_, i) => files.stat(`/${parts.slice(0, i + 1).join('/')}`) === undefined);
  const first = `/${parts.slice(0, lost + 1).join('/')}`;
  return `evalsymlink failure on '${shown}' : lstat ${first}: no such file or directory`;
}
