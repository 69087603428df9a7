/**
 * Probes: one statechart a probe and container. Upstream: pkg/kubelet/prober (worker.go,
 * prober.go, results/results_manager.go). Simplified: gRPC probes knock at the port only.
 */
import type { Container as ContainerSpec, Pod, Probe } from '../../api/types.gen.ts';
import type { Container } from '../../host/runtime/index.ts';
import { Actor, type Story } from '../../kernel/index.ts';
import { events, fieldPathOf } from './events.ts';
import { expandAll } from './expansion.ts';
import { execIn, httpGet, portOf, tcpConnect } from './handlers.ts';
import type { Kubelet } from './kubelet.ts';
import { probeChart, type ProbeEffect, type probeMachine } from './probe-chart.ts';
import type { Task } from './task.ts';

export type ProbeType = 'Startup' | 'Liveness' | 'Readiness';

interface ProbeResult {
  readonly isSuccess: boolean;
  /** Thrown away, but told: it could not be probed at all. */
  readonly isError?: boolean;
  readonly isWarning?: boolean;
  readonly output: string;
}

/** One probe of one run of a container. */
class Prober {
  readonly type: ProbeType;
  readonly container: Container;
  private readonly kubelet: Kubelet;
  private readonly pod: Pod;
  private readonly spec: ContainerSpec;
  private readonly probe: Probe;
  private readonly actor: Actor<typeof probeMachine>;
  private readonly changed: () => void;
  private task: Task | undefined;

  constructor(
    kubelet: Kubelet,
    pod: Pod,
    spec: ContainerSpec,
    container: Container,
    type: ProbeType,
    probe: Probe,
    changed: () => void,
  ) {
    this.kubelet = kubelet;
    this.pod = pod;
    this.spec = spec;
    this.container = container;
    this.type = type;
    this.probe = probe;
    this.changed = changed;
    const {
      periodSeconds = 10,
      initialDelaySeconds = 0,
      failureThreshold = 3,
      successThreshold = 1,
    } = probe;
    const age = kubelet.machine.site.clock - (container.startedAt ?? 0);
    const subject = `${type.toLowerCase()} ${pod.metadata.namespace ?? ''}/${pod.metadata.name}/${spec.name}`;
    this.actor = new Actor(
      kubelet.machine.site,
      probeChart,
      subject,
      {
        delayMs: Math.max(initialDelaySeconds * 1000 - age, 1),
        periodMs: periodSeconds * 1000,
        failureThreshold,
        successThreshold,
        endsOnFailure: type !== 'Readiness',
      },
      this.perform,
    );
  }

  /** `unknown`, `success` or `failure`: what counts now. */
  get verdict(): 'unknown' | 'success' | 'failure' {
    return this.actor.context.verdict;
  }

  stop(): void {
    this.task?.cancel();
    this.actor.stop();
  }

  private readonly perform = (effect: ProbeEffect): void => {
    if (effect.type === 'tellVerdict') return this.changed();
    this.task = this.kubelet.run(this.runOnce(), (result) => this.finish(result));
  };

  private finish({ isSuccess, isError, isWarning, output }: ProbeResult): void {
    const { kubelet, pod, spec, type } = this;
    const about = { fieldPath: fieldPathOf(pod, spec.name) };
    if (isError) kubelet.tell(pod, { ...events.probeError(type, output), ...about });
    else if (!isSuccess) kubelet.tell(pod, { ...events.unhealthy(type, output), ...about });
    else if (isWarning) kubelet.tell(pod, { ...events.probeWarning(type, output), ...about });
    kubelet.traceProbe(pod, spec.name, type, isSuccess);
    this.actor.send(isError ? { type: 'errored' } : { type: isSuccess ? 'succeeded' : 'failed' });
  }

  private *runOnce(): Story<ProbeResult> {
    const { kubelet, probe, spec, container } = this;
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
    const ip = container.sandbox.net?.ip ?? '';
    if (probe.exec !== undefined) return yield* this.runExec(timeoutMs);
    if (probe.httpGet !== undefined) {
      const port = portOf(probe.httpGet.port, spec);
      if (port === undefined) return noPort(probe.httpGet.port);
      const { status, body, error } = yield* httpGet(
        kubelet,
        probe.httpGet,
        probe.httpGet.host ?? ip,
        port,
        timeoutMs,
        'probe',
      );
      if (error !== undefined) return { isSuccess: false, output: error };
      if (status >= 200 && status < 300) return { isSuccess: true, output: body };
      if (status >= 300 && status < 400) {
        return {
          isSuccess: true,
          isWarning: true,
          output: `Probe terminated redirects, Response body: ${body}`,
        };
      }
      return { isSuccess: false, output: `HTTP probe failed with statuscode: ${status}` };
    }
    const asked = probe.tcpSocket?.port ?? probe.grpc?.port ?? 0;
    const port = portOf(asked, spec);
    if (port === undefined) return noPort(asked);
    const problem = yield* tcpConnect(kubelet, probe.tcpSocket?.host ?? ip, port, timeoutMs);
    if (problem === undefined) return { isSuccess: true, output: '' };
    return {
      isSuccess: false,
      output:
        probe.grpc === undefined
          ? problem
          : `timeout: failed to connect service "${ip}:${port}" within ${probe.timeoutSeconds ?? 1}s: ` +
            'context deadline exceeded',
    };
  }

