/** Labels, annotations, tolerations and taints over several lines. */
import type { Taint, Toleration } from '../../../api/types.gen.ts';
import type { OwnerReference } from '../../../api/object.ts';
import { lastAppliedKey } from '../three-way.ts';
import type { DescribeWriter } from './writer.ts';

type Pairs = Readonly<Record<string, string>> | undefined;

/** `Title:  a=b`, one pair a line, in the order of the keys. */
export function writeLabels(w: DescribeWriter, title: string, labels: Pairs): void {
  writeLines(w, title, Object.keys(labels ?? {}).sort().map((key) => `${key}=${labels?.[key] ?? ''}`));
}

/** Lines under one title; later ones are put below the first. */
export function writeLines(w: DescribeWriter, title: string, lines: readonly string[]): void {
  w.write(0, `${title}:\t${lines[0] ?? '<none>'}\n`);
  for (const line of lines.slice(1)) w.write(0, `\t${line}\n`);
}

const longest = 140;

export function writeAnnotations(w: DescribeWriter, title: string, annotations: Pairs): void {
  const keys = Object.keys(annotations ?? {}).filter((key) => key !== lastAppliedKey).sort();
  w.write(0, `${title}:\t`);
  if (keys.length === 0) w.write(0, '<none>\n');
  keys.forEach((key, i) => {
    if (i > 0) w.write(0, '\t');
    const value = (annotations?.[key] ?? '').replace(/\n$/, '');
    if (value.length + key.length + 2 <= longest && !value.includes('\n')) {
      w.write(0, `${key}: ${value}\n`);
      return;
    }
    w.write(0, `${key}:\n`);
    for (const line of value.split('\n')) {
      const shown = line.length > longest - 2 ? `${line.slice(0, longest - 2)}...` : line;
      w.write(0, `\t  ${shown}\n`);
    }
  });
}

export function writeTolerations(
  w: DescribeWriter, title: string, tolerations: readonly Toleration[] = [],
): void {
  writeLines(w, title, byText(tolerations, ({ key = '' }) => key).map(tolerationText));
}

function tolerationText({ key = '', value = '', effect = '', operator, tolerationSeconds }: Toleration) {
  let text = key;
  if (value !== '') text += `=${value}`;
  if (effect !== '') text += `:${effect}`;
  if (operator === 'Exists' && value === '') text += key !== '' || effect !== '' ? ' op=Exists' : 'op=Exists';
  return tolerationSeconds === undefined ? text : `${text} for ${tolerationSeconds}s`;
}

export function writeTaints(w: DescribeWriter, title: string, taints: readonly Taint[] = []): void {
  writeLines(w, title, byText(taints, ({ effect, key }) => `${effect},${key}`).map(taintText));
}

/** `key=value:Effect`. */
export function taintText({ key, value = '', effect }: Taint): string {
  if (effect === '') return value === '' ? key : `${key}=${value}:`;
  return value === '' ? `${key}:${effect}` : `${key}=${value}:${effect}`;
}

export const byText = <T>(items: readonly T[], textOf: (item: T) => string): readonly T[] =>
  items.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0));

/** `ReplicaSet/web-5d4`; undefined without a controller. */
export function controllerText(
  metadata: { readonly ownerReferences?: readonly OwnerReference[] },
): string | undefined {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  return owner === undefined ? undefined : `${owner.kind}/${owner.name}`;
}
