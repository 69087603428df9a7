/** Finds the label pairs of a manifest by its lines: they are coloured while one writes. */
import { hueOf } from '../../scene/text.ts';

export interface LabelLine {
  /** Lines and columns from 1, as editors count. */
  readonly line: number;
  readonly from: number;
  readonly to: number;
  readonly hue: number;
}

const BLOCK = /^(\s*)(?:- )?(labels|matchLabels|selector|nodeSelector):\s*$/;
const PAIR = /^(\s*)([\w./-]+):\s+["']?([\w.-]+)["']?\s*$/;

export function labelLines(text: string): LabelLine[] {
  const found: LabelLine[] = [];
  let depth = -1;
  text.split('\n').forEach((content, index) => {
    const block = BLOCK.exec(content);
    const indent = content.length - content.trimStart().length;
    if (block !== null) depth = indent;
    else if (content.trim() !== '' && indent <= depth) depth = -1;
    const pair = depth < 0 ? null : PAIR.exec(content);
    if (pair === null) return;
    const [, space = '', key = '', value = ''] = pair;
    found.push({
      line: index + 1,
      from: space.length + 1,
      to: content.trimEnd().length + 1,
      hue: hueOf(key, value),
    });
  });
  return found;
}
