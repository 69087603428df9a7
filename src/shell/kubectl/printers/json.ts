/** JSON as Go writes it: keys in order, `<`, `>` and `&` escaped, four spaces of indent. */
import { compactJson, goJsonString, keysOf } from '../../../api/go-json.ts';
import type { Json, JsonObject } from '../../../api/object.ts';

export { compactJson, goJsonString, keysOf };

/** Over many lines, keys in order. */
export const prettyJson = (value: Json): string => indented(value, '', keysOf);

/** Over many lines, fields as the object has them: how Go writes its own types. */
export const typedJson = (value: Json): string =>
  indented(value, '', (object) => Object.keys(object).filter((key) => object[key] !== undefined));

function indented(
  value: Json, outer: string, keys: (object: JsonObject) => readonly string[],
): string {
  if (value === null || typeof value !== 'object') return compactJson(value);
  const inner = `${outer}    `;
  const [open, close] = isList(value) ? ['[', ']'] : ['{', '}'];
  const parts = isList(value)
    ? value.map((item) => indented(item, inner, keys))
    : keys(value).map((key) =>
        `${goJsonString(key)}: ${indented(value[key] ?? null, inner, keys)}`);
  if (parts.length === 0) return open + close;
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${outer}${close}`;
}

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
