/**
 * What go-cmp's Diff prints of two values. Follows github.com/google/go-cmp
 * cmp/report_compare.go, report_reflect.go and report_slices.go (of the latter: long texts on one
 * line).
 */
import { goQuote } from '../go-text.ts';
import { type Node, type Record, compare } from './compare.ts';
import { type Line, type Mode, type Text, ellipsis, printed, wrap } from './text.ts';
import { type Named, type Value, isZero, typeName } from './value.ts';

interface Options {
  readonly mode: Mode;
  /** How much is shown; undefined: all. */
  readonly level: number | undefined;
  readonly types: 'auto' | 'emit' | 'elide';
}

/** The difference from one value to the other, over several lines. */
export const diff = (x: Value, y: Value): string =>
  printed(diffText(compare(x, y), { mode: '', level: undefined, types: 'auto' }));

const clamp = (level: number): number => Math.min(16, Math.max(0, level));
const limitOf = (level: number | undefined): number =>
  level === undefined ? Infinity : ((1 << clamp(level)) >> 1) << 2;
const less = (options: Options): Options =>
  options.level === undefined ? options : { ...options, level: options.level - 1 };

function diffText(node: Node, given: Options): Text {
  const level = given.mode === '=' ? 1 : Math.max(3, given.level ?? 0);
  const options: Options = { ...given, level };
  if (isLongText(node, options)) return longText(node, options);
  if (node.depth === 0) return leafText(node, options);
  const { x } = node as { x: Value };
  if (x.is === 'pointer') return wrap('&', diffText((node.records[0] as Record).node, options));
  return typed(x, listText(node, x, options), options);
}

function leafText(node: Node, options: Options): Text {
  const { x, y } = node;
  if (options.mode === '-') return x === undefined ? '' : valueText(x, options);
  if (options.mode === '+') return y === undefined ? '' : valueText(y, options);
  if (node.different === 0) return valueText(x as Value, options);
  const bare: Options = { ...options, types: 'elide' };
  const lines: Line[] = [];
  if (x !== undefined) lines.push({ mode: '-', value: valueText(x, { ...bare, mode: '-' }) });
  if (y !== undefined) lines.push({ mode: '+', value: valueText(y, { ...bare, mode: '+' }) });
  return wrap(`${typeName((x ?? y as Value).type)}(`, lines, ')');
}

const nouns = { struct: 'fields', list: 'elements', map: 'entries' } as const;
const context = 2;

function listText({ records }: Node, x: Value, given: Options): Text {
  const options: Options = less({ ...given, types: x.is === 'struct' ? 'auto' : 'elide' });
  const noun = nouns[x.is as keyof typeof nouns];
  return options.mode === ''
    ? wrap('{', differing(records, noun, options), '}')
    : wrap('{', unified(records, x, given, options), '}');
}

/** Records of which only one side is told. */
function unified(
  records: readonly Record[], x: Value, given: Options, options: Options,
): readonly Line[] {
  const level = clamp(given.level ?? 16);
  const most = given.mode === '=' ? ((1 << level) >> 1) << 2 : (1 << level) << 1;
  const lines: Line[] = [];
  for (const { key, node } of records) {
    if (lines.length === most) {
      lines.push(ellipsis());
      break;
    }
    const side = options.mode === '+' ? node.y : node.x;
    if (side === undefined || (x.is === 'struct' && isZero(side))) continue;
    lines.push({ ...keyed(key), value: diffText(node, options) });
  }
  return lines;
}

const keyed = (key: string | undefined) => (key === undefined ? {} : { key });

function differing(records: readonly Record[], noun: string, options: Options): readonly Line[] {
  const lines: Line[] = [];
  let at = 0;
  while (at < records.length) {
    const isSame = isEqual(records[at]);
    let end = at;
    while (end < records.length && isEqual(records[end]) === isSame) end += 1;
    const group = records.slice(at, end);
    if (isSame) lines.push(...around(group, { isFirst: at === 0, isLast: end === records.length }, noun, options));
    else for (const record of group) lines.push(...changed(record, options));
    at = end;
  }
  return lines;
}

const isEqual = (record: Record | undefined): boolean => record?.node.different === 0;

/** What is the same is shown only next to what is not. */
// oxlint-disable-next-line max-params -- a run of records, and where it stands
function around(
  group: readonly Record[], place: { isFirst: boolean; isLast: boolean }, noun: string,
  options: Options,
): readonly Line[] {
  const count = group.length;
  const low = place.isFirst ? 0 : Math.min(context, count);
  let high = place.isLast ? 0 : Math.min(context, count - low);
  if (count - (low + high) === 1) high += 1;
  const line = ({ key, node }: Record): Line =>
    ({ ...keyed(key), value: diffText(node, { ...options, mode: '=' }) });
  const hidden = count - low - high;
  return [
    ...group.slice(0, low).map(line),
    ...(hidden > 0 ? [ellipsis(`${hidden} identical ${noun}`)] : []),
    ...group.slice(count - high).map(line),
  ];
}

