/** The worker in which the director lives: this and its siblings are the only users of Comlink. */
import { expose } from 'comlink';
import type { Descriptions } from '../api/open-api.ts';
import { SessionDirector } from './director.ts';

expose(
  new SessionDirector({
    now: () => performance.now(),
    every(ms, callback) {
      const timer = setInterval(callback, ms);
      return () => clearInterval(timer);
    },
    async loadDescriptions() {
      const loaded = await import('../api/schema/descriptions.json');
      return loaded.default as Descriptions;
    },
  }),
);
