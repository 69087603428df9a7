/** Whose commands a system has: GNU's (Debian, Ubuntu), or busybox's. Their words differ. */
import type { Process } from '../../host/index.ts';

export const isGnu = ({ files }: Process): boolean =>
  /debian|ubuntu/i.test(files.read('/etc/os-release') ?? '');

/** A word in a complaint. */
export const quoted = (process: Process, word: string): string =>
  isGnu(process) ? `\u2018${word}\u2019` : `'${word}'`;
