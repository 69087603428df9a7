/**
 * What the server fills into Pods and Pod templates.
 * Follows pkg/apis/core/v1/defaults.go (SetDefaults_Pod, SetDefaults_PodSpec) and conversion.go.
 */
import type { Container, Pod, PodSpec, PodTemplateSpec } from '../../types.gen.ts';
import { fill, fillAbsent, mapField, mapItems, withField } from '../path-copy.ts';
import { canonicalResources } from '../resource-list.ts';
import { containerDefaults, hostPortDefaults, requestsFromLimits } from './container-defaults.ts';
import { volumeDefaults } from './volume-defaults.ts';

export function podDefaults(pod: Pod): Pod {
  const { spec } = pod;
  if (spec === undefined) return pod;
  let next = podSpecDefaults(spec);
  next = withField(next, 'containers', mapItems(next.containers ?? [], requestsFromLimits));
  if (next.initContainers !== undefined) {
    next = mapField(next, 'initContainers', (list) => mapItems(list, requestsFromLimits));
  }
  return withField(pod, 'spec', fillAbsent(next, podOnlyValues));
}

const podOnlyValues: Partial<PodSpec> = { enableServiceLinks: true };

const specValues: Partial<PodSpec> = {
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
};
const absentValues: Partial<PodSpec> = {
  securityContext: Object.freeze({}),
  terminationGracePeriodSeconds: 30,
};

/** Defaults that Pods and templates share. */
export function podSpecDefaults(spec: PodSpec): PodSpec {
  let next = fillAbsent(fill(spec, specValues), absentValues);
  next = serviceAccountAlias(next);
  next = withField(next, 'containers', mapItems(next.containers ?? [], containerDefaults));
  if (next.initContainers !== undefined) {
    next = mapField(next, 'initContainers', (list) => mapItems(list, containerDefaults));
  }
  if (next.ephemeralContainers !== undefined) next = ephemeralDefaults(next);
  if (next.volumes !== undefined) {
    next = mapField(next, 'volumes', (volumes) => mapItems(volumes, volumeDefaults));
  }
  if (next.overhead !== undefined) next = mapField(next, 'overhead', canonicalResources);
  return next.hostNetwork === true ? hostNetworkDefaults(next) : next;
}

const ephemeralDefaults = (spec: PodSpec): PodSpec =>
  mapField(spec, 'ephemeralContainers', (list) =>
    mapItems(list, (one) => containerDefaults(one as Container) as typeof one),
  );

/** The deprecated field and its successor say the same. */
function serviceAccountAlias(spec: PodSpec): PodSpec {
  const name = spec.serviceAccountName || spec.serviceAccount;
  if (!name) return spec;
  return withField(withField(spec, 'serviceAccountName', name), 'serviceAccount', name);
}

function hostNetworkDefaults(spec: PodSpec): PodSpec {
  const next = withField(spec, 'containers', mapItems(spec.containers, hostPortDefaults));
  return mapField(next, 'initContainers', (list) => mapItems(list, hostPortDefaults));
}

/** A template's metadata is written with a null creation time (until 1.34). */
export function podTemplateDefaults(template: PodTemplateSpec): PodTemplateSpec {
  const next =
    template.metadata !== undefined && 'creationTimestamp' in template.metadata
      ? template
      : { ...template, metadata: { creationTimestamp: null, ...template.metadata } };
  const { spec } = next;
  return withField(next as PodTemplateSpec, 'spec', podSpecDefaults(spec ?? { containers: [] }));
}
