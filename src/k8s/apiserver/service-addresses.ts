/**
 * Services' cluster IPs and node ports. Upstream keeps bitmaps or IPAddress objects in etcd
 * (pkg/registry/core/service/{ipallocator,portallocator,storage/alloc.go}); here what is taken is
 * read off the Services themselves.
 */
import { type FieldError, invalid } from '../../api/field.ts';
import type { ApiObject } from '../../api/object.ts';
import { StatusError, internalError, invalidObject } from '../../api/status.ts';
import type { Service, ServicePort, ServiceSpec } from '../../api/types.gen.ts';
import type { Story } from '../../kernel/index.ts';
import type { CacheEvent } from './cacher.ts';
import type { Exchange } from './exchange.ts';
import { Ipv4Range } from './ipv4-range.ts';
import type { Resource } from './resource.ts';

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

  /** The Service with the addresses it needs. Other kinds stay as they are. */
  // oxlint-disable-next-line require-yield -- upstream's asks etcd; so may this one day
  *allocate(
    x: Exchange, resource: Resource, next: ApiObject, previous: ApiObject | undefined,
  ): Story<ApiObject> {
    if (resource.kind.kind !== 'Service') return next;
    this.load(resource);
    const service = next as Service;
    const before = previous as Service | undefined;
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    const spec = this.withPorts(x, this.withIp(x, service, key), before, service, key);
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

  private withIp(x: Exchange, service: Service, key: string): ServiceSpec {
    const spec = service.spec as ServiceSpec;
    if (spec.type === 'ExternalName' || spec.clusterIP === 'None') return spec;
    const asked = spec.clusterIPs?.[0] ?? spec.clusterIP;
    if (asked) {
      const holder = this.ips.get(asked);
      const wrong = holder !== undefined && holder !== key
        ? 'provided IP is already allocated'
        : this.range.has(asked) ? '' : `the provided IP (${asked}) is not in the valid range. ` +
          `The range of valid IPs is ${this.range.text}`;
      if (wrong !== '') {
        fail(service, invalid('spec.clusterIPs', spec.clusterIPs ?? [asked],
          `failed to allocate IP ${asked}: ${wrong}`));
      }
      this.ips.set(asked, key);
      return spec.clusterIPs === undefined ? { ...spec, clusterIPs: [asked] } : spec;
    }
    const ip = this.range.free((bound) => x.server.site.chance.below(bound), (one) => this.ips.has(one));
    if (ip === undefined) {
      throw new StatusError(internalError('failed to allocate a serviceIP: range is full'));
    }
    this.ips.set(ip, key);
    return { ...spec, clusterIP: ip, clusterIPs: [ip] };
  }

  private withPorts(
    x: Exchange, spec: ServiceSpec, before: Service | undefined, service: Service, key: string,
  ): ServiceSpec {
    const needs = spec.type === 'NodePort' ||
      (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
    if (!needs) return spec;
    const given = new Map<string, number>();
    const ports = (spec.ports ?? []).map((port, index): ServicePort => {
      if (port.nodePort) {
        this.checkPort(service, before, port.nodePort, index, key);
        given.set(`${port.protocol}/${port.port}`, port.nodePort);
        this.ports.set(port.nodePort, key);
        return port;
      }
      const nodePort = this.freePort(x);
      this.ports.set(nodePort, key);
      return { ...port, nodePort };
    });
    return { ...spec, ports };
  }

  private checkPort(
    service: Service, before: Service | undefined, port: number, index: number, key: string,
  ): void {
    if (before?.spec?.ports?.some(({ nodePort }) => nodePort === port) === true) return;
    const field = `spec.ports[${index}].nodePort`;
    if (port < portFirst || port > portLast) {
      fail(service, invalid(field, port, 'provided port is not in the valid range. ' +
        `The range of valid ports is ${portFirst}-${portLast}`));
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
    for (const { nodePort } of service.spec?.ports ?? []) if (nodePort) this.ports.set(nodePort, key);
  }

  private forget(service: Service): void {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    for (const ip of service.spec?.clusterIPs ?? []) if (this.ips.get(ip) === key) this.ips.delete(ip);
    for (const { nodePort } of service.spec?.ports ?? []) {
      if (nodePort && this.ports.get(nodePort) === key) this.ports.delete(nodePort);
    }
  }
}

function fail(service: Service, error: FieldError): never {
  throw new StatusError(
    invalidObject({ group: '', kind: 'Service' }, service.metadata.name, [error]));
}
