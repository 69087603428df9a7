/**
 * IPAddress objects: one for each cluster IP that is taken, named like the IP, so that etcd itself
 * refuses to give one out twice. And the ranges that ServiceCIDR objects name.
 * Follows pkg/registry/core/service/ipallocator/{ipallocator,cidrallocator}.go.
 */
import type { JsonObject } from '../../api/object.ts';
import { StatusError } from '../../api/status.ts';
import type { ServiceCIDR } from '../../api/types.gen.ts';
import type { Story } from '../../kernel/index.ts';
import { ownExchange, ownOptions } from './crd/own-exchange.ts';
import { createObject } from './creation.ts';
import { deleteObject } from './deletion.ts';
import type { Exchange, Server } from './exchange.ts';
import { Ipv4Range } from './ipv4-range.ts';
import { decodeObject } from './read-body.ts';
import type { Resource } from './resource.ts';

const addressesName = 'ipaddresses.networking.k8s.io';
const rangesName = 'servicecidrs.networking.k8s.io';

/** Who made an IPAddress, in its label. */
export const allocatorName = 'ipallocator.k8s.io';

interface ServiceName {
  readonly namespace?: string;
  readonly name: string;
}

/** The IPAddress of a Service's address, as the allocator makes it. */
export const addressObject = ({ namespace = '', name }: ServiceName, ip: string): JsonObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IPAddress',
  metadata: {
    name: ip,
    labels: {
      'ipaddress.kubernetes.io/ip-family': 'IPv4',
      'ipaddress.kubernetes.io/managed-by': allocatorName,
    },
  },
  spec: { parentRef: { resource: 'services', namespace, name } },
});

export const addressResource = ({ registry }: Server): Resource | undefined =>
  registry.named(addressesName);

/** Whether there is an IPAddress of that name, as far as is known. */
export function hasAddress({ server }: Exchange, ip: string): boolean {
  const resource = addressResource(server);
  return resource?.cache.get(resource.key('', ip)) !== undefined;
}

/** Makes the IPAddress; false when another one has its name. */
export function* recordAddress(x: Exchange, owner: ServiceName, ip: string): Story<boolean> {
  const resource = addressResource(x.server);
  if (resource === undefined) return true;
  const because = `${owner.namespace}/${owner.name} takes ${ip}`;
  const own = ownExchange(x.server, resource, { name: ip }, because);
  try {
    const body = decodeObject(own, resource, addressObject(owner, ip), ownOptions);
    yield* createObject(own, resource, body, ownOptions);
    return true;
  } catch (problem) {
    if (problem instanceof StatusError && problem.status.reason === 'AlreadyExists') return false;
    throw problem;
  }
}

/** Takes the IPAddress away; whether there was one does not matter. */
export function* dropAddress(x: Exchange, ip: string): Story {
  const resource = addressResource(x.server);
  if (resource === undefined) return;
  const own = ownExchange(x.server, resource, { name: ip }, `nobody has ${ip} any more`);
  const key = resource.key('', ip);
  try {
    yield* deleteObject(own, resource, { key, name: ip }, plainDeletion);
  } catch (problem) {
    if (!(problem instanceof StatusError)) throw problem;
  }
}

const plainDeletion = {
  isDryRun: false,
  gracePeriodSeconds: undefined,
  policy: undefined,
  preconditions: {},
} as const;

/** The IPv4 ranges of the ServiceCIDRs that are ready; undefined when there is no ServiceCIDR. */
export function serviceRanges({ registry }: Server): readonly Ipv4Range[] | undefined {
  const resource = registry.named(rangesName);
  const all = resource?.cache.under(resource.prefix, resource.prefixEnd) ?? [];
  if (all.length === 0) return undefined;
  const texts = all
    .map(({ object }) => object as ServiceCIDR)
    .filter(isReady)
    .flatMap(({ spec }) => spec?.cidrs ?? [])
    .filter((cidr) => !cidr.includes(':'));
  return [...new Set(texts)].map((cidr) => new Ipv4Range(cidr));
}

/** Without a condition it counts as ready: the controller manager may not be there. */
function isReady({ metadata, status }: ServiceCIDR): boolean {
  if (metadata.deletionTimestamp !== undefined) return false;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  return ready === undefined || ready.status === 'True';
}
