import { isPodFinished, isPodReady, isPodTerminating } from '../../api/kinds/pod/facts.ts';
import type { EndpointSlice, Pod, Service } from '../../api/types.gen.ts';
import { type Liveness, nameOf } from './invariant.ts';
import type { ClusterView } from './view.ts';

/** A Service's endpoints are the ready Pods that its selector matches: no more, no fewer. */
export const endpoints: Liveness = {
  holds: 'settles',
  name: 'endpoints are the ready Pods',
  withinMs: 30_000,
  check(view) {
    const wrong: string[] = [];
    for (const service of view.of<Service>('Service').values()) {
      const { selector, publishNotReadyAddresses } = service.spec ?? {};
      if (selector === undefined || publishNotReadyAddresses === true) continue;
      if (Object.keys(selector).length === 0) continue;
      const has = readyEndpoints(view, service);
      const wants = readyPods(view, service, selector);
      for (const uid of has) if (!wants.has(uid)) wrong.push(stale(view, service, uid));
      for (const [uid, pod] of wants) {
        if (!has.has(uid)) wrong.push(`${nameOf(service)} lacks ${nameOf(pod)}`);
      }
    }
    return wrong;
  },
};

function stale(view: ClusterView, service: Service, uid: string): string {
  const pod = view.objects.get(uid);
  const who = pod === undefined ? `the Pod ${uid}, which is gone` : nameOf(pod);
  return `${nameOf(service)} still has ${who}`;
}

function readyEndpoints(view: ClusterView, { metadata }: Service): Set<string> {
  const uids = new Set<string>();
  for (const slice of view.of<EndpointSlice>('EndpointSlice').values()) {
    const { namespace, labels = {} } = slice.metadata;
    if (namespace !== metadata.namespace) continue;
    if (labels['kubernetes.io/service-name'] !== metadata.name) continue;
    for (const { conditions, targetRef } of slice.endpoints ?? []) {
      if (conditions?.ready !== false && targetRef?.uid !== undefined) uids.add(targetRef.uid);
    }
  }
  return uids;
}

function readyPods(
  view: ClusterView,
  { metadata }: Service,
  selector: Readonly<Record<string, string>>,
): Map<string, Pod> {
  const pods = new Map<string, Pod>();
  for (const [uid, pod] of view.of<Pod>('Pod')) {
    const { namespace, labels = {} } = pod.metadata;
    if (namespace !== metadata.namespace || pod.status?.podIP === undefined) continue;
    if (!isPodReady(pod) || isPodTerminating(pod) || isPodFinished(pod)) continue;
    if (Object.entries(selector).every(([key, value]) => labels[key] === value)) pods.set(uid, pod);
  }
  return pods;
}
