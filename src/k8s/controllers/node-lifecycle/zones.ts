/**
 * How fast nodes may be given up: if most of a zone is down, it is probably the network.
 * Upstream: node_lifecycle_controller.go (ComputeZoneState, handleDisruption, ReducedQPSFunc).
 */
import type { Node } from '../../../api/types.gen.ts';
import { TokenBucket } from '../../client/index.ts';
import { readyCondition } from './taints.ts';

const evictionQps = 0.1;
const secondaryQps = 0.01;
const unhealthyThreshold = 0.55;
const largeClusterNodes = 50;

type ZoneState = 'normal' | 'partial' | 'full';

const zoneOf = ({ metadata }: Node): string =>
  metadata.labels?.['topology.kubernetes.io/zone'] ?? '';

/** Decides when a node's Pods may be driven off: a token a zone, refilled slowly. */
export class Zones {
  private readonly buckets = new Map<
    string,
    { readonly qps: number; readonly bucket: TokenBucket }
  >();
  private states = new Map<string, { readonly state: ZoneState; readonly size: number }>();

  /** Looks at all nodes once a round. */
  assess(nodes: readonly Node[]): void {
    const members = new Map<string, Node[]>();
    for (const node of nodes) {
      const zone = zoneOf(node);
      members.set(zone, [...(members.get(zone) ?? []), node]);
    }
    this.states = new Map(
      [...members].map(([zone, all]) => [zone, { state: stateOf(all), size: all.length }]),
    );
  }

  /** Every zone is down: then it is us, and nobody is driven off. */
  get isAllDown(): boolean {
    return this.states.size > 0 && [...this.states.values()].every(({ state }) => state === 'full');
  }

  /** Takes the zone's token, if there is one. */
  tryTaint(node: Node, nowMs: number): boolean {
    const zone = zoneOf(node);
    const { state = 'normal', size = 0 } = this.states.get(zone) ?? {};
    if (this.isAllDown) return false;
    const qps = state === 'partial' ? (size > largeClusterNodes ? secondaryQps : 0) : evictionQps;
    if (qps === 0) return false;
    let entry = this.buckets.get(zone);
    if (entry === undefined || entry.qps !== qps) {
      this.buckets.set(zone, (entry = { qps, bucket: new TokenBucket(qps, 1) }));
    }
    return entry.bucket.tryAccept(nowMs);
  }
}

function stateOf(nodes: readonly Node[]): ZoneState {
  const bad = nodes.filter((node) => readyCondition(node)?.status !== 'True').length;
  const good = nodes.length - bad;
  if (good === 0 && bad > 0) return 'full';
  return bad > 2 && bad / nodes.length >= unhealthyThreshold ? 'partial' : 'normal';
}
