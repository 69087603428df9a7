/**
 * Takes part in an election on a Lease in kube-system: performs what the chart asks.
 * Upstream: client-go/tools/leaderelection (leaderelection.go, resourcelock/leaselock.go).
 */
import type { Json } from '../../api/object.ts';
import type { Lease, LeaseSpec } from '../../api/types.gen.ts';
import { formatMicroTime } from '../../kernel/calendar.ts';
import { Actor } from '../../kernel/index.ts';
import type { ApiClient } from './api-client.ts';
import { EventRecorder } from './event-recorder.ts';
import { isOk } from './failure.ts';
import { leaderChart, type leaderMachine } from './leader-chart.ts';
import { collectionPath, objectPath, resources } from './resources.ts';
import type { ApiResponse } from './wire.ts';

const leaseDurationSeconds = 15;
const retryPeriodMs = 2_000;
const jitterFactor = 1.2;
const namespace = 'kube-system';

export interface LeaderCallbacks {
  /** This copy leads from now on. */
  lead(): void;
  /** It leads no more: upstream's programs exit with `leaderelection lost`. */
  lost(): void;
}

export class LeaderElection {
  readonly identity: string;
  private readonly client: ApiClient;
  private readonly name: string;
  private readonly callbacks: LeaderCallbacks;
  private readonly recorder: EventRecorder;
  private readonly actor: Actor<typeof leaderMachine>;
  private observed: Lease | undefined;
  private observedAt = 0;

  /** @param name the Lease: `kube-scheduler`. */
  constructor(client: ApiClient, name: string, callbacks: LeaderCallbacks) {
    this.client = client;
    this.name = name;
    this.callbacks = callbacks;
    const { process } = client;
    this.identity = `${process.machine.name}_${process.site.chance.uuid()}`;
    this.recorder = new EventRecorder(client, { component: name });
    this.actor = new Actor(process.site, leaderChart, name, undefined, ({ type }) =>
      this.perform(type),
    );
    process.onExit(() => this.actor.stop());
  }

  get state(): string {
    return this.actor.value;
  }

  private perform(effect: 'try' | 'lead' | 'lost'): void {
    if (effect === 'try') return this.attempt();
    if (effect === 'lost') return this.callbacks.lost();
    if (this.observed !== undefined) {
      const message = `${this.identity} became leader`;
      this.recorder.record(this.observed, { type: 'Normal', reason: 'LeaderElection', message });
    }
    this.callbacks.lead();
  }

  /** The leader writes without reading first; who is not reads, and takes what is stale. */
  private attempt(): void {
    const { observed } = this;
    if (observed?.spec.holderIdentity === this.identity) {
      return this.put(observed, (response) => (isOk(response) ? this.won(response) : this.read()));
    }
    this.read();
  }

  private read(): void {
    const path = objectPath(resources.Lease, `${namespace}/${this.name}`);
    this.request({ method: 'GET', path }, (response) => {
      if (response.status === 404) return this.create();
      if (!isOk(response)) return this.denied();
      this.observe(response.body as unknown as Lease);
      const { spec } = this.observed as Lease;
      const isFree = !spec.holderIdentity || spec.holderIdentity === this.identity;
      const { now } = this.client.process.site;
      const isStale = now - this.observedAt > (spec.leaseDurationSeconds ?? 0) * 1000;
      if (!isFree && !isStale) return this.denied();
      this.put(this.observed as Lease, (answer) => this.settle(answer));
    });
  }

  private create(): void {
    const time = this.now;
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.name, namespace },
      spec: {
        acquireTime: time,
        holderIdentity: this.identity,
        leaseDurationSeconds,
        leaseTransitions: 0,
        renewTime: time,
      },
    };
    const path = collectionPath(resources.Lease, namespace);
    this.request({ method: 'POST', path, body }, (answer) => this.settle(answer));
  }

  private put(lease: Lease, answered: (response: ApiResponse) => void): void {
    const { spec } = lease;
    const isMine = spec.holderIdentity === this.identity;
    const next: LeaseSpec = {
      ...spec,
      holderIdentity: this.identity,
      leaseDurationSeconds,
      renewTime: this.now,
      ...(isMine
        ? {}
        : {
            acquireTime: this.now,
            leaseTransitions: (spec.leaseTransitions ?? 0) + 1,
          }),
    };
    const path = objectPath(resources.Lease, `${namespace}/${this.name}`);
    this.request(
      { method: 'PUT', path, body: { ...lease, spec: next } as unknown as Json },
      answered,
    );
  }

  private request(
    request: { method: 'GET' | 'PUT' | 'POST'; path: string; body?: Json },
    answered: (response: ApiResponse) => void,
  ): void {
    const because = `leader election of ${this.name}`;
    // Upstream's client for this has half the renew deadline as its timeout.
    this.client.request({ ...request, because }, answered, 5_000);
  }

  private settle(response: ApiResponse): void {
    if (isOk(response)) this.won(response);
    else this.denied();
  }

  private won(response: ApiResponse): void {
    this.observe(response.body as unknown as Lease);
    this.actor.send({ type: 'won' });
  }

  private denied(): void {
    const { chance } = this.client.process.site;
    this.actor.send({ type: 'denied', delayMs: chance.jitter(retryPeriodMs, jitterFactor) });
  }

  private observe(lease: Lease): void {
    if (lease.metadata.resourceVersion === this.observed?.metadata.resourceVersion) return;
    this.observed = lease;
    this.observedAt = this.client.process.site.now;
  }

  private get now(): string {
    return formatMicroTime(this.client.process.site.clock);
  }
}
