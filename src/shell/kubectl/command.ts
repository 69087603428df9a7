/**
 * What a kubectl command is: one literal with its name, texts, flags and what it does. The parser,
 * `--help` and completion read the same literal.
 */
import type { Story } from '../../kernel/index.ts';
import type { Context } from './context.ts';
import type { globalFlags } from './help/flags.gen.ts';

export type FlagType = 'boolean' | 'string' | 'int' | 'duration' | 'list' | 'array';

/** A flag as `--help` describes it. */
export interface Flag {
  /** The one-letter form. */
  readonly short?: string;
  readonly type: FlagType;
  readonly default: string | number | boolean | readonly string[];
  /** The value of a flag that is given without one (`--dry-run`); other flags insist on one. */
  readonly bare?: string;
  readonly usage: string;
}

/** A command's texts and flags, as recorded from the real kubectl. */
export interface Help {
  readonly name: string;
  readonly short: string;
  readonly aliases?: readonly string[];
  readonly long: string;
  readonly examples: string;
  readonly usage: string;
  readonly flags: Readonly<Record<string, Flag>>;
  readonly children?: Readonly<Record<string, Help>>;
}

/** A flag's value by its type. Durations are texts: commands read them when they use them. */
export type FlagValue<T extends FlagType> = T extends 'boolean'
  ? boolean
  : T extends 'int'
    ? number
    : T extends 'list' | 'array'
      ? readonly string[]
      : string;

/** The values of a command's own flags and of the global ones, typed from the literals. */
export type FlagsOf<F> = {
  readonly [K in keyof F]: F[K] extends { readonly type: infer T extends FlagType }
    ? FlagValue<T>
    : never;
} & GlobalFlags & { readonly changed: ReadonlySet<string> };

export type GlobalFlags = {
  readonly [K in keyof typeof globalFlags]: FlagValue<(typeof globalFlags)[K]['type']>;
};

/** Flag values whose command is not known to the type checker. */
export type AnyFlags = FlagsOf<Readonly<Record<string, never>>> &
  Readonly<Record<string, unknown>>;

/** What was typed after the command: words, and where `--` stood among them (-1: nowhere). */
export interface Words {
  readonly args: readonly string[];
  readonly dash: number;
}

export interface Command {
  readonly help: Help;
  readonly run?: (context: Context, words: Words, flags: never) => Story<void>;
  readonly children?: readonly Command[];
}

/** A command that does something. */
export const command = <H extends Help>(
  help: H,
  run: (context: Context, words: Words, flags: FlagsOf<H['flags']>) => Story<void>,
  children: readonly Command[] = [],
): Command => ({ help, run: run as NonNullable<Command['run']>, children });

/** A command that only has subcommands. */
export const commandGroup = (help: Help, children: readonly Command[]): Command =>
  ({ help, children });
