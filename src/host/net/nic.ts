import type { Site } from '../../kernel/index.ts';
import { type Fabric, type FabricMachine, nicAddress } from './fabric.ts';

/** What a packet on the wire shows to whoever looks. */
export interface Flight {
  readonly id: number;
  readonly what: string;
  readonly protocol: string;
  readonly src: string;
  readonly dst: string;
  readonly isEncapsulated: boolean;
  /** The program that sent it, where that is known. */
  readonly program?: string;
  /** Of a connection whose packets are not traced hop by hop. */
  readonly isBrief?: boolean;
}

/** A machine's network card, its cable, and what may be wrong with them. */
export class Nic {
  /** The cable is out. */
  isCut = false;
  /** Names of machines with which nothing is exchanged. */
  readonly blocked = new Set<string>();
  /** The share of outgoing packets that gets lost, 0 to 1. */
  loss = 0;
  /** Added to every outgoing packet, as `tc netem delay` does. */
  extraDelayMs = 0;
  /** At most this much more, drawn for each packet; the order is kept. */
  jitterMs = 0;
  private readonly site: Site;
  private readonly fabric: Fabric;
  private readonly name: string;
  private readonly lastDue = new Map<number, number>();

  constructor(site: Site, fabric: Fabric, name: string) {
    this.site = site;
    this.fabric = fabric;
    this.name = name;
  }

  /** Sends plain data to another machine's card; false when it is lost on the way out. */
  send(to: FabricMachine, event: unknown, flight: Flight): boolean {
    const { site } = this;
    if (this.isCut || this.blocked.has(to.name)) {
      return this.drop(flight.id, this.isCut ? 'link down' : `blocked ${to.name}`);
    }
    if (this.loss > 0 && site.chance.fraction() < this.loss) return this.drop(flight.id, 'lost');
    const jitter = this.jitterMs > 0 ? site.chance.fraction() * this.jitterMs : 0;
    const due = Math.max(
      site.now + this.fabric.latencyMs + this.extraDelayMs + jitter,
      this.lastDue.get(to.site) ?? 0,
    );
    this.lastDue.set(to.site, due);
    site.send(to.site, due - site.now, nicAddress, event);
    this.traceFlight(flight, to.name, due);
    return true;
  }

  /** Whether a packet from a machine gets in. */
  accepts(from: FabricMachine | undefined, id: number): boolean {
    if (this.isCut) return this.drop(id, 'link down');
    if (from !== undefined && this.blocked.has(from.name)) {
      return this.drop(id, `blocked ${from.name}`);
    }
    return true;
  }

  /** Writes that a packet is under way. */
  traceFlight(flight: Flight, to: string, dueAt: number): void {
    this.site.trace({
      type: 'flight',
      id: flight.id,
      from: this.name,
      to,
      dueAt,
      what: flight.what,
      protocol: flight.protocol,
      src: flight.src,
      dst: flight.dst,
      encapsulated: flight.isEncapsulated,
      program: flight.program ?? '',
      isBrief: flight.isBrief ?? false,
    });
  }

  /** Writes that a packet is no more. Always false. */
  drop(id: number, reason: string): false {
    this.site.trace({ type: 'drop', id, machine: this.name, reason });
    return false;
  }
}
