/** Facts in tables: of a Pod, of a machine, of a component. Plain text, as the commands print it. */
import { humanDuration } from '../../api/duration.ts';
import type { ContainerStatus, Pod, Probe } from '../../api/types.gen.ts';
import type { Machine, Process } from '../../host/index.ts';
import { Namespace } from '../../host/net/index.ts';
import { ruleText } from '../../host/net/iptables-save.ts';
import { runtimeOf } from '../../host/runtime/index.ts';
import { systemdOf } from '../../host/systemd.ts';
import type { DecisionFacts } from '../observer/observer.ts';
import type { Inspection } from '../protocol.ts';

export type Table = Inspection['tables'][number];

/** A table with more rows than this is cut. */
const mostRows = 200;

const table = (title: string, columns: readonly string[], rows: readonly string[][]): Table => ({
  title,
  columns,
  rows: rows.slice(0, mostRows),
});

const filled = (tables: readonly Table[]): Table[] => tables.filter(({ rows }) => rows.length > 0);

// ── A Pod ─────────────────────────────────────────────────────────────────────────────────────

export function podTables(pod: Pod, node: Machine | undefined, decision?: DecisionFacts): Table[] {
  return filled([
    containerTable(pod, node),
    probeTable(pod),
    ...(decision === undefined ? [] : [decisionTable(decision)]),
    ...(node === undefined ? [] : [processTable(processesOf(pod, node))]),
  ]);
}

function containerTable({ spec, status }: Pod, node: Machine | undefined): Table {
  const statuses = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const rows = containers.map(({ name, image = '' }) => {
    const found = statuses.find((each) => each.name === name);
    const pid = node === undefined ? undefined : pidOf(node, found);
    return [
      name,
      image,
      stateText(found),
      String(found?.ready ?? false),
      String(found?.restartCount ?? 0),
      String(pid ?? ''),
    ];
  });
  return table('Containers', ['NAME', 'IMAGE', 'STATE', 'READY', 'RESTARTS', 'PID'], rows);
}

function stateText(status: ContainerStatus | undefined): string {
  const { running, waiting, terminated } = status?.state ?? {};
  if (running !== undefined) return 'Running';
  if (terminated !== undefined) {
    return `${terminated.reason ?? 'Terminated'} (exit ${terminated.exitCode})`;
  }
  return waiting?.reason ?? 'Waiting';
}

function pidOf(node: Machine, status: ContainerStatus | undefined): number | undefined {
  const id = status?.containerID?.replace('containerd://', '') ?? '';
  const process = runtimeOf(node)?.containers.get(id)?.process;
  return process?.isRunning === true ? process.pid : undefined;
}

function probeTable({ spec }: Pod): Table {
  const rows = (spec?.containers ?? []).flatMap((container) =>
    (['startup', 'readiness', 'liveness'] as const).flatMap((type) => {
      const probe = container[`${type}Probe`];
      return probe === undefined ? [] : [[container.name, type, ...probeCells(probe)]];
    }),
  );
  const columns = [
    'CONTAINER',
    'PROBE',
    'HOW',
    'DELAY',
    'PERIOD',
    'TIMEOUT',
    '#SUCCESS',
    '#FAILURE',
  ];
  return table('Probes', columns, rows);
}

function probeCells(probe: Probe): string[] {
  const { httpGet, tcpSocket, exec, grpc } = probe;
  const how =
    httpGet !== undefined
      ? `http-get :${httpGet.port}${httpGet.path ?? '/'}`
      : tcpSocket !== undefined
        ? `tcp-socket :${tcpSocket.port}`
        : grpc !== undefined
          ? `grpc :${grpc.port}`
          : `exec [${exec?.command?.join(' ') ?? ''}]`;
  return [
    how,
    `${probe.initialDelaySeconds ?? 0}s`,
    `${probe.periodSeconds ?? 10}s`,
    `${probe.timeoutSeconds ?? 1}s`,
    String(probe.successThreshold ?? 1),
    String(probe.failureThreshold ?? 3),
  ];
}

