import type { AnyStateMachine, ContextFrom, EmittedFrom, EventFromLogic, InputFrom } from 'xstate';
import type { Chart, ChartEvent, ChartPort, ChartState } from './chart.ts';
import type { Site, Ticket } from './site.ts';

/** What a live chart tells the trace of itself. */
export interface ActorLabel {
  /** The chart's subject, such as `container web-1/nginx`. */
  readonly subject: string;
}

/**
 * A live statechart on a site: `{value, context}`, and its timers in the kernel's queue. Its
 * effects go to the owner, in order, after the step that emitted them.
 */
export class Actor<M extends AnyStateMachine> {
  readonly chart: Chart<M>;
  readonly subject: string;
  private readonly live: ChartState<ContextFrom<M>>;
  private readonly site: Site;
  private readonly address: number;
  private readonly timers = new Map<string, Ticket>();
  private readonly port: ChartPort<EmittedFrom<M>>;
  private effects: EmittedFrom<M>[] = [];
  private readonly perform: (effect: EmittedFrom<M>) => void;

  /** @param perform carries out what the chart emits. */
  constructor(
    site: Site,
    chart: Chart<M>,
    subject: string,
    input: InputFrom<M>,
    perform: (effect: EmittedFrom<M>) => void,
  ) {
    this.site = site;
    this.chart = chart;
    this.subject = subject;
    this.perform = perform;
    this.address = site.register(this);
    this.port = {
      arm: (id, ms, event) => this.timers.set(id, site.after(ms, this.address, event)),
      disarm: (id) => this.disarm(id),
      effect: (effect) => this.effects.push(effect),
    };
    this.live = chart.begin(input, this.port);
    this.traceState();
    this.flush();
  }

  get value(): string {
    return this.live.value;
  }

  get context(): ContextFrom<M> {
    return this.live.context;
  }

  get isDone(): boolean {
    return this.chart.isDone(this.live);
  }

  /** Takes one event; false when the state ignores it. */
  send(event: EventFromLogic<M>): boolean {
    return this.step(event);
  }

  /** The kernel's alone: one of its own timers. */
  receive(event: ChartEvent): void {
    this.timers.delete(event.type);
    this.step(event);
  }

  /** Calls off all timers; the chart stays as it is, for ever. */
  stop(): void {
    for (const ticket of this.timers.values()) this.site.cancel(ticket);
    this.timers.clear();
    this.site.unregister(this.address);
  }

  /** When each armed timer is due, by the id of its arrow: for the stage and for messages. */
  get due(): ReadonlyMap<string, number> {
    return new Map([...this.timers].map(([id, ticket]) => [id, ticket.at]));
  }

  private step(event: EventFromLogic<M> | ChartEvent): boolean {
    const before = this.live.value;
    const taken = this.chart.send(this.live, event, this.port);
    if (this.live.value !== before) this.traceState();
    this.flush();
    return taken;
  }

  private disarm(id: string): void {
    const ticket = this.timers.get(id);
    if (ticket === undefined) return;
    this.site.cancel(ticket);
    this.timers.delete(id);
  }

  private traceState(): void {
    this.site.trace({
      type: 'state',
      chart: this.chart.machine.id,
      subject: this.subject,
      value: this.live.value,
    });
  }

  /** An effect may send this actor its next event: take what has come so far, then look again. */
  private flush(): void {
    while (this.effects.length > 0) {
      const effects = this.effects;
      this.effects = [];
      for (const effect of effects) this.perform(effect);
    }
  }
}