function changed({ key, node }: Record, options: Options): readonly Line[] {
  if (isLongText(node, options)) return [{ ...keyed(key), value: longText(node, options) }];
  if (node.children !== node.depth) return [{ ...keyed(key), value: diffText(node, options) }];
  const lines: Line[] = [];
  if (node.x !== undefined) lines.push({ ...keyed(key), mode: '-', value: diffText(node, { ...options, mode: '-' }) });
  if (node.y !== undefined) lines.push({ ...keyed(key), mode: '+', value: diffText(node, { ...options, mode: '+' }) });
  return lines;
}

function typed(value: Value, text: Text, { types, mode }: Options): Text {
  const isPlain = value.is === 'plain' || value.is === 'pointer';
  if (types === 'elide' || text === 'nil') return text;
  if (types === 'auto' && (isPlain || mode === '=')) return text;
  return wrap(typeName(value.type), text);
}

function valueText(value: Value, options: Options): Text {
  switch (value.is) {
    case 'plain':
      return typeof value.json === 'string' ? stringText(value.json, options) : String(value.json);
    case 'pointer':
      return value.to === undefined ? 'nil' : wrap('&', valueText(value.to, options));
    case 'quantity':
      return typed(value, quantityText(value.text, options), options);
    case 'struct':
      return typed(value, structText(value.fields, options), options);
    case 'map':
      if (value.entries === undefined) return 'nil';
      return typed(value, membersText(value.entries, { ...options, types: 'elide' }), options);
    case 'list': {
      if (value.items === undefined) return 'nil';
      const items = value.items.map((item) => ({ name: '', value: item }));
      return typed(value, membersText(items, { ...options, types: 'elide' }), options);
    }
  }
}

const structText = (fields: readonly Named[], options: Options): Text =>
  membersText(fields.filter((one) => !isZero(one.value)), { ...options, types: 'auto' });

function membersText(members: readonly Named[], options: Options): Text {
  const most = limitOf(options.level);
  const inner = less(options);
  const lines = members.slice(0, most).map(({ name, value }): Line => ({
    ...(name === '' ? {} : { key: name }), value: valueText(value, inner),
  }));
  return wrap('{', members.length > most ? [...lines, ellipsis()] : lines, '}');
}

/** A resource.Quantity by its unexported fields. */
function quantityText(text: string, options: Options): Text {
  const [, digits = '0', suffix = ''] = /^([+-]?[\d.]+)(.*)$/.exec(text) ?? [];
  const isBinary = /^[KMGTPE]i$/.test(suffix);
  const [scale, factor] = scales[suffix] ?? [0, 1];
  const plain = (type: string, json: string | number): Value => ({ is: 'plain', type, json });
  const amount: Named[] = [{ name: 'value', value: plain('int64', Number(digits) * factor) }];
  if (scale !== 0) amount.push({ name: 'scale', value: plain('int32', scale) });
  return structText([
    { name: 'i', value: { is: 'struct', type: 'resource.int64Amount', fields: amount } },
    { name: 's', value: plain('string', text) },
    { name: 'Format', value: plain('string', isBinary ? 'BinarySI' : 'DecimalSI') },
  ], options);
}

const scales: Readonly<{ [suffix: string]: readonly [scale: number, factor: number] }> = {
  n: [-9, 1], u: [-6, 1], m: [-3, 1], k: [3, 1], M: [6, 1], G: [9, 1], T: [12, 1],
  Ki: [0, 2 ** 10], Mi: [0, 2 ** 20], Gi: [0, 2 ** 30], Ti: [0, 2 ** 40],
};

function stringText(text: string, { level }: Options): string {
  const most = level === undefined ? Infinity : (1 << clamp(level)) << 5;
  return text.length > most + 3 ? `${goQuote(text.slice(0, most))}...` : goQuote(text);
}

const longFrom = 32;

function isLongText({ x, y, different }: Node, { mode }: Options): boolean {
  const long = (value: Value | undefined) =>
    value?.is === 'plain' && typeof value.json === 'string' && value.json.length >= longFrom;
  return mode === '' && different > 0 && long(x) && long(y);
}

/** What two long texts have in common before and after, and what is between. */
function longText({ x, y }: Node, _options: Options): Text {
  const [before, after] = [textOf(x), textOf(y)];
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const lines: Line[] = [];
  const add = (mode: Mode, text: string) => {
    for (let i = 0; i < text.length; i += 64) lines.push({ mode, value: goQuote(text.slice(i, i + 64)) });
  };
  add('', before.slice(0, start));
  add('-', before.slice(start, before.length - end));
  add('+', after.slice(start, after.length - end));
  add('', before.slice(before.length - end));
  return wrap('strings.Join({', lines, '}, "")');
}

const textOf = (value: Value | undefined): string =>
  value?.is === 'plain' ? String(value.json) : '';
