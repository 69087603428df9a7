/**
 * What containers use of the processors: so much all the time (their image says how much), and what
 * their programs say they had to do on top. A container's limit holds; what is throttled by it takes
 * no longer for that.
 */
import type { Container } from './container.ts';

const done = new WeakMap<Container, number>();

/** A program of the container worked for so many ms of one core. */
export const addWork = (container: Container, ms: number): void => {
  done.set(container, (done.get(container) ?? 0) + ms);
};

/** From `since` on (ms since 1970), so many thousandths of a core all the time. */
interface Load {
  readonly since: number;
  readonly millis: number;
}

const loads = new WeakMap<Container, Load>();

/** A program of the container keeps so many thousandths of a core busy from now on. */
export const keepBusy = (container: Container, millis: number, now: number): void => {
  loads.set(container, { since: now, millis });
};

/** Milliseconds of one core since its start. @param now in ms since 1970. */
export function cpuMsOf(container: Container, now: number): number {
  const { startedAt, image, config } = container;
  if (startedAt === undefined) return 0;
  const { since = now, millis = 0 } = loads.get(container) ?? {};
  const most = ((now - startedAt) * (config.cpuLimitMillis ?? Infinity)) / 1000;
  const steady = (now - startedAt) * image.cpuMillis + (now - since) * millis;
  return Math.min(most, steady / 1000 + (done.get(container) ?? 0));
}