/** Filter and score: the best node first, then those that were ruled out, and by what. */
function decisionTable({ node, table: { nodes, rejected } }: DecisionFacts): Table {
  const plugins = [...new Set(nodes.flatMap(({ scores }) => Object.keys(scores)))];
  const best = nodes
    .toSorted((a, b) => Number(b.node === node) - Number(a.node === node) || b.total - a.total)
    .map((each) => [
      each.node,
      'ok',
      String(each.total),
      ...plugins.map((plugin) => String(each.scores[plugin] ?? 0)),
    ]);
  const out = rejected.map((each) => [
    each.node,
    `${each.plugin}: ${each.reasons.join(', ')}`,
    '',
    ...plugins.map(() => ''),
  ]);
  return table('Scheduling', ['NODE', 'FILTER', 'SCORE', ...plugins], [...best, ...out]);
}

function processesOf({ metadata }: Pod, node: Machine): Process[] {
  const records = runtimeOf(node)?.recordsOf(metadata.uid);
  if (records === undefined) return [];
  const pauses = records.sandboxes.flatMap(({ pause }) => (pause?.isRunning ? [pause] : []));
  const ids = new Set(records.containers.map(({ id }) => id));
  const others = [...node.processes.values()].filter(({ container = '' }) => ids.has(container));
  return [...pauses, ...others];
}

// ── A machine ─────────────────────────────────────────────────────────────────────────────────

export function machineTables(machine: Machine): Table[] {
  const { net } = machine;
  return filled([
    unitTable(machine),
    processTable([...machine.processes.values()]),
    ...(net instanceof Namespace ? networkTables(net) : []),
  ]);
}

export function processTable(processes: readonly Process[]): Table {
  const rows = processes.map(({ pid, parent, user, args, startedAt, site }) => [
    String(pid),
    String(parent?.pid ?? 1),
    user,
    humanDuration(site.now - startedAt),
    args.join(' '),
  ]);
  return table('Processes', ['PID', 'PPID', 'USER', 'AGE', 'COMMAND'], rows);
}

function unitTable(machine: Machine): Table {
  const services = [...(systemdOf(machine)?.services.values() ?? [])];
  const rows = services.map(({ fullName, state, process, restarts }) => [
    fullName,
    state,
    process?.isRunning === true ? String(process.pid) : '',
    String(restarts),
  ]);
  return table('Units', ['UNIT', 'ACTIVE', 'MAIN PID', 'RESTARTS'], rows);
}

function networkTables(net: Namespace): Table[] {
  const devices = [...net.devices.values()].map((device) => [
    device.name,
    device.kind,
    device.isUp ? 'UP' : 'DOWN',
    device.addresses.map(({ ip, prefixLength }) => `${ip}/${prefixLength}`).join(' '),
    device.mac,
    device.master ?? '',
  ]);
  const routes = net.routes.map(({ destination, via, device, source }) => [
    destination === '0.0.0.0/0' ? 'default' : destination,
    via ?? '',
    device,
    source ?? '',
  ]);
  const neighbours = [...net.neighbours.values()].map(({ ip, mac, device, isPermanent }) => [
    ip,
    mac,
    device,
    isPermanent ? 'PERMANENT' : 'REACHABLE',
  ]);
  const fdb = [...net.fdb.values()].map(({ mac, device, remote }) => [mac, device, remote ?? '']);
  return [
    table('Devices', ['NAME', 'KIND', 'STATE', 'ADDRESSES', 'MAC', 'MASTER'], devices),
    table('Routes', ['DESTINATION', 'VIA', 'DEVICE', 'SOURCE'], routes),
    table('ARP', ['ADDRESS', 'MAC', 'DEVICE', 'STATE'], neighbours),
    table('FDB', ['MAC', 'DEVICE', 'REMOTE'], fdb),
    ruleTable(net),
  ];
}

/** What kube-proxy and flannel have written into the nat table. */
function ruleTable({ stack }: Namespace): Table {
  const chains = stack.filter.tables.table('nat');
  const rows = [...chains].flatMap(([name, { rules }]) =>
    rules.map((rule) => [name, ruleText(rule)]),
  );
  return table('iptables -t nat', ['CHAIN', 'RULE'], rows);
}
