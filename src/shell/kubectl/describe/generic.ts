/** `describe` of kinds without a layout of their own: every field, titled by its name. */
import type { Json, JsonObject, ObjectMeta } from '../../../api/object.ts';
import { goValueText } from '../printers/go-value.ts';
import { isList } from '../printers/json.ts';
import { type Describer, eventsOf } from './describer.ts';
import { writeEvents } from './events.ts';
import { writeAnnotations, writeLabels } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';

const skipped = new Set([
  '.metadata.managedFields', '.metadata.name', '.metadata.namespace', '.metadata.labels',
  '.metadata.annotations',
]);

export const describeAnything: Describer = function* (w, subject) {
  const { name, namespace, labels, annotations } = subject.object['metadata'] as unknown as ObjectMeta;
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', name);
  w.field(0, 'Namespace', namespace);
  writeLabels(w, 'Labels', labels);
  writeAnnotations(w, 'Annotations', annotations);
  writeContent(w, 0, subject.object, '');
  writeEvents(w, events);
};

// oxlint-disable-next-line max-params -- a walk down a tree
function writeContent(w: DescribeWriter, level: number, content: JsonObject, path: string): void {
  for (const field of Object.keys(content).sort()) {
    const value = content[field];
    const here = `${path}.${field}`;
    if (value === undefined || skipped.has(here)) continue;
    if (isList(value)) {
      w.write(level, `${titleOf(field)}:\n`);
      for (const item of value) writeItem(w, level + 1, item, here);
    } else if (value !== null && typeof value === 'object') {
      w.write(level, `${titleOf(field)}:\n`);
      writeContent(w, level + 1, value, here);
    } else w.field(level, titleOf(field), goValueText(value));
  }
}

// oxlint-disable-next-line max-params -- a walk down a tree
function writeItem(w: DescribeWriter, level: number, item: Json, path: string): void {
  if (item !== null && typeof item === 'object' && !isList(item)) writeContent(w, level, item, path);
  else w.write(level, `${goValueText(item)}\n`);
}

const acronyms = ['API', 'URL', 'UID', 'OSB', 'GUID'];

/** `creationTimestamp` → `Creation Timestamp`. */
export function titleOf(field: string): string {
  if (!/^[\p{L}-]+$/u.test(field)) return field;
  const parts = field.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|-/g) ?? [field];
  return parts.map((part) => {
    const upper = part.toUpperCase();
    return acronyms.includes(upper) ? upper : part.charAt(0).toUpperCase() + part.slice(1);
  }).join(' ');
}
