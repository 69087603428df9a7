/**
 * Services' cluster IPs and node ports. An IP is taken by making an IPAddress object of its name
 * (ip-addresses.ts); upstream keeps the ports in a bitmap in etcd, here those that are taken are
 * read off the Services themselves.
 * Follows pkg/registry/core/service/{ipallocator,portallocator,storage/alloc.go}.
 */
import { type FieldError, invalid } from '../../api/field.ts';
import type { ApiObject } from '../../api/object.ts';
import { StatusError, internalError, invalidObject } from '../../api/status.ts';
import type { Service, ServicePort, ServiceSpec } from '../../api/types.gen.ts';
import type { CacheEvent } from './cacher.ts';
import type { Story } from '../../kernel/index.ts';
import type { Exchange } from './exchange.ts';
import { dropAddress, hasAddress, recordAddress, serviceRanges } from './ip-addresses.ts';
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
  private readonly given = new WeakMap<Exchange, string>();
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
  // oxlint-disable-next-line max-params -- a write, and what it is of
  *allocate(
    x: Exchange,
    resource: Resource,
    next: ApiObject,
    previous: ApiObject | undefined,
    isDryRun: boolean,
  ): Story<ApiObject> {
    this.load(resource);
    const service = next as Service;
    const before = previous as Service | undefined;
    const plain = normalized(service.spec as ServiceSpec, before);
    const { spec: familiar, errors } = withFamilies(plain, before?.spec);
    if (errors.length > 0)
      throw new StatusError(invalidObject(resource.kind, next.metadata.name, errors));
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    const claim: Claim = { x, service, key, isDryRun };
    const addressed = yield* this.withIp(claim, familiar, before);
    const spec = this.withHealthPort(claim, this.withPorts(claim, addressed, before), before);
    return spec === service.spec ? service : ({ ...service, spec } as Service);
  }

  /** A Service is gone. */
  *release(x: Exchange, object: ApiObject): Story {
    const service = object as Service;
    this.forget(service);
    for (const ip of ipsOf(service)) yield* dropAddress(x, ip);
  }

  /** A Service was changed: what it has no more is given back. */
  *updated(x: Exchange, previous: ApiObject, next: ApiObject): Story {
    const kept = ipsOf(next as Service);
    for (const ip of ipsOf(previous as Service)) if (!kept.includes(ip)) yield* dropAddress(x, ip);
  }

  /** Which Service, as `namespace/name`, has an address. */
  holderOf(ip: string): string | undefined {
    return this.ips.get(ip);
  }

  private load({ cache, prefix, prefixEnd }: Resource): void {
    if (this.isLoaded) return;
    this.isLoaded = true;
    for (const { object } of cache.under(prefix, prefixEnd)) this.note(object as Service);
  }

  private *withIp(
    claim: Claim, spec: ServiceSpec, before: Service | undefined,
  ): Story<ServiceSpec> {
    if (spec.type === 'ExternalName' || spec.clusterIP === 'None') return spec;
    const asked = spec.clusterIPs?.[0];
    const had = before?.spec?.type === 'ExternalName' ? undefined : before?.spec?.clusterIPs?.[0];
    // Whoever has an address keeps it: that it may not be another is the validation's to say.
    if (asked && had) return spec;
    if (asked) {
      yield* this.takeAsked(claim, spec, asked);
      return spec;
    }
    const ip = yield* this.takeFree(claim);
    return { ...spec, clusterIP: ip, clusterIPs: [ip] };
  }

  private *takeAsked(claim: Claim, spec: ServiceSpec, ip: string): Story {
    const { x, service, key, isDryRun } = claim;
    const refuse = (why: string) =>
      fail(
        service,
        invalid('spec.clusterIPs', spec.clusterIPs ?? [ip], `failed to allocate IP ${ip}: ${why}`),
      );
    const holder = this.ips.get(ip);
    if (holder !== undefined && holder !== key) refuse('provided IP is already allocated');
    if (!this.ranges(x).some((range) => range.has(ip))) {
      refuse(isDryRun ? outside(ip, this.range) : mismatched);
    }
    if (!(yield* this.claimIp(claim, ip))) refuse('provided IP is already allocated');
  }

  private *takeFree(claim: Claim): Story<string> {
    const { x, isDryRun } = claim;
    if (isDryRun) return this.range.at(0);
    // A change that has to be tried again keeps what it was given at first.
    const given = this.given.get(x);
    if (given !== undefined) return given;
    const { chance } = x.server.site;
    const tried = new Set<string>();
    const isTaken = (ip: string) => this.ips.has(ip) || tried.has(ip) || hasAddress(x, ip);
    for (const range of this.ranges(x)) {
      for (;;) {
        const ip = range.free((bound) => chance.below(bound), isTaken);
        if (ip === undefined) break;
        tried.add(ip);
        if (!(yield* this.claimIp(claim, ip))) continue;
        this.given.set(x, ip);
        return ip;
      }
    }
    throw new StatusError(internalError('failed to allocate a serviceIP: range is full'));
  }

  /** False when there is an IPAddress of that name already. */
  private *claimIp(claim: Claim, ip: string): Story<boolean> {
    const { x, service, key, isDryRun } = claim;
    if (isDryRun || this.ips.get(ip) === key) return true;
    this.take(claim, this.ips, ip);
    if (yield* recordAddress(x, service.metadata, ip)) {
      x.reverts.push(() => dropAddress(x, ip));
      return true;
    }
    this.ips.delete(ip);
    return false;
  }

  /** Of the ServiceCIDRs that are ready; before there is any, what the flag says. */
  private ranges(x: Exchange): readonly Ipv4Range[] {
    return serviceRanges(x.server) ?? [this.range];
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

  /** What a balancer asks whether a node has endpoints, where only those of the node count. */
  private withHealthPort(claim: Claim, spec: ServiceSpec, before: Service | undefined): ServiceSpec {
    if (spec.type !== 'LoadBalancer' || spec.externalTrafficPolicy !== 'Local') return spec;
    const asked = spec.healthCheckNodePort;
    if (asked && before?.spec?.healthCheckNodePort === asked) return spec;
    const holder = asked ? this.ports.get(asked) : undefined;
    if (asked && (asked < portFirst || asked > portLast)) {
      throw new StatusError(
        internalError(
          `failed to allocate requested HealthCheck NodePort ${asked}: provided port is not in the ` +
            `valid range. The range of valid ports is ${portFirst}-${portLast}`,
        ),
      );
    }
    if (asked && holder !== undefined) {
      throw new StatusError(
        internalError(
          `failed to allocate requested HealthCheck NodePort ${asked}: provided port is already allocated`,
        ),
      );
    }
    const port = asked || (claim.isDryRun ? portLast + 1 : this.freePort(claim.x));
    this.take(claim, this.ports, port);
    return asked ? spec : { ...spec, healthCheckNodePort: port };
  }

  /** Takes an address for a Service until its request fails, or for good. */
  private take<A>({ x, key, isDryRun }: Claim, taken: Map<A, string>, address: A): void {
    if (taken.get(address) === key || isDryRun) return;
    taken.set(address, key);
    x.reverts.push(() => {
      if (taken.get(address) === key) taken.delete(address);
    });
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
    for (const port of portsOf(service)) this.ports.set(port, key);
  }

  private forget(service: Service): void {
    const key = `${service.metadata.namespace}/${service.metadata.name}`;
    for (const ip of service.spec?.clusterIPs ?? [])
      if (this.ips.get(ip) === key) this.ips.delete(ip);
    for (const port of portsOf(service)) {
      if (this.ports.get(port) === key) this.ports.delete(port);
    }
  }
}

const mismatched = 'the provided network does not match the current range';

const outside = (ip: string, { text }: Ipv4Range): string =>
  `the provided IP (${ip}) is not in the valid range. The range of valid IPs is ${text}`;

const ipsOf = ({ spec }: Service): readonly string[] =>
  spec?.type === 'ExternalName' ? [] : (spec?.clusterIPs ?? []).filter((ip) => ip !== 'None');

const portsOf = ({ spec }: Service): readonly number[] =>
  [...(spec?.ports ?? []).map(({ nodePort }) => nodePort), spec?.healthCheckNodePort].filter(
    (port): port is number => port !== undefined && port !== 0,
  );

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
