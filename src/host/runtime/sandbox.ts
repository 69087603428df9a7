import { Actor } from '../../kernel/index.ts';
import type { Machine } from '../machine.ts';
import type { Process } from '../process.ts';
import type { NetNamespace } from '../socket.ts';
import type { PodNetworks, SandboxConfig } from './config.ts';
import { pause } from './pause.ts';
import { type Outcome, failure, success } from './runtime-error.ts';
import { type SandboxEffect, type sandboxMachine, sandboxChart } from './sandbox-chart.ts';

/** What a sandbox tells the runtime. */
export interface SandboxPort {
  readonly machine: Machine;
  readonly networks: PodNetworks;
  changed(sandbox: Sandbox): void;
}

/** A Pod's sandbox: its pause process holds the namespaces that the containers share. */
export class Sandbox {
  readonly id: string;
  readonly config: SandboxConfig;
  /** ms since 1970. */
  readonly createdAt: number;
  /** Undefined before it has one. */
  net: NetNamespace | undefined;
  pause: Process | undefined;
  private readonly port: SandboxPort;
  private readonly actor: Actor<typeof sandboxMachine>;
  private readonly done: (outcome: Outcome<Sandbox>) => void;
  private stopped: (() => void)[] = [];
  private hasNetwork = false;

  constructor(
    port: SandboxPort,
    id: string,
    config: SandboxConfig,
    done: (outcome: Outcome<Sandbox>) => void,
  ) {
    this.port = port;
    this.id = id;
    this.config = config;
    this.done = done;
    const { site } = port.machine;
    this.createdAt = site.clock;
    const timing = {
      createMs: site.chance.between(120, 240),
      stopMs: site.chance.between(20, 60),
    };
    const subject = `sandbox ${config.namespace}/${config.name}`;
    this.actor = new Actor(site, sandboxChart, subject, timing, this.perform);
    this.trace('creating');
  }

  get isReady(): boolean {
    return this.actor.value === 'ready';
  }

  /** What its statechart says: `ready`, `notReady`, `stopped`… */
  get state(): string {
    return this.actor.value;
  }

  /** Undefined on the host's network, and before it has one. */
  get ip(): string | undefined {
    return this.isReady && !this.config.isHostNetwork ? this.net?.ip : undefined;
  }

  stop(stopped: () => void): void {
    this.stopped.push(stopped);
    this.actor.send({ type: 'stop' });
  }

  remove(): void {
    this.actor.send({ type: 'remove' });
    if (this.actor.isDone) this.actor.stop();
  }

  /** The runtime's alone: the machine has lost its power. */
  lose(): void {
    this.actor.send({ type: 'lost' });
  }

  private readonly perform = (effect: SandboxEffect): void => {
    switch (effect.type) {
      case 'setUp':
        this.setUp();
        return;
      case 'tellReady':
        this.tell();
        this.done(success(this));
        return;
      case 'killPause':
        this.pause?.kill('SIGKILL');
        return;
      case 'tearDown':
        if (this.hasNetwork) this.port.networks.remove(this.id);
        this.hasNetwork = false;
        return;
      case 'tellStopped':
        this.tell();
        this.stopped.splice(0).forEach((stopped) => stopped());
        return;
      case 'tellNotReady':
        this.tell();
        return;
      case 'tellRemoved':
        // Whoever removed it knows.
        this.trace('removed');
    }
  };

  /** The network first, then pause: a sandbox without an address is none. */
  private setUp(): void {
    const { machine, networks } = this.port;
    if (this.config.isHostNetwork) {
      this.net = machine.net;
    } else {
      const added = networks.add(this.id, this.config);
      if (!added.ok) {
        this.actor.send({ type: 'networkFailed' });
        const { message } = added.error;
        this.done(
          failure('Unknown', `failed to setup network for sandbox "${this.id}": ${message}`),
        );
        return;
      }
      this.net = added.value;
      this.hasNetwork = true;
    }
    this.pause = machine.spawn({
      program: pause,
      args: ['/pause'],
      net: this.net,
      container: this.id,
      isInit: true,
      user: '65535',
    });
    this.pause.onExit(() => this.actor.send({ type: 'pauseExited' }));
    this.actor.send({ type: 'networkReady' });
  }

  private tell(): void {
    this.trace(this.actor.value);
    this.port.changed(this);
  }

  private trace(state: string): void {
    const { machine } = this.port;
    machine.site.trace({
      type: 'sandbox',
      machine: machine.name,
      pod: `${this.config.namespace}/${this.config.name}`,
      uid: this.config.uid,
      id: this.id,
      attempt: this.config.attempt,
      state,
      ip: this.net?.ip ?? '',
      pid: this.pause?.pid ?? 0,
    });
  }
}
