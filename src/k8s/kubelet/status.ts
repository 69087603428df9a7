/**
 * The status that a Pod's spec, its containers as the runtime knows them and the last status come
 * to. Pure. Upstream: pkg/kubelet/kubelet_pods.go (generateAPIPodStatus, getPhase,
 * convertStatusToAPIStatus) and pkg/kubelet/status/generate.go. Simplified: no resizing,
 * one address family.
 */
import { formatTime } from '../../kernel/calendar.ts';
import { isSidecar } from '../../api/kinds/pod/facts.ts';
import { computeQos } from '../../api/kinds/pod/qos.ts';
import type {
  Container as ContainerSpec,
  ContainerState,
  ContainerStateTerminated,
  ContainerStatus,
  Pod,
  PodStatus,
} from '../../api/types.gen.ts';
import { type Container, imageIdOf, referenceOf } from '../../host/runtime/index.ts';
import { podConditions } from './conditions.ts';
import { terminationMessagePolicy } from './container-config.ts';
import { type PodView, ephemeralOf, shouldRestart } from './view.ts';

/** Why a container could not be started at the last try. */
export interface StartFailure {
  /** `ErrImagePull`, `CrashLoopBackOff`… */
  readonly reason: string;
  readonly message: string;
}

/** What the status depends on beside the Pod and its containers. */
export interface StatusFacts {
  readonly hostIp: string;
  /** ms since 1970. */
  readonly now: number;
  failureOf(container: string): StartFailure | undefined;
  isStarted(container: Container): boolean;
  /** The readiness probe's finding; true where there is none. */
  isReady(container: Container): boolean;
  /** Nothing will be started any more. */
  readonly isTerminating: boolean;
}

/** The status to report. @param old the last one, from this kubelet or from the API. */
export function podStatus(
  pod: Pod,
  view: PodView,
  old: PodStatus | undefined,
  facts: StatusFacts,
): PodStatus {
  const { containers = [], initContainers = [], hostNetwork } = pod.spec ?? {};
  const hasInit = initContainers.length > 0;
  const statusesOf = (specs: readonly ContainerSpec[], isInit: boolean) =>
    specs.map((spec) => containerStatus({ pod, spec, view, old, facts, hasInit, isInit }));
  const initStatuses = statusesOf(initContainers, true);
  const statuses = statusesOf(containers, false);
  const added = statusesOf(ephemeralOf(pod), false);
  const phase = finalPhase(
    phaseOf(pod, statuses, initStatuses, facts.isTerminating),
    old,
    pod.status,
  );
  // A Pod whose sandbox is gone keeps its last address: completed Pods show it for good.
  const lastIp = view.sandboxes.some(({ isReady }) => isReady) ? '' : (old?.podIP ?? '');
  const ip = hostNetwork ? facts.hostIp : (view.ip ?? lastIp);
  const isSamePhase = phase === old?.phase;
  const reason = isSamePhase ? (old?.reason ?? pod.status?.reason) : undefined;
  const message = isSamePhase ? (old?.message ?? pod.status?.message) : undefined;
  return {
    conditions: podConditions(pod, old, {
      phase,
      statuses,
      initStatuses,
      hasNetwork: !view.needsSandbox,
      now: facts.now,
    }),
    ...(hasInit ? { initContainerStatuses: initStatuses } : {}),
    containerStatuses: statuses,
    ...(added.length === 0 ? {} : { ephemeralContainerStatuses: added.map(ephemeralStatus) }),
    hostIP: facts.hostIp,
    hostIPs: [{ ip: facts.hostIp }],
    phase,
    ...(ip === '' ? {} : { podIP: ip, podIPs: [{ ip }] }),
    qosClass: pod.status?.qosClass ?? computeQos(pod),
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
    startTime: old?.startTime ?? formatTime(facts.now),
  };
}

/** They are never ready, and nothing probes whether they have started. */
function ephemeralStatus({ started: _, ...status }: ContainerStatus): ContainerStatus {
  return { ...status, ready: false };
}

