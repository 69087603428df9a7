/**
 * A Pod as the container runtime knows it (upstream: kubecontainer.PodStatus), newest first, and
 * the decision what to do about it (upstream: computePodActions in
 * pkg/kubelet/kuberuntime/kuberuntime_manager.go). Pure. Simplified: no resizing in
 * place, no change of a container's definition.
 */
import { isSidecar, restartPolicyOf } from '../../api/kinds/pod/facts.ts';
import type { Container as ContainerSpec, Pod } from '../../api/types.gen.ts';
import type { Container, PodRecords, Sandbox } from '../../host/runtime/index.ts';

export class PodView {
  /** Newest first. */
  readonly sandboxes: readonly Sandbox[];
  readonly containers: readonly Container[];

  constructor({ sandboxes, containers }: PodRecords) {
    this.sandboxes = sandboxes.length > 1 ? sandboxes.toReversed() : sandboxes;
    this.containers = containers.length > 1 ? containers.toReversed() : containers;
  }

  /** The newest run of a container. */
  find(name: string): Container | undefined {
    return this.containers.find(({ config }) => config.name === name);
  }

  /** The run before the newest one. */
  findPrevious(name: string): Container | undefined {
    let isSecond = false;
    return this.containers.find(({ config }) => {
      if (config.name !== name) return false;
      if (isSecond) return true;
      isSecond = true;
      return false;
    });
  }

  get sandbox(): Sandbox | undefined {
    return this.sandboxes[0];
  }

  get ip(): string | undefined {
    return this.sandbox?.ip;
  }

  /** Whether its network has to be made (anew): upstream's PodSandboxChanged. */
  get needsSandbox(): boolean {
    const ready = this.sandboxes.filter(({ isReady }) => isReady);
    return ready.length !== 1 || !(this.sandbox?.isReady ?? false);
  }
}

/** What the probes found, as the decision needs it. */
export interface ProbeFindings {
  /** Failed its startup or liveness probe. */
  failedProbe(containerId: string): 'liveness' | 'startup' | undefined;
  isStarted(container: Container): boolean;
}

export interface ContainerKill {
  readonly container: Container;
  readonly message: string;
  readonly reason: 'liveness' | 'startup';
}

/** What one sync shall do, in this order. */
export interface PodActions {
  /** Kill everything, the sandbox too. */
  readonly killsPod: boolean;
  readonly createsSandbox: boolean;
  readonly attempt: number;
  readonly kills: readonly ContainerKill[];
  /** Init containers (sidecars too) to start now: one, or sidecars that ended. */
  readonly initStarts: readonly ContainerSpec[];
  readonly starts: readonly ContainerSpec[];
  /** Ephemeral containers that have not run yet; they run once. */
  readonly ephemeralStarts: readonly ContainerSpec[];
}

const nothing: PodActions = {
  killsPod: false,
  createsSandbox: false,
  attempt: 0,
  kills: [],
  initStarts: [],
  starts: [],
  ephemeralStarts: [],
};

export function podActions(pod: Pod, view: PodView, probes: ProbeFindings): PodActions {
  if (view.needsSandbox) return newSandboxActions(pod, view);
  const init = initActions(pod, view, probes);
  const actions = init.isDone ? containerActions(pod, view, probes, init.actions) : init.actions;
  const added = ephemeralOf(pod);
  if (added.length === 0) return actions;
  return { ...actions, ephemeralStarts: added.filter(({ name }) => view.find(name) === undefined) };
}

/** The containers that `kubectl debug` added. */
export const ephemeralOf = ({ spec }: Pod): readonly ContainerSpec[] =>
  (spec?.ephemeralContainers ?? none) as readonly ContainerSpec[];

const none: readonly ContainerSpec[] = [];

/** Whether the container may run again, by its own rule and its last end. */
export function shouldRestart(pod: Pod, spec: ContainerSpec, last: Container | undefined): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  if (last === undefined || last.state === 'created') return true;
  if (last.state === 'running') return false;
  const policy = restartPolicyOf(spec, pod.spec ?? { containers: [] });
  if (policy === 'Never') return false;
  return policy === 'Always' || last.end?.exitCode !== 0;
}

function newSandboxActions(pod: Pod, view: PodView): PodActions {
  const { containers = [], initContainers = [], restartPolicy } = pod.spec ?? {};
  const attempt = view.sandbox === undefined ? 0 : view.sandbox.config.attempt + 1;
  const base = { ...nothing, killsPod: true, attempt };
  if (restartPolicy === 'Never' && attempt !== 0 && view.containers.length > 0) return base;
  const starts = containers.filter(
    ({ name }) => restartPolicy !== 'OnFailure' || view.find(name)?.end?.exitCode !== 0,
  );
  if (starts.length === 0) return base;
  const [first] = initContainers;
  return first === undefined
    ? { ...base, createsSandbox: true, starts }
    : { ...base, createsSandbox: true, initStarts: [first] };
}

interface InitActions {
  readonly isDone: boolean;
  readonly actions: PodActions;
}

function initActions(pod: Pod, view: PodView, probes: ProbeFindings): InitActions {
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const hasInitialized = containers.some(({ name }) => view.find(name) !== undefined);
  const initStarts: ContainerSpec[] = [];
  const kills: ContainerKill[] = [];
  const result = (isDone: boolean): InitActions => ({
    isDone,
    actions: { ...nothing, initStarts, kills },
  });
  for (const spec of initContainers) {
    const last = view.find(spec.name);
    if (isSidecar(spec)) {
      if (last?.state === 'running') {
        const failed = probes.failedProbe(last.id);
        if (failed !== undefined) kills.push(killFor(last, failed, true));
        if (!probes.isStarted(last) && !hasInitialized) return result(false);
        continue;
      }
      initStarts.push(spec);
      if (!hasInitialized) return result(false);
      continue;
    }
    if (hasInitialized) continue;
    if (last?.state === 'exited' && last.end?.exitCode === 0) continue;
    if (last?.state === 'running') return result(false);
    if (last?.state === 'exited' && pod.spec?.restartPolicy === 'Never') {
      return { isDone: false, actions: { ...nothing, killsPod: true } };
    }
    initStarts.push(spec);
    return result(false);
  }
  return result(true);
}

function containerActions(
  pod: Pod,
  view: PodView,
  probes: ProbeFindings,
  before: PodActions,
): PodActions {
  const kills = [...before.kills];
  const starts: ContainerSpec[] = [];
  let kept = 0;
  for (const spec of pod.spec?.containers ?? []) {
    const last = view.find(spec.name);
    if (last?.state !== 'running') {
      if (shouldRestart(pod, spec, last)) starts.push(spec);
      continue;
    }
    const failed = probes.failedProbe(last.id);
    if (failed === undefined) {
      kept += 1;
      continue;
    }
    const restarts = pod.spec?.restartPolicy !== 'Never';
    if (restarts) starts.push(spec);
    kills.push(killFor(last, failed, restarts));
  }
  if (kept === 0 && starts.length === 0) return { ...nothing, killsPod: true };
  return { ...before, kills, starts };
}

const killFor = (
  container: Container,
  reason: 'liveness' | 'startup',
  restarts: boolean,
): ContainerKill => ({
  container,
  reason,
  message:
    `Container ${container.config.name} failed ${reason} probe` +
    (restarts ? ', will be restarted' : ''),
});
