/**
 * Tells kubelets how long they may keep Secrets and ConfigMaps: the longer the more nodes there are.
 * Upstream: pkg/controller/ttl/ttl_controller.go.
 */
import { defineController, itself, type Outcome, settled, type View } from '../client/index.ts';

const annotation = 'node.alpha.kubernetes.io/ttl';

/** Up to so many nodes so many seconds; back to fewer seconds only below `from`. */
const steps = [
  { from: 0, to: 100, seconds: 0 },
  { from: 90, to: 500, seconds: 15 },
  { from: 450, to: 1_000, seconds: 30 },
  { from: 900, to: 2_000, seconds: 60 },
  { from: 1_800, to: Infinity, seconds: 300 },
] as const;

export const ttlController = defineController({
  name: 'ttl-controller',
  watches: { Node: itself },
  reconcile,
});

function reconcile(view: View, key: string): Outcome {
  const node = view.get('Node', key);
  if (node === undefined) return settled;
  const { annotations } = node.metadata;
  const now = Number(annotations?.[annotation] ?? Number.NaN);
  const count = view.of('Node').size;
  const known = steps.find(({ seconds }) => seconds === now);
  if (known !== undefined && known.from <= count && count <= known.to) return settled;
  const { seconds } = steps.find(({ to }) => count <= to) ?? steps[0];
  return {
    writes: [{
      verb: 'patch',
      kind: 'Node',
      key,
      body: { metadata: { annotations: { [annotation]: String(seconds) } } },
      accepts: [404],
      because: `there are ${count} nodes`,
    }],
  };
}
