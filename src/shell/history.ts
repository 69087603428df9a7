/** `!!`, `!12`, `!-2`, `!kubectl`: lines typed before, as bash's history expansion finds them. */

/** The line with its events filled in; `undefined` where it names none, an error where one is missing. */
export function expandHistory(
  line: string, history: readonly string[],
): { readonly text: string } | { readonly missing: string } | undefined {
  let missing: string | undefined;
  let isChanged = false;
  // In single quotes, and within words, a `!` is only that.
  const text = line.replaceAll(/'[^']*'|(^|\s)!(!|-?\d+|[A-Za-z][\w-]*)/g,
    (whole: string, before: string | undefined, event: string | undefined) => {
      if (event === undefined) return whole;
      const found = eventOf(event, history);
      if (found === undefined) {
        missing ??= `!${event}`;
        return whole;
      }
      isChanged = true;
      return `${before ?? ''}${found}`;
    });
  if (missing !== undefined) return { missing };
  return isChanged ? { text } : undefined;
}

function eventOf(event: string, history: readonly string[]): string | undefined {
  if (event === '!') return history.at(-1);
  const number = Number(event);
  if (Number.isNaN(number)) return history.findLast((line) => line.startsWith(event));
  return number < 0 ? history.at(number) : history[number - 1];
}
