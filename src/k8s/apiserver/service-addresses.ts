/**
 * Services' cluster IPs and node ports. Upstream keeps bitmaps or IPAddress objects in etcd
 * (pkg/registry/core/service/{ipallocator,portallocator,storage/alloc.go}); here what is taken is
 * read off the Services themselves.
 */
import { type FieldError, invalid } from '../../api/field.ts';
import type { ApiObject } from '../../api/object.ts';
import { StatusError, internalError, invalidObject } from '../../api/status.ts';
import type { Service, ServicePort, ServiceSpec } from '../../api/types.gen.ts';
import type { CacheEvent } from './cacher.ts';
import type { Exchange } from './exchange.ts';
import { Ipv4Range } from './ipv4-range.ts';
import type { Resource } from './resource.ts';
import { normalized, withFamilies } from './service-families.ts';

const portFirst = 30_000;
const portLast = 32_767;
/** Below it only who asks for a port gets it (min(max(16, 2768/32), 128)). */
const portDynamic = portFirst + 86;

export class ServiceAddresses {
  private readonly range: Ipv4Range;
  private readonly ips = new Map<string, string>();
  private readonly ports = new Map<number, string>();
  private isLoaded = false;

  /** @param range such as `10.96.0.0/12`. */
  constructor(range: string) {
    this.range = new Ipv4Range(range);
  }

  /** Hears of every Service that any server writes. */
  follow({ type, entry, previous }: CacheEvent): void {
    if (previous !== undefined) this.forget(previous.object as Service);
    if (type !== 'DELETED') this.note(entry.object as Service);
  }

  /**
   * The Service with the addresses it needs; other kinds stay as they are. What is taken is given
   * back should the request fail.
   */
  allocate(
    x: Exchange,
    resource: Resource,
    next: ApiObject,
    previous: ApiObject | undefined,
    isDryRun: boolean,
  ): ApiObject {
    if (resource.kind.kind !== 'Service') return next;
    this.load(resource);
    const service = next as Service;
    const before = previous as Service | undefined;
    const plain = normalized(service.spec as ServiceSpec, before);
    const { spec: familiar, errors } = withFamilies(plain, before?.spec);
    if (errors.length > 0)
      throw new StatusError(invalidObject(resource.kind, next.metadata.name, errors));
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    const claim: Claim = { x, service, key, isDryRun };
    const spec = this.withPorts(claim, this.withIp(claim, familiar, before), before);
    return spec === service.spec ? service : ({ ...service, spec } as Service);
  }

  /** A Service is gone. */
  release(resource: Resource, object: ApiObject): void {
    if (resource.kind.kind === 'Service') this.forget(object as Service);
  }

  private load({ cache, prefix, prefixEnd }: Resource): void {
    if (this.isLoaded) return;
    this.isLoaded = true;
    for (const { object } of cache.under(prefix, prefixEnd)) this.note(object as Service);
  }

  private withIp(claim: Claim, spec: ServiceSpec, before: Service | undefined): ServiceSpec {
    if (spec.type === 'ExternalName' || spec.clusterIP === 'None') return spec;
    const { x, service, key, isDryRun } = claim;
    const asked = spec.clusterIPs?.[0];
    const had = before?.spec?.type === 'ExternalName' ? undefined : before?.spec?.clusterIPs?.[0];
    // Whoever has an address keeps it: that it may not be another is the validation's to say.
    if (asked && had) return spec;
    if (asked) {
      const holder = this.ips.get(asked);
      const wrong =
        holder !== undefined && holder !== key
          ? 'provided IP is already allocated'
          : this.range.has(asked)
            ? ''
            : `the provided IP (${asked}) is not in the valid range. ` +
              `The range of valid IPs is ${this.range.text}`;
      if (wrong !== '') {
        fail(
          service,
          invalid(
            'spec.clusterIPs',
            spec.clusterIPs ?? [asked],
            `failed to allocate IP ${asked}: ${wrong}`,
          ),
        );
      }
      this.take(claim, this.ips, asked);
      return spec;
    }
    const ip = isDryRun
      ? this.range.at(0)
      : this.range.free(
          (bound) => x.server.site.chance.below(bound),
          (one) => this.ips.has(one),
        );
    if (ip === undefined) {
      throw new StatusError(internalError('failed to allocate a serviceIP: range is full'));
    }
    this.take(claim, this.ips, ip);
    return { ...spec, clusterIP: ip, clusterIPs: [ip] };
  }

  private withPorts(claim: Claim, spec: ServiceSpec, before: Service | undefined): ServiceSpec {
    const needs =
      spec.type === 'NodePort' ||
      (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
    if (!needs) return spec;
    let given = 0;
    const ports = (spec.ports ?? []).map((port, index): ServicePort => {
      // A dry run gives numbers beyond the range, as upstream's does, so that nothing is taken.
      const next = () => (claim.isDryRun ? portLast + 2 + given++ : this.freePort(claim.x));
      const nodePort = port.nodePort || next();
      if (port.nodePort) this.checkPort(claim.service, before, nodePort, index, claim.key);
      this.take(claim, this.ports, nodePort);
      return port.nodePort ? port : { ...port, nodePort };
    });
    return { ...spec, ports };
  }

  /** Takes an address for a Service until its request fails, or for good. */
  private take<A>({ x, key, isDryRun }: Claim, taken: Map<A, string>, address: A): void {
    if (taken.get(address) === key || isDryRun) return;
    taken.set(address, key);
    x.reverts.push(() => taken.delete(address));
  }

  private checkPort(
    service: Service,
    before: Service | undefined,
    port: number,
    index: number,
    key: string,
  ): void {
    if (before?.spec?.ports?.some(({ nodePort }) => nodePort === port) === true) return;
    const field = `spec.ports[${index}].nodePort`;
    if (port < portFirst || port > portLast) {
      fail(
        service,
        invalid(
          field,
          port,
          'provided port is not in the valid range. ' +
            `The range of valid ports is ${portFirst}-${portLast}`,
        ),
      );
    }
    const holder = this.ports.get(port);
    // One Service may use a port for TCP and for UDP.
    if (holder !== undefined && holder !== key) {
      fail(service, invalid(field, port, 'provided port is already allocated'));
    }
  }

  private freePort(x: Exchange): number {
    const { chance } = x.server.site;
    for (let turn = 0; turn < 200; turn++) {
      const port = portDynamic + chance.below(portLast - portDynamic + 1);
      if (!this.ports.has(port)) return port;
    }
    for (let port = portFirst; port <= portLast; port++) if (!this.ports.has(port)) return port;
    throw new StatusError(internalError('failed to allocate a nodePort: range is full'));
  }

  private note(service: Service): void {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    for (const ip of service.spec?.clusterIPs ?? []) if (ip !== 'None') this.ips.set(ip, key);
    for (const { nodePort } of service.spec?.ports ?? [])
      if (nodePort) this.ports.set(nodePort, key);
  }

  private forget(service: Service): void {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    for (const ip of service.spec?.clusterIPs ?? [])
      if (this.ips.get(ip) === key) this.ips.delete(ip);
    for (const { nodePort } of service.spec?.ports ?? []) {
      if (nodePort && this.ports.get(nodePort) === key) this.ports.delete(nodePort);
    }
  }
}

/** For whom addresses are taken. */
interface Claim {
  readonly x: Exchange;
  readonly service: Service;
  readonly key: string;
  readonly isDryRun: boolean;
}

function fail(service: Service, error: FieldError): never {
  throw new StatusError(
    invalidObject({ group: '', kind: 'Service' }, service.metadata.name, [error]),
  );
}