/** Finished Pods stay finished. */
function finalPhase(phase: string, old: PodStatus | undefined, api: PodStatus | undefined): string {
  if (isFinal(phase)) return isFinal(api?.phase) ? (api?.phase as string) : phase;
  if (isFinal(old?.phase)) return old?.phase as string;
  return isFinal(api?.phase) ? (api?.phase as string) : phase;
}

const isFinal = (phase: string | undefined): boolean => phase === 'Failed' || phase === 'Succeeded';

/** Upstream's getPhase. */
export function phaseOf(
  { spec }: Pod,
  statuses: readonly ContainerStatus[],
  initStatuses: readonly ContainerStatus[],
  isTerminating = false,
): string {
  let pendingInit = 0;
  let failedInit = 0;
  const hasInitialized = statuses.some(({ containerID }) => containerID !== undefined);
  initStatuses.forEach((status, i) => {
    const sidecar = spec?.initContainers?.[i];
    if (sidecar !== undefined && isSidecar(sidecar)) {
      if (!hasInitialized && !(status.started ?? false)) pendingInit += 1;
      return;
    }
    if (hasInitialized) return;
    const ended =
      status.state?.terminated ??
      (status.state?.waiting === undefined ? undefined : status.lastState?.terminated);
    if (ended === undefined) pendingInit += 1;
    else if (ended.exitCode !== 0) failedInit += 1;
  });
  let running = 0;
  let waiting = 0;
  let stopped = 0;
  let succeeded = 0;
  for (const { state, lastState } of statuses) {
    if (state?.running !== undefined) running += 1;
    else if (state?.terminated !== undefined) {
      stopped += 1;
      if (state.terminated.exitCode === 0) succeeded += 1;
    } else if (lastState?.terminated !== undefined) stopped += 1;
    else waiting += 1;
  }
  const restartPolicy = spec?.restartPolicy ?? 'Always';
  if (failedInit > 0 && restartPolicy === 'Never') return 'Failed';
  if (pendingInit > 0 || waiting > 0) return 'Pending';
  if (running > 0) return 'Running';
  if (stopped === 0) return 'Pending';
  if (isTerminating) return stopped === succeeded ? 'Succeeded' : 'Failed';
  if (restartPolicy === 'Always') return 'Running';
  if (stopped === succeeded) return 'Succeeded';
  return restartPolicy === 'Never' ? 'Failed' : 'Running';
}

interface One {
  readonly pod: Pod;
  readonly spec: ContainerSpec;
  readonly view: PodView;
  readonly old: PodStatus | undefined;
  readonly facts: StatusFacts;
  readonly hasInit: boolean;
  readonly isInit: boolean;
}

function containerStatus(one: One): ContainerStatus {
  const { pod, spec, view, facts, isInit } = one;
  const lists = one.old;
  const list = isInit ? lists?.initContainerStatuses : lists?.containerStatuses;
  const added = isInit ? undefined : lists?.ephemeralContainerStatuses;
  const isThis = ({ name }: ContainerStatus): boolean => name === spec.name;
  const old = list?.find(isThis) ?? added?.find(isThis);
  const last = view.find(spec.name);
  if (last === undefined) return unseenStatus(one, old);
  const before = view.findPrevious(spec.name);
  let state = stateOf(last);
  let lastState: ContainerState =
    before?.end === undefined
      ? before === undefined && last.config.attempt > 0
        ? (old?.lastState ?? {})
        : {}
      : { terminated: terminated(before) };
  const isOver = isInit && last.state === 'exited' && last.end?.exitCode === 0;
  const failure = facts.failureOf(spec.name);
  if (!isOver && failure !== undefined && shouldRestart(pod, spec, last)) {
    if (state.terminated !== undefined) lastState = state;
    state = { waiting: waitingState(failure) };
  }
  const isStarted = last.state === 'running' && facts.isStarted(last);
  return {
    ...resourcesOf(spec, last),
    containerID: `containerd://${last.id}`,
    image: referenceOf(last.image),
    imageID: imageIdOf(last.image),
    lastState,
    name: spec.name,
    ready: isInit && !isSidecar(spec) ? isOver : isStarted && facts.isReady(last),
    restartCount: last.config.attempt,
    started: isStarted,
    state,
    ...userOf(last),
    ...mountsOf(spec),
  };
}

