/** `describe node`. Follows kubectl pkg/describe/describe.go describeNode. */
import {
  type Quantity, addQuantities, compareQuantities, formatQuantity, parseQuantity, quantityMillis,
  quantityOf, quantityValue,
} from '../../../api/quantity.ts';
import { isSidecar } from '../../../api/kinds/pod/facts.ts';
import type { Container, Lease, Node, Pod } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { ServerError } from '../errors.ts';
import { itemsOf } from '../targets.ts';
import type { Describer, Subject } from './describer.ts';
import { findEvents, writeEvents } from './events.ts';
import { writeAnnotations, writeLabels, writeTaints } from './metadata.ts';
import { type DescribeWriter, rfc1123 } from './writer.ts';

export const describeNode: Describer = function* (w, subject) {
  const node = subject.object as unknown as Node;
  const { metadata, spec } = node;
  const pods = yield* podsOn(subject);
  const events = subject.showEvents ? yield* eventsOfNode(subject, metadata.uid) : undefined;
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Roles', rolesOf(node));
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  w.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  writeTaints(w, 'Taints', spec?.taints);
  w.field(0, 'Unschedulable', spec?.unschedulable ?? false);
  yield* writeLease(w, subject);
  writeStatus(w, node);
  if (spec?.podCIDR) w.field(0, 'PodCIDR', spec.podCIDR);
  if (spec?.podCIDRs?.length) w.field(0, 'PodCIDRs', spec.podCIDRs.join(','));
  if (spec?.providerID) w.field(0, 'ProviderID', spec.providerID);
  if (pods === undefined) w.write(0, 'Pods:\tnot authorized\n');
  else writePods(w, node, pods);
  writeEvents(w, events);
};

function* podsOn({ context, name }: Subject): Story<readonly Pod[] | undefined> {
  const fieldSelector = `spec.nodeName=${name},status.phase!=Succeeded,status.phase!=Failed`;
  try {
    const list = yield* context.request({ path: '/api/v1/pods', query: { fieldSelector, limit: '500' } });
    return itemsOf(list) as unknown as readonly Pod[];
  } catch (error) {
    if (error instanceof ServerError && error.status.reason === 'Forbidden') return undefined;
    throw error;
  }
}

/** Controllers name a node by its uid, the kubelet by its name. */
function* eventsOfNode({ context, name }: Subject, uid: string) {
  const involved = { kind: 'Node', name, namespace: '' };
  const controllers = yield* findEvents(context, { ...involved, uid });
  const kubelet = yield* findEvents(context, { ...involved, uid: name });
  return [...(controllers ?? []), ...(kubelet ?? [])];
}

function rolesOf({ metadata: { labels = {} } }: Node): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(labels).flatMap((key) => {
    if (key.startsWith(prefix)) return key === prefix ? [] : [key.slice(prefix.length)];
    return key === 'kubernetes.io/role' && labels[key] ? [labels[key]] : [];
  });
  return roles.length === 0 ? '<none>' : [...new Set(roles)].sort().join(',');
}

function* writeLease(w: DescribeWriter, { context, name }: Subject): Story {
  try {
    const path = `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`;
    const { spec } = (yield* context.request({ path })) as unknown as Lease;
    w.write(0, 'Lease:\n');
    w.field(1, 'HolderIdentity', spec?.holderIdentity ?? '<unset>');
    w.field(1, 'AcquireTime', spec?.acquireTime ? rfc1123(spec.acquireTime) : '<unset>');
    w.field(1, 'RenewTime', spec?.renewTime ? rfc1123(spec.renewTime) : '<unset>');
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    w.write(0, `Lease:\tFailed to get lease: ${error.status.message ?? ''}\n`);
  }
}

function writeStatus(w: DescribeWriter, { status }: Node): void {
  const { conditions = [], addresses = [], capacity, allocatable, nodeInfo } = status ?? {};
  if (conditions.length > 0) {
    w.write(0, 'Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n');
    w.write(1, '----\t------\t-----------------\t------------------\t------\t-------\n');
  }
  for (const condition of conditions) {
    const { type, lastHeartbeatTime, lastTransitionTime, reason = '', message = '' } = condition;
    w.write(1, `${type} \t${condition.status} \t${rfc1123(lastHeartbeatTime)} \t` +
      `${rfc1123(lastTransitionTime)} \t${reason} \t${message}\n`);
  }
  w.write(0, 'Addresses:\n');
  for (const { type, address } of addresses) w.field(1, type, address);
  for (const [title, list] of [['Capacity', capacity], ['Allocatable', allocatable]] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length > 0) w.write(0, `${title}:\n`);
    for (const name of names) w.field(1, name, list?.[name]);
  }
  w.write(0, 'System Info:\n');
  const info = [
    ['Machine ID', nodeInfo?.machineID], ['System UUID', nodeInfo?.systemUUID],
    ['Boot ID', nodeInfo?.bootID], ['Kernel Version', nodeInfo?.kernelVersion],
    ['OS Image', nodeInfo?.osImage], ['Operating System', nodeInfo?.operatingSystem],
    ['Architecture', nodeInfo?.architecture],
    ['Container Runtime Version', nodeInfo?.containerRuntimeVersion],
    ['Kubelet Version', nodeInfo?.kubeletVersion], ['Kube-Proxy Version', nodeInfo?.kubeProxyVersion],
  ] as const;
  for (const [title, value] of info) w.field(1, title, value);
}

