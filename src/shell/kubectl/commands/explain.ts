/**
 * `kubectl explain`: the server's OpenAPI v3 in plain words.
 * Follows kubectl pkg/explain/v2/templates/plaintext.tmpl.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { type Resource, findResource } from '../discovery.ts';
import { CommandError, failed } from '../errors.ts';
import { explainHelp } from '../help/explain.gen.ts';
import { compactJson } from '../printers/json.ts';

/** An OpenAPI schema, as far as it is read here. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly allOf?: readonly Schema[];
  readonly enum?: readonly Json[];
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string; readonly version: string; readonly kind: string;
  }[];
}

export const explain = command(explainHelp, function* (context, { args }, flags) {
  const [word] = args;
  if (word === undefined) {
    throw failed('You must specify the type of resource to explain. ' +
      'Use "kubectl api-resources" for a complete list of supported resources.');
  }
  if (args.length > 1) throw failed('We accept only this format: explain RESOURCE');
  if (word.startsWith('.') || word.includes('..') || word.includes('[')) {
    throw failed('invalid jsonpath syntax, first node must be field node');
  }
  const { resource, path } = yield* find(context, word, flags['api-version']);
  if (flags.output !== 'plaintext' && flags.output !== 'plaintext-openapiv2') {
    throw failed(`unrecognized format: ${flags.output}`);
  }
  const schemas = yield* schemasOf(context, resource);
  const schema = Object.values(schemas).find((one) =>
    one['x-kubernetes-group-version-kind']?.some((gvk) =>
      gvk.group === resource.group && gvk.version === resource.version && gvk.kind === resource.kind));
  const { group, version, kind } = resource;
  if (schema === undefined) {
    throw failed(`GVK map[group:${group} kind:${kind} version:${version}] not found in OpenAPI schema`);
  }
  const writer = new Explainer(schemas, flags.recursive);
  const text = writer.output(schema, path, new Set());
  context.print(`${group === '' ? '' : `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`);
  if (text === undefined) throw failed(`field ${JSON.stringify(path.at(-1))} does not exist`);
  context.print(`${text}\n`);
});

/** `deployments.apps.spec.replicas`: as much as is a resource's name, and the fields after it. */
function* find(context: Context, word: string, apiVersion: string) {
  const parts = word.replace(/\.$/, '').split('.');
  const [name = '', ...fields] = parts;
  const base = yield* context.lookUp((resources) => findResource(resources, name));
  // The bare words of the mapper, without the `error: ` that other commands put before them.
  if (base === undefined) {
    throw new CommandError(`the server doesn't have a resource type ${JSON.stringify(name)}`);
  }
  if (apiVersion !== '') {
    const [version = '', group = ''] = apiVersion.split('/').reverse();
    const wanted = (yield* context.resources()).find((one) =>
      one.group === group && one.version === version && one.kind === base.kind);
    if (wanted === undefined) {
      throw failed(`couldn't find resource for "${group}/${version}, Resource=${base.plural}"`);
    }
    return { resource: wanted, path: fields };
  }
  const groupParts = base.group === '' ? [] : base.group.split('.');
  const isGrouped = groupParts.length > 0 && groupParts.every((part, i) => fields[i] === part);
  return { resource: base, path: isGrouped ? fields.slice(groupParts.length) : fields };
}

function* schemasOf(
  context: Context, { group, version }: Resource,
): Story<Readonly<Record<string, Schema>>> {
  const index = yield* context.request({ path: '/openapi/v3', query: { timeout: '32s' } });
  const key = group === '' ? `api/${version}` : `apis/${group}/${version}`;
  const paths = (index['paths'] ?? {}) as Readonly<Record<string, { serverRelativeURL?: string }>>;
  const url = paths[key]?.serverRelativeURL;
  if (url === undefined) {
    throw failed(`couldn't find resource for "${group === '' ? '' : `${group}/`}${version}"`);
  }
  const [path = '', query = ''] = url.split('?');
  const pairs = query.split('&').filter((pair) => pair !== '').map((pair) => pair.split('=') as [string, string]);
  const document = yield* context.request({ path, query: Object.fromEntries(pairs) });
  const components = (document['components'] ?? {}) as JsonObject;
  return (components['schemas'] ?? {}) as unknown as Readonly<Record<string, Schema>>;
}

class Explainer {
  private readonly schemas: Readonly<Record<string, Schema>>;
  private readonly isRecursive: boolean;

  constructor(schemas: Readonly<Record<string, Schema>>, isRecursive: boolean) {
    this.schemas = schemas;
    this.isRecursive = isRecursive;
  }

