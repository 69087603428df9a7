/** What every command of `kubarium` is. */
export interface CliCommand {
  readonly name: string;
  /** `run [FILE|-] [--world W]` */
  readonly usage: string;
  /** One sentence for the list of commands. */
  readonly about: string;
  /** Flags by name; those that take a value say what it is. */
  readonly flags: Readonly<Record<string, string | true>>;
  /** @returns the exit code. */
  run(words: Words): Promise<number>;
}

/** A command line, read. */
export interface Words {
  readonly positional: readonly string[];
  /** What follows `--`. */
  readonly rest: readonly string[];
  readonly flags: Readonly<Record<string, string | true>>;
  /** Every value of a flag that was given more than once, in order. */
  readonly values: Readonly<Record<string, readonly string[]>>;
}

/** A mistake of whoever typed the command: told without a stack, exit code 2. */
export class Mistake extends Error {
  readonly code: number;
  constructor(message: string, code = 2) {
    super(message);
    this.code = code;
  }
}

/** Reads flags (`--name value`, `--name=value`, `--switch`) and the rest. */
export function readWords(command: CliCommand, argv: readonly string[]): Words {
  const positional: string[] = [];
  const flags: Record<string, string | true> = {};
  const values: Record<string, string[]> = {};
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] as string;
    if (word === '--') return { positional, flags, values, rest: argv.slice(at + 1) };
    if (!word.startsWith('-') || word === '-') {
      positional.push(word);
      continue;
    }
    const [name = '', given] = splitFlag(word);
    const kind = command.flags[name];
    if (kind === undefined) {
      throw new Mistake(`unknown flag ${word}\nusage: kubarium ${command.usage}`);
    }
    if (kind === true) {
      flags[name] = true;
      continue;
    }
    if (given === undefined) at += 1;
    const value = given ?? argv[at];
    if (value === undefined) throw new Mistake(`--${name} needs a value: ${kind}`);
    flags[name] = value;
    (values[name] ??= []).push(value);
  }
  return { positional, flags, values, rest: [] };
}

function splitFlag(word: string): [string, string | undefined] {
  const bare = word.replace(/^--?/, '');
  const at = bare.indexOf('=');
  return at < 0 ? [bare, undefined] : [bare.slice(0, at), bare.slice(at + 1)];
}

/** A number among the flags. */
export function numberFlag(words: Words, name: string, otherwise: number): number {
  const given = words.flags[name];
  if (given === undefined) return otherwise;
  const value = Number(given);
  if (given === true || given === '' || !Number.isFinite(value) || value < 0) {
    throw new Mistake(`--${name} must be a number, not ${JSON.stringify(given)}`);
  }
  return value;
}

export function textFlag(words: Words, name: string): string | undefined {
  const given = words.flags[name];
  return given === true ? undefined : given;
}
