/**
 * ServiceCIDRs are protected as long as Services have addresses out of them, and say whether
 * addresses are given out. Upstream: pkg/controller/servicecidrs/servicecidrs_controller.go.
 */
import type { ApiObject } from '../../api/object.ts';
import type { IPAddress, ServiceCIDR } from '../../api/types.gen.ts';
import { formatTime, parseTime } from '../../kernel/calendar.ts';
import { defineController, itself, type Outcome, settled, type View, type Write } from
  '../client/index.ts';

const finalizer = 'networking.k8s.io/service-cidr-finalizer';
/** So long the API servers may take to hear that a range is going. */
const graceMs = 10_000;
const allocator = 'ipallocator.k8s.io';
const blocked = 'There are still IPAddresses referencing the ServiceCIDR, please remove them or ' +
  'create a new ServiceCIDR';

export const serviceCidrController = defineController({
  name: 'service-cidr-controller',
  watches: {
    ServiceCIDR: itself,
    // Another address, or range, may hold up or set free the ranges that are going.
    IPAddress: (object, view) => goingWith(view, (cidr) => holds(cidr, object.metadata.name)),
  },
  reconcile,
});

const goingWith = (view: View, isMeant: (cidr: string) => boolean): string[] =>
  view.of('ServiceCIDR').list()
    .filter(({ metadata, spec }) =>
      metadata.deletionTimestamp !== undefined && (spec?.cidrs ?? []).some(isMeant))
    .map(({ metadata }) => metadata.name);

function reconcile(view: View, name: string): Outcome {
  const range = view.get('ServiceCIDR', name);
  if (range === undefined) return settled;
  if (range.metadata.deletionTimestamp !== undefined) return release(view, range);
  const ready = { type: 'Ready', status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' };
  const writes = [...protect(range), ...say(view, range, ready)];
  return writes.length === 0 ? settled : { writes };
}

function protect({ metadata }: ServiceCIDR): Write[] {
  if (metadata.finalizers?.includes(finalizer) === true) return [];
  return [{
    verb: 'patch', kind: 'ServiceCIDR', key: metadata.name,
    body: { metadata: { finalizers: [finalizer] } }, accepts: [404],
    because: `the range ${metadata.name} must not go while it is used`,
  }];
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

/** One condition, unless it is said already. */
function say({ nowMs }: View, range: ServiceCIDR, condition: Condition): Write[] {
  const known = range.status?.conditions?.find(({ type }) => type === condition.type);
  // The default range's own words (the API server's) are left as they are.
  if (known?.status === condition.status && (known.reason ?? '') === condition.reason) return [];
  const lastTransitionTime = formatTime(nowMs);
  return [{
    verb: 'patch', kind: 'ServiceCIDR', key: range.metadata.name, subresource: 'status',
    body: { status: { conditions: [{ ...condition, lastTransitionTime }] } },
    accepts: [404],
    because: `${range.metadata.name}: ${condition.message}`,
  }];
}

function release(view: View, range: ServiceCIDR): Outcome {
  const { name, deletionTimestamp = '', finalizers = [] } = range.metadata;
  if (!finalizers.includes(finalizer)) return settled;
  if (isNeeded(view, range)) {
    const going = { type: 'Ready', status: 'False', reason: 'Terminating', message: blocked };
    return { writes: say(view, range, going) };
  }
  const wait = (parseTime(deletionTimestamp) ?? 0) + graceMs - view.nowMs;
  if (wait > 0) return { writes: [], requeueAfterMs: wait };
  return {
    writes: [{
      verb: 'patch', kind: 'ServiceCIDR', key: name,
      body: { metadata: { '$deleteFromPrimitiveList/finalizers': [finalizer] } }, accepts: [404],
      because: `nobody has an address out of ${name} any more`,
    }],
  };
}

/** Whether an address would be left without any range. */
function isNeeded(view: View, range: ServiceCIDR): boolean {
  const all = view.of('ServiceCIDR').list();
  const others = all.filter(({ metadata }) => metadata.name !== range.metadata.name);
  const cidrs = range.spec?.cidrs ?? [];
  const isWithin = (cidr: string) => others.some(({ spec }) =>
    (spec?.cidrs ?? []).some((one) => contains(one, cidr)));
  if (cidrs.every(isWithin)) return false;
  return view.of('IPAddress').list().some((address) =>
    isManaged(address) &&
    cidrs.some((cidr) => holds(cidr, address.metadata.name)) &&
    !others.some(({ spec }) => (spec?.cidrs ?? []).some((cidr) => holds(cidr, address.metadata.name))));
}

const isManaged = ({ metadata }: IPAddress | ApiObject): boolean =>
  metadata.labels?.['ipaddress.kubernetes.io/managed-by'] === allocator;

interface Span {
  readonly first: number;
  readonly size: number;
}

/** The addresses of an IPv4 range; Services here have no others. */
function spanOf(cidr: string): Span | undefined {
  const [ip = '', bits = ''] = cidr.split('/');
  const address = numberOf(ip);
  if (address === undefined) return undefined;
  const size = 2 ** (32 - Number(bits));
  return { first: Math.floor(address / size) * size, size };
}

function numberOf(ip: string): number | undefined {
  const parts = ip.split('.');
  if (parts.length !== 4) return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Neither the first address of a range nor its last is given to a Service. */
function holds(cidr: string, ip: string): boolean {
  const span = spanOf(cidr);
  const address = numberOf(ip);
  if (span === undefined || address === undefined) return false;
  return address > span.first && address < span.first + span.size - 1;
}

function contains(outer: string, inner: string): boolean {
  const a = spanOf(outer);
  const b = spanOf(inner);
  if (a === undefined || b === undefined) return outer === inner;
  return a.first <= b.first && a.first + a.size >= b.first + b.size;
}