  /** What is said of the field that the path leads to; undefined when there is none. */
  output(schema: Schema, path: readonly string[], history: ReadonlySet<string>): string | undefined {
    const ref = schema.$ref ?? '';
    const resolved = this.resolve(schema);
    const [first, ...rest] = path;
    if (first === undefined) return this.described(resolved);
    if (ref !== '' && history.has(ref)) return undefined;
    const next = ref === '' ? history : new Set([...history, ref]);
    const property = resolved.properties?.[first];
    if (property !== undefined) {
      const below = this.output(property, rest, new Set());
      if (below === undefined || rest.length > 0) return below;
      return `FIELD: ${first} <${this.typeOf(property)}>\n${this.enumOf(property)}\n\n${below}`;
    }
    if (resolved.items !== undefined) return this.output(resolved.items, path, next);
    const map = resolved.additionalProperties;
    if (typeof map === 'object') return this.output(map, path, next);
    for (const one of resolved.allOf ?? []) {
      const text = this.output(one, path, next);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  private resolve(schema: Schema): Schema {
    const name = schema.$ref?.replace('#/components/schemas/', '');
    return (name === undefined ? undefined : this.schemas[name]) ?? schema;
  }

  private described(schema: Schema): string {
    const description = this.description(schema) || '<empty>';
    const fields = this.fieldList(schema, 1, new Set());
    const text = `DESCRIPTION:\n${indent(wrap(description, 76), 4)}\n`;
    return fields === '' ? text : `${text}FIELDS:\n${fields}`;
  }

  private description(schema: Schema): string {
    const resolved = this.resolve(schema);
    const parts = [...(resolved.allOf ?? []), ...(resolved.items === undefined ? [] : [resolved.items])];
    if (typeof resolved.additionalProperties === 'object') parts.push(resolved.additionalProperties);
    const own = resolved.description ? `${resolved.description}\n` : '';
    return own + parts.map((part) => this.description(part)).join('');
  }

  private fieldList(schema: Schema, level: number, history: ReadonlySet<string>): string {
    const ref = schema.$ref ?? '';
    if (ref !== '' && history.has(ref)) return '';
    const next = ref === '' ? history : new Set([...history, ref]);
    const resolved = this.resolve(schema);
    const { properties = {}, required = [] } = resolved;
    let text = '';
    for (const name of Object.keys(properties).sort()) {
      const field = properties[name] as Schema;
      text += this.fieldDetail(field, { name, level, isRequired: required.includes(name) });
      if (this.isRecursive) text += this.fieldList(field, level + 1, next);
    }
    for (const one of resolved.allOf ?? []) text += this.fieldList(one, level, next);
    if (resolved.items !== undefined) text += this.fieldList(resolved.items, level, next);
    if (typeof resolved.additionalProperties === 'object') {
      text += this.fieldList(resolved.additionalProperties, level, next);
    }
    return text;
  }

  private fieldDetail(
    schema: Schema, { name, level, isRequired }: { name: string; level: number; isRequired: boolean },
  ): string {
    const width = level * 2;
    const values = schema.enum === undefined
      ? '' : `\n${' '.repeat(width)}enum: ${shownValues(schema.enum, 4)}`;
    const head = `${' '.repeat(width)}${name}\t<${this.typeOf(schema)}>` +
      `${isRequired ? ' -required-' : ''}${values}\n`;
    if (this.isRecursive) return head;
    const text = wrap(schema.description || '<no description>', 78 - width);
    return `${head}${indent(text, width + 2)}\n\n`;
  }

  private enumOf({ enum: values }: Schema): string {
    if (values === undefined) return '';
    return `ENUM:${values.map((value) => `\n    ${value === '' ? '""' : String(value)}`).join('')}`;
  }

  private typeOf(schema: Schema): string {
    if (schema.items !== undefined) return `[]${this.typeOf(schema.items)}`;
    if (typeof schema.additionalProperties === 'object') {
      return `map[string]${this.typeOf(schema.additionalProperties)}`;
    }
    const [only, ...more] = schema.allOf ?? [];
    if (only !== undefined && more.length === 0 && schema.properties === undefined) return this.typeOf(only);
    if (schema.$ref !== undefined) {
      const target = this.resolve(schema);
      const isObject = target === schema || target.type === undefined || target.type === 'object';
      return isObject ? (schema.$ref.split(/[/.]/).at(-1) ?? 'Object') : (target.type ?? 'Object');
    }
    return schema.type === undefined || schema.type === 'object' ? 'Object' : schema.type;
  }
}

function shownValues(values: readonly Json[], limit: number): string {
  const shown = values.slice(0, limit).map((value) =>
    value === '' ? '""' : typeof value === 'string' ? value : compactJson(value));
  return shown.join(', ') + (values.length > limit ? ', ....' : '');
}

const indent = (text: string, by: number): string =>
  ' '.repeat(by) + text.replaceAll('\n', `\n${' '.repeat(by)}`);

/**
 * Breaks lines at spaces so that none is longer than `width`; the spaces of a break are dropped, all
 * others stay. Follows mitchellh/go-wordwrap (WrapString).
 */
function wrap(text: string, width: number): string {
  return text.split('\n').map((line) => wrapLine(line, width)).join('\n');
}

function wrapLine(line: string, width: number): string {
  let out = '';
  let column = 0;
  for (const [, space = '', word = ''] of line.matchAll(/( *)([^ ]*)/g)) {
    const begin = column + space.length;
    const isTooLong = begin + word.length > width;
    // Nothing is won by a break before a word that begins its line.
    if (isTooLong && word !== '' && begin > 1) {
      out += `\n${word}`;
      column = word.length;
    } else if (!isTooLong || word !== '') {
      out += space + word;
      column = begin + word.length;
    }
  }
  return out;
}

