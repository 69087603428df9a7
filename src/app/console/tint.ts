/** Label pairs in the console's output, in the hue that they have everywhere else on the page. */
import { hueOf } from '../../scene/text.ts';
import type { PodView } from '../../worker/protocol.ts';

const PAIR = /[A-Za-z0-9][\w./-]*=[\w.-]+/g;

/** Colours pairs that are labels of Pods; the text itself is the world's and stays as it is. */
export function tintLabels(
  text: string,
  pods: Iterable<PodView>,
  colourOf: (hue: number) => string,
): string {
  if (!text.includes('=')) return text;
  const known = new Set<string>();
  for (const { labels } of pods) {
    for (const [key, value] of Object.entries(labels)) {
      if (!key.endsWith('-hash')) known.add(`${key}=${value}`);
    }
  }
  return text.replaceAll(PAIR, (pair) => {
    if (!known.has(pair)) return pair;
    const [key, value] = pair.split('=') as [string, string];
    return `\x1b[38;2;${rgb(colourOf(hueOf(key, value)))}m${pair}\x1b[39m`;
  });
}

/** `200;173;255` for `#c8adff`, as a terminal wants it. */
const rgb = (hex: string): string =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).join(';');
