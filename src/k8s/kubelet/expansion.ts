/**
 * `$(NAME)` in commands, arguments and values. Follows third_party/forked/golang/expansion:
 * `$$(NAME)` is `$(NAME)` literally, an unknown name stays as it is written.
 */
export function expand(text: string, lookUp: (name: string) => string | undefined): string {
  if (!text.includes('$')) return text;
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    if (char !== '$' || i + 1 >= text.length) {
      result += char;
      continue;
    }
    const next = text.charAt(i + 1);
    if (next === '$') {
      result += '$';
      i += 1;
      continue;
    }
    const end = next === '(' ? text.indexOf(')', i) : -1;
    if (end < 0) {
      result += char;
      continue;
    }
    const name = text.slice(i + 2, end);
    result += lookUp(name) ?? `$(${name})`;
    i = end;
  }
  return result;
}

/** All words of a command. */
export const expandAll = (
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): readonly string[] => words.map((word) => expand(word, (name) => env[name]));
