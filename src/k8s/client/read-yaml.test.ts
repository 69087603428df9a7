import { expect, it } from 'vitest';
import { readYaml } from './read-yaml.ts';

it('reads a text once, and nobody can change what it says', () => {
  const value = readYaml('users:\n- name: a\n');
  expect(value).toEqual({ users: [{ name: 'a' }] });
  expect(readYaml('users:\n- name: a\n')).toBe(value);
  expect(Object.isFrozen((value as { users: object[] }).users[0])).toBe(true);
  expect(readYaml('')).toEqual({});
  expect(() => readYaml('a: [')).toThrow(/Flow sequence/);
});

it('forgets what is too much', () => {
  const first = readYaml('n: first');
  for (let i = 0; i < 300; i++) readYaml(`n: ${i}`);
  expect(readYaml('n: first')).toEqual(first);
});
