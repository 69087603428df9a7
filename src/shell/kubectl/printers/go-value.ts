/** Values as Go's fmt prints them: `%v` for templates and columns, `%#v` for error texts. */
import type { Json } from '../../../api/object.ts';
import { isList, keysOf } from './json.ts';
import { numberText } from './yaml.ts';

/** `%v`: `map[a:1 b:[x y]]`, `<nil>`. */
export function goValueText(value: Json | undefined): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number') return numberText(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map(goValueText).join(' ')}]`;
  return `map[${keysOf(value).map((key) => `${key}:${goValueText(value[key])}`).join(' ')}]`;
}

/** `%#v` of decoded JSON. */
export function goSyntax(value: Json | undefined): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  if (isList(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  const fields = keysOf(value).map((key) => `${JSON.stringify(key)}:${goSyntax(value[key])}`);
  return `map[string]interface {}{${fields.join(', ')}}`;
}

/** Go's Sprintf, for the verbs that templates use. */
export function formatGo(format: string, args: readonly (Json | undefined)[]): string {
  let next = 0;
  const text = format.replace(/%([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z%])/g, (_, flags: string, width: string, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (next >= args.length) return `%!${verb}(MISSING)`;
    const value = args[next];
    next += 1;
    return padded(verbText(verb, value, precision), flags, Number(width || 0));
  });
  return text;
}

function verbText(verb: string, value: Json | undefined, precision: string | undefined): string {
  switch (verb) {
    case 'q': return JSON.stringify(goValueText(value));
    case 'x': return typeof value === 'number' ? value.toString(16) : goValueText(value);
    case 'f': return Number(value).toFixed(Number(precision ?? 6));
    case 'd': return typeof value === 'number' ? String(value) : `%!d(${typeof value}=${goValueText(value)})`;
    case 's': case 'v': case 't': default: return goValueText(value);
  }
}

function padded(text: string, flags: string, width: number): string {
  if (flags.includes('-')) return text.padEnd(width);
  return text.padStart(width, flags.includes('0') ? '0' : ' ');
}
