/** Files that programs have given to an editor and wait for (`kubectl edit`). */
import type { OpenFile } from '../protocol.ts';

export class OpenFiles {
  private readonly files = new Map<string, OpenFile>();
  private isChanged = false;

  take(fields: Readonly<Record<string, unknown>>): void {
    const [machine, path] = [String(fields['machine']), String(fields['path'])];
    const { text } = fields['file'] as { text: string };
    if (fields['isOpen'] === true) this.files.set(`${machine} ${path}`, { machine, path, text });
    else this.files.delete(`${machine} ${path}`);
    this.isChanged = true;
  }

  /** All of them; nothing when it is as the last update told. */
  told(reset: boolean): { readonly openFiles?: readonly OpenFile[] } {
    if (!this.isChanged && !reset) return {};
    this.isChanged = false;
    return { openFiles: [...this.files.values()] };
  }
}
