/**
 * YAML as kubectl prints it: keys in go-yaml's natural order, lists not indented, long lines
 * folded after 80 columns, `|` blocks, quotes where a plain text would be read as something else.
 * Follows sigs.k8s.io/yaml (goyaml.v2: encode.go, resolve.go, sorter.go, emitterc.go).
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { isList } from './json.ts';

const foldAfter = 80;

/** One document, with a line break at its end. */
export function yamlText(value: Json): string {
  const writer = new YamlWriter();
  writer.node(value, 0, 'top');
  return writer.text.endsWith('\n') ? writer.text : `${writer.text}\n`;
}

type Place = 'top' | 'value' | 'item';

class YamlWriter {
  text = '';

  private get column(): number {
    return this.text.length - (this.text.lastIndexOf('\n') + 1);
  }

  /** Writes a node whose lines stand at `indent` (for values: their key's own indent). */
  node(value: Json, indent: number, place: Place): void {
    if (value !== null && typeof value === 'object') {
      if (isList(value)) this.list(value, indent, place);
      else this.map(value, indent, place);
      return;
    }
    if (place === 'value') this.text += ' ';
    this.scalar(value, indent);
  }

  private list(list: readonly Json[], indent: number, place: Place): void {
    if (list.length === 0) {
      this.text += place === 'value' ? ' []' : '[]';
      return;
    }
    // An item of a list continues on the dash's own line.
    list.forEach((item, i) => {
      if (place === 'value' || i > 0) this.line(indent);
      this.text += '- ';
      this.node(item, item !== null && typeof item === 'object' ? indent + 2 : indent, 'item');
    });
  }

  private map(map: JsonObject, indent: number, place: Place): void {
    const keys = naturalKeys(map);
    if (keys.length === 0) {
      this.text += place === 'value' ? ' {}' : '{}';
      return;
    }
    const inner = place === 'value' ? indent + 2 : indent;
    keys.forEach((key, i) => {
      if (place === 'value' || i > 0) this.line(inner);
      this.scalar(key, inner, true);
      this.text += ':';
      this.node(map[key] ?? null, inner, 'value');
    });
  }

  private line(indent: number): void {
    if (this.text !== '' && !this.text.endsWith('\n')) this.text += '\n';
    this.text += ' '.repeat(indent);
  }

  private scalar(value: string | number | boolean | null, indent: number, isKey = false): void {
    if (typeof value !== 'string') {
      this.text += typeof value === 'number' ? numberText(value) : String(value);
      return;
    }
    const style = styleOf(value, isKey);
    if (style === 'literal') this.literal(value, indent + 2);
    else if (style === 'plain') this.folded(value, indent + 2, isKey, '');
    else if (style === 'single') this.folded(value, indent + 2, isKey, "'");
    else this.double(value, indent + 2, isKey);
  }

  private literal(value: string, indent: number): void {
    const hint = /^[ \n]/.test(value) ? '2' : '';
    const chomp = !value.endsWith('\n') ? '-' : value === '\n' || value.endsWith('\n\n') ? '+' : '';
    this.text += `|${hint}${chomp}`;
    for (const line of value.replace(/\n$/, '').split('\n')) {
      this.text += line === '' ? '\n' : `\n${' '.repeat(indent)}${line}`;
    }
    if (chomp === '+') this.text += '\n';
  }

  // oxlint-disable-next-line max-params -- one scalar's circumstances
  private folded(value: string, indent: number, isKey: boolean, quote: '' | "'"): void {
    this.text += quote;
    const chars = [...value];
    let wasSpace = false;
    let column = this.column;
    const put = (text: string) => {
      this.text += text;
      column += text.length;
    };
    chars.forEach((char, i) => {
      if (char === ' ') {
        const isInside = quote === '' || (i > 0 && i < chars.length - 1);
        const folds = !isKey && !wasSpace && column > foldAfter && isInside && chars[i + 1] !== ' ';
        if (folds) {
          this.text += `\n${' '.repeat(indent)}`;
          column = indent;
        } else put(' ');
        wasSpace = true;
        return;
      }
      put(char === "'" && quote !== '' ? "''" : char);
      if (char === '\n' && quote !== '') put(' '.repeat(indent));
      wasSpace = false;
    });
    this.text += quote;
  }

  private double(value: string, indent: number, isKey: boolean): void {
    this.text += '"';
    const chars = [...value];
    let wasSpace = false;
    let column = this.column;
    chars.forEach((char, i) => {
      if (char === ' ') {
        const isInside = i > 0 && i < chars.length - 1;
        if (!isKey && !wasSpace && column > foldAfter && isInside) {
          this.text += `\n${' '.repeat(indent)}`;
          column = indent;
          if (chars[i + 1] === ' ') {
            this.text += '\\';
            column += 1;
          }
        } else {
          this.text += ' ';
          column += 1;
        }
        wasSpace = true;
        return;
      }
      const written = escaped(char);
      this.text += written;
      column += written.length;
      wasSpace = false;
    });
    this.text += '"';
  }
}

