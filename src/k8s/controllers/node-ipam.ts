/**
 * Gives every node its part of the cluster's Pod network: a /24 out of --cluster-cidr.
 * Simplified: IPv4 only, always /24. Upstream: pkg/controller/nodeipam/ipam/range_allocator.go.
 */
import { keyOf } from '../../api/object.ts';
import type { Node } from '../../api/types.gen.ts';
import { defineController, type Outcome, settled, type View, type Write } from '../client/index.ts';
import type { MakeController } from './options.ts';

const nodeMaskSize = 24;

export const nodeIpamController: MakeController = ({ allocateNodeCidrs, clusterCidr }) => {
  if (!allocateNodeCidrs || clusterCidr === undefined) return undefined;
  return defineController({
    name: 'node-ipam-controller',
    workers: 1,
    // One key for all nodes: two must never be given the same range.
    watches: { Node: () => ['nodes'] },
    reconcile: (view) => allocate(view, clusterCidr),
  });
};

function allocate(view: View, clusterCidr: string): Outcome {
  const nodes = view.of('Node').list();
  const without = nodes.filter(({ spec }) => !spec.podCIDR);
  if (without.length === 0) return settled;
  const used = new Set(nodes.flatMap(({ spec }) => spec.podCIDR ?? []));
  const free = subnets(clusterCidr, used);
  const writes: Write[] = [];
  const left: Node[] = [];
  for (const node of without) {
    const { value: podCIDR } = free.next();
    if (podCIDR === undefined) left.push(node);
    else writes.push(assign(node, podCIDR));
  }
  return {
    writes,
    events: left.map((about) => ({
      about,
      draft: {
        type: 'Normal',
        reason: 'CIDRNotAvailable',
        message: `Node ${about.metadata.name} status is now: CIDRNotAvailable`,
      },
    })),
  };
}

const assign = (node: Node, podCIDR: string): Write => ({
  verb: 'patch',
  kind: 'Node',
  key: keyOf(node),
  body: { spec: { podCIDR, podCIDRs: [podCIDR] } },
  because: `${node.metadata.name} has no Pod network yet`,
});

/** The /24s of a range, in order, without those that are taken. */
function* subnets(clusterCidr: string, used: ReadonlySet<string>): Generator<string, undefined> {
  const [address = '', bits = '16'] = clusterCidr.split('/');
  const [a = 0, b = 0, c = 0] = address.split('.').map(Number);
  const base = (a << 16) | (b << 8) | c;
  const count = 2 ** Math.max(0, nodeMaskSize - Number(bits));
  for (let i = 0; i < count; i++) {
    const at = base + i;
    const cidr = `${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}.0/${nodeMaskSize}`;
    if (!used.has(cidr)) yield cidr;
  }
  return undefined;
}
