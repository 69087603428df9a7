/** Runs the shell's syntax tree. Follows POSIX.1-2017, 2.9; names and messages as bash and ash. */
import {
  type Inbox, type Process, type Program, type Sink, type Tty, take,
} from '../host/index.ts';
import type { Story } from '../kernel/index.ts';
import { type Builtin, builtins } from './builtins.ts';
import {
  ExpansionProblem,
  type Expansion,
  expandPattern,
  expandText,
  expandWords,
} from './expand.ts';
import { type Found, findProgram } from './find-program.ts';
import { parse } from './parser.ts';
import { patternToRegExp } from './pattern.ts';
import { redirect } from './redirect.ts';
import type { ShellState } from './state.ts';
import { Collector, type Pipe, inboxOf, makePipe, shared } from './streams.ts';
import {
  type AndOr,
  type Command,
  type Pipeline,
  type Script,
  SyntaxProblem,
  type Word,
} from './syntax.ts';
import { act, toExit } from './trap.ts';

/** `break`, `continue`, `return`, `exit` and Ctrl-C on their way out. */
export class Jump {
  readonly kind: 'break' | 'continue' | 'return' | 'exit' | 'interrupt';
  readonly count: number;

  constructor(kind: Jump['kind'], count: number) {
    this.kind = kind;
    this.count = count;
  }
}

/** Where a command reads and writes. */
export interface Streams {
  readonly stdin: Inbox<string>;
  readonly stdout: Sink;
  readonly stderr: Sink;
}

export class Interpreter {
  readonly process: Process;
  readonly state: ShellState;
  streams: Streams;
  /** What `<(…)` has made for the command that runs. */
  private readonly pipeFiles: string[] = [];
  /** Interactive shells give the terminal to their jobs. */
  private readonly isInteractive: boolean;

  constructor(process: Process, state: ShellState, streams?: Streams, isInteractive = false) {
    this.process = process;
    this.state = state;
    this.streams = streams ?? process;
    this.isInteractive = isInteractive;
  }

