/** Who a process is to the kernel: user and groups by number, and what files let them do. */
import type { Entry } from './files.ts';

export interface Identity {
  readonly uid: number;
  readonly gid: number;
  /** The supplementary groups; `gid` may be among them or not. */
  readonly groups: readonly number[];
}

export const rootIdentity: Identity = { uid: 0, gid: 0, groups: [0] };
const nginx: Identity = { uid: 101, gid: 101, groups: [101] };
const learner: Identity = { uid: 1000, gid: 1000, groups: [1000] };

/** The identity of a user by its name, where nobody says more. */
export const identityOf = (user: string): Identity => {
  if (user === 'root') return rootIdentity;
  if (/^\d+$/.test(user)) return { uid: Number(user), gid: 0, groups: [] };
  return user === 'nginx' ? nginx : learner;
};

export const readBit = 4;
export const writeBit = 2;

/** Whether the mode of a file or directory allows it; root may do all. */
export function isAllowed(entry: Entry, { uid, gid, groups }: Identity, bit: number): boolean {
  if (uid === 0 || entry.type === 'link') return true;
  const { owner = 0, group = 0, mode } = entry;
  if (owner === uid) return (mode & (bit << 6)) !== 0;
  if (group === gid || groups.includes(group)) return (mode & (bit << 3)) !== 0;
  return (mode & bit) !== 0;
}
