/**
 * The API's stand-ins of static Pods. Upstream: pkg/kubelet/pod/mirror_client.go.
 */
import { type Json, keyOf } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { ApiClient } from '../client/api-client.ts';
import { isOk } from '../client/failure.ts';
import { objectPath, resources } from '../client/resources.ts';
import { timing } from './config.ts';
import type { Kubelet } from './kubelet.ts';
import type { PodWorker } from './pod-worker.ts';
import { annotations, mirrorOf } from './static-pods.ts';

export class MirrorPods {
  private readonly kubelet: Kubelet;
  private readonly client: ApiClient | undefined;
  /** As the API has them, by key. */
  private readonly mirrors = new Map<string, Pod>();

  constructor(kubelet: Kubelet, client: ApiClient | undefined) {
    this.kubelet = kubelet;
    this.client = client;
  }

  /** Makes the mirror of a static Pod, if there is none. */
  ensure(worker: PodWorker): void {
    const { pod } = worker;
    const node = this.kubelet.knownNode;
    if (this.mirrors.has(keyOf(pod)) || node === undefined) return;
    this.client?.request(
      {
        method: 'POST',
        path: `/api/v1/namespaces/${pod.metadata.namespace ?? 'default'}/pods`,
        body: mirrorOf(pod, node.metadata.uid) as unknown as Json,
        because: 'a static Pod has no mirror',
      },
      (response) => {
        if (isOk(response)) return;
        this.kubelet.alarms.after(timing.backOffPeriod, 'mirror pod', () => worker.update());
      },
    );
  }

  /** The API shows a mirror, new or changed. */
  seen(mirror: Pod): void {
    this.mirrors.set(keyOf(mirror), mirror);
    const owner = this.ownerOf(mirror);
    const hash = mirror.metadata.annotations?.[annotations.mirror];
    const isCurrent =
      owner?.pod.metadata.annotations?.[annotations.hash] === hash &&
      mirror.metadata.deletionTimestamp === undefined;
    if (owner === undefined || !isCurrent) return this.delete(mirror);
    const isNew = owner.mirror === undefined;
    owner.mirror = mirror;
    if (isNew) owner.report('the static Pod has its mirror');
    else this.kubelet.statuses.observe(owner.uid, mirror);
  }

  /** A mirror is gone: its static Pod is not, so it gets another one. */
  deleted(mirror: Pod): void {
    this.mirrors.delete(keyOf(mirror));
    const owner = this.ownerOf(mirror);
    if (owner === undefined) return;
    owner.mirror = undefined;
    owner.update();
  }

  /** The static Pod itself is gone. */
  drop(pod: Pod): void {
    const mirror = this.mirrors.get(keyOf(pod));
    if (mirror !== undefined) this.delete(mirror);
  }

  private ownerOf(mirror: Pod): PodWorker | undefined {
    const key = keyOf(mirror);
    for (const worker of this.kubelet.workers.values()) {
      if (worker.isStatic && !worker.isTerminating && keyOf(worker.pod) === key) return worker;
    }
    return undefined;
  }

  private delete(mirror: Pod): void {
    this.client?.request(
      {
        method: 'DELETE',
        path: objectPath(resources.Pod, keyOf(mirror)),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          gracePeriodSeconds: 0,
          preconditions: { uid: mirror.metadata.uid },
        },
        because: 'its static Pod is gone',
      },
      () => undefined,
    );
  }
}
