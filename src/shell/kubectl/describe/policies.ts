/**
 * `describe networkpolicy`, `poddisruptionbudget`, `priorityclass`.
 * Follows kubectl pkg/describe/describe.go.
 */
import { formatLabels } from '../../../api/selectors.ts';
import type {
  NetworkPolicy, PodDisruptionBudget, PriorityClass,
} from '../../../api/types.gen.ts';
import { civilTime, parseTime } from '../../../kernel/calendar.ts';
import { type Describer, eventsOf } from './describer.ts';
import { writeEvents } from './events.ts';
import { writeAnnotations, writeLabels } from './metadata.ts';
import { selectorText } from './workloads.ts';
import { type DescribeWriter, orNone } from './writer.ts';

type PolicySpec = NonNullable<NetworkPolicy['spec']>;
type IngressRule = NonNullable<PolicySpec['ingress']>[number];
type Peer = NonNullable<IngressRule['from']>[number];
type Port = NonNullable<IngressRule['ports']>[number];

// oxlint-disable-next-line require-yield -- a policy's description needs nothing else
export const describeNetworkPolicy: Describer = function* (w, { object }) {
  const { metadata, spec } = object as unknown as NetworkPolicy;
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  w.field(0, 'Created on', goTime(metadata.creationTimestamp));
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  w.write(0, 'Spec:\n');
  w.write(1, 'PodSelector: ');
  const pods = selectorText(spec?.podSelector);
  w.write(2, pods === '<none>'
    ? '<none> (Allowing the specific traffic to all pods in this namespace)\n' : `${pods}\n`);
  const types = spec?.policyTypes ?? [];
  if (types.includes('Ingress')) {
    w.write(1, 'Allowing ingress traffic:\n');
    writeRules(w, incoming, (spec?.ingress ?? []).map(({ ports, from }) => ({ ports, peers: from })));
  } else w.write(1, 'Not affecting ingress traffic\n');
  if (types.includes('Egress')) {
    w.write(1, 'Allowing egress traffic:\n');
    writeRules(w, outgoing, (spec?.egress ?? []).map(({ ports, to }) => ({ ports, peers: to })));
  } else w.write(1, 'Not affecting egress traffic\n');
  w.write(1, `Policy Types: ${orNone(types.join(', '))}\n`);
};

/** Go's text of a time: `2026-11-21 11:33:31 +0000 UTC`. */
function goTime(time: string): string {
  const { year, month, day, hour, minute, second } = civilTime(parseTime(time) ?? 0);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${two(second)} +0000 UTC`;
}

interface Direction {
  readonly type: 'ingress' | 'egress';
  readonly title: 'From' | 'To';
  readonly end: 'source' | 'destination';
}

const incoming: Direction = { type: 'ingress', title: 'From', end: 'source' };
const outgoing: Direction = { type: 'egress', title: 'To', end: 'destination' };

interface Rule {
  readonly ports: readonly Port[] | undefined;
  readonly peers: readonly Peer[] | undefined;
}

function writeRules(w: DescribeWriter, { type, title, end }: Direction, rules: readonly Rule[]): void {
  if (rules.length === 0) {
    w.write(2, `<none> (Selected pods are isolated for ${type} connectivity)\n`);
  }
  rules.forEach(({ ports = [], peers = [] }, i) => {
    if (i > 0) w.write(2, '----------\n');
    if (ports.length === 0) w.write(2, 'To Port: <any> (traffic allowed to all ports)\n');
    for (const port of ports) w.write(2, `${portText(port)}\n`);
    if (peers.length === 0) w.write(2, `${title}: <any> (traffic not restricted by ${end})\n`);
    for (const peer of peers) {
      w.write(2, `${title}:\n`);
      writePeer(w, peer);
    }
  });
}

function portText({ port, endPort, protocol = 'TCP' }: Port): string {
  const from = port ?? '<nil>';
  return endPort === undefined
    ? `To Port: ${from}/${protocol}` : `To Port Range: ${from}-${endPort}/${protocol}`;
}

function writePeer(w: DescribeWriter, { podSelector, namespaceSelector, ipBlock }: Peer): void {
  if (namespaceSelector !== undefined) {
    w.write(3, `NamespaceSelector: ${selectorText(namespaceSelector)}\n`);
  }
  if (podSelector !== undefined) w.write(3, `PodSelector: ${selectorText(podSelector)}\n`);
  if (namespaceSelector !== undefined || podSelector !== undefined || ipBlock === undefined) return;
  w.write(3, 'IPBlock:\n');
  w.write(4, `CIDR: ${ipBlock.cidr}\n`);
  w.write(4, `Except: ${(ipBlock.except ?? []).join(', ')}\n`);
}

export const describePodDisruptionBudget: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as PodDisruptionBudget;
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  if (spec?.minAvailable !== undefined) w.field(0, 'Min available', spec.minAvailable);
  else if (spec?.maxUnavailable !== undefined) w.field(0, 'Max unavailable', spec.maxUnavailable);
  w.field(0, 'Selector', spec?.selector === undefined ? '<unset>' : selectorText(spec.selector));
  w.write(0, 'Status:\n');
  w.field(2, 'Allowed disruptions', status?.disruptionsAllowed ?? 0);
  w.field(2, 'Current', status?.currentHealthy ?? 0);
  w.field(2, 'Desired', status?.desiredHealthy ?? 0);
  w.field(2, 'Total', status?.expectedPods ?? 0);
  writeEvents(w, events);
};

export const describePriorityClass: Describer = function* (w, subject) {
  const priority = subject.object as unknown as PriorityClass;
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', priority.metadata.name);
  w.field(0, 'Value', priority.value);
  w.field(0, 'GlobalDefault', priority.globalDefault ?? false);
  w.field(0, 'PreemptionPolicy', priority.preemptionPolicy);
  w.field(0, 'Description', priority.description);
  w.field(0, 'Annotations', orNone(formatLabels(priority.metadata.annotations)));
  writeEvents(w, events);
};
