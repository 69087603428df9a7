/**
 * Making a Pod's containers as its spec wants them: one pass, told as upstream tells it.
 * Upstream: pkg/kubelet/kubelet.go (SyncPod, SyncTerminatingPod) and
 * pkg/kubelet/kuberuntime/kuberuntime_manager.go (SyncPod), kuberuntime_container.go.
 */
import { formatGoDuration } from '../../api/duration.ts';
import type { Container as ContainerSpec, EphemeralContainer, Pod } from '../../api/types.gen.ts';
import {
  type Container,
  type ContainerConfig,
  type Outcome,
  rpcText,
  type Sandbox,
} from '../../host/runtime/index.ts';
import type { Story } from '../../kernel/index.ts';
import type { EventDraft } from '../client/event-recorder.ts';
import { MountProblem } from './claims.ts';
import { timing } from './config.ts';
import { containerConfig, hostnameOf, writePodFiles } from './container-config.ts';
import { ConfigProblem, environmentOf } from './environment.ts';
import { events, fieldPathOf, findContainer, podText } from './events.ts';
import { runHook } from './hooks.ts';
import type { Kubelet } from './kubelet.ts';
import type { StartFailure } from './status.ts';
import { all, type Task, wait } from './task.ts';
import { type ContainerKill, podActions, PodView } from './view.ts';
import type { MountedVolume } from './volumes.ts';

/** What a worker hands to its sync, and what the sync leaves there. */
export interface PodWork {
  readonly pod: Pod;
  /** Why containers could not be started, by name. */
  readonly failures: Map<string, StartFailure>;
  /** How often a container was run whose records are gone. */
  readonly attempts: Map<string, number>;
  /** Stories that run beside the sync, to be cancelled with it. */
  readonly tasks: Task[];
  volumes: ReadonlyMap<string, MountedVolume> | undefined;
  /** Something has been mounted that may change. */
  hasLiveVolumes: boolean;
}

/** `true` when everything is as it should be; false asks for another try. */
export function* syncContainers(kubelet: Kubelet, work: PodWork): Story<boolean> {
  const { pod } = work;
  const { runtime } = kubelet;
  const view = new PodView(runtime.recordsOf(pod.metadata.uid));
  const actions = podActions(pod, view, kubelet.probes);
  if (actions.createsSandbox && view.sandbox !== undefined) {
    kubelet.tell(pod, events.sandboxChanged());
  }
  if (actions.killsPod) {
    yield* killPod(kubelet, work, undefined);
    if (!actions.createsSandbox) return true;
    purgeInit(kubelet, work);
  } else {
    for (const kill of actions.kills) yield* killUnhealthy(kubelet, work, kill);
  }
  const { imagePullSecrets = [] } = pod.spec ?? {};
  if (imagePullSecrets.length > 0) yield* lookForPullSecrets(kubelet, pod, imagePullSecrets);
  const sandbox = actions.createsSandbox
    ? yield* createSandbox(kubelet, work, actions.attempt)
    : view.sandbox;
  if (sandbox === undefined) return false;
  let isFine = true;
  for (const spec of actions.ephemeralStarts) {
    isFine = (yield* startContainer(kubelet, work, sandbox, spec)) && isFine;
  }
  for (const spec of actions.initStarts) {
    isFine = (yield* startContainer(kubelet, work, sandbox, spec)) && isFine;
    if (!isFine) return false;
  }
  for (const spec of actions.starts) {
    isFine = (yield* startContainer(kubelet, work, sandbox, spec)) && isFine;
  }
  return isFine;
}

function* createSandbox(
  kubelet: Kubelet,
  work: PodWork,
  attempt: number,
): Story<Sandbox | undefined> {
  const { pod } = work;
  const { metadata, spec } = pod;
  const hostPorts = (spec?.containers ?? [])
    .flatMap(({ ports = [] }) => ports)
    .filter(({ hostPort }) => hostPort !== undefined && hostPort !== 0)
    .map(({ hostPort = 0, containerPort, protocol = 'TCP' }) => ({
      hostPort,
      containerPort,
      protocol,
    }));
  const config = {
    namespace: metadata.namespace ?? 'default',
    name: metadata.name,
    uid: metadata.uid,
    attempt,
    hostname: spec?.hostNetwork ? kubelet.config.nodeName : hostnameOf(pod),
    isHostNetwork: spec?.hostNetwork ?? false,
    labels: metadata.labels ?? {},
    hostPorts: spec?.hostNetwork ? [] : hostPorts,
  };
  const outcome = yield* wait<Outcome<Sandbox>>((done) =>
    kubelet.runtime.runPodSandbox(config, done),
  );
  if (!outcome.ok) {
    kubelet.tell(pod, events.sandboxFailed(rpcText(outcome.error)));
    return undefined;
  }
  const sandbox = outcome.value;
  writePodFiles(pod, sandbox.net?.ip ?? '', kubelet.config, kubelet.machine.files, kubelet.disk);
  collectGarbage(kubelet, work);
  return sandbox;
}

