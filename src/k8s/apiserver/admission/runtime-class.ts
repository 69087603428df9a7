/**
 * What a Pod's RuntimeClass costs, and where it is found.
 * Follows plugin/pkg/admission/runtimeclass/admission.go.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { goQuote } from '../../../api/go-text.ts';
import { canonicalResources } from '../../../api/kinds/resource-list.ts';
import type { ApiObject } from '../../../api/object.ts';
import type { Pod, RuntimeClass, Toleration } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { readEntry } from '../storage.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { refuse, refuseEarly } from './refusal.ts';

const mismatch = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

export const runtimeClass: Plugin = {
  name: 'RuntimeClass',
  handles: ({ operation, resource: { kind }, subresource = '' }) =>
    operation === 'CREATE' && kind.kind === 'Pod' && kind.group === '' && subresource === '',
  *admit(attributes, object) {
    const found = yield* classOf(attributes, object as Pod);
    if (found === undefined) return object;
    return withScheduling(attributes, withOverhead(attributes, object as Pod, found), found);
  },
  *validate(attributes) {
    const pod = attributes.object as Pod;
    const overhead = pod.spec?.overhead;
    const found = yield* classOf(attributes, pod);
    const fixed = found?.overhead?.podFixed;
    if (fixed !== undefined) {
      if (!isDeepEqual(canonicalResources(fixed), overhead)) refuse(attributes, mismatch);
    } else if (overhead !== undefined) {
      refuse(
        attributes,
        'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
      );
    }
  },
};

function* classOf(attributes: Attributes, pod: Pod): Story<RuntimeClass | undefined> {
  const name = pod.spec?.runtimeClassName;
  if (!name) return undefined;
  const { x } = attributes;
  const classes = x.server.registry.named('runtimeclasses.node.k8s.io');
  if (classes === undefined) return undefined;
  const key = classes.key('', name);
  const entry = classes.cache.get(key) ?? (yield* readEntry(x, key));
  if (entry === undefined) {
    refuseEarly(attributes, pod, `pod rejected: RuntimeClass ${goQuote(name)} not found`);
  }
  return entry.object as RuntimeClass;
}

function withOverhead(attributes: Attributes, pod: Pod, { overhead }: RuntimeClass): Pod {
  if (overhead === undefined) return pod;
  const fixed = canonicalResources(overhead.podFixed ?? {});
  const own = pod.spec?.overhead;
  if (own !== undefined && !isDeepEqual(own, fixed)) refuseEarly(attributes, pod, mismatch);
  return { ...pod, spec: { ...pod.spec, overhead: fixed } } as Pod;
}

function withScheduling(attributes: Attributes, pod: Pod, { scheduling }: RuntimeClass): ApiObject {
  if (scheduling === undefined) return pod;
  const own = pod.spec?.nodeSelector ?? {};
  const wanted = scheduling.nodeSelector ?? {};
  for (const [key, value] of Object.entries(wanted)) {
    if (own[key] === undefined || own[key] === value) continue;
    refuseEarly(
      attributes,
      pod,
      `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; ` +
        `pod.spec.nodeSelector[${key}] = ${own[key]}`,
    );
  }
  const tolerations = merged(pod.spec?.tolerations ?? [], scheduling.tolerations ?? []);
  const nodeSelector = { ...own, ...wanted };
  return {
    ...pod,
    spec: {
      ...pod.spec,
      ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector }),
      ...(tolerations.length === 0 ? {} : { tolerations }),
    },
  } as Pod;
}

/** Both lists, without what another one of them covers. */
function merged(a: readonly Toleration[], b: readonly Toleration[]): readonly Toleration[] {
  const all = [...a, ...b];
  const kept: Toleration[] = [];
  all.forEach((one, index) => {
    const isCovered =
      kept.some((other) => covers(other, one)) ||
      all.slice(index + 1).some((other) => !isDeepEqual(one, other) && covers(other, one));
    if (!isCovered) kept.push(one);
  });
  return kept;
}

/** Whether the first tolerates all that the second does (util/tolerations, isSuperset). */
function covers(wide: Toleration, one: Toleration): boolean {
  if (isDeepEqual(wide, one)) return true;
  const { key = '', effect = '', operator = 'Equal', tolerationSeconds: seconds } = wide;
  if ((one.key ?? '') !== key && (key !== '' || operator !== 'Exists')) return false;
  if ((one.effect ?? '') !== effect && effect !== '') return false;
  if (effect === 'NoExecute' && seconds !== undefined) {
    if (one.tolerationSeconds === undefined || one.tolerationSeconds > seconds) return false;
  }
  if (operator === 'Exists') return true;
  return (one.operator ?? 'Equal') === 'Equal' && (one.value ?? '') === (wide.value ?? '');
}
