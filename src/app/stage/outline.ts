/** What is on the stage, in words: machines with their Pods, owners, Services, Pods that wait. */
import type { MachineView, OwnerView, PodView, ServiceView } from '../../worker/protocol.ts';
import { componentKey, machineKey } from '../../scene/frame.ts';
import type { SceneModel } from '../../scene/model.ts';
import { inOrder } from '../../scene/tanks.ts';
import { badness, isSystem } from '../../scene/text.ts';
import type { Words } from '../words/en.ts';

export interface Branch {
  readonly id: string;
  /** What it stands for on the stage; absent for a heading. */
  readonly key?: string;
  readonly text: string;
  readonly children: readonly Branch[];
}

export interface Row {
  readonly id: string;
  readonly key?: string;
  readonly text: string;
  readonly depth: number;
}

/** More Pods than this under one machine are told as a number. */
const PODS_MAX = 40;

export function outline(model: SceneModel, words: Words): Branch[] {
  const pods = [...model.pods.values()];
  const machines = inOrder(model.machines.values()).map((machine) =>
    machineBranch(
      machine,
      pods.filter((pod) => pod.node === machine.name),
      words,
    ),
  );
  const owners = [...model.owners.values()].filter((each) => !isSystem(each.namespace));
  const services = [...model.services.values()].filter((each) => !isSystem(each.namespace));
  const waiting = pods.filter((pod) => pod.node === undefined);
  return [
    { id: 'machines', text: words.machines, children: machines },
    ...section(
      'owners',
      words.owners,
      owners.map((owner) => ownerBranch(owner, words)),
    ),
    ...section(
      'services',
      words.services,
      services.map((each) => serviceBranch(each, words)),
    ),
    ...section('waiting', words.waitingPods, podBranches(waiting, words)),
  ];
}

const section = (id: string, text: string, children: readonly Branch[]): Branch[] =>
  children.length === 0 ? [] : [{ id, text, children }];

function machineBranch(machine: MachineView, pods: readonly PodView[], words: Words): Branch {
  const facts = [
    machine.name,
    machine.role,
    machine.ip,
    machine.nodeStatus ?? '',
    machine.isOn ? '' : words.poweredOff,
    machine.isCableCut ? words.cableCut : '',
  ];
  const components = machine.components.map((component) => ({
    id: componentKey(machine.name, component.name),
    key: componentKey(machine.name, component.name),
    text: `${component.name} ${component.isRunning ? 'running' : 'stopped'}`,
    children: [],
  }));
  return {
    id: machineKey(machine.name),
    key: machineKey(machine.name),
    text: facts.filter(Boolean).join(', '),
    children: [...podBranches(pods, words), ...components],
  };
}

function podBranches(pods: readonly PodView[], words: Words): Branch[] {
  const sorted = pods.toSorted(
    (a, b) =>
      Number(isSystem(a.namespace)) - Number(isSystem(b.namespace)) ||
      badness(b.look) - badness(a.look) ||
      (a.name < b.name ? -1 : 1),
  );
  const shown = sorted.slice(0, PODS_MAX).map((pod) => podBranch(pod, words));
  const left = sorted.length - shown.length;
  const first = sorted[PODS_MAX];
  if (first === undefined) return shown;
  return [...shown, { id: `more/${first.uid}`, text: words.more(left), children: [] }];
}

function podBranch(pod: PodView, words: Words): Branch {
  const restarts = pod.containers.reduce((sum, each) => sum + each.restarts, 0);
  const facts = [
    `Pod ${pod.name}`,
    `${pod.ready} ${pod.status}`,
    pod.ip ?? '',
    restarts > 0 ? words.restarts(restarts) : '',
    ...Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`),
  ];
  return { id: pod.uid, key: pod.uid, text: facts.filter(Boolean).join(', '), children: [] };
}

const ownerBranch = (owner: OwnerView, words: Words): Branch => ({
  id: owner.uid,
  key: owner.uid,
  text: `${owner.kind} ${owner.name}, ${words.readyOf(owner.ready, owner.wanted)}`,
  children: [],
});

const serviceBranch = (service: ServiceView, words: Words): Branch => ({
  id: service.uid,
  key: service.uid,
  text: [
    `Service ${service.name}`,
    service.clusterIP,
    service.ports.join(' '),
    words.endpoints(service.endpoints.length),
  ].join(', '),
  children: [],
});

export function flatten(branches: readonly Branch[], depth = 0): Row[] {
  return branches.flatMap(({ children, ...row }) => [
    { ...row, depth },
    ...flatten(children, depth + 1),
  ]);
}
