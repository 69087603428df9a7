/**
 * Which Pods stand behind a Service, and on which ports. Upstream: k8s.io/endpointslice,
 * pkg/controller/endpoint/endpoints_controller.go.
 */
import { isPodFinished, isPodReady } from '../../../api/kinds/pod/facts.ts';
import { keyOf } from '../../../api/object.ts';
import type { Pod, Service, ServicePort } from '../../../api/types.gen.ts';
import { mapMatches, type View } from '../../client/index.ts';

/** A port as slices have it. */
export interface ResolvedPort {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly appProtocol?: string;
}

/** A Pod behind a Service. */
export interface Member {
  readonly pod: Pod;
  readonly ip: string;
  readonly ports: readonly ResolvedPort[];
  readonly isReady: boolean;
  /** Passes its readiness probe, even when it is on its way out. */
  readonly isServing: boolean;
  readonly isTerminating: boolean;
}

/** Services whose selector matches the Pod: those that its change concerns. */
export function servicesFor(pod: Pod, view: View): readonly string[] {
  const { namespace = '', labels } = pod.metadata;
  if (labels === undefined) return [];
  return view
    .of('Service')
    .inNamespace(namespace)
    .filter(({ spec }) => hasSelector(spec.selector) && mapMatches(spec.selector)(labels))
    .map(keyOf);
}

export const hasSelector = (selector: Readonly<Record<string, string>> | undefined): boolean =>
  selector !== undefined && Object.keys(selector).length > 0;

/** All Pods with an address that the selector matches and that have not ended. */
export function membersOf(service: Service, view: View): readonly Member[] {
  const matches = mapMatches(service.spec.selector);
  const publishAll = service.spec.publishNotReadyAddresses ?? false;
  const members: Member[] = [];
  for (const pod of view.of('Pod').inNamespace(service.metadata.namespace ?? '')) {
    const ip = pod.status?.podIP;
    if (!ip || isPodFinished(pod) || !matches(pod.metadata.labels)) continue;
    const isTerminating = pod.metadata.deletionTimestamp !== undefined;
    const isServing = isPodReady(pod);
    members.push({
      pod,
      ip,
      ports: portsOf(service, pod),
      isReady: publishAll || (isServing && !isTerminating),
      isServing,
      isTerminating,
    });
  }
  return members;
}

function portsOf({ spec }: Service, pod: Pod): readonly ResolvedPort[] {
  const ports: ResolvedPort[] = [];
  for (const servicePort of spec.ports ?? []) {
    const port = findPort(pod, servicePort);
    if (port === undefined) continue;
    const { name = '', protocol = 'TCP', appProtocol } = servicePort;
    ports.push({ name, port, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) });
  }
  return ports;
}

/** A named targetPort is looked up in each Pod, so that it may differ. */
function findPort(
  { spec }: Pod,
  { targetPort, port, protocol = 'TCP' }: ServicePort,
): number | undefined {
  if (typeof targetPort === 'number') return targetPort;
  if (targetPort === undefined || targetPort === '') return port;
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    for (const candidate of container.ports ?? []) {
      if (candidate.name === targetPort && (candidate.protocol ?? 'TCP') === protocol) {
        return candidate.containerPort;
      }
    }
  }
  return undefined;
}
