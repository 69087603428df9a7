/** Scripts that are run in a world from outside, and what comes out of them. */
import type { TraceEntry } from '../kernel/index.ts';
import type { Input } from '../world/index.ts';

export interface ScriptListener {
  printed(stream: 'stdout' | 'stderr', text: string): void;
  ended(code: number): void;
}

export interface RunningScript {
  /** Ctrl-C. */
  interrupt(): void;
}

export class Scripts {
  private readonly enter: (input: Input) => void;
  private readonly listeners = new Map<number, ScriptListener>();
  private lastRun = 0;

  constructor(enter: (input: Input) => void) {
    this.enter = enter;
  }

  /** Runs a script in a bash of its own on the console's machine. */
  start(script: string, stdin: string | undefined, listener: ScriptListener): RunningScript {
    const run = (this.lastRun += 1);
    this.listeners.set(run, listener);
    this.enter({ type: 'script', run, script, ...(stdin === undefined ? {} : { stdin }) });
    return {
      interrupt: () => {
        if (this.listeners.has(run)) this.enter({ type: 'interrupt-script', run });
      },
    };
  }

  /** Takes the trace. */
  take({ record }: TraceEntry): void {
    if (record.type !== 'output' && record.type !== 'ran') return;
    const run = record['run'] as number;
    const listener = this.listeners.get(run);
    if (listener === undefined) return;
    if (record.type === 'output') {
      listener.printed(record['stream'] as 'stdout' | 'stderr', record['text'] as string);
      return;
    }
    this.listeners.delete(run);
    listener.ended(record['code'] as number);
  }
}

/** Words as one line that a shell reads as the same words. */
export const shellLine = (words: readonly string[]): string => words.map(quoted).join(' ');

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
