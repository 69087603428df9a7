import { describe, expect, it } from 'vitest';
import type { SessionFile } from '../../worker/protocol.ts';
import { checkSession, isRefusal, parseSession } from './check.ts';
import { fromFragment, isSessionLink, toFragment } from './share.ts';

const session: SessionFile = {
  format: 'kubarium-session',
  version: 1,
  world: 'three-nodes',
  seed: 7,
  epoch: 1_767_225_600_000,
  inputs: [
    { at: 42_000, input: { type: 'line', terminal: 'console', text: 'echo 你好 “quotes”' } },
    { at: 50_000, input: { type: 'fault', fault: { do: 'power-off', machine: 'worker-1' } } },
  ],
  until: 61_000,
};

const errorOf = (hash: string): string | undefined => {
  const result = fromFragment(hash);
  return isRefusal(result) ? result.error : undefined;
};

describe('a session in a link', () => {
  const link = toFragment(session) as string;

  it('comes back as it was', () => {
    expect(isSessionLink(link)).toBe(true);
    expect(fromFragment(link)).toEqual(session);
  });

  it('is made of letters that links may have', () => {
    expect(link).toMatch(/^#s=[A-Za-z0-9_-]+$/);
  });

  it.each([
    ['cut short', link.slice(0, -9)],
    ['one letter changed', link.slice(0, 20) + (link[20] === 'A' ? 'B' : 'A') + link.slice(21)],
    ['nothing in it', '#s=1'],
    ['not base64', '#s=1%%%%%%%%'],
  ])('%s: damaged', (_, hash) => {
    expect(errorOf(hash)).toBe('damaged');
  });

  it('of another packing: another version', () => {
    expect(errorOf(link.replace('#s=1', '#s=9'))).toBe('other-version');
  });

  it('is not made of a session too long for one', () => {
    const inputs = Array.from({ length: 9000 }, (_, index) => ({
      at: index,
      input: { type: 'line' as const, terminal: 'console', text: `echo ${(index * 7919) % 10007}` },
    }));
    expect(toFragment({ ...session, inputs })).toBeUndefined();
  });
});

describe('what is a session', () => {
  it.each([
    ['another version', { ...session, version: 2 }, 'other-version'],
    ['another format', { ...session, format: 'x' }, 'damaged'],
    ['no world', { ...session, world: undefined }, 'damaged'],
    ['a moment that is none', { ...session, until: Number.NaN }, 'damaged'],
    ['an input of no type', { ...session, inputs: [{ at: 1, input: {} }] }, 'damaged'],
    ['inputs that are none', { ...session, inputs: {} }, 'damaged'],
    ['a list', [], 'damaged'],
    ['nothing', null, 'damaged'],
  ])('%s: refused', (_, value, error) => {
    const result = checkSession(value);
    expect(isRefusal(result) && result.error).toBe(error);
  });

  it('reads one from text, and refuses what is not JSON', () => {
    expect(parseSession(JSON.stringify(session))).toEqual(session);
    expect(isRefusal(parseSession('{"format":'))).toBe(true);
  });
});
