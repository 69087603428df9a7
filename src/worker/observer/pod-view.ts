/** What the stage shows of a Pod: its object, and what its machine's runtime really does. */
import type { Container, ContainerStatus, Pod } from '../../api/types.gen.ts';
import { isPodFinished, isPodReady } from '../../api/kinds/pod/facts.ts';
import { podSummary } from '../../api/kinds/pod/status-text.ts';
import { parseTime } from '../../kernel/calendar.ts';
import type { ContainerView, Look, PodView, Wait } from '../protocol.ts';

/** What a machine's runtime has told of one Pod. */
export interface RuntimeFacts {
  /** PID of the pause process; 0 when there is none. */
  pausePid: number;
  ip: string;
  readonly containers: Map<string, ContainerFacts>;
}

export interface ContainerFacts {
  readonly state: string;
  readonly attempt: number;
  /** When the present state ends by itself, in simulated ms. */
  readonly dueAt: number | undefined;
  readonly since: number;
}

/** An image on its way, by machine and reference. */
export interface PullFacts {
  readonly since: number;
  readonly until: number;
}

export interface PodSurroundings {
  readonly epoch: number;
  readonly runtime: RuntimeFacts | undefined;
  readonly isNodeLost: boolean;
  readonly pullOf: (image: string) => PullFacts | undefined;
}

export function podView(pod: Pod, around: PodSurroundings): PodView {
  const { metadata, spec, status } = pod;
  const summary = podSummary(pod);
  const own = ownContainers(pod, around);
  const isPulling = own.some(({ look }) => look === 'pulling');
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  const ip = around.runtime?.ip || status?.podIP;
  return {
    uid: metadata.uid,
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    ...(spec?.nodeName === undefined ? {} : { node: spec.nodeName }),
    ...(ip === undefined || ip === '' ? {} : { ip }),
    look: podLook(pod, summary.reason, around, isPulling),
    status: summary.reason,
    ready: `${summary.ready}/${summary.total}`,
    labels: metadata.labels ?? {},
    ...(owner === undefined ? {} : { owner: owner.uid }),
    ...(around.runtime?.pausePid ? { pausePid: around.runtime.pausePid } : {}),
    hostNetwork: spec?.hostNetwork === true,
    containers: own,
    ...graceOf(pod, around.epoch),
    createdAt: (parseTime(metadata.creationTimestamp) ?? around.epoch) - around.epoch,
  };
}

function podLook(pod: Pod, reason: string, around: PodSurroundings, isPulling: boolean): Look {
  if (pod.metadata.deletionTimestamp !== undefined) return 'terminating';
  if (around.isNodeLost) return 'unknown';
  if (isPodFinished(pod)) return pod.status?.phase === 'Succeeded' ? 'succeeded' : 'failed';
  if (/BackOff$|^Err|^Invalid|Error$/.test(reason)) return 'backoff';
  if (pod.status?.phase === 'Running') return isPodReady(pod) ? 'ready' : 'running';
  if (isPulling) return 'pulling';
  return pod.spec?.nodeName === undefined ? 'pending' : 'creating';
}

function graceOf(pod: Pod, epoch: number): { grace?: Wait } {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.metadata;
  if (deletionTimestamp === undefined) return {};
  const until = (parseTime(deletionTimestamp) ?? 0) - epoch;
  return { grace: { since: until - deletionGracePeriodSeconds * 1000, until } };
}

function ownContainers(pod: Pod, around: PodSurroundings): ContainerView[] {
  const { spec, status } = pod;
  const view =
    (isInit: boolean, statuses: readonly ContainerStatus[] | undefined) => (container: Container) =>
      containerView(
        container,
        statuses?.find(({ name }) => name === container.name),
        isInit,
        around,
      );
  return [
    ...(spec?.initContainers ?? []).map(view(true, status?.initContainerStatuses)),
    ...(spec?.containers ?? []).map(view(false, status?.containerStatuses)),
  ];
}

function containerView(
  container: Container,
  status: ContainerStatus | undefined,
  isInit: boolean,
  around: PodSurroundings,
): ContainerView {
  const facts = around.runtime?.containers.get(container.name);
  const pull = around.pullOf(container.image ?? '');
  const isRunning = facts?.state === 'running';
  const isPulling = pull !== undefined && !isRunning && facts?.state !== 'exited';
  const [look, words] = isPulling
    ? (['pulling', 'Pulling'] as const)
    : looksOf(facts?.state, status);
  const wait = isPulling
    ? { since: pull.since, until: pull.until }
    : waitOf(facts, status, around.epoch);
  return {
    name: container.name,
    image: container.image ?? '',
    isInit,
    look,
    status: words,
    isReady: status?.ready === true,
    restarts: status?.restartCount ?? 0,
    ...(wait === undefined ? {} : { wait }),
  };
}

/** The runtime's word counts for what runs; the kubelet's for why something does not. */
function looksOf(
  state: string | undefined,
  status: ContainerStatus | undefined,
): readonly [Look, string] {
  const waiting = status?.state?.waiting?.reason;
  const ended = status?.state?.terminated;
  if (state === 'running') return [status?.ready === true ? 'ready' : 'running', 'Running'];
  if (state === 'stopping') return ['terminating', 'Stopping'];
  if (waiting !== undefined && /BackOff$|^Err|Error$/.test(waiting)) return ['backoff', waiting];
  if (state !== undefined && state !== 'exited' && state !== 'removed')
    return ['creating', 'Creating'];
  if (ended !== undefined) {
    return [ended.exitCode === 0 ? 'succeeded' : 'failed', ended.reason ?? 'Terminated'];
  }
  if (state === 'exited') return ['failed', 'Exited'];
  return waiting === undefined ? ['pending', 'Waiting'] : ['creating', waiting];
}

/** `back-off 1m20s restarting failed container…`: counted from the end of the last run. */
function waitOf(
  facts: ContainerFacts | undefined,
  status: ContainerStatus | undefined,
  epoch: number,
): Wait | undefined {
  if (facts?.state === 'stopping' && facts.dueAt !== undefined) {
    return { since: facts.since, until: facts.dueAt };
  }
  const waiting = status?.state?.waiting;
  if (waiting?.reason !== 'CrashLoopBackOff') return undefined;
  const found = /back-off (?:(\d+)m)?(?:(\d+)s)?/.exec(waiting.message ?? '');
  const finished = parseTime(status?.lastState?.terminated?.finishedAt ?? '');
  if (found === null || finished === undefined) return undefined;
  const since = finished - epoch;
  return { since, until: since + (Number(found[1] ?? 0) * 60 + Number(found[2] ?? 0)) * 1000 };
}
