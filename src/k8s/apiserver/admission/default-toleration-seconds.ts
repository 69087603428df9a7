/**
 * Every Pod bears a node that is not ready or out of reach for five minutes, unless it says
 * otherwise. Follows plugin/pkg/admission/defaulttolerationseconds/admission.go.
 */
import type { ApiObject } from '../../../api/object.ts';
import type { Pod, Toleration } from '../../../api/types.gen.ts';
import type { Plugin } from './plugin.ts';

const notReady = 'node.kubernetes.io/not-ready';
const unreachable = 'node.kubernetes.io/unreachable';

const toleration = (key: string): Toleration =>
  Object.freeze({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 });
const defaults = [toleration(notReady), toleration(unreachable)] as const;

export const defaultTolerationSeconds: Plugin = {
  name: 'DefaultTolerationSeconds',
  handles: ({ operation, resource, subresource = '' }) =>
    operation === 'CREATE' && resource.kind.kind === 'Pod' && subresource === '',
  // oxlint-disable-next-line require-yield -- plugins are stories, whether or not they have to wait
  *admit(_, object) {
    const { spec } = object as Pod;
    if (spec === undefined) return object;
    const tolerations = spec.tolerations ?? [];
    const missing = defaults.filter(
      ({ key }) =>
        !tolerations.some(
          (one) => (one.key === key || !one.key) && (one.effect === 'NoExecute' || !one.effect),
        ),
    );
    if (missing.length === 0) return object;
    return { ...object, spec: { ...spec, tolerations: [...tolerations, ...missing] } } as ApiObject;
  },
};
