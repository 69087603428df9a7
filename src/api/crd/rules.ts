/**
 * The rules of a schema (`x-kubernetes-validations`), compiled once and run over objects.
 * Follows apiextensions-apiserver pkg/apiserver/schema/cel/{compilation,validation}.go. Cost limits
 * are left out.
 */
import { type CelProgram, CelScope, asResource, declareSchema, toCel } from '../cel/index.ts';
import { Optional } from '@marcbachmann/cel-js';
import { isDeepEqual } from '../equal.ts';
import { type FieldError, at, child, invalid } from '../field.ts';
import type { Json } from '../object.ts';
import { readFieldPath } from './field-path.ts';
import { type JsonSchema, type ValidationRule, isObject, valuesOf } from './json-schema.ts';

/** A rule that can be run, or what is wrong with it. */
export interface CompiledRule {
  readonly rule: ValidationRule;
  readonly program?: CelProgram;
  readonly message?: CelProgram;
  readonly usesOldSelf: boolean;
  readonly problem?: string;
  readonly messageProblem?: string;
  /** Where its failures are said to be, below the value. */
  readonly path: string;
}

/** The rules of one value, and of what is below it. */
export interface RuleTree {
  readonly schema: JsonSchema;
  readonly rules: readonly CompiledRule[];
  readonly items?: RuleTree;
  readonly values?: RuleTree;
  readonly fields?: Readonly<Record<string, RuleTree>>;
}

/** Compiles one value's rules. */
export function compileRules(schema: JsonSchema, isRoot: boolean): readonly CompiledRule[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) return [];
  const whole = isRoot ? asResource(schema) : schema;
  const scopeOf = (isOptional: boolean): CelScope =>
    new CelScope((environment) => {
      const self = declareSchema(environment, 'selfType', whole);
      return { self, oldSelf: isOptional ? `optional<${self}>` : self };
    });
  const plain = scopeOf(false);
  let optional: CelScope | undefined;
  return rules.map((rule) => {
    if (rule.optionalOldSelf === true) optional ??= scopeOf(true);
    return compileRule(schema, rule, (rule.optionalOldSelf === true ? optional : plain) ?? plain);
  });
}

function compileRule(schema: JsonSchema, rule: ValidationRule, scope: CelScope): CompiledRule {
  const { program, problem } = scope.compile(rule.rule);
  const path = rule.fieldPath === undefined ? undefined : readFieldPath(rule.fieldPath, schema);
  const base = { rule, path: path?.problem === undefined ? (path?.path ?? '') : '' };
  if (program === undefined) {
    return { ...base, usesOldSelf: false, problem: `compilation failed: ${problem}` };
  }
  if (program.type !== 'bool' && program.type !== 'dyn') {
    const words = 'cel expression must evaluate to a bool';
    return { ...base, usesOldSelf: false, problem: words };
  }
  const compiled = { ...base, program, usesOldSelf: program.uses('oldSelf') };
  if (rule.messageExpression === undefined) return compiled;
  const message = scope.compile(rule.messageExpression);
  if (message.program === undefined) {
    const words = `messageExpression compilation failed: ${message.problem}`;
    return { ...compiled, messageProblem: words };
  }
  if (message.program.type !== 'string' && message.program.type !== 'dyn') {
    return { ...compiled, messageProblem: 'messageExpression must evaluate to a string' };
  }
  return { ...compiled, message: message.program };
}

/** All rules below a schema; undefined if there are none. */
export function ruleTree(schema: JsonSchema, isRoot = false): RuleTree | undefined {
  const rules = compileRules(schema, isRoot);
  const items = schema.items === undefined ? undefined : ruleTree(schema.items);
  const mapped = valuesOf(schema);
  const values = mapped === undefined ? undefined : ruleTree(mapped);
  const fields: Record<string, RuleTree> = {};
  for (const key of Object.keys(schema.properties ?? {})) {
    const field = ruleTree((schema.properties ?? {})[key] as JsonSchema);
    if (field !== undefined) fields[key] = field;
  }
  const hasFields = Object.keys(fields).length > 0;
  if (rules.length === 0 && items === undefined && values === undefined && !hasFields) {
    return undefined;
  }
  return {
    schema: isRoot ? asResource(schema) : schema,
    rules,
    ...(items === undefined ? {} : { items }),
    ...(values === undefined ? {} : { values }),
    ...(hasFields ? { fields } : {}),
  };
}

