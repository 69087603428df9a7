/**
 * The hand from outside: on every site it carries out what the learner does to that machine.
 * Inputs reach it as events of the world outside, so they are part of history like all else.
 */
import { type Machine, type Process, Terminal, openFiles } from '../host/index.ts';
import { runtimeOf } from '../host/runtime/index.ts';
import { type Site, assert } from '../kernel/index.ts';
import type { ApiPort } from './api-port.ts';
import { homeOf } from './disks.ts';
import { ScriptRuns } from './script-runs.ts';
import type { Fault, Input } from './session-file.ts';

/** The hand's receiver on every site; the network card is the first. */
export const handAddress = 2;

export type HandEvent =
  { readonly type: 'boot' } | { readonly type: 'input'; readonly input: Input };

/** What the hand can do to a machine's network card. */
export interface Cable {
  isCut: boolean;
}

/** The terminal that the page opens with: on the workstation. */
export const mainTerminal = 'console';

export class Hand {
  private readonly machine: Machine;
  private readonly site: Site;
  private readonly cable: Cable;
  private readonly api: ApiPort | undefined;
  private readonly scripts: ScriptRuns;
  private readonly terminals = new Map<string, { terminal: Terminal; shell: Process }>();

  constructor(machine: Machine, cable: Cable, api: ApiPort | undefined) {
    this.machine = machine;
    this.site = machine.site;
    this.cable = cable;
    this.api = api;
    this.scripts = new ScriptRuns(machine);
    const address = this.site.register(this);
    assert(address === handAddress, 'the hand is the second receiver of its site');
    machine.onBoot(() => {
      if (machine.description.role === 'workstation') this.open(mainTerminal);
    });
    machine.onHalt(() => this.terminals.clear());
  }

  receive(event: HandEvent): void {
    if (event.type === 'boot') return this.machine.switchOn();
    const { input } = event;
    switch (input.type) {
      case 'line':
      case 'interrupt':
      case 'end-of-file':
      case 'resize':
        return this.type(input);
      case 'file':
        return this.save(input.path, input.text);
      case 'edited':
        if (input.machine === this.machine.name) this.edited(input.path, input.text);
        return;
      case 'fault':
        return this.fault(input.fault);
      case 'script':
        return this.scripts.start(input);
      case 'interrupt-script':
        return this.scripts.interrupt(input.run);
      case 'api':
        this.api?.receive(input.client, input.message);
    }
  }

  private type(input: Input & { terminal: string }): void {
    if (!this.machine.isOn) return; // Nobody reads the keyboard.
    const { terminal } = this.terminals.get(input.terminal) ?? this.open(input.terminal);
    if (input.type === 'line') {
      if (terminal.isAtPrompt && input.text.trim() !== '') {
        this.site.trace({ type: 'input', what: input.text.trim().slice(0, 200) });
      }
      terminal.line(input.text);
    } else if (input.type === 'interrupt') terminal.interrupt();
    else if (input.type === 'end-of-file') terminal.endOfFile();
    else if (input.type === 'resize') terminal.columns = input.columns;
  }

  /** A login shell on a terminal of its own; a new one when it ends. */
  private open(name: string): { terminal: Terminal; shell: Process } {
    const { machine } = this;
    const { role } = machine.description;
    const home = homeOf(role);
    const user = role === 'workstation' ? 'learner' : 'root';
    const terminal = new Terminal(
      120,
      (text) => this.site.trace({ type: 'terminal', terminal: name, text }),
      (isAtPrompt) => this.tellPrompt(name, isAtPrompt),
    );
    const program = machine.programs.get('bash');
    assert(program, 'a machine has a shell');
    const shell = machine.spawn({
      program,
      args: ['-bash'],
      cwd: home,
      user,
      env: {
        HOME: home,
        USER: user,
        SHELL: '/bin/bash',
        TERM: 'xterm-256color',
        PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
        PS1: '\\u@\\h:\\w\\$ ',
      },
      stdin: terminal.input,
      stdout: terminal,
      tty: terminal,
    });
    const opened = { terminal, shell };
    this.terminals.set(name, opened);
    shell.onExit(() => {
      if (!machine.isOn) return;
      terminal.write('\n');
      this.open(name);
    });
    return opened;
  }

  private tellPrompt(terminal: string, isAtPrompt: boolean): void {
    this.site.trace({ type: 'prompt', terminal, isAtPrompt });
  }

  private save(path: string, text: string): void {
    const { files, description } = this.machine;
    const at = path.startsWith('/') ? path : `${homeOf(description.role)}/${path}`;
    files.makeDirectory(at.slice(0, at.lastIndexOf('/')) || '/');
    files.write(at, text);
    this.site.trace({ type: 'saved', path: at, bytes: text.length });
  }

  /** An editor waits for this; when its program has gone meanwhile there is nothing to do. */
  private edited(path: string, text: string | undefined): void {
    openFiles(this.machine).get(path)?.push({ text });
  }

  private fault(fault: Fault): void {
    const { machine } = this;
    if ('machine' in fault && fault.machine !== machine.name) return;
    switch (fault.do) {
      case 'power-off':
        this.tell(`power off ${machine.name}`);
        return machine.switchOff();
      case 'power-on':
        this.tell(`power on ${machine.name}`);
        return machine.switchOn();
      case 'cut-cable':
      case 'mend-cable':
        this.tell(`${fault.do === 'cut-cable' ? 'cut' : 'mend'} the cable of ${machine.name}`);
        this.cable.isCut = fault.do === 'cut-cable';
        this.site.trace({ type: 'cable', machine: machine.name, isCut: this.cable.isCut });
        return;
      case 'kill-process':
        this.tell(`kill -9 ${fault.pid} on ${machine.name}`);
        machine.processes.get(fault.pid)?.kill('SIGKILL');
        return;
      case 'stop-unit':
      case 'start-unit':
        return this.unit(fault.do === 'stop-unit' ? 'stop' : 'start', fault.unit);
      case 'kill-pause':
      case 'kill-container':
        return this.killInPod(fault);
    }
  }

  private unit(verb: string, unit: string): void {
    const program = this.machine.programs.get('systemctl');
    if (program === undefined || !this.machine.isOn) return;
    this.tell(`systemctl ${verb} ${unit} on ${this.machine.name}`);
    this.machine.spawn({ program, args: ['systemctl', verb, unit] });
  }

  private killInPod(fault: Fault & { do: 'kill-pause' | 'kill-container' }): void {
    const runtime = runtimeOf(this.machine);
    if (runtime === undefined) return;
    const isOfPod = (config: { namespace: string; name: string }) =>
      config.namespace === fault.namespace && config.name === fault.pod;
    if (fault.do === 'kill-pause') {
      for (const sandbox of runtime.sandboxes.values()) {
        if (!isOfPod(sandbox.config) || sandbox.pause === undefined) continue;
        this.tell(`kill the pause process of ${fault.pod}`);
        sandbox.pause.kill('SIGKILL');
        return;
      }
      return;
    }
    for (const container of runtime.containers.values()) {
      if (!isOfPod(container.sandbox.config) || container.config.name !== fault.container) continue;
      if (container.process === undefined || !container.process.isRunning) continue;
      this.tell(`kill container ${fault.container} of ${fault.pod}`);
      container.process.kill('SIGKILL');
      return;
    }
  }

  private tell(what: string): void {
    this.site.trace({ type: 'fault', what });
  }
}