type Amounts = Readonly<Record<string, Quantity>>;
const zero = quantityOf(0);

function writePods(w: DescribeWriter, { status }: Node, pods: readonly Pod[]): void {
  const has = status?.allocatable ?? status?.capacity ?? {};
  w.write(0, `Non-terminated Pods:\t(${pods.length} in total)\n`);
  w.write(1, 'Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n');
  w.write(1, '---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n');
  const requested: Amounts[] = [];
  const limited: Amounts[] = [];
  for (const pod of pods) {
    const [requests, limits] = [amountsOf(pod, 'requests'), amountsOf(pod, 'limits')];
    requested.push(requests);
    limited.push(limits);
    const cells = (['cpu', 'memory'] as const).flatMap((name) =>
      [requests, limits].map((amounts) => shareText(amounts[name], name, has)));
    w.write(1, `${pod.metadata.namespace ?? ''}\t${pod.metadata.name}\t\t${cells.join('\t')}\t` +
      `${w.since(pod.metadata.creationTimestamp)}\n`);
  }
  w.write(0, 'Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)\n');
  w.write(1, 'Resource\tRequests\tLimits\n');
  w.write(1, '--------\t--------\t------\n');
  const [requests, limits] = [sumOf(requested), sumOf(limited)];
  const isHuge = (name: string) => name.startsWith('hugepages-');
  const standard = ['cpu', 'memory', 'ephemeral-storage'];
  for (const name of [...standard, ...Object.keys(has).filter(isHuge).sort()]) {
    w.write(1, `${name}\t${shareText(requests[name], name, has)}\t${shareText(limits[name], name, has)}\n`);
  }
  const others = Object.keys(has).filter((name) =>
    !isHuge(name) && !standard.includes(name) && name !== 'pods');
  for (const name of others.sort()) {
    w.write(1, `${name}\t${formatQuantity(requests[name] ?? zero)}\t${formatQuantity(limits[name] ?? zero)}\n`);
  }
}

/** `100m (5%)`. */
function shareText(
  amount: Quantity = zero, name: string, has: Readonly<Record<string, string>>,
): string {
  const text = formatQuantity(amount);
  const measure = name === 'cpu' ? quantityMillis : quantityValue;
  const whole = measure(has[name] ?? '0');
  return `${text} (${whole === 0 ? 0 : Math.trunc((measure(text) / whole) * 100)}%)`;
}

function sumOf(list: readonly Amounts[]): Amounts {
  const sum: Record<string, Quantity> = {};
  for (const amounts of list) {
    for (const [name, amount] of Object.entries(amounts)) {
      const old = sum[name];
      sum[name] = old === undefined ? amount : addQuantities(old, amount);
    }
  }
  return sum;
}

/** What a Pod asks for or is limited to (component-helpers resource.PodRequestsAndLimits). */
function amountsOf({ spec }: Pod, list: 'requests' | 'limits'): Amounts {
  const own = ({ resources }: Container): Amounts =>
    Object.fromEntries(Object.entries(resources?.[list] ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
  const all = sumOf((spec?.containers ?? []).map(own));
  let sidecars: Amounts = {};
  let initial: Amounts = {};
  for (const container of spec?.initContainers ?? []) {
    if (isSidecar(container)) sidecars = sumOf([sidecars, own(container)]);
    const running = isSidecar(container) ? sidecars : sumOf([sidecars, own(container)]);
    initial = larger(initial, running);
  }
  const overhead = Object.fromEntries(Object.entries(spec?.overhead ?? {})
    .filter(([name]) => list === 'requests' || all[name] !== undefined)
    .map(([name, text]) => [name, parseQuantity(text)]));
  return sumOf([larger(sumOf([all, sidecars]), initial), overhead]);
}

function larger(a: Amounts, b: Amounts): Amounts {
  const result: Record<string, Quantity> = { ...a };
  for (const [name, amount] of Object.entries(b)) {
    const old = result[name];
    if (old === undefined || compareQuantities(old, amount) < 0) result[name] = amount;
  }
  return result;
}
