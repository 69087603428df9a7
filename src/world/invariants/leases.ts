import type { Lease, Node } from '../../api/types.gen.ts';
import { parseTime } from '../../kernel/calendar.ts';
import type { Liveness } from './invariant.ts';

/** Upstream's lease duration; a kubelet renews after a quarter of it. */
const leaseMs = 40_000;

/** A kubelet that lives and reaches the API server keeps its node's Lease fresh. */
export const leasesFresh: Liveness = {
  holds: 'settles',
  name: 'Leases of nodes are fresh',
  withinMs: 20_000,
  check(view) {
    const wrong: string[] = [];
    for (const { metadata } of view.of<Node>('Node').values()) {
      const lease = view.find<Lease>('Lease', metadata.name, 'kube-node-lease');
      const renewed = parseTime(lease?.spec?.renewTime ?? '') ?? 0;
      if (view.clock - renewed > leaseMs) wrong.push(`the Lease of ${metadata.name} is stale`);
    }
    return wrong;
  },
};

/** A node whose kubelet lives and reaches the API server is Ready. */
export const nodesReady: Liveness = {
  holds: 'settles',
  name: 'nodes are Ready',
  withinMs: 90_000,
  check: (view) =>
    [...view.of<Node>('Node').values()]
      .filter(
        ({ status }) => status?.conditions?.find(({ type }) => type === 'Ready')?.status !== 'True',
      )
      .map(({ metadata }) => `Node ${metadata.name} is not Ready`),
};
