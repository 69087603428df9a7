/** Words of the form `KEY=VALUE` and `KEY-` after resources (cmdutil.GetResourcesAndPairs). */
import { CommandError, failed } from './errors.ts';

export interface ResourcesAndPairs {
  readonly resources: readonly string[];
  readonly pairs: readonly string[];
}

/** @param what is changed, in the words of errors: `label`. */
export function splitPairs(args: readonly string[], what: string): ResourcesAndPairs {
  const isPair = (word: string) =>
    (word.includes('=') && !word.startsWith('=')) || (word.endsWith('-') && word !== '-');
  const first = args.findIndex(isPair);
  if (first < 0) return { resources: args, pairs: [] };
  const pairs = args.slice(first);
  const stray = pairs.find((word) => !isPair(word));
  if (stray !== undefined) {
    throw failed(`all resources must be specified before ${what} changes: ${stray}`);
  }
  return { resources: args.slice(0, first), pairs };
}

/** `See 'kubectl <path> -h' for help and examples` below an error (cmdutil.UsageErrorf). */
export const usageError = (message: string, path: string): CommandError =>
  new CommandError(`error: ${message}\nSee 'kubectl ${path} -h' for help and examples`);

/** Exactly one NAME. */
export function oneName(args: readonly string[], path: string): string {
  const [name] = args;
  if (args.length === 1 && name !== undefined) return name;
  throw usageError(`exactly one NAME is required, got ${args.length}`, path);
}

/** Flags that must be there (cobra's MarkFlagRequired). */
export function requireFlags(
  flags: { readonly changed: ReadonlySet<string> }, ...names: readonly string[]
): void {
  const missing = names.filter((name) => !flags.changed.has(name));
  if (missing.length === 0) return;
  throw failed(`required flag(s) ${missing.map((name) => `"${name}"`).join(', ')} not set`);
}
