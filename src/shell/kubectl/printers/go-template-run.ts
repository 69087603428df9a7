/** Runs Go templates. Follows Go's text/template exec.go and funcs.go. */
import type { Json } from '../../../api/object.ts';
import { decodeBase64 } from '../../../api/base64.ts';
import { formatGo, goValueText } from './go-value.ts';
import { isList, keysOf } from './json.ts';
import {
  type Command, type ParsedTemplate, type Pipeline, TemplateError, type TemplateNode, type Term,
} from './go-template-parse.ts';

type Value = Json | undefined;
type Scope = Map<string, Value>[];
class Jump extends Error {
  readonly kind: 'break' | 'continue';
  constructor(kind: 'break' | 'continue') {
    super(kind);
    this.kind = kind;
  }
}

export class TemplateRunner {
  private readonly template: ParsedTemplate;
  private readonly allowMissingKeys: boolean;
  private out = '';

  constructor(template: ParsedTemplate, allowMissingKeys: boolean) {
    this.template = template;
    this.allowMissingKeys = allowMissingKeys;
  }

  run(data: Json): string {
    this.nodes(this.template.nodes, data, [new Map([['$', data]])]);
    return this.out;
  }

  private nodes(nodes: readonly TemplateNode[], dot: Value, scope: Scope): void {
    for (const node of nodes) this.node(node, dot, scope);
  }

  private node(node: TemplateNode, dot: Value, scope: Scope): void {
    switch (node.type) {
      case 'text':
        this.out += node.text;
        return;
      case 'action': {
        const value = this.pipeline(node.pipeline, dot, scope);
        if (node.pipeline.variables.length === 0) this.out += printedValue(value);
        return;
      }
      case 'break': case 'continue':
        throw new Jump(node.type);
      case 'template': {
        const nodes = this.template.defined.get(node.name);
        if (nodes === undefined) throw new TemplateError(`template ${JSON.stringify(node.name)} not defined`);
        const value = node.pipeline === undefined ? undefined : this.pipeline(node.pipeline, dot, scope);
        this.nodes(nodes, value, [new Map([['$', value]])]);
        return;
      }
      case 'range':
        this.range(node, dot, scope);
        return;
      default: {
        const inner = [...scope, new Map<string, Value>()];
        const value = this.pipeline(node.pipeline, dot, inner);
        if (isTrue(value)) this.nodes(node.body, node.type === 'with' ? value : dot, inner);
        else this.nodes(node.otherwise, dot, inner);
      }
    }
  }

  private range(node: TemplateNode & { type: 'range' | 'if' | 'with' }, dot: Value, scope: Scope): void {
    const { variables, ...bare } = node.pipeline;
    const over = this.pipeline({ ...bare, variables: [] }, dot, scope);
    const entries = entriesOf(over);
    if (entries.length === 0) return this.nodes(node.otherwise, dot, scope);
    for (const [key, value] of entries) {
      const inner = new Map<string, Value>();
      if (variables.length === 1) inner.set(variables[0] ?? '', value);
      if (variables.length === 2) {
        inner.set(variables[0] ?? '', key);
        inner.set(variables[1] ?? '', value);
      }
      try {
        this.nodes(node.body, value, [...scope, inner]);
      } catch (error) {
        if (!(error instanceof Jump)) throw error;
        if (error.kind === 'break') return;
      }
    }
  }

  private pipeline({ commands, variables, isAssignment }: Pipeline, dot: Value, scope: Scope): Value {
    let value: Value;
    commands.forEach((command, i) => {
      value = this.command(command, { dot, scope, ...(i === 0 ? {} : { piped: value }), isPiped: i > 0 });
    });
    for (const name of variables) {
      const place = isAssignment ? scope.findLast((one) => one.has(name)) : scope.at(-1);
      if (place === undefined) throw new TemplateError(`undefined variable ${JSON.stringify(name)}`);
      place.set(name, value);
    }
    return value;
  }

  private command(
    command: Command, run: { dot: Value; scope: Scope; piped?: Value; isPiped: boolean },
  ): Value {
    const [first, ...rest] = command;
    if (first === undefined) throw new TemplateError('missing value for command');
    if (first.operand.type !== 'function') {
      if (rest.length > 0 || run.isPiped) {
        throw new TemplateError(`can't give argument to non-function ${first.source}`, first.at, first.source);
      }
      return this.term(first, run.dot, run.scope);
    }
    const { name } = first.operand;
    const args = rest.map((term) => this.term(term, run.dot, run.scope));
    if (run.isPiped) args.push(run.piped);
    try {
      return call(name, args);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const source = command.map((term) => term.source).join(' ');
      throw new TemplateError(`error calling ${name}: ${error.message}`, first.at, source);
    }
  }

  private term(term: Term, dot: Value, scope: Scope): Value {
    let value = this.operand(term, dot, scope);
    for (const field of term.fields) value = this.field(value, field, term);
    return value;
  }

