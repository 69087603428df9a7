import type { Process } from '../../host/index.ts';
import type { Story, Ticket } from '../../kernel/index.ts';
import { wait } from './task.ts';

/** An event of an alarm, as it lies in the kernel's queue: data. */
export interface AlarmEvent {
  readonly type: 'alarm';
  readonly id: number;
  /** What it is for, for whoever looks at the queue. */
  readonly what: string;
}

interface Alarm {
  readonly ring: () => void;
  readonly ticket: Ticket;
}

/** Timers of a daemon; all are off when its process ends. */
export class Alarms {
  private readonly process: Process;
  private readonly alarms = new Map<number, Alarm>();
  private lastId = 0;

  constructor(process: Process) {
    this.process = process;
  }

  /** Calls `ring` after `ms`, unless it is called off with the number that comes back. */
  after(ms: number, what: string, ring: () => void): number {
    this.lastId += 1;
    const event: AlarmEvent = { type: 'alarm', id: this.lastId, what };
    this.alarms.set(this.lastId, { ring, ticket: this.process.after(ms, event) });
    return this.lastId;
  }

  cancel(id: number | undefined): void {
    const alarm = id === undefined ? undefined : this.alarms.get(id);
    if (alarm === undefined) return;
    this.process.cancel(alarm.ticket);
    this.alarms.delete(id as number);
  }

  /** Lets `ms` pass in a story. */
  *sleep(ms: number, what: string): Story {
    yield* wait<undefined>((done) => this.after(ms, what, () => done(undefined)));
  }

  /** The daemon's alone: an event of its process. */
  receive({ id }: AlarmEvent): void {
    const alarm = this.alarms.get(id);
    if (alarm === undefined) return;
    this.alarms.delete(id);
    this.process.cancel(alarm.ticket);
    alarm.ring();
  }
}
