/**
 * A new Node takes no Pods before it has been seen to be ready.
 * Follows plugin/pkg/admission/nodetaint/admission.go.
 */
import type { Node } from '../../../api/types.gen.ts';
import type { Plugin } from './plugin.ts';

const taint = Object.freeze({ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' });

export const taintNodesByCondition: Plugin = {
  name: 'TaintNodesByCondition',
  handles: ({ operation, resource, subresource = '' }) =>
    operation === 'CREATE' && resource.kind.kind === 'Node' && subresource === '',
  // oxlint-disable-next-line require-yield -- plugins are stories, whether or not they have to wait
  *admit(_, object) {
    const node = object as Node;
    const taints = node.spec?.taints ?? [];
    if (taints.some(({ key, effect }) => key === taint.key && effect === taint.effect)) return node;
    return { ...node, spec: { ...node.spec, taints: [...taints, taint] } } as Node;
  },
};
