/**
 * Which IP families a Service gets in a cluster of IPv4 alone.
 * Follows pkg/registry/core/service/storage/{alloc,storage}.go (initIPFamilyFields,
 * normalizeClusterIPs, patchAllocatedValues).
 */
import { isDeepEqual } from '../../api/equal.ts';
import { type FieldError, invalid } from '../../api/field.ts';
import type { Service, ServicePort, ServiceSpec } from '../../api/types.gen.ts';

/** The spec with its families, or what is wrong with those that it asks for. */
export function withFamilies(
  spec: ServiceSpec,
  previous: ServiceSpec | undefined,
): { readonly spec: ServiceSpec; readonly errors: readonly FieldError[] } {
  if (spec.type === 'ExternalName') return { spec, errors: [] };
  const isHeadless = spec.clusterIP === 'None';
  const isSelectorless = Object.keys(spec.selector ?? {}).length === 0;
  const ipFamilyPolicy =
    spec.ipFamilyPolicy ??
    previous?.ipFamilyPolicy ??
    (isHeadless && isSelectorless ? 'RequireDualStack' : 'SingleStack');
  const asked = spec.ipFamilies ?? [];
  const errors: FieldError[] = [];
  if (ipFamilyPolicy === 'SingleStack' && asked.length === 2) {
    errors.push(
      invalid(
        'spec.ipFamilyPolicy',
        ipFamilyPolicy,
        "must be 'RequireDualStack' or " +
          "'PreferDualStack' when multiple IP families are specified",
      ),
    );
  }
  if (errors.length > 0) return { spec, errors };
  const families = asked.length === 0 ? ['IPv4'] : asked;
  if (isHeadless && isSelectorless) {
    const other = families[0] === 'IPv4' ? 'IPv6' : 'IPv4';
    const both =
      families.length < 2 && ipFamilyPolicy !== 'SingleStack' ? [...families, other] : families;
    return { spec: { ...spec, ipFamilies: both, ipFamilyPolicy }, errors };
  }
  if (ipFamilyPolicy === 'RequireDualStack') {
    errors.push(
      invalid(
        'spec.ipFamilyPolicy',
        ipFamilyPolicy,
        'this cluster is not configured for dual-stack services',
      ),
    );
  }
  asked.forEach((family, index) => {
    if (family === 'IPv4') return;
    errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  });
  return { spec: { ...spec, ipFamilies: families, ipFamilyPolicy }, errors };
}

/** What a client that says nothing of addresses means: clusterIPs as clusterIP, and as before. */
export function normalized(spec: ServiceSpec, previous: Service | undefined): ServiceSpec {
  const kept = previous?.spec === undefined ? spec : withKept(spec, previous.spec);
  if (kept.clusterIP && kept.clusterIPs === undefined) {
    return { ...kept, clusterIPs: [kept.clusterIP] };
  }
  return previous?.spec === undefined ? kept : withOneMind(kept, previous.spec);
}

/** Who changes clusterIP and leaves clusterIPs as it was means both (normalizeClusterIPs). */
function withOneMind(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  const { clusterIP, clusterIPs, ...rest } = spec;
  if (clusterIP === before.clusterIP || !isDeepEqual(clusterIPs, before.clusterIPs)) return spec;
  return clusterIP ? { ...spec, clusterIPs: [clusterIP] } : (rest as ServiceSpec);
}

const needsIp = ({ type }: ServiceSpec): boolean => type !== 'ExternalName';
const needsPorts = ({ type }: ServiceSpec): boolean =>
  type === 'NodePort' || type === 'LoadBalancer';

function withKept(spec: ServiceSpec, before: ServiceSpec): ServiceSpec {
  let next = spec;
  if (needsIp(spec) && needsIp(before) && !spec.clusterIP && before.clusterIP) {
    const clusterIPs = spec.clusterIPs ?? before.clusterIPs;
    next = {
      ...next,
      clusterIP: before.clusterIP,
      ...(clusterIPs === undefined ? {} : { clusterIPs }),
    };
  }
  if (!needsPorts(spec) || !needsPorts(before)) return next;
  return { ...next, ports: keptPorts(next.ports ?? [], before.ports ?? []) };
}

/** A port keeps its node port, be it moved or renamed, unless another one has taken it. */
function keptPorts(
  ports: readonly ServicePort[],
  before: readonly ServicePort[],
): readonly ServicePort[] {
  const used = new Set(ports.map(({ nodePort }) => nodePort).filter(Boolean));
  return ports.map((port) => {
    if (port.nodePort) return port;
    const old = before.find(
      (one) => one.protocol === port.protocol && one.port === port.port && !used.has(one.nodePort),
    );
    return old?.nodePort ? { ...port, nodePort: old.nodePort } : port;
  });
}
