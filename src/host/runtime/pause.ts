import type { Program } from '../program.ts';

/** Sleeps until it is told to go: its one purpose is to hold the sandbox's namespaces. */
export const pause: Program = {
  name: 'pause',
  start: (process) => ({
    signal: (signal) => {
      if (signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
      process.printError('Shutting down, got signal: Terminated\n');
      process.end(0);
      return true;
    },
  }),
};
