/**
 * What can be done to a thing. Where Kubernetes has a command for it, the command is what is done:
 * it is typed on the console, to be seen and learnt. Faults have no command: they happen.
 */
import type { Fault, MachineView, OwnerView, PodView } from '../worker/protocol.ts';
import type { SceneModel } from '../scene/model.ts';
import type { Words } from './words/en.ts';

export interface Action {
  readonly id: string;
  readonly text: string;
  readonly command?: string;
  /** Typed, but left for the learner to finish. */
  readonly isDraft?: boolean;
  readonly fault?: Fault;
  readonly isBreaking?: boolean;
}

export function actionsFor(key: string, model: SceneModel, words: Words): Action[] {
  const pod = model.pods.get(key);
  if (pod !== undefined) return podActions(pod, words);
  const owner = model.owners.get(key);
  if (owner !== undefined) return ownerActions(owner, words);
  const service = model.services.get(key);
  if (service !== undefined) return serviceActions(service.namespace, service.name, words);
  const [type, name, component] = key.split('/');
  const machine = model.machines.get(name ?? '');
  if (machine === undefined) return [];
  if (type === 'machine') return machineActions(machine, words);
  return type === 'component' ? componentActions(machine, component ?? '', words) : [];
}

const flag = (namespace: string): string => (namespace === 'default' ? '' : ` -n ${namespace}`);

function podActions(pod: PodView, words: Words): Action[] {
  const { namespace, name } = pod;
  const n = flag(namespace);
  const running = pod.containers.filter((each) => !each.isInit);
  const [key, value] = Object.entries(pod.labels)[0] ?? ['app', 'web'];
  return [
    {
      id: 'delete',
      text: words.deletePod,
      command: `kubectl delete pod ${name}${n}`,
      isBreaking: true,
    },
    ...running.map((container) => ({
      id: `kill/${container.name}`,
      text: words.killContainer(container.name),
      fault: { do: 'kill-container' as const, namespace, pod: name, container: container.name },
      isBreaking: true,
    })),
    ...(pod.pausePid === undefined
      ? []
      : [
          {
            id: 'kill-pause',
            text: words.killPause,
            fault: { do: 'kill-pause' as const, namespace, pod: name },
            isBreaking: true,
          },
        ]),
    {
      id: 'relabel',
      text: words.relabel,
      command: `kubectl label pod ${name}${n} ${key}=${value}-2 --overwrite`,
      isDraft: true,
    },
    { id: 'logs', text: words.seeLogs, command: `kubectl logs ${name}${n}` },
    { id: 'describe', text: words.describe, command: `kubectl describe pod ${name}${n}` },
  ];
}

function ownerActions(owner: OwnerView, words: Words): Action[] {
  const n = flag(owner.namespace);
  const what = `${owner.kind.toLowerCase()}/${owner.name}`;
  const isScalable = owner.kind === 'Deployment' || owner.kind === 'ReplicaSet';
  const scaled = (replicas: number): string => `kubectl scale ${what} --replicas=${replicas}${n}`;
  return [
    ...(isScalable ? [{ id: 'more', text: words.scaleUp, command: scaled(owner.wanted + 1) }] : []),
    ...(isScalable && owner.wanted > 0
      ? [{ id: 'fewer', text: words.scaleDown, command: scaled(owner.wanted - 1) }]
      : []),
    ...(owner.kind === 'Deployment'
      ? [
          {
            id: 'restart',
            text: words.restartRollout,
            command: `kubectl rollout restart ${what}${n}`,
          },
          { id: 'rollback', text: words.undoRollout, command: `kubectl rollout undo ${what}${n}` },
        ]
      : []),
    { id: 'describe', text: words.describe, command: `kubectl describe ${what}${n}` },
    {
      id: 'delete',
      text: words.deleteObject(owner.kind),
      command: `kubectl delete ${what}${n}`,
      isBreaking: true,
    },
  ];
}

function serviceActions(namespace: string, name: string, words: Words): Action[] {
  const n = flag(namespace);
  return [
    { id: 'describe', text: words.describe, command: `kubectl describe service ${name}${n}` },
    {
      id: 'delete',
      text: words.deleteObject('Service'),
      command: `kubectl delete service ${name}${n}`,
      isBreaking: true,
    },
  ];
}

function machineActions(machine: MachineView, words: Words): Action[] {
  const { name } = machine;
  const faults: Action[] = [
    machine.isOn
      ? {
          id: 'off',
          text: words.powerOff,
          fault: { do: 'power-off', machine: name },
          isBreaking: true,
        }
      : { id: 'on', text: words.powerOn, fault: { do: 'power-on', machine: name } },
    machine.isCableCut
      ? { id: 'mend', text: words.mendCable, fault: { do: 'mend-cable', machine: name } }
      : {
          id: 'cut',
          text: words.cutCable,
          fault: { do: 'cut-cable', machine: name },
          isBreaking: true,
        },
  ];
  if (machine.nodeStatus === undefined) return machine.role === 'workstation' ? [] : faults;
  const isCordoned = machine.nodeStatus.includes('SchedulingDisabled');
  const kubelet = machine.components.find((each) => each.name === 'kubelet');
  return [
    ...faults,
    ...(kubelet === undefined ? [] : [unitAction(name, 'kubelet', kubelet.isRunning, words)]),
    isCordoned
      ? { id: 'uncordon', text: words.uncordon, command: `kubectl uncordon ${name}` }
      : { id: 'cordon', text: words.cordon, command: `kubectl cordon ${name}` },
    { id: 'drain', text: words.drain, command: `kubectl drain ${name} --ignore-daemonsets` },
    { id: 'describe', text: words.describe, command: `kubectl describe node ${name}` },
  ];
}

/** What systemd runs on a machine; the rest are Pods. */
const UNITS = new Set(['kubelet', 'containerd']);

function componentActions(machine: MachineView, name: string, words: Words): Action[] {
  const component = machine.components.find((each) => each.name === name);
  if (component === undefined) return [];
  if (UNITS.has(name)) return [unitAction(machine.name, name, component.isRunning, words)];
  if (component.pid === undefined) return [];
  return [
    {
      id: 'kill',
      text: words.killContainer(name),
      fault: { do: 'kill-process', machine: machine.name, pid: component.pid },
      isBreaking: true,
    },
  ];
}

function unitAction(machine: string, unit: string, isRunning: boolean, words: Words): Action {
  const isKubelet = unit === 'kubelet';
  return isRunning
    ? {
        id: `stop/${unit}`,
        text: isKubelet ? words.stopKubelet : words.stopUnit(unit),
        fault: { do: 'stop-unit', machine, unit },
        isBreaking: true,
      }
    : {
        id: `start/${unit}`,
        text: isKubelet ? words.startKubelet : words.startUnit(unit),
        fault: { do: 'start-unit', machine, unit },
      };
}
