/**
 * A Pod's priority is a number that its class gives. Follows plugin/pkg/admission/priority/admission.go.
 */
import type { ApiObject } from '../../../api/object.ts';
import type { Pod, PriorityClass } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { readEntry } from '../storage.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { refuseEarly } from './refusal.ts';

type Preemption = 'Never' | 'PreemptLowerPriority';

export const priority: Plugin = {
  name: 'Priority',
  handles: ({ operation, resource, subresource = '' }) =>
    operation !== 'DELETE' && resource.kind.kind === 'Pod' && subresource === '',
  *admit(attributes, object) {
    const pod = object as Pod;
    if (pod.spec === undefined) return pod;
    if (attributes.operation === 'UPDATE') return kept(pod, attributes.previous as Pod);
    const found = yield* classOf(attributes, pod);
    const value = found?.value ?? 0;
    const { spec } = pod;
    if (spec.priority !== undefined && spec.priority !== null && spec.priority !== value) {
      refuseEarly(
        attributes,
        pod,
        'the integer value of priority (' +
          spec.priority +
          ') must not be provided in pod spec; priority admission controller computed ' +
          value +
          ' from the given PriorityClass name',
      );
    }
    const policy = (found?.preemptionPolicy ?? 'PreemptLowerPriority') as Preemption;
    if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
      refuseEarly(
        attributes,
        pod,
        `the string value of PreemptionPolicy (${spec.preemptionPolicy}) ` +
          'must not be provided in pod spec; priority admission controller computed ' +
          `${policy} from the given PriorityClass name`,
      );
    }
    const name = found?.metadata.name ?? spec.priorityClassName;
    return {
      ...pod,
      spec: {
        ...spec,
        priority: value,
        preemptionPolicy: policy,
        ...(name ? { priorityClassName: name } : {}),
      },
    } as Pod;
  },
};

/** What this plugin had set stays: a client that sends a manifest again does not know of it. */
function kept(pod: Pod, { spec: before }: Pod): Pod {
  const { spec } = pod;
  if (spec === undefined || before === undefined) return pod;
  const isWhole = (name: 'priority' | 'preemptionPolicy') =>
    spec[name] !== undefined || before[name] === undefined;
  if (isWhole('priority') && isWhole('preemptionPolicy')) return pod;
  const { priority: value, preemptionPolicy: policy } = before;
  return {
    ...pod,
    spec: {
      ...spec,
      ...(isWhole('priority') ? {} : { priority: value }),
      ...(isWhole('preemptionPolicy') ? {} : { preemptionPolicy: policy }),
    },
  } as Pod;
}

/** The class that a Pod names, or else the cluster's default one. */
function* classOf(attributes: Attributes, pod: Pod): Story<PriorityClass | undefined> {
  const { x } = attributes;
  const classes = x.server.registry.named('priorityclasses.scheduling.k8s.io');
  if (classes === undefined) return undefined;
  const name = pod.spec?.priorityClassName;
  if (!name) return defaultClass(classes.cache.under(classes.prefix, classes.prefixEnd));
  const key = classes.key('', name);
  const entry = classes.cache.get(key) ?? (yield* readEntry(x, key));
  if (entry === undefined) refuseEarly(attributes, pod, `no PriorityClass with name ${name} was found`);
  return entry?.object as PriorityClass | undefined;
}

function defaultClass(entries: readonly { object: ApiObject }[]): PriorityClass | undefined {
  const defaults = entries
    .map(({ object }) => object as PriorityClass)
    .filter(({ globalDefault }) => globalDefault === true);
  return defaults.sort((a, b) => a.value - b.value)[0];
}
