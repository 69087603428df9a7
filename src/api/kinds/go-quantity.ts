/**
 * A quantity as Go's `%#v` shows it: what the server prints where a rule hands the whole structure
 * to the message. Follows apimachinery pkg/api/resource/quantity.go (ParseQuantity).
 */
import { type GoText, goText, goQuote } from '../go-text.ts';
import { parseQuantity } from '../quantity.ts';

const binary = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const decimal: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** @param text in canonical form. */
export function goQuantity(text: string): GoText {
  const [, digits = '0', suffix = ''] = /^([+-]?\d+)(.*)$/.exec(text) ?? [];
  const { format } = parseQuantity(text);
  const shift = binary.indexOf(suffix);
  const isBinary = shift > 0;
  const value = isBinary ? BigInt(digits) << BigInt(shift * 10) : BigInt(digits);
  const scale = isBinary ? 0 : (decimal[suffix] ?? Number(suffix.slice(1)));
  // The text is kept where Go is sure that it is canonical.
  const isKept = isBinary ? (BigInt(digits) & 7n) !== 0n : !digits.endsWith('000');
  return goText(
    `resource.Quantity{i:resource.int64Amount{value:${value}, scale:${scale}}, ` +
      `d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:${goQuote(isKept ? text : '')}, ` +
      `Format:${goQuote(format)}}`,
  );
}
