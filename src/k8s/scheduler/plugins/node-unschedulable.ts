/** Cordoned nodes take no Pods. Upstream: plugins/nodeunschedulable. */
import { tolerates } from '../../client/index.ts';
import { type Plugin, rejection } from '../plugin.ts';

const unschedulable = rejection(true, 'node(s) were unschedulable');
const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' };

export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  wakesOn: ['node added', 'node updated'],
  filter: ({ pod }) => {
    if (pod.spec.tolerations?.some((toleration) => tolerates(toleration, taint))) return undefined;
    return ({ isUnschedulable }) => (isUnschedulable ? unschedulable : undefined);
  },
};
