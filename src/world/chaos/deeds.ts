/** What people do to a cluster: kubectl commands, drawn by lot. */
import type { ApiObject } from '../../api/object.ts';
import type { Chance, Ms } from '../../kernel/index.ts';
import type { ClusterView } from '../invariants/index.ts';
import type { Input } from '../session-file.ts';

/** Something to do, `afterMs` from now. */
export interface Step {
  readonly afterMs: Ms;
  readonly input: Input;
}

/** What a deed may look at. */
export interface Lot {
  readonly chance: Chance;
  readonly view: ClusterView;
  /** A number that no other script of this run has. */
  script(): number;
}

export interface Deed {
  readonly name: string;
  readonly weight: number;
  /** Nothing, when there is nothing to do it to. */
  steps(lot: Lot): readonly Step[];
}

const apps = ['web', 'api', 'shop', 'blog'] as const;
const patience = ['', ' --grace-period=1', ' --force --grace-period=0'] as const;
const images = ['nginx:1.27', 'nginx:1.28', 'httpd:2.4'] as const;

/** A shell script on the console's machine, and what it reads. */
export const script = (lot: Lot, text: string, stdin = ''): Step[] => [
  { afterMs: 0, input: { type: 'script', run: lot.script(), script: text, stdin } },
];

const named = (view: ClusterView, kind: string): readonly ApiObject[] =>
  [...view.of(kind).values()].filter(({ metadata }) => metadata.namespace === 'default');

/** One of the objects of a kind in the default namespace, if there is one. */
export function someOf({ chance, view }: Lot, kind: string): string | undefined {
  const names = named(view, kind).map(({ metadata }) => metadata.name);
  return names.length === 0 ? undefined : chance.pick(names.toSorted());
}

/** A command about some object of a kind. */
const about = (kind: string, command: (name: string, lot: Lot) => string) => (lot: Lot) => {
  const name = someOf(lot, kind);
  return name === undefined ? [] : script(lot, command(name, lot));
};

function manifest({ chance }: Lot): string {
  const app = chance.pick(apps);
  const cpu = chance.pick(['10m', '100m', '250m']);
  const probe =
    chance.below(2) === 0
      ? ''
      : `
        readinessProbe: {httpGet: {path: /, port: 80}, periodSeconds: ${1 + chance.below(5)}}`;
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${app}}
spec:
  replicas: ${chance.below(6)}
  selector: {matchLabels: {app: ${app}}}
  template:
    metadata: {labels: {app: ${app}}}
    spec:
      terminationGracePeriodSeconds: ${chance.pick([1, 5, 30])}
      containers:
      - name: main
        image: ${chance.pick(images)}
        resources: {requests: {cpu: ${cpu}, memory: 32Mi}}${probe}
---
apiVersion: v1
kind: Service
metadata: {name: ${app}}
spec:
  selector: {app: ${app}}
  ports: [{port: 80}]
`;
}

export const deeds: readonly Deed[] = [
  { name: 'apply', weight: 5, steps: (lot) => script(lot, 'kubectl apply -f -', manifest(lot)) },
  {
    name: 'scale',
    weight: 4,
    steps: about(
      'Deployment',
      (name, { chance }) => `kubectl scale deployment ${name} --replicas=${chance.below(8)}`,
    ),
  },
  {
    name: 'delete Pod',
    weight: 4,
    steps: about(
      'Pod',
      (name, { chance }) => `kubectl delete pod ${name} --wait=false${chance.pick(patience)}`,
    ),
  },
  {
    name: 'set image',
    weight: 3,
    steps: about(
      'Deployment',
      (name, { chance }) => `kubectl set image deployment ${name} main=${chance.pick(images)}`,
    ),
  },
  {
    name: 'restart',
    weight: 2,
    steps: about('Deployment', (name) => `kubectl rollout restart deployment ${name}`),
  },
  {
    name: 'undo',
    weight: 1,
    steps: about('Deployment', (name) => `kubectl rollout undo deployment ${name}`),
  },
  {
    name: 'pause and resume',
    weight: 1,
    steps: about(
      'Deployment',
      (name, { chance }) =>
        `kubectl rollout pause deployment ${name}; sleep ${chance.below(20)}; ` +
        `kubectl rollout resume deployment ${name}`,
    ),
  },
  {
    name: 'relabel a Pod',
    weight: 3,
    steps: about(
      'Pod',
      (name, { chance }) =>
        `kubectl label pod ${name} --overwrite app=${chance.pick([...apps, 'orphan'])}`,
    ),
  },
  {
    name: 'delete Deployment',
    weight: 2,
    steps: about(
      'Deployment',
      (name, { chance }) =>
        `kubectl delete deployment ${name} --wait=false ` +
        `--cascade=${chance.pick(['background', 'background', 'foreground', 'orphan'])}`,
    ),
  },
  {
    name: 'delete ReplicaSet',
    weight: 1,
    steps: about('ReplicaSet', (name) => `kubectl delete replicaset ${name} --wait=false`),
  },
  {
    name: 'delete Service',
    weight: 1,
    steps: about('Service', (name) =>
      name === 'kubernetes' ? 'true' : `kubectl delete service ${name}`,
    ),
  },
  {
    name: 'cordon',
    weight: 1,
    steps: (lot) => {
      const node = worker(lot);
      return node === undefined
        ? []
        : script(lot, `kubectl cordon ${node}; sleep 30; kubectl uncordon ${node}`);
    },
  },
  {
    name: 'drain',
    weight: 1,
    steps: (lot) => {
      const node = worker(lot);
      return node === undefined
        ? []
        : script(
            lot,
            `kubectl drain ${node} --ignore-daemonsets --force --timeout=30s; sleep 10; ` +
              `kubectl uncordon ${node}`,
          );
    },
  },
];

export function worker({ chance, view }: Lot): string | undefined {
  const names = [...view.machines.values()]
    .filter(({ description }) => description.role === 'worker')
    .map(({ name }) => name);
  return names.length === 0 ? undefined : chance.pick(names);
}
