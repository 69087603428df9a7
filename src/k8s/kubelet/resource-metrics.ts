/**
 * What containers use, as a page of text for metrics-server: /metrics/resource.
 * Upstream: pkg/kubelet/metrics/collectors/resource_metrics.go. Simplified: no swap; a container
 * uses no more than its CPU limit, though nothing makes it slower.
 */
import { amountOf } from '../../api/kinds/pod/facts.ts';
import type { Pod } from '../../api/types.gen.ts';
import { type Container, cpuMsOf } from '../../host/runtime/index.ts';
import type { Kubelet } from './kubelet.ts';

/** What the system's own programs take: a machine is never quite idle. */
const systemCpuMillis = 35;
const systemMemoryBytes = 480_000_000;

interface Reading {
  readonly at: number;
  readonly rawMs: number;
  readonly cpuMs: number;
}

/** Adds up what was used, capped by the limits, from reading to reading. */
export class ResourceMetrics {
  private readonly kubelet: Kubelet;
  private readonly readings = new Map<string, Reading>();
  private readonly beganAt: number;
  private goneMs = 0;

  constructor(kubelet: Kubelet) {
    this.kubelet = kubelet;
    this.beganAt = kubelet.machine.site.clock;
  }

  /** The page. Each line has the moment that it was read. */
  page(): string {
    const now = this.kubelet.machine.site.clock;
    const cpu: string[] = [];
    const memory: string[] = [];
    const seen = new Set<string>();
    let [nodeCpuMs, nodeMemory] = [0, systemMemoryBytes];
    for (const worker of this.kubelet.workers.values()) {
      for (const container of this.kubelet.runtime.recordsOf(worker.uid).containers) {
        if (container.state !== 'running') continue;
        seen.add(container.id);
        const used = this.read(container, worker.pod, now);
        nodeCpuMs += used;
        nodeMemory += container.memoryBytes;
        const labels = labelsOf(worker.pod, container.config.name);
        cpu.push(`container_cpu_usage_seconds_total{${labels}} ${used / 1000} ${Math.floor(now)}`);
        memory.push(
          `container_memory_working_set_bytes{${labels}} ${container.memoryBytes} ${Math.floor(now)}`);
      }
    }
    this.forget(seen);
    nodeCpuMs += this.goneMs + ((now - this.beganAt) * systemCpuMillis) / 1000;
    return [
      ...head('container_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the container in core-seconds'),
      ...cpu,
      ...head('container_memory_working_set_bytes', 'gauge', 'Current working set of the container in bytes'),
      ...memory,
      ...head('node_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the node in core-seconds'),
      `node_cpu_usage_seconds_total ${nodeCpuMs / 1000} ${Math.floor(now)}`,
      ...head('node_memory_working_set_bytes', 'gauge', 'Current working set of the node in bytes'),
      `node_memory_working_set_bytes ${nodeMemory} ${Math.floor(now)}`,
      '',
    ].join('\n');
  }

  private read(container: Container, pod: Pod, now: number): number {
    const rawMs = cpuMsOf(container, now);
    const before = this.readings.get(container.id) ??
      { at: container.startedAt ?? now, rawMs: 0, cpuMs: 0 };
    const limit = limitOf(pod, container.config.name);
    const most = limit === undefined ? Infinity : ((now - before.at) * limit) / 1000;
    const cpuMs = before.cpuMs + Math.min(rawMs - before.rawMs, most);
    this.readings.set(container.id, { at: now, rawMs, cpuMs });
    return cpuMs;
  }

  /** A node's total goes on counting what containers used that are gone. */
  private forget(seen: ReadonlySet<string>): void {
    for (const [id, { cpuMs }] of this.readings) {
      if (seen.has(id)) continue;
      this.goneMs += cpuMs;
      this.readings.delete(id);
    }
  }
}

const labelsOf = ({ metadata }: Pod, container: string): string =>
  `container="${container}",namespace="${metadata.namespace ?? 'default'}",pod="${metadata.name}"`;

function limitOf({ spec }: Pod, container: string): number | undefined {
  const all = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const limit = all.find(({ name }) => name === container)?.resources?.limits?.['cpu'];
  return limit === undefined ? undefined : amountOf('cpu', limit);
}

const head = (name: string, type: string, help: string): string[] =>
  [`# HELP ${name} [STABLE] ${help}`, `# TYPE ${name} ${type}`];
