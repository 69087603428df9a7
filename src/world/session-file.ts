/** A session as data: the save, the share link, the undo and the bug report. */

/** Something done to the world from outside. A history is a world, a seed, and these. */
export type Input =
  /** A line typed on a terminal: a command, or what a running program reads. */
  | { readonly type: 'line'; readonly terminal: string; readonly text: string }
  /** Ctrl-C. */
  | { readonly type: 'interrupt'; readonly terminal: string }
  /** Ctrl-D. */
  | { readonly type: 'end-of-file'; readonly terminal: string }
  | { readonly type: 'resize'; readonly terminal: string; readonly columns: number }
  /** A file saved by the editor, on the console's machine. */
  | { readonly type: 'file'; readonly path: string; readonly text: string }
  /** An editor that a program waits for (`kubectl edit`) is closed; with a text, it was saved. */
  | {
      readonly type: 'edited';
      readonly machine: string;
      readonly path: string;
      readonly text?: string;
    }
  | { readonly type: 'fault'; readonly fault: Fault }
  /** A script of the command line, in a bash of its own on the console's machine. */
  | {
      readonly type: 'script';
      readonly run: number;
      readonly script: string;
      readonly stdin?: string;
    }
  /** Ctrl-C for a script. */
  | { readonly type: 'interrupt-script'; readonly run: number }
  /** A message of a real client, through the bridge, to the API server. */
  | { readonly type: 'api'; readonly client: number; readonly message: unknown };

/** What can be broken, and mended. Machines and Pods by name, as on the stage. */
export type Fault =
  | { readonly do: 'power-off' | 'power-on' | 'cut-cable' | 'mend-cable'; readonly machine: string }
  | { readonly do: 'kill-process'; readonly machine: string; readonly pid: number }
  | { readonly do: 'kill-pause'; readonly namespace: string; readonly pod: string }
  | {
      readonly do: 'kill-container';
      readonly namespace: string;
      readonly pod: string;
      readonly container: string;
    }
  | { readonly do: 'stop-unit' | 'start-unit'; readonly machine: string; readonly unit: string };

export interface TimedInput {
  readonly at: number;
  readonly input: Input;
}

/** Seed + inputs = history. */
export interface SessionFile {
  readonly format: 'kubarium-session';
  readonly version: 1;
  readonly world: string;
  readonly seed: number;
  /** Milliseconds between 1970-01-01 UTC and the world's moment 0. */
  readonly epoch: number;
  readonly inputs: readonly TimedInput[];
  /** How far the history had been played when it was saved. */
  readonly until: number;
  /** Branches left behind by acting in the past; `inputs` above is the current one. */
  readonly branches?: readonly SavedBranch[];
}

export interface SavedBranch {
  readonly id: string;
  readonly forkedAt: number;
  readonly inputs: readonly TimedInput[];
  readonly until: number;
}

/** Refusals are values: `error` is one of these keys, with details in plain words. */
export interface Refusal {
  readonly error: 'damaged' | 'other-version' | 'unknown-world' | 'too-large';
  readonly detail: string;
}

/** The most that a session may hold: beyond it, it is not ours. */
const mostInputs = 100_000;

/** Checks what came from outside: a file, a link, a store. */
export function readSession(value: unknown): SessionFile | Refusal {
  if (!isRecord(value)) return damaged('it is not a session');
  if (value['format'] !== 'kubarium-session') return damaged('it is not a Kubarium session');
  if (value['version'] !== 1) {
    const detail = `this is version 1, the session is version ${String(value['version'])}`;
    return { error: 'other-version', detail };
  }
  const problem = problemOf(value);
  if (problem !== undefined) return damaged(problem);
  if ((value['inputs'] as unknown[]).length > mostInputs) {
    return { error: 'too-large', detail: `more than ${mostInputs} inputs` };
  }
  return value as unknown as SessionFile;
}

/** Reads a session out of text. */
export function parseSession(text: string): SessionFile | Refusal {
  try {
    return readSession(JSON.parse(text));
  } catch {
    return damaged('it is not JSON');
  }
}

export const isRefusal = (value: SessionFile | Refusal): value is Refusal => 'error' in value;

const damaged = (detail: string): Refusal => ({ error: 'damaged', detail });

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function problemOf(value: Record<string, unknown>): string | undefined {
  if (typeof value['world'] !== 'string') return 'it names no world';
  for (const field of ['seed', 'epoch', 'until']) {
    if (!Number.isFinite(value[field])) return `its ${field} is no number`;
  }
  const problem = inputsProblem(value['inputs']);
  if (problem !== undefined) return problem;
  const branches = value['branches'];
  if (branches === undefined) return undefined;
  if (!Array.isArray(branches)) return 'its branches are no list';
  for (const branch of branches) {
    if (!isRecord(branch) || typeof branch['id'] !== 'string') return 'a branch has no id';
    const inside = inputsProblem(branch['inputs']);
    if (inside !== undefined) return inside;
  }
  return undefined;
}

function inputsProblem(inputs: unknown): string | undefined {
  if (!Array.isArray(inputs)) return 'it has no list of inputs';
  let last = 0;
  for (const [i, timed] of inputs.entries()) {
    if (!isRecord(timed) || !Number.isFinite(timed['at'])) return `input ${i} has no moment`;
    const at = timed['at'] as number;
    if (at < last) return `input ${i} is earlier than the one before it`;
    last = at;
    if (!isRecord(timed['input']) || !hasShape(timed['input']))
      return `input ${i} is of no known kind`;
  }
  return undefined;
}

const shapes: Readonly<Record<string, readonly string[]>> = {
  line: ['terminal', 'text'],
  interrupt: ['terminal'],
  'end-of-file': ['terminal'],
  resize: ['terminal'],
  file: ['path', 'text'],
  edited: ['machine', 'path'],
  fault: [],
  script: ['script'],
  'interrupt-script': [],
  api: [],
};

/** Checks one input that came from outside. */
export const isInput = (value: unknown): value is Input => isRecord(value) && hasShape(value);

function hasShape(input: Record<string, unknown>): boolean {
  const fields = shapes[String(input['type'])];
  if (fields === undefined) return false;
  if (input['type'] === 'fault' && !isRecord(input['fault'])) return false;
  return fields.every((field) => typeof input[field] === 'string');
}
