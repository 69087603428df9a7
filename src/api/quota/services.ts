/** What a quota counts of Services. Follows pkg/quota/v1/evaluator/core/services.go. */
import { quantityOf } from '../quantity.ts';
import type { Service } from '../types.gen.ts';
import type { Evaluator } from './evaluator.ts';

const names = ['count/services', 'services', 'services.nodeports', 'services.loadbalancers'];

export const serviceEvaluator: Evaluator = {
  countsUpdates: true,
  matching: (asked) => asked.filter((name) => names.includes(name)),
  isInScope: () => false,
  usage(object) {
    const { spec } = object as Service;
    return {
      'count/services': quantityOf(1),
      services: quantityOf(1),
      'services.nodeports': quantityOf(nodePorts(spec)),
      'services.loadbalancers': quantityOf(spec?.type === 'LoadBalancer' ? 1 : 0),
    };
  },
};

/** Ports that will be opened on nodes, though they may not have been chosen yet. */
function nodePorts(spec: Service['spec']): number {
  const ports = spec?.ports ?? [];
  if (spec?.type === 'NodePort') return ports.length;
  if (spec?.type !== 'LoadBalancer') return 0;
  if (spec.allocateLoadBalancerNodePorts !== false) return ports.length;
  return ports.filter(({ nodePort }) => (nodePort ?? 0) !== 0).length;
}
