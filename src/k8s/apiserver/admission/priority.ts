/**
 * A Pod's priority is a number that its class gives. Follows plugin/pkg/admission/priority/admission.go.
 */
import type { ApiObject } from '../../../api/object.ts';
import type { Pod, PriorityClass } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { readEntry } from '../storage.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { objectsOf } from './namespace-contents.ts';
import { refuse, refuseEarly } from './refusal.ts';

type Preemption = 'Never' | 'PreemptLowerPriority';

export const priority: Plugin = {
  name: 'Priority',
  handles: ({ operation, resource: { kind }, subresource = '' }) =>
    operation !== 'DELETE' && subresource === '' && (kind.kind === 'Pod' || isOfClass(kind)),
  *admit(attributes, object) {
    if (object.kind !== 'Pod') return object;
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
  // oxlint-disable-next-line require-yield -- plugins are stories, whether or not they have to wait
  *validate(attributes) {
    if (isOfClass(attributes.resource.kind)) checkDefault(attributes);
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

const isOfClass = ({ kind, group }: { kind: string; group: string }): boolean =>
  kind === 'PriorityClass' && group === 'scheduling.k8s.io';

/** One class at most is the default. */
function checkDefault(attributes: Attributes): void {
  const { globalDefault, metadata } = attributes.object as PriorityClass;
  if (globalDefault !== true) return;
  const classes = objectsOf(attributes.x.server, 'priorityclasses.scheduling.k8s.io');
  const name = defaultClass(classes.map((object) => ({ object })))?.metadata.name;
  if (name === undefined || (attributes.operation === 'UPDATE' && name === metadata.name)) return;
  refuse(
    attributes,
    `PriorityClass ${name} is already marked as default. Only one default can exist`,
  );
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
  if (entry === undefined)
    refuseEarly(attributes, pod, `no PriorityClass with name ${name} was found`);
  return entry?.object as PriorityClass | undefined;
}

function defaultClass(entries: readonly { object: ApiObject }[]): PriorityClass | undefined {
  const defaults = entries
    .map(({ object }) => object as PriorityClass)
    .filter(({ globalDefault }) => globalDefault === true);
  return defaults.sort((a, b) => a.value - b.value)[0];
}
