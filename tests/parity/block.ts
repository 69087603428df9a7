/** Command lines as a block of text: one a line; `~` before those that wait for the world. */
import type { Line } from './cases.ts';

/** `~` sets simulated time to 20 times real time; `~45s ` also ends the line after so long. */
export const block = (text: string): readonly Line[] =>
  text.split('\n').filter((line) => line.trim() !== '').map((line) => {
    const [, seconds, waiting] = /^~(?:(\d+)s)? ?(.*)$/.exec(line) ?? [];
    if (waiting === undefined) return line;
    if (seconds === undefined) return { line: waiting, speed: 20 };
    return { line: waiting, speed: 20, mostMs: Number(seconds) * 50 };
  });
