/** Shell patterns: `*`, `?`, `[…]`. `isLiteral[i]` marks characters that were quoted. */
export function patternToRegExp(pattern: string, mode: 'match' | 'path' = 'match'): RegExp {
  const any = mode === 'path' ? '[^/]' : '[\\s\\S]';
  let source = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    if (c === '\\' && i + 1 < pattern.length) {
      i += 1;
      source += escape(pattern[i] as string);
    } else if (c === '*') source += `${any}*`;
    else if (c === '?') source += any;
    else if (c === '[' && pattern.indexOf(']', i + 2) > 0) {
      const end = pattern.indexOf(']', i + 2);
      source += `[${pattern
        .slice(i + 1, end)
        .replace(/^!/, '^')
        .replaceAll('\\', '\\\\')}]`;
      i = end;
    } else source += escape(c);
  }
  return new RegExp(`^${source}$`);
}

/** Whether a word would be expanded as a path. */
export const isPattern = (text: string): boolean => /(^|[^\\])[*?[]/.test(text);

/** Backslashes before what is special, so that quoted text matches itself. */
export const quotePattern = (text: string): string => text.replaceAll(/[\\*?[\]]/g, '\\$&');

/** Takes the backslashes of `quotePattern` away again. */
export const unquotePattern = (text: string): string => text.replaceAll(/\\([\s\S])/g, '$1');

const escape = (text: string) => text.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&');