  /** The name that starts the shell's own messages. */
  get name(): string {
    return (this.process.args[0] ?? 'sh').replace(/^-/, '').replace(/^.*\//, '');
  }

  /** Interactive shells have it. */
  get hasJobControl(): boolean {
    return this.isInteractive;
  }

  get isBash(): boolean {
    return this.name === 'bash';
  }

  complain(message: string): void {
    // A login shell's name begins with a dash, and its subshells' do.
    const isLogin = this.isBash && this.process.args[0]?.startsWith('-') === true;
    this.streams.stderr.write(`${isLogin ? '-' : ''}${this.name}: ${message}\n`);
  }

  /** Parses and runs a text; a syntax error is printed and gives 2. */
  *source(text: string): Story<number> {
    let script: Script;
    try {
      script = parse(text);
    } catch (problem) {
      if (!(problem instanceof SyntaxProblem)) throw problem;
      this.complain(problem.message);
      this.state.status = 2;
      return 2;
    }
    return yield* this.run(script);
  }

  *run(script: Script): Story<number> {
    for (const item of script) yield* this.andOr(item);
    return this.state.status;
  }

  private *andOr(item: AndOr): Story {
    if (item.isBackground) return yield* this.background(item);
    yield* this.pipeline(item.first, item.rest.length > 0);
    for (const [index, { operator, pipeline }] of item.rest.entries()) {
      if ((this.state.status === 0) !== (operator === '&&')) continue;
      yield* this.pipeline(pipeline, index < item.rest.length - 1);
    }
  }

  private *background(item: AndOr): Story {
    const { commands } = item.first;
    const [only] = commands;
    const streams = { ...this.streams, stdin: inboxOf('') };
    let processes: readonly Process[] | undefined;
    if (item.rest.length === 0 && commands.length > 1) {
      processes = yield* this.startPiped(commands, streams);
    } else if (item.rest.length === 0 && only?.type === 'simple') {
      const process = yield* this.direct(only, { ...streams, stdout: shared(streams.stdout) });
      if (process !== undefined) processes = [process];
    }
    processes ??= [this.subshell([{ ...item, isBackground: false }], streams)];
    const job = this.state.jobs.add(processes, item.text ?? '');
    const { pid } = processes.at(-1) as Process;
    this.state.lastBackground = pid;
    if (this.isInteractive) this.streams.stderr.write(`[${job.number}] ${pid}\n`);
    this.state.status = 0;
  }

  /** A program of a job, without a shell around it; undefined where it takes one. */
  private *direct(
    command: Command & { type: 'simple' },
    streams: Streams,
  ): Story<Process | undefined> {
    const [name] = command.words;
    const text = name?.length === 1 && name[0]?.type === 'text' ? name[0].text : undefined;
    if (text === undefined || text in builtins || this.state.functions.has(text)) return undefined;
    if (this.state.aliases.has(text) || command.redirections.length > 0) return undefined;
    const found = findProgram(this.process, this.state, text);
    if (typeof found === 'string') return undefined;
    const words = yield* expandWords(command.words, this.expansion);
    const assignments: Record<string, string> = {};
    for (const { name: variable, value } of command.assignments) {
      assignments[variable] = yield* expandText(value, this.expansion);
    }
    return this.launch(found, words, assignments, streams, this.process.tty);
  }

  private *pipeline(pipeline: Pipeline, isTested: boolean): Story {
    const [only] = pipeline.commands;
    const status =
      pipeline.commands.length === 1 && only !== undefined
        ? yield* this.command(only)
        : yield* this.piped(pipeline.commands);
    this.state.status = pipeline.isNegated ? Number(status === 0) : status;
    if (this.state.traps.pending.isReady) yield* act(this);
    if (this.state.stopsOnError && !isTested && !pipeline.isNegated && status !== 0) {
      throw new Jump('exit', status);
    }
  }

  private *piped(commands: readonly Command[]): Story<number> {
    const codes = yield* this.waitFor(yield* this.startPiped(commands, this.streams));
    return codes.at(-1) ?? 0;
  }

  /** Starts the commands of a pipeline: programs as they are, all else in subshells. */
  private *startPiped(commands: readonly Command[], streams: Streams): Story<readonly Process[]> {
    const processes: Process[] = [];
    let { stdin } = streams;
    let previous: Pipe | undefined;
    for (const [index, command] of commands.entries()) {
      const isLast = index === commands.length - 1;
      const pipe = makePipe();
      const stdout = isLast ? shared(streams.stdout) : pipe.sink;
      const own = { stdin, stdout, stderr: streams.stderr };
      const first = { isNegated: false, commands: [command] };
      const process =
        (command.type === 'simple' ? yield* this.direct(command, own) : undefined) ??
        this.subshell([{ first, rest: [], isBackground: false }], own);
      const source = previous;
      // The writer before it learns that nobody reads any more.
      if (source !== undefined) process.onExit(() => source.breakOff());
      processes.push(process);
      previous = pipe;
      stdin = pipe.inbox;
    }
    return processes;
  }

  /** Waits for a job that has the terminal. */
  *waitFor(processes: readonly Process[]): Story<number[]> {
    // Only who hands the terminal out may: a script's commands are in the script's own group.
    const tty = this.isInteractive ? this.process.tty : undefined;
    const before = tty?.foreground ?? [];
    if (tty !== undefined) tty.foreground = processes;
    const codes: number[] = [];
    for (const process of processes)
      codes.push((yield* take(process.exit)) ?? process.exitCode ?? 0);
    if (tty !== undefined) {
      tty.foreground = before;
      // What Ctrl-C ends, it ends with the loop around it.
      if (processes.some(({ endedBy }) => endedBy === 'SIGINT')) throw new Jump('interrupt', 130);
    }
    return codes;
  }

  /** A copy of this shell that runs a script as a process of its own. */
  private subshell(script: Script, streams: Streams): Process {
    const state = this.state.copy();
    const program: Program = {
      name: this.name,
      *main(process) {
        const inner = new Interpreter(process, state, streams);
        return yield* inner.runToExit(script);
      },
    };
    const { process } = this;
    return process.machine.spawn({
      program,
      args: process.args,
      env: this.state.environment,
      cwd: process.cwd,
      parent: process,
      stdin: streams.stdin,
      stdout: streams.stdout,
      stderr: shared(streams.stderr),
      ...(process.tty === undefined ? {} : { tty: process.tty }),
    });
  }

  /** Runs to the end of the script or to `exit`. */
  *runToExit(script: Script): Story<number> {
    return yield* toExit(this, this.run(script));
  }

  private *command(command: Command): Story<number> {
    try {
      if (command.type === 'simple') return yield* this.simple(command);
      if (command.type === 'function') {
        this.state.functions.set(command.name, command.body);
        return 0;
      }
      const streams = yield* redirect(this, command.redirections);
      if (streams === undefined) return 1;
      return yield* this.within(streams, () => this.compound(command));
    } catch (problem) {
      if (!(problem instanceof ExpansionProblem)) throw problem;
      this.complain(problem.message);
      return 1;
    }
  }

  /** Runs something with other streams. */
  private *within<R>(streams: Streams, run: () => Story<R>): Story<R> {
    const before = this.streams;
    this.streams = streams;
    try {
      return yield* run();
    } finally {
      this.streams = before;
    }
  }

  private *compound(command: Exclude<Command, { type: 'simple' | 'function' }>): Story<number> {
    switch (command.type) {
      case 'group':
        return yield* this.run(command.body);
      case 'subshell': {
        const streams = { ...this.streams, stdout: shared(this.streams.stdout) };
        const [code] = yield* this.waitFor([this.subshell(command.body, streams)]);
        return code ?? 0;
      }
      case 'if':
        for (const { test, body } of command.branches) {
          if ((yield* this.tested(test)) === 0) return yield* this.run(body);
        }
        return command.otherwise === undefined ? 0 : yield* this.run(command.otherwise);
      case 'loop':
        return yield* this.loop(command);
      case 'for':
        return yield* this.forEach(command);
      case 'case':
        return yield* this.cases(command);
    }
  }

  /** A condition: `set -e` does not end it. */
  private *tested(script: Script): Story<number> {
    const { stopsOnError } = this.state;
    this.state.stopsOnError = false;
    try {
      return yield* this.run(script);
    } finally {
      this.state.stopsOnError = stopsOnError;
    }
  }

  private *loop(command: Command & { type: 'loop' }): Story<number> {
    let status = 0;
    while (((yield* this.tested(command.test)) === 0) !== command.until) {
      const goesOn = yield* this.body(command.body);
      status = this.state.status;
      if (!goesOn) break;
    }
    return status;
  }

  private *forEach(command: Command & { type: 'for' }): Story<number> {
    const values =
      command.words === undefined
        ? this.state.parameters.slice(1)
        : yield* expandWords(command.words, this.expansion);
    let status = 0;
    for (const value of values) {
      this.state.set(command.name, value);
      const goesOn = yield* this.body(command.body);
      status = this.state.status;
      if (!goesOn) break;
    }
    return status;
  }

  /** A loop's body; false when `break` left it. */
  private *body(script: Script): Story<boolean> {
    try {
      yield* this.run(script);
      return true;
    } catch (jump) {
      if (!(jump instanceof Jump) || (jump.kind !== 'break' && jump.kind !== 'continue'))
        throw jump;
      if (jump.count > 1) throw new Jump(jump.kind, jump.count - 1);
      this.state.status = 0;
      return jump.kind === 'continue';
    }
  }

  private *cases(command: Command & { type: 'case' }): Story<number> {
    const value = yield* expandText(command.word, this.expansion);
    for (const { patterns, body } of command.clauses) {
      for (const pattern of patterns) {
        const expanded = yield* expandPattern(pattern, this.expansion);
        if (patternToRegExp(expanded).test(value)) return yield* this.run(body);
      }
    }
    return 0;
  }

  private *simple(command: Command & { type: 'simple' }): Story<number> {
    const { length: before } = this.pipeFiles;
    try {
      return yield* this.plain(command);
    } finally {
      for (const path of this.pipeFiles.splice(before)) this.process.files.remove(path);
    }
  }

  private *plain(command: Command & { type: 'simple' }): Story<number> {
    const words = yield* expandWords(this.withoutAlias(command.words), this.expansion);
    const streams = yield* redirect(this, command.redirections);
    if (streams === undefined) return 1;
    const assignments: [string, string][] = [];
    for (const { name, value, elements } of command.assignments) {
      if (elements === undefined) assignments.push([name, yield* expandText(value, this.expansion)]);
      else this.state.setArray(name, yield* expandWords(elements, this.expansion));
    }
    const [name] = words;
    if (name === undefined) {
      for (const [variable, value] of assignments) this.state.set(variable, value);
      return command.words.length > 0 || hasSubstitution(command) ? this.state.status : 0;
    }
    if (this.state.traces) streams.stderr.write(`+ ${words.join(' ')}\n`);
    const body = this.state.functions.get(name);
    if (body !== undefined) return yield* this.within(streams, () => this.call(body, words));
    const builtin = builtins[name] as Builtin | undefined;
    if (builtin !== undefined) {
      for (const [variable, value] of assignments) this.state.set(variable, value);
      return yield* this.within(streams, () => builtin(words, this));
    }
    return yield* this.external(words, Object.fromEntries(assignments), streams);
  }

  private withoutAlias(words: readonly Word[]): readonly Word[] {
    const first = words[0];
    if (first?.length !== 1 || first[0]?.type !== 'text' || first[0].isQuoted) return words;
    const alias = this.state.aliases.get(first[0].text);
    if (alias === undefined) return words;
    const replaced = alias
      .split(/\s+/)
      .map((text): Word => [{ type: 'text', text, isQuoted: false }]);
    return [...replaced, ...words.slice(1)];
  }

  private *call(body: Command, words: readonly string[]): Story<number> {
    const before = this.state.parameters;
    this.state.parameters = [before[0] ?? this.name, ...words.slice(1)];
    try {
      return yield* this.command(body);
    } catch (jump) {
      if (jump instanceof Jump && jump.kind === 'return') return jump.count;
      throw jump;
    } finally {
      this.state.parameters = before;
    }
  }

  /** Starts a program and waits for it. */
  *external(
    words: readonly string[],
    assignments: Readonly<Record<string, string>>,
    streams: Streams,
  ): Story<number> {
    const name = words[0] as string;
    const found = findProgram(this.process, this.state, name);
    if (typeof found === 'string') {
      const message =
        found === 'not found' && this.isBash && !name.includes('/') ? 'command not found' : found;
      const { streams: before } = this;
      this.streams = streams;
      this.complain(`${name}: ${message}`);
      this.streams = before;
      return found === 'not found' || found === 'No such file or directory' ? 127 : 126;
    }
    const { tty, stdout } = this.process;
    const own = { ...streams, stdout: shared(streams.stdout) };
    const child = this.launch(
      found, words, assignments, own, streams.stdout === stdout ? tty : undefined,
    );
    const [code] = yield* this.waitFor([child]);
    if (child.endedBy === 'SIGKILL') streams.stderr.write('Killed\n');
    return code ?? 0;
  }

  // oxlint-disable-next-line max-params -- a program, its words, its surroundings
  private launch(
    found: Found,
    words: readonly string[],
    assignments: Readonly<Record<string, string>>,
    streams: Streams,
    tty: Tty | undefined,
  ): Process {
    const { process } = this;
    return process.machine.spawn({
      program: found.program,
      args: found.script === undefined ? words : ['sh', found.script, ...words.slice(1)],
      env: { ...this.state.environment, ...assignments },
      cwd: process.cwd,
      parent: process,
      stdin: streams.stdin,
      stdout: streams.stdout,
      stderr: shared(streams.stderr),
      ...(tty === undefined ? {} : { tty }),
    });
  }

  get expansion(): Expansion {
    return {
      process: this.process,
      state: this.state,
      substitute: (script) => this.substitute(script),
      fileOf: (script) => this.fileOf(script),
    };
  }

  /** A pipe in Linux, as long as the command runs; here a file, written to its end before. */
  private *fileOf(script: Script): Story<string> {
    const text = yield* this.substitute(script);
    const { files } = this.process;
    files.makeDirectory('/dev/fd');
    let number = 63;
    while (files.stat(`/dev/fd/${number}`) !== undefined) number -= 1;
    const path = `/dev/fd/${number}`;
    files.write(path, text);
    this.pipeFiles.push(path);
    return path;
  }

  private *substitute(script: Script): Story<string> {
    const collector = new Collector();
    const process = this.subshell(script, { ...this.streams, stdout: collector });
    const [code] = yield* this.waitFor([process]);
    this.state.status = code ?? 0;
    return collector.text;
  }
}

const hasSubstitution = (command: Command & { type: 'simple' }) =>
  command.assignments.some(({ value }) => value.some(({ type }) => type === 'substitution'));
