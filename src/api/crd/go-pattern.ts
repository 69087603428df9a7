/**
 * Go's regular expressions (RE2 syntax) as JavaScript's. Simplified: what the two share, flags at
 * the beginning, `\A`, `\z`, `\Q…\E` and POSIX classes.
 */

const posix: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7F',
  blank: '\\t ',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

const known = new Map<string, RegExp | undefined>();
const knownMax = 500;

/** Undefined if it is no regular expression. */
export function goPattern(text: string): RegExp | undefined {
  if (known.has(text)) return known.get(text);
  if (known.size >= knownMax) known.clear();
  const pattern = read(text);
  known.set(text, pattern);
  return pattern;
}

function read(text: string): RegExp | undefined {
  const head = /^\(\?([imsU]+)\)/.exec(text);
  const flags = [...(head?.[1] ?? '')].filter((flag) => flag !== 'U').join('');
  const body = text
    .slice(head?.[0].length ?? 0)
    .replace(/\\Q(.*?)\\E/gs, (_, literal: string) => literal.replace(/[^\w\s]/g, '\\$&'))
    .replace(/\[:(\w+):\]/g, (whole, name: string) => posix[name] ?? whole)
    .replace(/\(\?P</g, '(?<')
    .replace(/\\A/g, '(?<![\\s\\S])')
    .replace(/\\z/g, '(?![\\s\\S])');
  // Go has no look-around and no references back.
  if (/\(\?<?[=!]/.test(text) || /(?:^|[^\\])(?:\\\\)*\\[1-9]/.test(text)) return undefined;
  try {
    return new RegExp(body, /\\[pP]/.test(body) ? `${flags}u` : flags);
  } catch {
    return undefined;
  }
}
