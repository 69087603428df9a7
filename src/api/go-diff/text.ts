/**
 * Text that breaks over lines only where it must, as go-cmp writes it.
 * Follows github.com/google/go-cmp cmp/report_text.go.
 */

export type Mode = '' | '=' | '-' | '+';

export type Text = string | Wrap | List;

/** Something in braces, with what stands before and after. */
export interface Wrap {
  readonly prefix: string;
  readonly value: Text;
  readonly suffix: string;
}

export interface Line {
  readonly mode?: Mode;
  readonly key?: string;
  readonly value: Text;
  /** After `...`: what is left out. */
  readonly comment?: string;
  readonly isEllipsis?: boolean;
}

export type List = readonly Line[];

const widest = 80;

export const wrap = (prefix: string, value: Text, suffix = ''): Wrap => ({ prefix, value, suffix });

export const ellipsis = (comment?: string): Line => ({
  value: '...', isEllipsis: true, ...(comment === undefined ? {} : { comment }),
});

const isList = (text: Text): text is List => Array.isArray(text);

/** The text with all on one line that can be. */
function compact(text: Text, mode: Mode): Text {
  if (typeof text === 'string') return text;
  if (!isList(text)) {
    const value = compact(text.value, mode);
    return typeof value === 'string'
      ? text.prefix + value + text.suffix
      : { ...text, value };
  }
  const lines = text.map((line) => ({ ...line, value: compact(line.value, line.mode || mode) }));
  const isMulti = lines.some((line) =>
    line.mode === '-' || line.mode === '+' || typeof line.value !== 'string' ||
    line.comment !== undefined);
  if (isMulti) return lines;
  const one = lines
    .map(({ key, value }) => (key === undefined ? '' : `${key}: `) + (value as string))
    .join(', ');
  return (mode === '-' || mode === '+') && one.length > widest ? lines : one;
}

const indent = (depth: number, mode: Mode): string =>
  (mode === '-' || mode === '+' ? `${mode} ` : '  ') + '\t'.repeat(depth);

function expanded(text: Text, mode: Mode, depth: number): string {
  if (typeof text === 'string') return text;
  if (!isList(text)) return text.prefix + expanded(text.value, mode, depth) + text.suffix;
  const isSimple = text.length > 0 && text.every(({ mode: own, key, value, comment }) =>
    !own && key === undefined && typeof value === 'string' && comment === undefined);
  const body = isSimple ? batched(text, mode, depth + 1) : listed(text, mode, depth + 1);
  return `${body}\n${indent(depth, mode)}`;
}

function batched(list: List, mode: Mode, depth: number): string {
  const rows: string[] = [];
  let row = '';
  for (const { value } of list) {
    if (row !== '' && row.length + (value as string).length + 2 > widest) {
      rows.push(row);
      row = '';
    }
    row += (row === '' ? '' : ', ') + (value as string);
  }
  if (row !== '') rows.push(row);
  return rows.map((one) => `\n${indent(depth, mode)}${one},`).join('');
}

function listed(list: List, mode: Mode, depth: number): string {
  const widths = keyWidths(list);
  return list.map((line, index) => {
    const own = line.mode || mode;
    const { key } = line;
    const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - (key ?? '').length));
    const head = key === undefined ? '' : `${key}: ${padding}`;
    const comment = line.comment === undefined ? '' : ` // ${line.comment}`;
    const comma = line.isEllipsis === true ? '' : ',';
    return `\n${indent(depth, own)}${head}${expanded(line.value, own, depth)}${comma}${comment}`;
  }).join('');
}

/** Keys of one-line values that stand together are as wide as the widest. */
function keyWidths(list: List): readonly number[] {
  const widths = list.map(() => 0);
  let from = 0;
  const settle = (to: number) => {
    const group = list.slice(from, to);
    const width = Math.max(0, ...group.map(({ key }) => key?.length ?? 0));
    for (let i = from; i < to; i++) widths[i] = width;
    from = to + 1;
  };
  list.forEach(({ key, value }, index) => {
    if (key === undefined || typeof value !== 'string') settle(index);
  });
  settle(list.length);
  return widths;
}

/** The whole, with its first indentation and its last line's end. */
export const printed = (text: Text): string =>
  `${indent(0, '')}${expanded(compact(text, ''), '', 0)}\n`;