function* startContainer(
  kubelet: Kubelet,
  work: PodWork,
  sandbox: Sandbox,
  spec: ContainerSpec,
): Story<boolean> {
  const { pod, failures } = work;
  const tell = (draft: EventDraft) => tellOf(kubelet, pod, spec.name, draft);
  const view = new PodView(kubelet.runtime.recordsOf(pod.metadata.uid));
  const failure =
    backOffOf(kubelet, pod, spec, view.find(spec.name), tell) ??
    (yield* createAndStart(kubelet, work, sandbox, spec, tell));
  if (failure === undefined) failures.delete(spec.name);
  else failures.set(spec.name, failure);
  return failure === undefined;
}

/** Whether it ended too lately to be started again. */
function backOffOf(
  kubelet: Kubelet,
  pod: Pod,
  spec: ContainerSpec,
  last: Container | undefined,
  tell: (draft: EventDraft) => void,
): StartFailure | undefined {
  if (last?.state !== 'exited' || last.end === undefined) return undefined;
  const { site } = kubelet.machine;
  const endedAt = site.now - (site.clock - last.end.finishedAt);
  const key = `${pod.metadata.uid}/${spec.name}`;
  if (!kubelet.restartBackOff.isInBackOffSince(key, endedAt, site.now)) {
    kubelet.restartBackOff.next(key, endedAt, site.now);
    return undefined;
  }
  tell(events.backOffRestart(spec.name, pod));
  const delay = kubelet.restartBackOff.get(key);
  kubelet.traceBackOff(pod, spec.name, endedAt + delay, delay);
  return {
    reason: 'CrashLoopBackOff',
    message:
      `back-off ${formatGoDuration(delay)} restarting failed container=${spec.name} ` +
      `pod=${podText(pod)}`,
  };
}

function* createAndStart(
  kubelet: Kubelet,
  work: PodWork,
  sandbox: Sandbox,
  spec: ContainerSpec,
  tell: (draft: EventDraft) => void,
): Story<StartFailure | undefined> {
  const { pod } = work;
  const unpulled = yield* kubelet.images.ensure(pod, spec, tell);
  if (unpulled !== undefined) {
    tell(events.startError(unpulled.reason));
    return unpulled;
  }
  const failed = (reason: string, message: string): StartFailure => {
    tell(events.startError(message));
    return { reason, message };
  };
  const configured = yield* configure(kubelet, work, sandbox, spec);
  if (typeof configured === 'string') return failed('CreateContainerConfigError', configured);
  const created = yield* wait<Outcome<Container>>((done) =>
    kubelet.runtime.createContainer(sandbox.id, configured, done),
  );
  if (!created.ok) return failed('CreateContainerError', created.error.message);
  work.attempts.set(spec.name, configured.attempt + 1);
  const { id } = created.value;
  tell(events.created(spec.name));
  const started = yield* wait<Outcome<Container>>((done) =>
    kubelet.runtime.startContainer(id, done),
  );
  if (!started.ok) return failed('RunContainerError', started.error.message);
  tell(events.started(spec.name));
  collectGarbage(kubelet, work);
  return yield* postStart(kubelet, work, started.value, spec, tell);
}

function* configure(
  kubelet: Kubelet,
  work: PodWork,
  sandbox: Sandbox,
  spec: ContainerSpec,
): Story<ContainerConfig | string> {
  const { pod } = work;
  const last = new PodView(kubelet.runtime.recordsOf(pod.metadata.uid)).find(spec.name);
  const attempt =
    last === undefined ? (work.attempts.get(spec.name) ?? 0) : last.config.attempt + 1;
  const problem = nonRootProblem(kubelet, pod, spec);
  if (problem !== undefined) return problem;
  try {
    const env = yield* environmentOf(
      pod,
      spec,
      kubelet.environmentFacts(pod, sandbox.net?.ip ?? ''),
    );
    const volumes = work.volumes ?? new Map<string, MountedVolume>();
    const config = containerConfig(pod, spec, attempt, env, volumes, kubelet.disk);
    const pidNamespace = pidNamespaceOf(kubelet, pod, spec, sandbox);
    return pidNamespace === undefined ? config : { ...config, pidNamespace };
  } catch (error) {
    if (error instanceof ConfigProblem) return error.message;
    throw error;
  }
}

