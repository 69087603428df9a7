import { expect, test } from 'vitest';
import { ByteDecoder, byteLength, bytesOf, textOf } from './bytes.ts';
import { Chance } from './chance.ts';

const texts = ['', 'plain', 'héllo', '汉字', '😀 and 👩‍👩‍👧', '\u0000\u007f\u0080\u07ff\u0800\uffff'];

test.each(texts)('%s is UTF-8', (text) => {
  const bytes = new TextEncoder().encode(text);
  expect([...bytesOf(text)]).toEqual([...bytes]);
  expect(byteLength(text)).toBe(bytes.length);
  expect(textOf(bytes)).toBe(text);
});

test.each([
  ['a lone continuation', [0x80], '\udc80'],
  ['a start without its end', [0x41, 0xe6, 0xb1], 'A\udce6\udcb1'],
  ['too long a spelling', [0xc0, 0x80], '\udcc0\udc80'],
  ['a surrogate', [0xed, 0xa0, 0x80], '\udced\udca0\udc80'],
  ['beyond the last character', [0xf4, 0x90, 0x80, 0x80], '\udcf4\udc90\udc80\udc80'],
  ['no start at all', [0xff, 0xfe], '\udcff\udcfe'],
])('%s is told byte for byte', (_, bytes, text) => {
  expect(textOf(Uint8Array.from(bytes))).toBe(text);
  expect([...bytesOf(text)]).toEqual(bytes);
});

test('a high surrogate alone is the replacement character', () => {
  expect([...bytesOf('\ud83d!')]).toEqual([0xef, 0xbf, 0xbd, 0x21]);
  expect(byteLength('\ud83d!')).toBe(4);
});

test('any bytes come back, however they are cut', () => {
  const chance = new Chance(7, 'bytes');
  for (let round = 0; round < 200; round++) {
    const bytes = Uint8Array.from({ length: chance.below(40) }, () => chance.below(256));
    const decoder = new ByteDecoder();
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      const to = at + 1 + chance.below(5);
      text += decoder.write(bytes.subarray(at, to));
      at = to;
    }
    text += decoder.write(new Uint8Array(0), true);
    expect(text).toBe(textOf(bytes));
    expect([...bytesOf(text)]).toEqual([...bytes]);
    expect(byteLength(text)).toBe(bytes.length);
  }
});
