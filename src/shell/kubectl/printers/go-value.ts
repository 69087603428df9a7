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
