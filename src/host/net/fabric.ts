/** The plan of the local network: the same on every site, never changed. */
export interface Fabric {
  readonly machines: readonly FabricMachine[];
  /** One way, in ms; not less than the world's lookahead. */
  readonly latencyMs: number;
  /** Of the network that all machines share; 24 when not given. */
  readonly prefixLength?: number;
  /** The router to everything else; it swallows what it gets. */
  readonly gateway?: string;
}

export interface FabricMachine {
  /** Index of its site. */
  readonly site: number;
  readonly name: string;
  readonly ip: string;
  readonly mac: string;
}

/** The receiver that every network stack has on its site. */
export const nicAddress = 1;

/** A message on the local interface takes this long, in ms. */
export const loopbackMs = 1 / 32;
