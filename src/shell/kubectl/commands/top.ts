/**
 * `kubectl top node` and `kubectl top pod`: what metrics-server says, if there is one. Follows
 * kubectl pkg/cmd/top and pkg/metricsutil (metrics_printer.go).
 */
import { amountOf } from '../../../api/kinds/pod/facts.ts';
import type { JsonObject } from '../../../api/object.ts';
import { quantityMillis } from '../../../api/quantity.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import { command, commandGroup } from '../command.ts';
import type { Context } from '../context.ts';
import { failed } from '../errors.ts';
import { topHelp } from '../help/top.gen.ts';
import { usageError } from '../pairs.ts';
import { tableTabs, TabWriter } from '../printers/tab-writer.ts';

const root = '/apis/metrics.k8s.io/v1beta1';
/** Upstream's metricsCreationDelay. */
const patienceMs = 120_000;

type Amounts = Readonly<Record<string, string>>;

interface Metrics {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly usage?: Amounts;
  readonly containers?: readonly { readonly name: string; readonly usage: Amounts }[];
}

interface Line {
  readonly cells: readonly string[];
  readonly cpu: number;
  readonly memory: number;
}

const lineOf = (cells: readonly string[], usages: readonly Amounts[]): Line => ({
  cells,
  cpu: usages.reduce((sum, { cpu = '0' }) => sum + quantityMillis(cpu), 0),
  memory: usages.reduce((sum, { memory = '0' }) => sum + amountOf('memory', memory), 0),
});

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 1_048_576)}Mi`;

interface TopFlags {
  readonly 'sort-by': string;
  readonly selector: string;
  readonly 'field-selector'?: string;
}

function check(
  args: readonly string[], flags: TopFlags, name: string, selectors: string,
): void {
  if (args.length > 1) throw usageError(`${name} [NAME | -l label]`, `top ${name}`);
  if (!['', 'cpu', 'memory'].includes(flags['sort-by'])) {
    throw failed('--sort-by accepts only cpu or memory');
  }
  if (args.length > 0 && (flags.selector !== '' || (flags['field-selector'] ?? '') !== '')) {
    throw failed(`only one of NAME or ${selectors} can be provided`);
  }
}

function* fetchMetrics(
  context: Context, path: string, name: string | undefined, selector: string,
): Story<readonly Metrics[]> {
  const { groups = [] } = (yield* context.request({ path: '/apis' })) as unknown as {
    groups?: readonly { name: string }[];
  };
  if (!groups.some((group) => group.name === 'metrics.k8s.io')) {
    throw failed('Metrics API not available');
  }
  if (name !== undefined) {
    return [(yield* context.request({ path: `${path}/${name}` })) as unknown as Metrics];
  }
  const query = selector === '' ? {} : { labelSelector: selector };
  const list = yield* context.request({ path, query });
  return (list as unknown as { items?: readonly Metrics[] }).items ?? [];
}

/** By name; or by what is asked for, the greatest first. */
function sorted(lines: readonly Line[], by: string): readonly Line[] {
  if (by === 'cpu') return lines.toSorted((a, b) => b.cpu - a.cpu);
  if (by === 'memory') return lines.toSorted((a, b) => b.memory - a.memory);
  return lines.toSorted((a, b) => (a.cells.join('\0') < b.cells.join('\0') ? -1 : 1));
}

const topNode = command(topHelp.children.node, function* (context, { args }, flags) {
  check(args, flags, 'node', '--selector');
  const [name] = args;
  const metrics = yield* fetchMetrics(context, `${root}/nodes`, name, flags.selector);
  if (metrics.length === 0) throw failed('metrics not available yet');
  const query = flags.selector === '' ? {} : { labelSelector: flags.selector };
  const answer = yield* context.request(
    name === undefined ? { path: '/api/v1/nodes', query } : { path: `/api/v1/nodes/${name}` });
  const nodes = (answer['items'] ?? [answer]) as readonly JsonObject[];
  const available = new Map(nodes.map((node) => {
    const { metadata, status } = node as unknown as {
      metadata: { name: string }; status: { allocatable: Amounts; capacity: Amounts };
    };
    return [metadata.name, flags['show-capacity'] ? status.capacity : status.allocatable];
  }));
  const writer = new TabWriter(tableTabs);
  if (!flags['no-headers']) writer.write('NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\t\n');
  const lines = metrics.map(({ metadata, usage }) => lineOf([metadata.name], [usage ?? {}]));
  for (const { cells: [node = ''], cpu, memory } of sorted(lines, flags['sort-by'])) {
    const whole = available.get(node);
    const share = (used: number, resource: string): string =>
      whole?.[resource] === undefined
        ? ''
        : `${Math.trunc((used / amountOf(resource, whole[resource])) * 100)}%\t`;
    writer.write(`${node}\t${cpu}m\t${share(cpu, 'cpu')}${mebibytes(memory)}\t${share(memory, 'memory')}\n`);
    available.delete(node);
  }
  for (const node of available.keys()) {
    writer.write(`${node}\t<unknown>\t<unknown>\t<unknown>\t<unknown>\t\n`);
  }
  context.print(writer.flush());
});

const topPod = command(topHelp.children.pod, function* (context, { args }, flags) {
  check(args, flags, 'pod', 'selector');
  const [name] = args;
  const isEverywhere = flags['all-namespaces'];
  const scope = isEverywhere ? '' : `/namespaces/${context.namespace}`;
  let metrics = yield* fetchMetrics(context, `${root}${scope}/pods`, name, flags.selector);
  const query = {
    ...(flags.selector === '' ? {} : { labelSelector: flags.selector }),
    ...(flags['field-selector'] === '' ? {} : { fieldSelector: flags['field-selector'] }),
  };
  const path = `/api/v1${scope}/pods`;
  if (metrics.length > 0 && flags['field-selector'] !== '') {
    const pods = itemsOf(yield* context.request({ path, query }));
    metrics = metrics.filter(({ metadata }) => pods.some((pod) =>
      pod.metadata.name === metadata.name && pod.metadata.namespace === metadata.namespace));
  }
  if (metrics.length === 0) {
    refuse(context, itemsOf(yield* context.request({ path, query })));
    context.printError(
      isEverywhere ? 'No resources found\n' : `No resources found in ${context.namespace} namespace.\n`);
    return;
  }
  context.print(podTable(metrics, flags));
});

interface PodLike {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly creationTimestamp: string };
}

const itemsOf = (list: JsonObject): readonly PodLike[] =>
  (list as unknown as { items?: readonly PodLike[] }).items ?? [];

/** There are Pods, but nothing is known of them. */
function refuse(context: Context, pods: readonly PodLike[]): void {
  if (pods.length === 0) return;
  for (const { metadata } of pods) {
    const ageMs = context.nowMs - (parseTime(metadata.creationTimestamp) ?? 0);
    if (ageMs <= patienceMs) continue;
    throw failed(`Metrics not available for pod ${metadata.namespace}/${metadata.name}, ` +
      `age: ${goDuration(ageMs)}`);
  }
  throw failed('metrics not available yet');
}

/** `2m3.5s`, as Go prints durations. */
function goDuration(ms: number): string {
  const hours = Math.floor(ms / 3_600_000);
  const minutes = Math.floor(ms / 60_000) % 60;
  const seconds = (ms % 60_000) / 1000;
  return `${hours > 0 ? `${hours}h` : ''}${hours > 0 || minutes > 0 ? `${minutes}m` : ''}${seconds}s`;
}

interface PodTableFlags {
  readonly 'all-namespaces': boolean;
  readonly containers: boolean;
  readonly 'no-headers': boolean;
  readonly 'sort-by': string;
  readonly sum: boolean;
}

function podTable(metrics: readonly Metrics[], flags: PodTableFlags): string {
  const { 'all-namespaces': isEverywhere, containers: isDetailed } = flags;
  const writer = new TabWriter(tableTabs);
  const columns = [
    ...(isEverywhere ? ['NAMESPACE'] : []), ...(isDetailed ? ['POD'] : []),
    'NAME', 'CPU(cores)', 'MEMORY(bytes)',
  ];
  if (!flags['no-headers']) writer.write(`${columns.join('\t')}\t\n`);
  const whole: Line[] = [];
  for (const { metadata, containers = [] } of metrics) {
    const first = isEverywhere ? [metadata.namespace ?? '', metadata.name] : [metadata.name];
    if (!isDetailed) whole.push(lineOf(first, containers.map(({ usage }) => usage)));
    else for (const { name, usage } of containers) whole.push(lineOf([...first, name], [usage]));
  }
  for (const { cells, cpu, memory } of sorted(whole, flags['sort-by'])) {
    writer.write(`${cells.join('\t')}\t${cpu}m\t${mebibytes(memory)}\t\n`);
  }
  if (flags.sum) {
    const blank = '\t'.repeat(columns.length - 2);
    const [cpu, memory] = [sumOf(whole, 'cpu'), sumOf(whole, 'memory')];
    writer.write(`${blank}________\t________\t\n${blank}${cpu}m\t${mebibytes(memory)}\t\n`);
  }
  return writer.flush();
}

const sumOf = (lines: readonly Line[], field: 'cpu' | 'memory'): number =>
  lines.reduce((sum, line) => sum + line[field], 0);

export const top = commandGroup(topHelp, [topNode, topPod]);
