/** Names of users and groups, out of /etc/passwd and /etc/group. */
import type { Files } from '../../host/index.ts';

/** @param file /etc/passwd or /etc/group. */
export function nameOf(files: Files, file: string, id: number): string | undefined {
  for (const line of (files.read(file) ?? '').split('\n')) {
    const [name, , number] = line.split(':');
    if (number === String(id)) return name;
  }
  return id === 0 ? 'root' : undefined;
}
