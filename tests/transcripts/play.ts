/**
 * Plays a transcript: what a learner types and does to a cluster, and all that is printed.
 *
 *     # prose, first a title               seed 3            world one-node
 *     $ kubectl get pods                   typed on the laptop; played until the prompt is back
 *     $ kubectl get pods -w  # ^C after 20s
 *     $ kubectl exec -it web -- sh  # stays    is not waited for; the next lines are typed into it
 *     < exit                               a line for the program that runs; `< ^C` is Ctrl-C
 *     control-plane/1$ ls                  typed in a shell of that machine
 *     advance 30s                          lets time pass
 *     fault power-off worker-2             also: fault kill-container web-0 nginx, fault kill-pause web-0
 *     write broken.yaml                    saves a file in the editor; its lines follow, each with `| `
 *
 * All else is output. A second passes before each command, as for somebody who types.
 */
import { type Fault, World, worldByName } from '../../src/world/index.ts';

export const epoch = Date.UTC(2026, 0, 5, 8, 0, 0);

/** A line that does something, with the lines of its file. */
export interface Step {
  readonly line: string;
  readonly file?: readonly string[];
}

const stepLine = /^(< |([a-z0-9-]+\/\d+)?\$ |(advance|seed|world) \S+$|fault [a-z-]+ |write \S+$)/;

