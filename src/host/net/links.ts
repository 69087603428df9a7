import { cidrText, parseCidr } from './address.ts';
import type { Device, FdbEntry, Neighbour, Route } from './device.ts';
import { RouteTable } from './route-table.ts';

/** Devices, addresses, routes, neighbours: what `ip` and `bridge` show of a namespace. */
export class Links {
  readonly devices = new Map<string, Device>();
  readonly neighbours = new Map<string, Neighbour>();
  readonly fdb = new Map<string, FdbEntry>();
  private readonly table = new RouteTable();
  private readonly local = new Set<string>();
  private readonly changed: () => void;
  private lastDevice = 0;

  /** @param changed called whenever a packet could take another way than before. */
  constructor(changed: () => void) {
    this.changed = changed;
    this.addDevice({ name: 'lo', kind: 'loopback', mac: '00:00:00:00:00:00', mtu: 65_536 });
    this.addAddress('lo', '127.0.0.1', 8);
  }

  /** Its first address that is not the loopback's. */
  get ip(): string | undefined {
    for (const device of this.devices.values()) {
      if (device.kind !== 'loopback' && device.addresses[0]) return device.addresses[0].ip;
    }
    return undefined;
  }

  /** Most specific first, as they are looked up. */
  get routes(): readonly Route[] {
    return this.table.routes;
  }

  /** The number that the next device gets. */
  get nextIndex(): number {
    return this.lastDevice + 1;
  }

  /** All but the loopback device goes. */
  protected clearLinks(): void {
    for (const name of [...this.devices.keys()]) if (name !== 'lo') this.removeDevice(name);
    this.lastDevice = 1;
    this.neighbours.clear();
    this.fdb.clear();
  }

  addDevice(device: Omit<Device, 'index' | 'isUp' | 'addresses'>): Device {
    this.lastDevice += 1;
    const added: Device = { ...device, index: this.lastDevice, isUp: true, addresses: [] };
    this.devices.set(added.name, added);
    return added;
  }

  removeDevice(name: string): void {
    const device = this.devices.get(name);
    if (device === undefined) return;
    this.devices.delete(name);
    for (const { ip } of device.addresses) this.local.delete(ip);
    this.table.remove((route) => route.device === name);
    for (const [key, entry] of this.neighbours)
      if (entry.device === name) this.neighbours.delete(key);
    for (const [key, entry] of this.fdb) if (entry.device === name) this.fdb.delete(key);
    this.changed();
  }

  /** An address, and the route to its subnet. */
  addAddress(name: string, ip: string, prefixLength: number): void {
    const device = this.devices.get(name);
    if (device === undefined || this.local.has(ip)) return;
    device.addresses.push({ ip, prefixLength });
    this.local.add(ip);
    this.changed();
    const subnet = parseCidr(`${ip}/${prefixLength}`);
    if (subnet === undefined || prefixLength === 32 || device.kind === 'loopback') return;
    this.addRoute({ destination: cidrText(subnet), device: name, source: ip, protocol: 'kernel' });
  }

  addRoute(route: Route): void {
    this.table.add(route);
    this.changed();
  }

  removeRoute(destination: string): void {
    this.table.remove((route) => route.destination === destination);
    this.changed();
  }

  neighbour(ip: string, device: string): Neighbour | undefined {
    return this.neighbours.get(`${device} ${ip}`);
  }

  /** `ip neigh replace … lladdr … nud permanent`. */
  setNeighbour(neighbour: Neighbour): void {
    this.neighbours.set(`${neighbour.device} ${neighbour.ip}`, neighbour);
    this.changed();
  }

  /** What ARP has found out. */
  learn(ip: string, mac: string, device: string): void {
    const key = `${device} ${ip}`;
    if (this.neighbours.has(key)) return;
    this.neighbours.set(key, { ip, mac, device, isPermanent: false });
  }

  unlearn(ip: string, device: string): void {
    if (this.neighbours.delete(`${device} ${ip}`)) this.changed();
  }

  fdbEntry(mac: string, device: string): FdbEntry | undefined {
    return this.fdb.get(`${device} ${mac}`);
  }

  setFdb(entry: FdbEntry): void {
    this.fdb.set(`${entry.device} ${entry.mac}`, entry);
    this.changed();
  }

  removeFdb(mac: string, device: string): void {
    if (this.fdb.delete(`${device} ${mac}`)) this.changed();
  }

  isLocal(ip: string): boolean {
    return this.local.has(ip) || ip.startsWith('127.');
  }

  /** The route that a packet to `ip` takes. */
  route(ip: string): Route | undefined {
    return this.table.find(ip, (route) => this.devices.get(route.device)?.isUp ?? false);
  }

  /** The address that a packet to `ip` gets as its source. */
  sourceFor(ip: string): string | undefined {
    if (this.isLocal(ip)) return ip;
    const route = this.route(ip);
    if (route === undefined) return undefined;
    return route.source ?? this.devices.get(route.device)?.addresses[0]?.ip;
  }
}
