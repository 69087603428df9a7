/** What a director needs of the place where it runs, in Node: here it has one thread. */
import '../../worker/late.ts';
import { performance } from 'node:perf_hooks';
import type { Surroundings } from '../../worker/director.ts';
import { descriptions } from '../descriptions.ts';

export const serverSurroundings: Surroundings = {
  now: () => performance.now(),
  every(ms, callback) {
    const timer = setInterval(callback, ms);
    return () => clearInterval(timer);
  },
  breathe: () => new Promise((resolve) => setImmediate(resolve)),
  cores: 1,
  loadLate: async () => descriptions(),
};
