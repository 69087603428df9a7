/**
 * Leases' clocks (server/lease/lessor.go). Only a leader lets leases end; one that has just become
 * leader gives every lease its full time again, since it cannot know how much of it has passed.
 */
import type { Process } from '../../host/index.ts';
import type { Ticket } from '../../kernel/index.ts';

export class Leases {
  private readonly process: Process;
  private readonly expired: (lease: number) => void;
  private readonly tickets = new Map<number, Ticket>();

  constructor(process: Process, expired: (lease: number) => void) {
    this.process = process;
    this.expired = expired;
  }

  /** Starts all clocks. @param leases time to live in seconds, by lease. */
  lead(leases: ReadonlyMap<number, number>): void {
    for (const [lease, ttl] of leases) this.grant(lease, ttl);
  }

  /** Starts a lease's clock, or starts it again. */
  grant(lease: number, ttlSeconds: number): void {
    this.forget(lease);
    this.tickets.set(lease, this.process.after(ttlSeconds * 1000, { type: 'lease', id: lease }));
  }

  forget(lease: number): void {
    const ticket = this.tickets.get(lease);
    if (ticket !== undefined) this.process.cancel(ticket);
    this.tickets.delete(lease);
  }

  /** The kernel's: a clock has run out. */
  due(lease: number): void {
    this.tickets.delete(lease);
    this.expired(lease);
  }
}