const waitingState = ({ reason, message }: StartFailure) =>
  message === '' ? { reason } : { message, reason };

/** Never started, or its record is gone. */
function unseenStatus(
  { spec, facts, hasInit }: One,
  old: ContainerStatus | undefined,
): ContainerStatus {
  if (old?.state?.terminated !== undefined) return old;
  const failure = facts.failureOf(spec.name);
  const wasRunning = old?.state?.running !== undefined;
  const lost = wasRunning && old?.lastState?.terminated === undefined;
  return {
    image: spec.image ?? '',
    imageID: '',
    lastState: lost ? { terminated: lostState } : (old?.lastState ?? {}),
    name: spec.name,
    ready: false,
    restartCount: (old?.restartCount ?? 0) + (lost ? 1 : 0),
    started: false,
    state: {
      waiting:
        failure === undefined
          ? { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' }
          : waitingState(failure),
    },
    ...mountsOf(spec),
  };
}

const lostState: ContainerStateTerminated = {
  exitCode: 137,
  message:
    'The container could not be located when the pod was deleted.  ' +
    'The container used to be Running',
  reason: 'ContainerStatusUnknown',
};

function stateOf(container: Container): ContainerState {
  if (container.state === 'running') {
    return { running: { startedAt: formatTime(container.startedAt ?? 0) } };
  }
  if (container.state === 'exited') return { terminated: terminated(container) };
  return { waiting: { reason: 'ContainerCreating' } };
}

/** What it wrote for the purpose; with the policy for that, else the end of its log. */
function messageOf(container: Container): string {
  const { end, lastWords, log, config } = container;
  if (end?.message) return end.message;
  if (lastWords !== '' || end?.exitCode === 0) return lastWords;
  if (config.labels[terminationMessagePolicy] !== 'FallbackToLogsOnError') return '';
  return log.lines.slice(-80).map(({ text }) => `${text}\n`).join('').slice(-2048);
}

function terminated(container: Container): ContainerStateTerminated {
  const { id, startedAt, end } = container;
  const message = messageOf(container);
  return {
    containerID: `containerd://${id}`,
    exitCode: end?.exitCode ?? 0,
    finishedAt: formatTime(end?.finishedAt ?? 0),
    ...(message === '' ? {} : { message }),
    reason: end?.reason ?? '',
    startedAt: formatTime(startedAt ?? 0),
  };
}

const resourceLists = new WeakMap<ContainerSpec, object>();

/** Requests are what the node set aside. */
function resourcesOf(spec: ContainerSpec, { state }: Container) {
  const { resources } = spec;
  if (resources === undefined || state !== 'running') return {};
  if (resources.requests === undefined && resources.limits === undefined) {
    return { resources: {} };
  }
  let lists = resourceLists.get(spec);
  if (lists === undefined) {
    const { requests, limits } = resources;
    lists = {
      ...(requests === undefined ? {} : { allocatedResources: requests }),
      resources: {
        ...(limits === undefined ? {} : { limits }),
        ...(requests === undefined ? {} : { requests }),
      },
    };
    resourceLists.set(spec, lists);
  }
  return lists;
}

function userOf({ state, identity: { gid, groups, uid } }: Container) {
  if (state !== 'running') return {};
  return { user: { linux: { gid, supplementalGroups: [...groups], uid } } };
}

const mountStatuses = new WeakMap<ContainerSpec, object>();

function mountsOf(spec: ContainerSpec): Pick<ContainerStatus, 'volumeMounts'> {
  const { volumeMounts = [] } = spec;
  if (volumeMounts.length === 0) return {};
  let mounts = mountStatuses.get(spec);
  if (mounts === undefined) {
    mounts = {
      volumeMounts: volumeMounts.map(({ mountPath, name, readOnly }) => ({
        mountPath,
        name,
        ...(readOnly ? { readOnly, recursiveReadOnly: 'Disabled' } : {}),
      })),
    };
    mountStatuses.set(spec, mounts);
  }
  return mounts;
}
