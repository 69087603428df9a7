import { expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';

test.each(['', 'a', 'ab', 'abc', 'héllo 汉字 😀\n'])('%s there and back', (text) => {
  expect(encodeBase64(text)).toBe(Buffer.from(text).toString('base64'));
  expect(decodeBase64(encodeBase64(text))).toBe(text);
});

test('bytes that are no text survive', () => {
  const encoded = Buffer.from(Array.from({ length: 256 }, (_, i) => i)).toString('base64');
  expect(encodeBase64(decodeBase64(encoded) ?? '')).toBe(encoded);
});

test('what is no base64', () => {
  expect(decodeBase64('a$b=')).toBeUndefined();
});