/** The steps of a transcript, without what it expects; an empty line stays as one. */
export function stepsOf(text: string): Step[] {
  const steps: { line: string; file?: string[] }[] = [];
  let before = '';
  for (const line of text.split('\n')) {
    const file = steps.at(-1)?.file;
    if (file !== undefined && /^\|( |$)/.test(line)) file.push(line.slice(2));
    // What a command prints may begin with a hash: prose stands behind an empty line.
    else if (line.startsWith('#') ? /^(#|$)/.test(before) : stepLine.test(line)) {
      steps.push({ line, ...(line.startsWith('write ') ? { file: [] } : {}) });
    }
    before = line;
  }
  return steps;
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function durationMs(text: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? [];
  if (unit === undefined) throw new Error(`${text} is no duration`);
  return Number(count) * (unitMs[unit] ?? 0);
}

/** The most that a command may take: simulated time after which it is said to be running. */
const patienceMs = 20 * 60_000;

/** A shell's prompt, at the start of a line or behind what has printed no newline. */
const prompt = /(learner@laptop|root@(control-plane|worker-\d+)):[^\n$#]*[$#] /g;

/** One cluster, its terminals, and what they print. */
class Player {
  readonly world: World;
  private readonly printed = new Map<string, string>();
  private readonly prompts = new Map<string, boolean>();

  constructor(worldName: string, seed: number) {
    const definition = worldByName(worldName);
    if (definition === undefined) throw new Error(`there is no world ${worldName}`);
    this.world = new World({
      definition,
      seed,
      epoch,
      sink: ({ record }) => {
        const { type, terminal, text } = record as unknown as Record<string, string>;
        if (terminal === undefined) return;
        if (type === 'terminal') {
          this.printed.set(terminal, (this.printed.get(terminal) ?? '') + text);
        } else if (type === 'prompt') this.prompts.set(terminal, record['isAtPrompt'] === true);
      },
    });
    this.world.runUntil(definition.openAt);
    this.printed.clear();
  }

  advance(ms: number): void {
    this.world.runUntil(this.world.now + ms);
  }

  /** @returns what the terminal printed since the last command, the typed line and prompts aside. */
  command(terminal: string, typed: string): string {
    const { world } = this;
    const [, text = typed, note] = /^(.*?)\s+# (\^C after \w+|stays)$/.exec(typed) ?? [];
    const after = note?.replace(/^\^C after |^stays$/, '');
    // What is printed meanwhile (by what runs in the background) stands before the answer.
    this.advance(1000);
    const before = this.take(terminal);
    world.enter({ at: world.now, input: { type: 'line', terminal, text } });
    if (note === 'stays') return before + this.said(terminal);
    if (after !== undefined) {
      const at = world.now + durationMs(after);
      world.enter({ at, input: { type: 'interrupt', terminal } });
    }
    const end = this.untilPrompt(terminal);
    const output = this.take(terminal);
    const echoEnd = output.indexOf('\n') + 1;
    return `${before}${output.slice(echoEnd)}${end}`;
  }

  /** A line for the program that has the terminal, and what it says within a second. */
  answer(terminal: string, text: string): string {
    const before = this.take(terminal);
    const isKey = text === '^C';
    const input = isKey ? ({ type: 'interrupt', terminal } as const)
      : ({ type: 'line', terminal, text } as const);
    this.world.enter({ at: this.world.now, input });
    return before + this.said(terminal);
  }

  private said(terminal: string): string {
    this.advance(1000);
    const output = this.take(terminal);
    return output.slice(output.indexOf('\n') + 1);
  }

  fault(words: readonly string[]): void {
    const { world } = this;
    world.enter({ at: world.now, input: { type: 'fault', fault: faultOf(words) } });
    this.advance(1);
  }

  write(path: string, lines: readonly string[]): void {
    const { world } = this;
    const text = lines.map((line) => `${line}\n`).join('');
    world.enter({ at: world.now, input: { type: 'file', path, text } });
    this.advance(1);
  }

  private untilPrompt(terminal: string): string {
    const { world } = this;
    const latest = world.now + patienceMs;
    this.prompts.set(terminal, false);
    world.runUntil(world.now);
    while (this.prompts.get(terminal) !== true) {
      if (world.now >= latest) return '(still running)\n';
      world.runUntil(world.now + 20);
    }
    return '';
  }

  private take(terminal: string): string {
    const text = this.printed.get(terminal) ?? '';
    this.printed.set(terminal, '');
    return text.replace(prompt, '');
  }
}

function faultOf([what, ...names]: readonly string[]): Fault {
  const [first = '', second = ''] = names;
  switch (what) {
    case 'power-off':
    case 'power-on':
    case 'cut-cable':
    case 'mend-cable':
      return { do: what, machine: first };
    case 'stop-unit':
    case 'start-unit':
      return { do: what, machine: first, unit: second };
    case 'kill-pause':
      return { do: what, namespace: 'default', pod: first };
    case 'kill-container':
      return { do: what, namespace: 'default', pod: first, container: second };
    default:
      throw new Error(`there is no fault ${what}`);
  }
}

/** The transcript with what is really printed. */
export function play(text: string): string {
  const steps = stepsOf(text);
  const setting = (name: string) =>
    steps.find(({ line }) => line.startsWith(`${name} `))?.line.slice(name.length + 1);
  const player = new Player(setting('world') ?? 'three-nodes', Number(setting('seed') ?? 1));
  const blocks: string[] = [];
  let isComment = false;
  for (const step of steps) {
    const block = `${step.line}\n${outcome(player, step)}`;
    const joins = isComment && step.line.startsWith('#');
    if (joins) blocks.push(`${blocks.pop() ?? ''}${block}`);
    else blocks.push(block);
    isComment = step.line.startsWith('#');
  }
  return blocks.join('\n');
}

function outcome(player: Player, { line, file }: Step): string {
  const [, terminal = 'console', command] = /^(\S+\/\d+)?\$ (.*)$/.exec(line) ?? [];
  if (command !== undefined) return withNewline(player.command(terminal, command));
  if (line.startsWith('< ')) return withNewline(player.answer('console', line.slice(2)));
  const [verb, ...words] = line.split(' ');
  if (verb === 'advance') player.advance(durationMs(words[0] ?? ''));
  else if (verb === 'fault') player.fault(words);
  else if (verb === 'write') {
    player.write(words[0] ?? '', file ?? []);
    return (file ?? []).map((text) => (text === '' ? '|\n' : `| ${text}\n`)).join('');
  }
  return '';
}

const withNewline = (text: string): string =>
  text === '' || text.endsWith('\n') ? text : `${text}\n`;