  private operand({ operand }: Term, dot: Value, scope: Scope): Value {
    switch (operand.type) {
      case 'dot': return dot;
      case 'nil': return null;
      case 'value': return operand.value;
      case 'pipeline': return this.pipeline(operand.pipeline, dot, scope);
      case 'function': return call(operand.name, []);
      case 'variable': {
        const place = scope.findLast((one) => one.has(operand.name));
        if (place === undefined) throw new TemplateError(`undefined variable ${JSON.stringify(operand.name)}`);
        return place.get(operand.name);
      }
    }
  }

  private field(value: Value, field: string, { at: start, fields, source }: Term): Value {
    // Go gives a chain of fields the place of its second one.
    const at = fields.length > 1 ? start + (fields[0]?.length ?? 0) + 1 : start;
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' || isList(value)) {
      throw new TemplateError(`can't evaluate field ${field} in type interface {}`, at, source);
    }
    const found = value[field];
    if (found === undefined && !this.allowMissingKeys) {
      throw new TemplateError(`map has no entry for key ${JSON.stringify(field)}`, at, source);
    }
    return found;
  }
}

const printedValue = (value: Value): string =>
  value === undefined || value === null ? '<no value>' : goValueText(value);

function isTrue(value: Value): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'object') return value !== '' && value !== 0 && value !== false;
  return isList(value) ? value.length > 0 : keysOf(value).length > 0;
}

function entriesOf(value: Value): readonly (readonly [Value, Value])[] {
  if (value === undefined || value === null) return [];
  if (typeof value === 'number') return Array.from({ length: value }, (_, i) => [i, i] as const);
  if (typeof value !== 'object') {
    throw new TemplateError(`range can't iterate over ${goValueText(value)}`);
  }
  return isList(value)
    ? value.map((item, i) => [i, item] as const)
    : keysOf(value).map((key) => [key, value[key]] as const);
}

function call(name: string, args: readonly Value[]): Value {
  const [first, second] = args;
  switch (name) {
    case 'and': return args.find((arg) => !isTrue(arg)) ?? args.at(-1);
    case 'or': return args.find(isTrue) ?? args.at(-1);
    case 'not': return !isTrue(first);
    case 'len': return lengthOf(first);
    case 'index': return args.slice(1).reduce<Value>(itemAt, first);
    case 'slice': return sliceOf(args);
    case 'print': return printArgs(args);
    case 'println': return `${args.map(goValueText).join(' ')}\n`;
    case 'printf': return formatGo(String(first), args.slice(1));
    case 'html': return goValueText(first).replace(/[&<>"']/g, (c) =>
      ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' })[c] ?? c);
    case 'js': return goValueText(first).replace(/[\\'"]/g, '\\$&').replaceAll('\n', '\\n');
    case 'urlquery': return encodeURIComponent(goValueText(first)).replaceAll('%20', '+');
    case 'eq': return args.slice(1).some((other) => isSame(first, other));
    case 'ne': return !isSame(first, second);
    case 'lt': return compare(first, second) < 0;
    case 'le': return compare(first, second) <= 0;
    case 'gt': return compare(first, second) > 0;
    case 'ge': return compare(first, second) >= 0;
    case 'exists': return args.slice(1).reduce<Value>(itemAt, first) !== undefined;
    case 'base64decode': {
      const text = decodeBase64(String(first));
      if (text === undefined) throw new TemplateError('base64 decode failed: illegal base64 data at input byte 0');
      return text;
    }
    default: throw new TemplateError(`function ${JSON.stringify(name)} not defined`);
  }
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return value.length;
  if (value === undefined || value === null) throw new TemplateError('len of nil pointer');
  if (typeof value !== 'object') throw new TemplateError(`len of type ${typeof value}`);
  return isList(value) ? value.length : keysOf(value).length;
}

function itemAt(value: Value, key: Value): Value {
  if (value === undefined || value === null) throw new TemplateError('index of untyped nil');
  if (typeof value !== 'object') throw new TemplateError(`can't index item of type ${typeof value}`);
  if (!isList(value)) return value[String(key)];
  const index = Number(key);
  if (index < 0 || index >= value.length) throw new TemplateError(`index out of range: ${index}`);
  return value[index];
}

function sliceOf([value, from = 0, to]: readonly Value[]): Value {
  if (typeof value !== 'string' && !isList(value)) throw new TemplateError("can't slice item");
  return value.slice(Number(from), to === undefined ? undefined : Number(to));
}

/** Go's Sprint: spaces only between operands of which neither is a text. */
function printArgs(args: readonly Value[]): string {
  return args.map((arg, i) => {
    const isSpaced = i > 0 && typeof arg !== 'string' && typeof args[i - 1] !== 'string';
    return (isSpaced ? ' ' : '') + goValueText(arg);
  }).join('');
}

function isSame(a: Value, b: Value): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  if (typeof a !== typeof b) throw new TemplateError('incompatible types for comparison');
  return a === b;
}

function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  throw new TemplateError('incompatible types for comparison');
}