/** Whose processes a container sees when not its own: the host's, its Pod's, its target's. */
function pidNamespaceOf(
  kubelet: Kubelet,
  pod: Pod,
  spec: ContainerSpec,
  sandbox: Sandbox,
): string | undefined {
  if (pod.spec?.hostPID === true) return 'host';
  if (pod.spec?.shareProcessNamespace === true) return sandbox.id;
  const { targetContainerName: target } = spec as EphemeralContainer;
  if (target === undefined || target === '') return undefined;
  return new PodView(kubelet.runtime.recordsOf(pod.metadata.uid)).find(target)?.id;
}

/** runAsNonRoot, checked before the container is made. */
function nonRootProblem(kubelet: Kubelet, pod: Pod, spec: ContainerSpec): string | undefined {
  const own = spec.securityContext;
  const shared = pod.spec?.securityContext;
  if (!(own?.runAsNonRoot ?? shared?.runAsNonRoot)) return undefined;
  const about = `(pod: "${podText(pod)}", container: ${spec.name})`;
  const asked = own?.runAsUser ?? shared?.runAsUser;
  if (asked !== undefined) {
    return asked === 0 ? `container's runAsUser breaks non-root policy ${about}` : undefined;
  }
  const user = kubelet.runtime.findImage(spec.image ?? '')?.user ?? '';
  const [name = ''] = user.split(':');
  if (name === '' || name === '0' || name === 'root') {
    return `container has runAsNonRoot and image will run as root ${about}`;
  }
  if (/^\d+$/.test(name)) return undefined;
  return (
    `container has runAsNonRoot and image has non-numeric user (${name}), ` +
    `cannot verify user is non-root ${about}`
  );
}

function* postStart(
  kubelet: Kubelet,
  work: PodWork,
  container: Container,
  spec: ContainerSpec,
  tell: (draft: EventDraft) => void,
): Story<StartFailure | undefined> {
  const hook = spec.lifecycle?.postStart;
  if (hook === undefined) return undefined;
  const problem = yield* runHook(kubelet, work.pod, container, spec, hook);
  if (problem === undefined) return undefined;
  tell(events.postStartFailed());
  yield* killContainer(kubelet, work, container, 'FailedPostStartHook', undefined);
  return { reason: 'PostStartHookError', message: problem };
}

function* killUnhealthy(kubelet: Kubelet, work: PodWork, kill: ContainerKill): Story {
  const spec = findContainer(work.pod, kill.container.config.name);
  const probe = kill.reason === 'liveness' ? spec?.livenessProbe : spec?.startupProbe;
  yield* killContainer(
    kubelet,
    work,
    kill.container,
    kill.message,
    probe?.terminationGracePeriodSeconds,
  );
}

/** Stops all containers and the sandbox. @param graceSeconds instead of the Pod's own. */
export function* killPod(kubelet: Kubelet, work: PodWork, graceSeconds: number | undefined): Story {
  const { uid } = work.pod.metadata;
  const { containers, sandboxes } = kubelet.runtime.recordsOf(uid);
  const running = containers.filter(({ state }) => state === 'running');
  yield* all(
    running.map((container) => killContainer(kubelet, work, container, undefined, graceSeconds)),
    work.tasks,
  );
  for (const { id, state } of sandboxes) {
    if (state === 'stopped' || state === 'failed') continue;
    yield* wait<unknown>((done) => kubelet.runtime.stopPodSandbox(id, done));
  }
}

function* killContainer(
  kubelet: Kubelet,
  work: PodWork,
  container: Container,
  message: string | undefined,
  graceSeconds: number | undefined,
): Story {
  const { pod } = work;
  const { name } = container.config;
  const spec = findContainer(pod, name);
  tellOf(kubelet, pod, name, events.killing(message ?? `Stopping container ${name}`));
  const { deletionGracePeriodSeconds } = pod.metadata;
  const grace =
    graceSeconds ?? deletionGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30;
  let leftMs = grace * 1000;
  const hook = spec?.lifecycle?.preStop;
  if (spec !== undefined && hook !== undefined && leftMs > 0) {
    leftMs -= yield* preStop(kubelet, work, container, spec, leftMs);
  }
  const graceMs = Math.max(leftMs, timing.minimumGracePeriod);
  yield* wait<unknown>((done) => kubelet.runtime.stopContainer(container.id, graceMs, done));
}

