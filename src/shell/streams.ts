import { Inbox, type Process, type Sink, normal } from '../host/index.ts';

/** A pipe: what goes in at `sink` comes out of `inbox`, until both ends are closed. */
export interface Pipe {
  readonly inbox: Inbox<string>;
  readonly sink: Sink;
  /** The reader has gone: writers get EPIPE. */
  breakOff(): void;
}

export function makePipe(): Pipe {
  const inbox = new Inbox<string>();
  let isBroken = false;
  return {
    inbox,
    sink: {
      write(text) {
        if (isBroken) return false;
        if (text !== '') inbox.push(text);
        return true;
      },
      end: () => inbox.close(),
    },
    breakOff() {
      isBroken = true;
    },
  };
}

/** Collects what is written. */
export class Collector implements Sink {
  text = '';

  write(text: string): boolean {
    this.text += text;
    return true;
  }

  end(): void {
    // What was collected stays.
  }
}

/** Gives writers their parent's stream without closing it when they end. */
export const shared = (sink: Sink): Sink => ({
  write: (text) => sink.write(text),
  end: () => undefined,
});

/** Writes to a file; undefined with a message where it cannot be written. */
export function fileSink(process: Process, path: string, append: boolean): Sink | string {
  if (path === '/dev/null') return { write: () => true, end: () => undefined };
  const at = normal(path, process.cwd);
  const old = append ? (process.files.read(at) ?? '') : '';
  const error = process.files.write(at, old);
  if (error !== undefined) return fileProblem(error);
  return {
    write: (text) => process.files.append(at, text) === undefined,
    end: () => undefined,
  };
}

/** A whole text as standard input. */
export function inboxOf(text: string): Inbox<string> {
  const inbox = new Inbox<string>();
  if (text !== '') inbox.push(text);
  inbox.close();
  return inbox;
}

const problems: Readonly<Record<string, string>> = {
  EACCES: 'Permission denied',
  EPERM: 'Operation not permitted',
  ENOENT: 'No such file or directory',
  EISDIR: 'Is a directory',
  ENOTDIR: 'Not a directory',
  EEXIST: 'File exists',
  EROFS: 'Read-only file system',
  ENOTEMPTY: 'Directory not empty',
};

/** libc's words for an error number. */
export const fileProblem = (code: string): string => problems[code] ?? code;
