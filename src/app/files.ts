/** Files in and out of the page. */
import type { SessionFile } from '../worker/protocol.ts';
import { isRefusal, parseSession } from './session/check.ts';
import { words } from './words/index.svelte.ts';
import { world } from './world.svelte.ts';

export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** A session file is a few kilobytes; the editor and the world take somewhat more. */
const FILE_MAX = 32 * 1024 * 1024;

export function openFile(opened: (session: SessionFile) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.json,application/json';
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file !== undefined) void readSession(file, opened);
  });
  input.click();
}

export async function readSession(
  file: File,
  opened: (session: SessionFile) => void,
): Promise<void> {
  if (file.size > FILE_MAX) {
    world.say(words.now.tooLarge(`${file.name}, ${Math.ceil(file.size / 1024 / 1024)} MB`), 'bad');
    return;
  }
  const session = parseSession(await file.text());
  if (!isRefusal(session)) return opened(session);
  const { fileDamaged, fileVersion } = words.now;
  world.say(session.error === 'other-version' ? fileVersion : fileDamaged, 'bad');
}
