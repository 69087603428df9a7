/** A namespace's devices, routes and neighbours: plain data for `ip`, `bridge`, the stage. */
export type DeviceKind = 'loopback' | 'ether' | 'bridge' | 'veth' | 'vxlan';

export interface Address {
  readonly ip: string;
  readonly prefixLength: number;
}

export interface Device {
  readonly index: number;
  readonly name: string;
  readonly kind: DeviceKind;
  readonly mac: string;
  readonly mtu: number;
  isUp: boolean;
  readonly addresses: Address[];
  /** The bridge that it is a port of. */
  readonly master?: string;
  /** A veth's other end. */
  readonly peer?: { readonly namespace: string; readonly device: string; readonly index: number };
  readonly vxlan?: Vxlan;
}

export interface Vxlan {
  readonly id: number;
  readonly local: string;
  readonly port: number;
  /** The device that carries the outer packets. */
  readonly device: string;
}

/** One line of `ip route`; `0.0.0.0/0` is `default`. */
export interface Route {
  readonly destination: string;
  readonly via?: string;
  readonly device: string;
  readonly source?: string;
  /** `onlink`: the gateway is reached through the device although no subnet says so. */
  readonly isOnLink?: boolean;
  readonly protocol?: 'kernel' | 'static';
}

/** One line of `ip neigh`: an address and the MAC that it has on a device. */
export interface Neighbour {
  readonly ip: string;
  readonly mac: string;
  readonly device: string;
  readonly isPermanent: boolean;
}

/** One line of `bridge fdb`: a MAC, and the port or the remote VTEP behind which it is. */
export interface FdbEntry {
  readonly mac: string;
  readonly device: string;
  /** Of a vxlan device: the other machine's address. */
  readonly remote?: string;
  readonly isPermanent: boolean;
}
