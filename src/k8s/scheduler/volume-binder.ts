/**
 * Before a Pod is bound, its claims that waited for it are: the scheduler reserves their volumes,
 * or says where to make them; the volume controller does the rest. Upstream: plugins/volumebinding/binder.go (BindPodVolumes).
 */
import { keyOf } from '../../api/object.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../../api/types.gen.ts';
import {
  type ApiClient, type InformerFactory, isFullyBound, performWrites, reservedFor, type Write,
} from '../client/index.ts';
import type { Match } from './plugins/volume-binding.ts';

interface Waiting {
  readonly claims: Set<string>;
  readonly done: (isBound: boolean) => void;
}

/** Upstream's bindTimeoutSeconds. */
const timeoutMs = 600_000;

export class VolumeBinder {
  private readonly client: ApiClient;
  private readonly waiting = new Set<Waiting>();

  constructor(client: ApiClient, informers: InformerFactory) {
    this.client = client;
    informers.of('PersistentVolumeClaim').on({
      added: (claim) => this.seen(claim),
      updated: (claim) => this.seen(claim),
    });
  }

  /** Reserves the volumes; `done` hears when all claims are bound, or that it came to nothing. */
  bind(
    matches: readonly Match[], pod: string, node: string, done: (isBound: boolean) => void,
  ): void {
    const waiting = { claims: new Set(matches.map(({ claim }) => keyOf(claim))), done };
    this.waiting.add(waiting);
    const writes = matches.map(({ volume, claim }) =>
      volume === undefined ? placed(claim, node, pod) : reserved(volume, claim, pod));
    const listener = { wrote: () => undefined, failed: () => undefined };
    performWrites(this.client, writes, listener, (failure) => {
      if (failure !== undefined) this.end(waiting, false);
    });
    const { process } = this.client;
    const address = process.site.register({
      receive: () => {
        process.site.unregister(address);
        this.end(waiting, false);
      },
    });
    process.site.after(timeoutMs, address, {});
  }

  private seen(claim: PersistentVolumeClaim): void {
    if (this.waiting.size === 0 || !isFullyBound(claim)) return;
    for (const one of [...this.waiting]) {
      if (one.claims.delete(keyOf(claim)) && one.claims.size === 0) this.end(one, true);
    }
  }

  private end(one: Waiting, isBound: boolean): void {
    if (this.waiting.delete(one)) one.done(isBound);
  }
}

const reserved = (volume: PersistentVolume, claim: PersistentVolumeClaim, pod: string): Write => ({
  verb: 'update',
  kind: 'PersistentVolume',
  key: volume.metadata.name,
  body: reservedFor(volume, claim),
  because: `${pod} is to run where ${volume.metadata.name} is`,
});

/** The claim learns where its volume is to be made. */
function placed(claim: PersistentVolumeClaim, node: string, pod: string): Write {
  const annotations = { ...claim.metadata.annotations, 'volume.kubernetes.io/selected-node': node };
  return {
    verb: 'update',
    kind: 'PersistentVolumeClaim',
    key: keyOf(claim),
    body: { ...claim, metadata: { ...claim.metadata, annotations } },
    because: `${pod} is to run on ${node}`,
  };
}