/** Runs the hook for as long as the grace period lasts; returns what it took, in ms. */
function* preStop(
  kubelet: Kubelet,
  work: PodWork,
  container: Container,
  spec: ContainerSpec,
  leftMs: number,
): Story<number> {
  const { pod } = work;
  const hook = spec.lifecycle?.preStop;
  if (hook === undefined) return 0;
  const startedAt = kubelet.machine.site.now;
  yield* wait<undefined>((done) => {
    let isOver = false;
    const over = () => {
      if (isOver) return;
      isOver = true;
      kubelet.alarms.cancel(alarm);
      done(undefined);
    };
    const alarm = kubelet.alarms.after(leftMs, `preStop ${pod.metadata.name}/${spec.name}`, over);
    work.tasks.push(
      kubelet.run(runHook(kubelet, pod, container, spec, hook), (problem) => {
        if (problem !== undefined) tellOf(kubelet, pod, spec.name, events.preStopFailed());
        over();
      }),
    );
  });
  return Math.floor((kubelet.machine.site.now - startedAt) / 1000) * 1000;
}

/** Says which secrets for registries are not there; the pulls may work without them. */
function* lookForPullSecrets(
  kubelet: Kubelet,
  pod: Pod,
  secrets: readonly { readonly name?: string }[],
): Story {
  const { secret } = kubelet.environmentFacts(pod, '');
  const missing: string[] = [];
  for (const { name = '' } of secrets) {
    if (name === '') continue;
    const found = yield* secret(pod.metadata.namespace ?? 'default', name);
    if (typeof found === 'string') missing.push(name);
  }
  if (missing.length > 0) kubelet.tell(pod, events.pullSecretsMissing(missing.join(', ')));
}

/** Mounts all volumes; false when that did not work (an Event says why). */
export function* mountVolumes(kubelet: Kubelet, work: PodWork): Story<boolean> {
  const { pod } = work;
  const volumes = pod.spec?.volumes ?? [];
  const facts = kubelet.environmentFacts(pod, pod.status?.podIP ?? '');
  const mounted = new Map<string, MountedVolume>();
  try {
    for (const volume of volumes) {
      mounted.set(volume.name, yield* kubelet.disk.mount(pod, volume, facts));
    }
  } catch (error) {
    if (!(error instanceof MountProblem)) throw error;
    kubelet.tell(pod, events.mountFailed(error.message));
    return false;
  }
  work.volumes = mounted;
  return true;
}

function tellOf(kubelet: Kubelet, pod: Pod, container: string, draft: EventDraft): void {
  kubelet.tell(pod, { ...draft, fieldPath: fieldPathOf(pod, container) });
}

/** A new sandbox starts initialisation anew: what ran before counts no more. */
function purgeInit(kubelet: Kubelet, { pod }: PodWork): void {
  const names = new Set((pod.spec?.initContainers ?? []).map(({ name }) => name));
  if (names.size === 0) return;
  for (const { id, config } of kubelet.runtime.recordsOf(pod.metadata.uid).containers) {
    if (names.has(config.name)) kubelet.runtime.removeContainer(id);
  }
}

/** Keeps one dead container a name, and the sandboxes that something is left of. */
function collectGarbage(kubelet: Kubelet, { pod }: PodWork): void {
  const { runtime } = kubelet;
  const { containers, sandboxes } = runtime.recordsOf(pod.metadata.uid);
  if (containers.length > 1) {
    const dead = new Map<string, Container[]>();
    for (const container of containers) {
      if (container.state !== 'exited') continue;
      const { name } = container.config;
      const others = dead.get(name);
      if (others === undefined) dead.set(name, [container]);
      else others.push(container);
    }
    for (const runs of dead.values()) {
      for (const { id } of runs.slice(0, -1)) runtime.removeContainer(id);
    }
  }
  for (const sandbox of sandboxes.slice(0, -1)) {
    const isUsed = runtime
      .recordsOf(pod.metadata.uid)
      .containers.some((container) => container.sandbox === sandbox);
    if (!isUsed && !sandbox.isReady) runtime.removePodSandbox(sandbox.id);
  }
}