  private *runExec(timeoutMs: number): Story<ProbeResult> {
    const { kubelet, probe, spec, container } = this;
    const env = Object.fromEntries((spec.env ?? []).map(({ name, value = '' }) => [name, value]));
    const command = expandAll(probe.exec?.command ?? [], env);
    const { code, output, problem } = yield* execIn(kubelet, container, command, timeoutMs);
    if (problem === undefined) return { isSuccess: code === 0, output };
    return problem.startsWith('command timed out')
      ? { isSuccess: false, output: problem }
      : { isSuccess: false, isError: true, output: problem };
  }
}

const noPort = (port: number | string): ProbeResult => ({
  isSuccess: false,
  isError: true,
  output: `couldn't find port: ${port}`,
});

/** All probes of a node. */
export class ProbeManager {
  private readonly kubelet: Kubelet;
  /** By container id, then by type. */
  private readonly probers = new Map<string, Map<ProbeType, Prober>>();

  constructor(kubelet: Kubelet) {
    this.kubelet = kubelet;
  }

  /** Starts what is due to be probed, and stops what has ended. */
  update(pod: Pod, containers: readonly Container[]): void {
    for (const container of containers) {
      const probers = this.probers.get(container.id);
      if (container.state !== 'running') {
        if (probers !== undefined) this.drop(container.id);
        continue;
      }
      const spec = specOf(pod, container.config.name);
      if (spec === undefined || !hasProbes(spec)) continue;
      this.watch(pod, spec, container, probers);
    }
  }

  /** Stops liveness and startup probes of a Pod that is on its way out. */
  stopKilling(containers: readonly Container[]): void {
    for (const { id } of containers) {
      for (const [type, prober] of this.probers.get(id) ?? []) {
        if (type === 'Readiness') continue;
        prober.stop();
        this.probers.get(id)?.delete(type);
      }
    }
  }

  remove(containers: readonly Container[]): void {
    for (const { id } of containers) this.drop(id);
  }

  stopAll(): void {
    for (const id of [...this.probers.keys()]) this.drop(id);
  }

  /** The container failed its startup or liveness probe. */
  failedProbe(containerId: string): 'liveness' | 'startup' | undefined {
    const probers = this.probers.get(containerId);
    if (probers?.get('Startup')?.verdict === 'failure') return 'startup';
    return probers?.get('Liveness')?.verdict === 'failure' ? 'liveness' : undefined;
  }

  isStarted(container: Container): boolean {
    if (container.state !== 'running') return false;
    const spec = this.kubelet.specOf(container);
    if (spec?.startupProbe === undefined) return true;
    return this.probers.get(container.id)?.get('Startup')?.verdict === 'success';
  }

  isReady(container: Container): boolean {
    const spec = this.kubelet.specOf(container);
    if (spec?.readinessProbe === undefined) return true;
    return this.probers.get(container.id)?.get('Readiness')?.verdict === 'success';
  }

  private watch(
    pod: Pod,
    spec: ContainerSpec,
    container: Container,
    known: Map<ProbeType, Prober> | undefined,
  ): void {
    const probers = known ?? new Map<ProbeType, Prober>();
    this.probers.set(container.id, probers);
    const start = (type: ProbeType, probe: Probe | undefined) => {
      if (probe === undefined || probers.has(type)) return;
      probers.set(
        type,
        new Prober(this.kubelet, pod, spec, container, type, probe, () =>
          this.changed(pod, spec, container),
        ),
      );
    };
    start('Startup', spec.startupProbe);
    if (spec.startupProbe !== undefined && probers.get('Startup')?.verdict !== 'success') return;
    start('Liveness', spec.livenessProbe);
    start('Readiness', spec.readinessProbe);
  }

  private changed(pod: Pod, spec: ContainerSpec, container: Container): void {
    const probers = this.probers.get(container.id);
    if (probers === undefined) return;
    if (probers.get('Startup')?.verdict === 'success') {
      this.watch(pod, spec, container, probers);
    }
    this.kubelet.update(pod.metadata.uid);
  }

  private drop(id: string): void {
    for (const prober of this.probers.get(id)?.values() ?? []) prober.stop();
    this.probers.delete(id);
  }
}

const hasProbes = ({ startupProbe, livenessProbe, readinessProbe }: ContainerSpec): boolean =>
  startupProbe !== undefined || livenessProbe !== undefined || readinessProbe !== undefined;

const specOf = ({ spec }: Pod, name: string): ContainerSpec | undefined =>
  spec?.containers.find((container) => container.name === name) ??
  spec?.initContainers?.find((container) => container.name === name);
