/**
 * Command-line flags as pflag reads them: `--name=value`, `--name value`, clusters of one-letter
 * flags, `--`, and words between flags. Follows spf13/pflag flag.go.
 */
import { parseGoDuration } from '../../api/duration.ts';
import { CommandError } from './errors.ts';
import type { Flag, Words } from './command.ts';

export type FlagTable = Readonly<Record<string, Flag>>;

/** What a command line came to. */
export interface Parsed extends Words {
  readonly flags: Readonly<Record<string, unknown>> & { readonly changed: ReadonlySet<string> };
  readonly wantsHelp: boolean;
}

/**
 * Reads words against a table of flags.
 * @param path the command in whose name errors speak, e.g. `kubectl get`.
 */
export function parseFlags(words: readonly string[], table: FlagTable, path: string): Parsed {
  return new FlagParser(table, path).parse(words);
}

/** The name of the flag that a letter stands for. */
export const byLetter = (table: FlagTable, letter: string): string | undefined =>
  Object.keys(table).find((name) => table[name]?.short === letter);

/** Whether a flag takes the next word as its value. */
export const takesValue = ({ type, bare }: Flag): boolean => type !== 'boolean' && bare === undefined;

class FlagParser {
  private readonly table: FlagTable;
  private readonly path: string;
  private readonly values: Record<string, unknown> = {};
  private readonly changed = new Set<string>();
  private readonly args: string[] = [];
  private rest: readonly string[] = [];
  private wantsHelp = false;
  private dash = -1;

  constructor(table: FlagTable, path: string) {
    this.table = table;
    this.path = path;
    for (const [name, flag] of Object.entries(table)) this.values[name] = flag.default;
  }

  parse(words: readonly string[]): Parsed {
    this.rest = words;
    while (this.rest.length > 0) {
      const word = this.next();
      if (word === '--') {
        this.dash = this.args.length;
        this.args.push(...this.rest);
        break;
      }
      if (word.startsWith('--')) this.long(word);
      else if (word.startsWith('-') && word !== '-') this.cluster(word);
      else this.args.push(word);
    }
    const flags = { ...this.values, changed: this.changed };
    return { flags, args: this.args, dash: this.dash, wantsHelp: this.wantsHelp };
  }

  private next(): string {
    const [word = '', ...rest] = this.rest;
    this.rest = rest;
    return word;
  }

  private long(word: string): void {
    const at = word.indexOf('=');
    const name = word.slice(2, at < 0 ? undefined : at).replaceAll('_', '-');
    if (name === '' || name.startsWith('-')) throw this.wrong(`bad flag syntax: ${word}`);
    if (name === 'help') {
      this.wantsHelp = true;
      return;
    }
    const flag = this.table[name];
    if (flag === undefined) throw this.wrong(`unknown flag: --${name}`);
    if (at >= 0) this.set(name, flag, word.slice(at + 1));
    else if (flag.type === 'boolean') this.set(name, flag, 'true');
    else if (flag.bare !== undefined) this.set(name, flag, flag.bare);
    else if (this.rest.length > 0) this.set(name, flag, this.next());
    else throw this.wrong(`flag needs an argument: --${name}`);
  }

  private cluster(word: string): void {
    for (let letters = word.slice(1); letters !== ''; ) {
      const letter = letters[0] ?? '';
      if (letter === 'h' && byLetter(this.table, 'h') === undefined) {
        this.wantsHelp = true;
        return;
      }
      const name = byLetter(this.table, letter);
      const flag = name === undefined ? undefined : this.table[name];
      if (name === undefined || flag === undefined) {
        throw this.wrong(`unknown shorthand flag: '${letter}' in ${word}`);
      }
      if (letters.length > 2 && letters[1] === '=') return this.set(name, flag, letters.slice(2));
      if (flag.type === 'boolean' || flag.bare !== undefined) {
        this.set(name, flag, flag.bare ?? 'true');
        letters = letters.slice(1);
        continue;
      }
      if (letters.length > 1) return this.set(name, flag, letters.slice(1));
      if (this.rest.length > 0) return this.set(name, flag, this.next());
      throw this.wrong(`flag needs an argument: '${letter}' in ${word}`);
    }
  }

  private set(name: string, flag: Flag, text: string): void {
    const value = this.read(name, flag, text);
    const isMore = (flag.type === 'list' || flag.type === 'array') && this.changed.has(name);
    this.values[name] = isMore
      ? [...(this.values[name] as readonly string[]), ...(value as readonly string[])]
      : value;
    this.changed.add(name);
  }

  private read(name: string, flag: Flag, text: string): unknown {
    switch (flag.type) {
      case 'string': return text;
      case 'array': return [text];
      case 'list': return splitList(text);
      case 'boolean': {
        const value = parseBool(text);
        if (value === undefined) {
          throw this.invalid(name, flag, text, 'strconv.ParseBool: parsing', 'invalid syntax');
        }
        return value;
      }
      case 'int': {
        if (!/^[+-]?\d+$/.test(text)) {
          throw this.invalid(name, flag, text, 'strconv.ParseInt: parsing', 'invalid syntax');
        }
        return Number(text);
      }
      case 'duration': {
        if (parseGoDuration(text) === undefined) {
          throw this.wrong(`invalid argument ${JSON.stringify(text)} for ${shown(name, flag)} flag: ` +
            (name === 'log-flush-frequency' ? 'parse error' : `time: ${durationProblem(text)}`));
        }
        return text;
      }
    }
  }

  // oxlint-disable-next-line max-params -- the parts of one sentence
  private invalid(name: string, flag: Flag, text: string, what: string, why: string): CommandError {
    const quoted = JSON.stringify(text);
    return this.wrong(
      `invalid argument ${quoted} for ${shown(name, flag)} flag: ${what} ${quoted}: ${why}`,
    );
  }

  private wrong(message: string): CommandError {
    return new CommandError(`error: ${message}\nSee '${this.path} --help' for usage.`);
  }
}

const shown = (name: string, { short }: Flag): string =>
  short === undefined ? `"--${name}"` : `"-${short}, --${name}"`;

const durationProblem = (text: string): string =>
  /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)
    ? `missing unit in duration ${JSON.stringify(text)}`
    : `invalid duration ${JSON.stringify(text)}`;

/** Go's strconv.ParseBool. */
export function parseBool(text: string): boolean | undefined {
  if (['1', 't', 'T', 'TRUE', 'true', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'FALSE', 'false', 'False'].includes(text)) return false;
  return undefined;
}

/** A line of comma-separated values; double quotes keep a comma. */
export function splitList(text: string): readonly string[] {
  if (text === '') return [];
  if (!text.includes('"')) return text.split(',');
  const items: string[] = [];
  const item = /(?:"((?:[^"]|"")*)"|([^,]*))(?:,|$)/gy;
  for (let match = item.exec(text); match !== null; match = item.exec(text)) {
    items.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (item.lastIndex >= text.length) break;
  }
  return items;
}
