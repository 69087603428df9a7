import { expect, test } from 'vitest';
import { LineDiscipline } from './line-discipline.ts';

test.each([
  ['a line', 'ls\r', ['ls\n'], 'ls\r\n'],
  ['a mistake', 'lx\x7fs\r', ['ls\n'], 'lx\b \bs\r\n'],
  ['a word', 'echo one two\x17three\r', ['echo one three\n'], `echo one two${'\b \b'.repeat(3)}three\r\n`],
  ['all of it', 'abc\x15x\r', ['x\n'], `abc${'\b \b'.repeat(3)}x\r\n`],
  ['Ctrl-C', 'sleep\x03', ['\x03'], 'sleep^C\r\n'],
  ['Ctrl-D on an empty line', '\x04', ['\x04'], ''],
  ['Ctrl-D after text', 'y\x04', ['y'], 'y'],
  ['cursor keys', 'a\x1b[A\x1b[1;5Cb\x1bOPc\r', ['abc\n'], 'abc\r\n'],
  ['nothing to erase', '\x7f\r', ['\n'], '\r\n'],
  ['other scripts', '汉字\x7f\r', ['汉\n'], '汉字\b \b\r\n'],
])('%s', (_, keys, lines, shown) => {
  const entered: string[] = [];
  let echoed = '';
  const discipline = new LineDiscipline((text) => entered.push(text), (text) => (echoed += text));
  for (const key of keys) discipline.typed(key);
  expect([entered, echoed]).toEqual([lines, shown]);
});

test('lines end as terminals want it', () => {
  expect(LineDiscipline.shown('a\nb\r\n')).toBe('a\r\nb\r\n');
});
