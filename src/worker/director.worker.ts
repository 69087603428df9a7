/** The worker in which the director lives: this and its siblings are the only users of Comlink. */
import { expose } from 'comlink';
import type { Descriptions } from '../api/open-api.ts';
import { SessionDirector } from './director.ts';

/** A timer would wait for 4 ms and more. */
const channel = new MessageChannel();
const waiting: (() => void)[] = [];
channel.port1.onmessage = () => waiting.shift()?.();

function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}

expose(
  new SessionDirector({
    now: () => performance.now(),
    every(ms, callback) {
      const timer = setInterval(callback, ms);
      return () => clearInterval(timer);
    },
    breathe,
    async loadDescriptions() {
      const loaded = await import('../api/schema/descriptions.json');
      return loaded.default as Descriptions;
    },
  }),
);
