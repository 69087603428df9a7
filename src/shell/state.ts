import type { Process } from '../host/index.ts';
import { Jobs } from './jobs.ts';
import type { Command } from './syntax.ts';
import { Traps } from './trap.ts';

/** What a shell remembers between commands. */
export class ShellState {
  readonly variables: Map<string, string>;
  /** Those of the variables that are arrays; what has no index is the first element. */
  readonly arrays = new Map<string, readonly string[]>();
  readonly exported: Set<string>;
  readonly functions: Map<string, Command>;
  readonly aliases: Map<string, string>;
  /** $0, $1, … */
  parameters: readonly string[];
  status = 0;
  stopsOnError = false;
  stopsOnUnset = false;
  traces = false;
  lastBackground: number | undefined;
  /** Background processes, in the order they were started. */
  readonly jobs = new Jobs();
  readonly history: string[] = [];
  /** A subshell has none of its parent's. */
  readonly traps = new Traps();

  constructor(environment: Readonly<Record<string, string>>, parameters: readonly string[]) {
    this.variables = new Map(Object.entries(environment));
    this.exported = new Set(Object.keys(environment));
    this.functions = new Map();
    this.aliases = new Map();
    this.parameters = parameters;
  }

  /** A subshell's own copy. */
  copy(): ShellState {
    const copy = new ShellState({}, this.parameters);
    this.variables.forEach((value, name) => copy.variables.set(name, value));
    this.exported.forEach((name) => copy.exported.add(name));
    this.arrays.forEach((list, name) => copy.arrays.set(name, list));
    copy.history.push(...this.history);
    this.functions.forEach((body, name) => copy.functions.set(name, body));
    this.aliases.forEach((text, name) => copy.aliases.set(name, text));
    copy.status = this.status;
    copy.stopsOnError = this.stopsOnError;
    copy.stopsOnUnset = this.stopsOnUnset;
    return copy;
  }

  /** What child processes get. */
  get environment(): Record<string, string> {
    const names = [...this.exported].filter((name) => this.variables.has(name));
    return Object.fromEntries(names.map((name) => [name, this.variables.get(name) ?? '']));
  }

  set(name: string, value: string): void {
    this.variables.set(name, value);
    this.arrays.delete(name);
  }

  setArray(name: string, list: readonly string[]): void {
    this.variables.set(name, list[0] ?? '');
    this.arrays.set(name, list);
  }

  /** The elements of an array; a plain variable has one. */
  elements(name: string): readonly string[] {
    const value = this.variables.get(name);
    return this.arrays.get(name) ?? (value === undefined ? [] : [value]);
  }

  /** A variable's or special parameter's value; undefined when it is unset. */
  get(name: string, process: Process): string | undefined {
    if (/^\d$/.test(name)) return this.parameters[Number(name)];
    switch (name) {
      case '?':
        return String(this.status);
      case '$':
        return String(process.pid);
      case '#':
        return String(this.parameters.length - 1);
      case '!':
        return this.lastBackground === undefined ? '' : String(this.lastBackground);
      case '-':
        return this.stopsOnError ? 'e' : '';
      case '@':
      case '*':
        return this.parameters.slice(1).join(' ');
      case 'PWD':
        return process.cwd;
      case 'RANDOM':
        return String(process.site.chance.below(32_768));
      case 'SECONDS':
        return String(Math.floor((process.site.now - process.startedAt) / 1000));
      default:
        return this.variables.get(name);
    }
  }
}
