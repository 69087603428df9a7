/**
 * Sets IPAddress objects and Services' cluster IPs right with each other, when somebody has meddled
 * with one of them. Upstream looks at every change; here at those of IPAddresses that do not fit.
 * Follows pkg/registry/core/service/ipallocator/controller/repairip.go (its events are left out).
 */
import type { IPAddress, Service } from '../../api/types.gen.ts';
import { parseTime } from '../../kernel/calendar.ts';
import { type Story, Teller, type Ticket, blocked } from '../../kernel/index.ts';
import type { CacheEvent } from './cacher.ts';
import { ownExchange } from './crd/own-exchange.ts';
import type { Server, ServerRequest } from './exchange.ts';
import { addressResource, allocatorName, dropAddress, recordAddress } from './ip-addresses.ts';
import type { Resource } from './resource.ts';

/** So long an address may wait for the Service that is being made with it. */
const graceMs = 60_000;
/** Workers take up what their queue holds almost at once. */
const soonMs = 20;

export class AddressRepair {
  private readonly server: Server;
  private readonly address: number;
  private readonly due = new Set<string>();
  private ticket: Ticket | undefined;
  private teller: Teller | undefined;

  constructor(server: Server) {
    this.server = server;
    this.address = server.site.register(this);
    const resource = addressResource(server);
    if (resource !== undefined) resource.cache.listener = (event) => this.heard(event);
  }

  stop(): void {
    if (this.ticket !== undefined) this.server.site.cancel(this.ticket);
    this.server.site.unregister(this.address);
    this.teller?.cancel();
  }

  private heard({ type, entry, previous }: CacheEvent): void {
    const object = (type === 'DELETED' ? (previous ?? entry) : entry).object as IPAddress;
    const ip = object.metadata.name;
    const holder = this.server.addresses.holderOf(ip);
    if (type === 'DELETED' ? holder === undefined : isOf(object, holder)) return;
    if (type !== 'DELETED' && holder === undefined && !isManaged(object)) return;
    this.due.add(ip);
    const isYoung = type !== 'DELETED' && holder === undefined;
    this.later(isYoung ? graceMs : soonMs);
  }

  private later(ms: number): void {
    if (this.ticket !== undefined) this.server.site.cancel(this.ticket);
    this.ticket = this.server.site.after(ms, this.address, { type: 'repair' });
  }

  /** The kernel's alone. */
  receive(): void {
    this.ticket = undefined;
    const ips = [...this.due].sort();
    this.due.clear();
    this.teller = new Teller(
      this.repair(ips),
      (raw, teller) => {
        const request = raw as ServerRequest;
        if (request.op !== 'etcd') return undefined;
        this.server.etcd.ask(request.ask, (answer, revision) =>
          teller.resume({ answer, revision }),
        );
        return blocked;
      },
      () => undefined,
    );
    this.teller.start();
  }

  private *repair(ips: readonly string[]): Story {
    const resource = addressResource(this.server);
    if (resource === undefined) return;
    for (const ip of ips) yield* this.setRight(resource, ip);
  }

  private *setRight(resource: Resource, ip: string): Story {
    const { server } = this;
    const object = resource.cache.get(resource.key('', ip))?.object as IPAddress | undefined;
    const x = ownExchange(server, resource, { name: ip }, `${ip} does not fit its Service`);
    const service = this.serviceOf(ip);
    if (service === undefined) {
      if (object === undefined || !isManaged(object)) return;
      const age = server.site.clock - (parseTime(object.metadata.creationTimestamp ?? '') ?? 0);
      if (age >= graceMs) return yield* dropAddress(x, ip);
      this.due.add(ip);
      return this.later(graceMs - age);
    }
    const { namespace = '', name } = service.metadata;
    if (isOf(object, `${namespace}/${name}`)) return;
    if (object !== undefined) yield* dropAddress(x, ip);
    yield* recordAddress(x, { namespace, name }, ip);
  }

  /** The Service that has the address, if it is really there. */
  private serviceOf(ip: string): Service | undefined {
    const holder = this.server.addresses.holderOf(ip);
    const services = this.server.registry.named('services');
    if (holder === undefined || services === undefined) return undefined;
    const [namespace = '', name = ''] = holder.split('/');
    return services.cache.get(services.key(namespace, name))?.object as Service | undefined;
  }
}

const isManaged = ({ metadata }: IPAddress): boolean =>
  metadata.labels?.['ipaddress.kubernetes.io/managed-by'] === allocatorName;

/** Whether an IPAddress is as the allocator makes it for this Service. */
function isOf(object: IPAddress | undefined, holder: string | undefined): boolean {
  const parent = object?.spec?.parentRef;
  if (object === undefined || parent === undefined || !isManaged(object)) return false;
  if (object.metadata.labels?.['ipaddress.kubernetes.io/ip-family'] !== 'IPv4') return false;
  return (
    (parent.group ?? '') === '' &&
    parent.resource === 'services' &&
    `${parent.namespace}/${parent.name}` === holder
  );
}
