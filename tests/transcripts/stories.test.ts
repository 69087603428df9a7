/** Stories of a whole cluster, told by its console. REWRITE=1 writes what is printed now. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { play } from './play.ts';

const folder = join(import.meta.dirname, 'stories');
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));

describe('stories', () => {
  it.each(names)('%s', { timeout: 120_000 }, (name) => {
    const path = join(folder, name);
    const expected = readFileSync(path, 'utf8');
    const played = play(expected);
    if (process.env['REWRITE'] === '1') writeFileSync(path, played);
    else expect(played).toBe(expected);
  });
});
