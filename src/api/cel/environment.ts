/**
 * The Common Expression Language as Kubernetes speaks it: expressions are checked against declared
 * variables, with the words of cel-go where something is wrong, and then run. Follows apiserver
 * pkg/cel/environment/base.go. Left out: cost limits, macros over two variables, optMap and
 * optFlatMap, the authorizer library.
 */
import { type ASTNode, Environment, type ParseResult } from '@marcbachmann/cel-js';
import { compileProblem, runProblem } from './problems.ts';
import { registerFormats } from './library-format.ts';
import { registerLists } from './library-lists.ts';
import { registerNetwork } from './library-network.ts';
import { registerQuantities } from './library-quantity.ts';
import { registerTexts } from './library-text.ts';

/** A type's name (`int`, `list<string>`, `dyn`, …), or the fields of an object. */
export type CelType = string;

/** Declares the types of variables on an environment; returns each variable's type. */
export type Declare = (environment: Environment) => Readonly<Record<string, CelType>>;

export interface CelProgram {
  /** What it comes to, such as `bool` or `string`. */
  readonly type: string;
  /** Whether the expression names this variable. */
  readonly uses: (variable: string) => boolean;
  readonly run: (variables: Readonly<Record<string, unknown>>) => CelOutcome;
}

export type CelOutcome =
  | { readonly value: unknown; readonly problem?: undefined }
  /** `no such key: x`, in cel-go's words. */
  | { readonly value?: undefined; readonly problem: string };

export type CelCompiled =
  | { readonly program: CelProgram; readonly problem?: undefined }
  /** `ERROR: <input>:1:5: undefined field 'x'` and what follows, in cel-go's words. */
  | { readonly program?: undefined; readonly problem: string };

const options = {
  enableOptionalTypes: true,
  homogeneousAggregateLiterals: false,
  unlistedVariablesAreDyn: false,
};

let base: Environment | undefined;

function libraries(): Environment {
  if (base !== undefined) return base;
  base = new Environment(options);
  registerLists(base);
  registerTexts(base);
  registerQuantities(base);
  registerNetwork(base);
  registerFormats(base);
  return base;
}

/** Variables with their types, in which expressions are compiled. */
export class CelScope {
  private readonly checked: Environment;
  private readonly dynamic: Environment;
  private readonly types: Readonly<Record<string, CelType>>;

  constructor(declare: Declare) {
    this.checked = libraries().clone();
    this.types = declare(this.checked);
    // Values are plain data, so what runs knows no types: they were checked before.
    this.dynamic = libraries().clone();
    for (const name of Object.keys(this.types)) {
      this.checked.registerVariable(name, this.types[name] as string);
      this.dynamic.registerVariable(name, 'dyn');
    }
  }

  /** Checks and compiles; says in cel-go's words what is wrong. */
  compile(expression: string): CelCompiled {
    try {
      const check = this.checked.check(expression);
      if (!check.valid) return { problem: compileProblem(expression, check.error) };
      const parsed = this.dynamic.parse(expression);
      return { program: programOf(parsed, check.type ?? 'dyn') };
    } catch (problem) {
      return { problem: compileProblem(expression, problem) };
    }
  }
}

const programOf = (parsed: ParseResult, type: string): CelProgram => ({
  type,
  uses: (variable) => mentions(parsed.ast, variable),
  run: (variables) => {
    try {
      return { value: parsed({ ...variables }) as unknown };
    } catch (problem) {
      return { problem: runProblem(problem) };
    }
  },
});

function mentions(node: unknown, variable: string): boolean {
  if (Array.isArray(node)) return node.some((one) => mentions(one, variable));
  if (typeof node !== 'object' || node === null) return false;
  const { op, args } = node as ASTNode;
  return op === 'id' ? args === variable : mentions(args, variable);
}
