/**
 * Files that are open in an editor. A simulated terminal sends whole lines, so a screen editor
 * cannot run on it: it asks the world outside to show the file, and waits for what comes back.
 */
import type { Inbox } from './inbox.ts';
import type { Machine } from './machine.ts';

/** The world outside is done with a file: its new text, or undefined when it is as it was. */
export interface Edited {
  readonly text: string | undefined;
}

const open = new WeakMap<Machine, Map<string, Inbox<Edited>>>();

/** The machine's open files, by absolute path. */
export function openFiles(machine: Machine): Map<string, Inbox<Edited>> {
  const found = open.get(machine) ?? new Map<string, Inbox<Edited>>();
  open.set(machine, found);
  return found;
}
