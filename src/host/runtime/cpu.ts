/**
 * What containers use of the processors: so much all the time (their image says how much), and what
 * their programs say they had to do on top. Nothing is slowed down by it.
 */
import type { Container } from './container.ts';

const done = new WeakMap<Container, number>();

/** A program of the container worked for so many ms of one core. */
export const addWork = (container: Container, ms: number): void => {
  done.set(container, (done.get(container) ?? 0) + ms);
};

/** Milliseconds of one core since its start. @param now in ms since 1970. */
export function cpuMsOf(container: Container, now: number): number {
  const { startedAt, image } = container;
  if (startedAt === undefined) return 0;
  return ((now - startedAt) * image.cpuMillis) / 1000 + (done.get(container) ?? 0);
}
