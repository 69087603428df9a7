/** The worker in which the director lives: this and its siblings are the only users of Comlink. */
import { expose } from 'comlink';
import { SessionDirector } from './director.ts';

expose(
  new SessionDirector({
    now: () => performance.now(),
    every(ms, callback) {
      const timer = setInterval(callback, ms);
      return () => clearInterval(timer);
    },
  }),
);
