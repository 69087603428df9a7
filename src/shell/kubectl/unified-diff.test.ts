import { expect, it } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

it.each([
  ['a new file', '', 'a\nb\n', '@@ -0,0 +1,2 @@\n+a\n+b\n'],
  ['a file gone', 'a\n', '', '@@ -1 +0,0 @@\n-a\n'],
  ['one line of many', '1\n2\n3\n4\n5\n6\n7\n8\n9\n', '1\n2\n3\n4\nX\n6\n7\n8\n9\n',
    '@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+X\n 6\n 7\n 8\n'],
  ['nothing', 'a\n', 'a\n', ''],
])('%s', (_, before, after, expected) => {
  expect(unifiedDiff(before, after)).toBe(expected);
});