const shortEscapes: Readonly<Record<string, string>> = {
  '\0': '\\0', '\x07': '\\a', '\b': '\\b', '\t': '\\t', '\n': '\\n', '\v': '\\v', '\f': '\\f',
  '\r': '\\r', '\x1b': '\\e', '"': '\\"', '\\': '\\\\', '\x85': '\\N', '\xa0': '\\_',
  '\u2028': '\\L', '\u2029': '\\P',
};

function escaped(char: string): string {
  const short = shortEscapes[char];
  if (short !== undefined) return short;
  if (isPrintable(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  const [letter, digits] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${String(letter)}${code.toString(16).toUpperCase().padStart(Number(digits), '0')}`;
}

function isPrintable(char: string): boolean {
  const code = char.codePointAt(0) ?? 0;
  return (code >= 0x20 && code <= 0x7e) || (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff) || code >= 0x10000;
}

type Style = 'plain' | 'single' | 'double' | 'literal';

function styleOf(value: string, isKey: boolean): Style {
  const isSpecial = [...value].some((char) => char !== '\n' && !isPrintable(char)) ||
    value.includes(' \n');
  if (value.includes('\n')) {
    if (isKey || isSpecial || value.endsWith(' ')) return 'double';
    return 'literal';
  }
  if (looksLikeOther(value)) return 'double';
  if (isSpecial) return 'double';
  return canBePlain(value) ? 'plain' : 'single';
}

/** Whether a text without quotes stays a text to a YAML parser (block context). */
function canBePlain(value: string): boolean {
  if (value.startsWith('---') || value.startsWith('...')) return false;
  if (/^[#,[\]{}&*!|>'"%@`]/.test(value) || /^[?:-](\s|$)/.test(value)) return false;
  if (/^\s|\s$/.test(value)) return false;
  return !/:(\s|$)|\s#/.test(value);
}

const words = new Set([
  '', '~', 'null', 'Null', 'NULL', 'y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On',
  'ON', 'n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF', '.nan', '.NaN',
  '.NAN', '.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF', '-.inf', '-.Inf', '-.INF', '<<',
]);
const yamlFloat = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;
const goInt = /^[-+]?(0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/;
const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;
const timestamp =
  /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]|\s+)\d\d?:\d\d?:\d\d?(?:\.\d+)?(?:[Zz]|\s*[-+]\d\d?(?::\d\d)?)?)?$/;

/** Whether YAML would read the text as null, a boolean, a number or a time. */
export function looksLikeOther(value: string): boolean {
  if (words.has(value)) return true;
  if (!/^[-+.0-9]/.test(value)) return false;
  const digits = value.replaceAll('_', '');
  return goInt.test(digits) || yamlFloat.test(digits) || base60.test(value) || timestamp.test(value);
}

/** Go's `%v` of a float64 or an integer. */
export function numberText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return String(value);
  return String(value).replace(/e([+-])(\d)$/, 'e$10$2');
}

const isLetter = (char: string): boolean => /\p{L}/u.test(char);
const isDigit = (char: string | undefined): boolean => char !== undefined && /[0-9]/.test(char);

/** Keys as go-yaml sorts them: numbers by value, letters after the rest. */
export function naturalKeys(map: JsonObject): readonly string[] {
  return Object.keys(map).filter((key) => map[key] !== undefined).sort(compareKeys);
}

function compareKeys(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    const [x = '', y = ''] = [a[i], b[i]];
    if (x === y) continue;
    const [isX, isY] = [isLetter(x), isLetter(y)];
    if (isX && isY) return x < y ? -1 : 1;
    if (isX || isY) return isY ? -1 : 1;
    return compareNumbers(a, b, i);
  }
  return a.length - b.length;
}

function compareNumbers(a: string, b: string, from: number): number {
  let head = 0;
  if (a[from] === '0' || b[from] === '0') {
    for (let j = from - 1; j >= 0 && isDigit(a[j]); j -= 1) if (a[j] !== '0') head = 1;
  }
  const [x, endX] = numberAt(a, from, head);
  const [y, endY] = numberAt(b, from, head);
  if (x !== y) return x < y ? -1 : 1;
  if (endX !== endY) return endX - endY;
  return (a[from] ?? '') < (b[from] ?? '') ? -1 : 1;
}

function numberAt(text: string, from: number, head: number): readonly [number, number] {
  let value = head;
  let at = from;
  for (; isDigit(text[at]); at += 1) value = value * 10 + Number(text[at]);
  return [value, at];
}