/** Runs all rules over a value; those about changes only where there is an old value beside it. */
export function runRules(
  tree: RuleTree | undefined,
  value: Json,
  previous: Json | undefined,
  path = '',
): readonly FieldError[] {
  if (tree === undefined || value === null) return [];
  const errors = runOwn(tree, value, previous, path);
  if (Array.isArray(value)) return [...errors, ...runItems(tree, value, previous, path)];
  if (!isObject(value)) return errors;
  const old = isObject(previous) ? previous : undefined;
  for (const key of Object.keys(value)) {
    const { fields } = tree;
    const field = fields !== undefined && Object.hasOwn(fields, key) ? fields[key] : undefined;
    const below = field ?? tree.values;
    if (below === undefined) continue;
    const where = field === undefined ? at(path, key) : child(path, key);
    errors.push(...runRules(below, value[key] as Json, old?.[key], where));
  }
  return errors;
}

function runItems(
  tree: RuleTree,
  list: readonly Json[],
  previous: Json | undefined,
  path: string,
): readonly FieldError[] {
  const { items, schema } = tree;
  if (items === undefined) return [];
  const keys =
    schema['x-kubernetes-list-type'] === 'map' ? schema['x-kubernetes-list-map-keys'] : undefined;
  const olds = Array.isArray(previous) ? (previous as readonly Json[]) : [];
  return list.flatMap((item, i) => {
    const old =
      keys === undefined || !isObject(item)
        ? undefined
        : olds.find((one) => isObject(one) && keys.every((key) => one[key] === item[key]));
    return runRules(items, item, old, at(path, i));
  });
}

function runOwn(
  tree: RuleTree,
  value: Json,
  previous: Json | undefined,
  path: string,
): FieldError[] {
  if (tree.rules.length === 0) return [];
  const self = toCel(tree.schema, value);
  const oldSelf = previous === undefined || previous === null ? null : toCel(tree.schema, previous);
  const isSame = previous !== undefined && isDeepEqual(value, previous);
  const errors: FieldError[] = [];
  for (const rule of tree.rules) {
    const isOptional = rule.rule.optionalOldSelf === true;
    if (rule.usesOldSelf && oldSelf === null && !isOptional) continue;
    const old = isOptional ? (oldSelf === null ? Optional.none() : Optional.of(oldSelf)) : oldSelf;
    const error = runRule(tree, rule, { self, oldSelf: old }, path);
    // What has not changed may keep its faults.
    if (error !== undefined && (rule.usesOldSelf || !isSame)) errors.push(error);
  }
  return errors;
}

const ruleText = ({ message, rule }: ValidationRule): string =>
  message === undefined || message === '' ? `failed rule: ${rule.trim()}` : message.trim();

function runRule(
  { schema }: RuleTree,
  { rule, program, message, problem, path: below }: CompiledRule,
  variables: Readonly<Record<string, unknown>>,
  path: string,
): FieldError | undefined {
  const where = path === '' ? '<nil>' : path;
  const type = schema.type ?? '';
  if (program === undefined) return invalid(where, type, `rule compile error: ${problem}`);
  const outcome = program.run(variables);
  if (outcome.problem !== undefined) {
    const words =
      outcome.problem === 'no such overload'
        ? `'no such overload': call arguments did not match a supported operator, function or ` +
          `macro signature for rule: ${rule.message ?? rule.rule}`
        : `${outcome.problem} evaluating rule: ${rule.message ?? rule.rule}`;
    return invalid(where, type, words);
  }
  if (outcome.value === true) return undefined;
  const place = below === '' ? where : path === '' ? below : `${path}.${below}`;
  return failure(place, type, messageOf(rule, message, variables), rule.reason);
}

function messageOf(
  rule: ValidationRule,
  message: CelProgram | undefined,
  variables: Readonly<Record<string, unknown>>,
): string {
  const text = message?.run(variables).value;
  const isUsable = typeof text === 'string' && text.trim() !== '' && !text.includes('\n');
  return isUsable ? text : ruleText(rule);
}

/** The reason that a rule asks for decides the kind of error. */
function failure(field: string, type: string, words: string, reason?: string): FieldError {
  switch (reason) {
    case 'FieldValueForbidden':
      return { type: 'FieldValueForbidden', field, message: `Forbidden: ${words}` };
    case 'FieldValueRequired':
      return { type: 'FieldValueRequired', field, message: `Required value: ${words}` };
    case 'FieldValueDuplicate':
      return { type: 'FieldValueDuplicate', field, message: `Duplicate value: "${type}"` };
    default:
      return invalid(field, type, words);
  }
}
