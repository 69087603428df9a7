/** Sessions in this browser: the current one, and the one before it. */
import type { DBSchema, IDBPDatabase } from 'idb';
import { openDB } from 'idb';
import type { SessionFile } from '../../worker/protocol.ts';

interface Kept extends DBSchema {
  sessions: { key: 'current' | 'previous' | 'refused'; value: unknown };
  drafts: { key: string; value: string };
}

let opened: Promise<IDBPDatabase<Kept>> | undefined;

const database = (): Promise<IDBPDatabase<Kept>> =>
  (opened ??= openDB<Kept>('kubarium', 1, {
    upgrade(db) {
      db.createObjectStore('sessions');
      db.createObjectStore('drafts');
    },
  }));

export async function loadSession(which: 'current' | 'previous'): Promise<unknown> {
  return (await database()).get('sessions', which);
}

export async function saveSession(session: SessionFile): Promise<void> {
  await (await database()).put('sessions', session, 'current');
}

/** What cannot be opened is put aside, never thrown away. */
export async function putAside(session: unknown, where: 'previous' | 'refused'): Promise<void> {
  await (await database()).put('sessions', session, where);
}

/** What was typed in the editor and not yet saved on the machine, by file. */
export async function saveDraft(path: string, text: string | undefined): Promise<void> {
  const db = await database();
  await (text === undefined ? db.delete('drafts', path) : db.put('drafts', text, path));
}

export async function loadDrafts(): Promise<Map<string, string>> {
  const db = await database();
  const paths = await db.getAllKeys('drafts');
  const texts = await db.getAll('drafts');
  return new Map(paths.map((path, index) => [path, texts[index] ?? '']));
}
