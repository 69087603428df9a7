/** Command lines that the real kubectl and the console's must answer alike, by state of the world. */

import type { Fault } from '../../src/world/index.ts';
import { config } from './config-cases.ts';
import { describing } from './describing-cases.ts';
import { kinds } from './kinds-cases.ts';
import { draining, lives, stuck } from './living-cases.ts';
import { changing, creating } from './more-cases.ts';
import { owning } from './owning-cases.ts';
import { printing } from './printing-cases.ts';
import { emptyNamespace, rollingSets } from './sets-cases.ts';
import { usage, usageLast, usageMore } from './usage-cases.ts';

export interface State {
  readonly name: string;
  /** Files in the folder that commands run in. */
  readonly files?: Readonly<Record<string, string>>;
  /** Brings a fresh world into the state; runs on the console. */
  readonly setup: string;
  /** What is done to it then. */
  readonly faults?: readonly Fault[];
  readonly settleMs: number;
  readonly commands: readonly Line[];
}

/** A command line; `speed` and `mostMs` are for those that wait. */
export type Line =
  string | { readonly line: string; readonly speed: number; readonly mostMs?: number };

const waits = (line: string): Line => ({ line, speed: 20 });

/** Interrupted after a minute of simulated time. */
const watches = (line: string): Line => ({ line, speed: 30, mostMs: 2_000 });

const nginx = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
  labels:
    app: nginx
spec:
  replicas: 3
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: nginx:1.14.2
        ports:
        - containerPort: 80
`;

const solo = `apiVersion: v1
kind: Pod
metadata:
  name: solo
  labels: {app: solo, tier: front}
spec:
  nodeName: worker-1
  containers:
  - name: nginx
    image: nginx:1.16.1
    ports: [{containerPort: 80}]
    resources:
      requests: {cpu: 100m, memory: 64Mi}
      limits: {memory: 128Mi}
    env:
    - {name: A, value: b}
    readinessProbe:
      httpGet: {path: /, port: 80}
  - name: side
    image: busybox:1.36
    command: [sh, -c, 'while true; do echo tick; sleep 5; done']
`;

const broken: Record<string, string> = {
  'bad-yaml.yaml': 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n bad: [\n',
  'bad-field.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: typo\nspec:\n  containers:\n  - name: c\n    imagee: nginx\n',
  'bad-kind.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata:\n  name: w\n',
  'bad-name.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: Bad_Name\nspec:\n  containers:\n  - name: c\n    image: nginx\n',
};

const fresh: State = {
  name: 'fresh',
  setup: 'true',
  settleMs: 1_000,
  files: { 'nginx.yaml': nginx, ...broken },
  commands: [
    'kubectl get nodes',
    'kubectl get nodes -o wide',
    'kubectl get nodes -o name',
    'kubectl get no worker-1 --show-labels',
    'kubectl get ns',
    'kubectl get all',
    'kubectl get pods',
    'kubectl get pods -n nowhere',
    'kubectl get pods -n kube-system',
    'kubectl get pods -A -o wide',
    'kubectl get pod nope',
    'kubectl get foo',
    'kubectl get',
    'kubectl get svc',
    'kubectl get svc -A -o wide',
    'kubectl get ds -A',
    'kubectl get deploy -A -o wide',
    'kubectl get cm -A',
    'kubectl get sa -n kube-system',
    'kubectl get endpointslices -A',
    'kubectl get endpoints -A',
    'kubectl get leases -A',
    'kubectl get componentstatuses',
    'kubectl get svc kubernetes -o yaml',
    'kubectl get svc kubernetes -o json',
    'kubectl get nodes -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\t"}{.status.nodeInfo.kubeletVersion}{"\\n"}{end}\'',
    'kubectl get nodes -o custom-columns=NAME:.metadata.name,CPU:.status.capacity.cpu',
    "kubectl get nodes -o go-template='{{range .items}}{{.metadata.name}} {{end}}'",
    'kubectl get nodes --sort-by=.metadata.name',
    'kubectl get nodes -l node-role.kubernetes.io/control-plane',
    'kubectl get nodes -L kubernetes.io/os --no-headers',
    'kubectl get pods --frobnicate',
    'kubectl frobnicate',
    'kubectl version',
    'kubectl cluster-info',
    'kubectl api-resources',
    'kubectl api-resources --namespaced=false -o name',
    'kubectl api-resources --api-group=apps -o wide',
    'kubectl api-versions',
    'kubectl explain pod.spec.containers.image',
    'kubectl explain deploy',
    'kubectl explain pod.spec.nope',
    'kubectl describe node worker-1',
    'kubectl describe node control-plane',
    'kubectl describe svc kubernetes',
    'kubectl describe ns default',
    'kubectl describe cm kube-root-ca.crt',
    'kubectl describe sa default',
    'kubectl describe pod nope',
    'kubectl describe ds kube-proxy -n kube-system',
    'kubectl describe deploy coredns -n kube-system',
    'kubectl describe pod -n kube-system -l k8s-app=kube-dns',
    'kubectl config get-contexts',
    'kubectl config current-context',
    'kubectl auth can-i create pods',
    'kubectl auth whoami',
    'kubectl apply -f bad-yaml.yaml',
    'kubectl apply -f bad-field.yaml',
    'kubectl apply -f bad-kind.yaml',
    'kubectl apply -f bad-name.yaml',
    'kubectl apply -f nowhere.yaml',
    'kubectl create -f bad-field.yaml --validate=false --dry-run=server -o name',
    'kubectl diff -f nginx.yaml',
    'kubectl apply -f nginx.yaml --dry-run=client',
    'kubectl apply -f nginx.yaml --dry-run=server -o yaml',
    'kubectl create deployment d --image=nginx --replicas=2 --dry-run=client -o yaml',
    'kubectl create service clusterip s --tcp=80:8080 --dry-run=client -o yaml',
    'kubectl create configmap c --from-literal=a=b --dry-run=client -o yaml',
    'kubectl run r --image=nginx --port=80 --labels=a=b --dry-run=client -o yaml',
    'kubectl scale deploy nope --replicas=2',
    'kubectl delete pod nope',
    'kubectl delete pod nope --ignore-not-found',
    'kubectl rollout status deploy/nope',
    'kubectl label node nope a=b',
    'kubectl logs nope',
    'kubectl exec nope -- ls',
    'kubectl wait --for=condition=Ready node/worker-1',
    'kubectl cordon nope',
    'kubectl top nodes',
    'kubectl events -A --no-headers | wc -l',
  ],
};

const rolledOut: State = {
  name: 'deployment',
  setup: 'kubectl apply -f nginx.yaml; kubectl apply -f solo.yaml; kubectl expose deploy nginx-deployment',
  settleMs: 30_000,
  files: { 'nginx.yaml': nginx, 'solo.yaml': solo },
  commands: [
    'kubectl get all',
    'kubectl get pods -o wide',
    'kubectl get pods --show-labels -l app=nginx',
    'kubectl get pods -l app=nginx,tier!=front -o name',
    'kubectl get pods --field-selector=spec.nodeName=worker-1 -L tier',
    'kubectl get deploy nginx-deployment -o yaml',
    'kubectl get rs -o wide',
    'kubectl get pod solo -o yaml',
    'kubectl get pod solo -o json',
    "kubectl get pod solo -o jsonpath='{.status.containerStatuses[*].image}'",
    'kubectl get deploy,rs,svc',
    'kubectl get deploy/nginx-deployment svc/kubernetes',
    'kubectl get ep nginx-deployment',
    'kubectl get endpointslices',
    'kubectl get events --sort-by=.lastTimestamp -o custom-columns=R:.reason,M:.message',
    'kubectl events --for pod/solo',
    'kubectl describe deploy nginx-deployment',
    'kubectl describe rs',
    'kubectl describe pod solo',
    'kubectl describe svc nginx-deployment',
    'kubectl describe node worker-1 | head -60',
    'kubectl describe pods -l app=nginx | head -30',
    'kubectl logs solo',
    'kubectl logs solo -c side --tail=2',
    'kubectl logs solo -c nope',
    'kubectl logs deploy/nginx-deployment --tail=1',
    'kubectl exec solo -- hostname',
    'kubectl exec solo -c side -- sh -c "echo out; echo err >&2; exit 3"',
    'kubectl exec solo -- nosuchprogram',
    'kubectl exec solo -c nope -- ls',
    'echo in | kubectl exec -i solo -c side -- cat',
    'kubectl exec deploy/nginx-deployment -- cat /etc/hostname | cut -c1-16',
    'kubectl apply -f nginx.yaml',
    'kubectl apply view-last-applied deploy/nginx-deployment',
    'kubectl diff -f nginx.yaml',
    'kubectl create -f solo.yaml',
    'kubectl label pod solo tier=back',
    'kubectl label pod solo tier=back --overwrite',
    'kubectl label pod solo tier-',
    'kubectl label pod solo nope-',
    'kubectl label pods --all x=y',
    'kubectl annotate pod solo note="hello there"',
    'kubectl rollout history deploy/nginx-deployment',
    'kubectl rollout status deploy/nginx-deployment',
    'kubectl set image deploy/nginx-deployment nginx=nginx:1.16.1',
    waits('kubectl rollout status deploy/nginx-deployment'),
    'kubectl rollout history deploy/nginx-deployment',
    'kubectl rollout history deploy/nginx-deployment --revision=2',
    'kubectl rollout undo deploy/nginx-deployment',
    waits('kubectl rollout status deploy/nginx-deployment'),
    'kubectl rollout undo deploy/nginx-deployment --to-revision=9',
    'kubectl rollout restart deploy/nginx-deployment',
    waits('kubectl rollout status deploy/nginx-deployment'),
    'kubectl rollout pause deploy/nginx-deployment',
    'kubectl rollout pause deploy/nginx-deployment',
    'kubectl rollout resume deploy/nginx-deployment',
    'kubectl scale deploy nginx-deployment --replicas=5',
    'kubectl scale deploy nginx-deployment --replicas=2 --current-replicas=9',
    waits('kubectl rollout status deploy/nginx-deployment'),
    'kubectl get deploy nginx-deployment',
    'kubectl describe deploy nginx-deployment',
    waits('kubectl wait --for=condition=Available deploy/nginx-deployment'),
    "kubectl patch deploy nginx-deployment -p '{\"spec\":{\"replicas\":3}}'",
    'kubectl set env deploy/nginx-deployment A=b',
    'kubectl set resources deploy/nginx-deployment --limits=cpu=200m,memory=128Mi',
    'kubectl set selector svc nginx-deployment app=other',
    waits('kubectl delete pod solo'),
    waits('kubectl delete pods -l app=nginx --wait=false | wc -l'),
    'kubectl create deployment made --image=nginx:1.16.1',
    'kubectl create deployment made --image=nginx:1.16.1',
    'kubectl create namespace team',
    'kubectl create configmap conf --from-literal=k=v',
    'kubectl get cm conf -o yaml',
    'kubectl describe cm conf',
    'kubectl run one --image=busybox:1.36 --restart=Never -- sh -c "echo done"',
    waits("kubectl wait --for=jsonpath='{.status.phase}'=Succeeded pod/one"),
    'kubectl logs one',
    'kubectl get pod one',
    waits('kubectl delete ns team'),
    waits('kubectl delete -f nginx.yaml'),
    'kubectl cordon worker-1',
    'kubectl cordon worker-1',
    'kubectl get nodes',
    waits('kubectl drain worker-1'),
    waits('kubectl drain worker-1 --ignore-daemonsets --force'),
    'kubectl uncordon worker-1',
    'kubectl taint nodes worker-1 a=b:NoSchedule',
    'kubectl taint nodes worker-1 a=b:NoSchedule',
    'kubectl taint nodes worker-1 a-',
    'kubectl get pods',
  ],
};

const failing: State = {
  name: 'failing',
  setup: [
    'kubectl create deployment typo --image=nginx:1.161',
    'kubectl run crash --image=busybox:1.36 -- sh -c "echo no luck; exit 1"',
    'kubectl run big --image=nginx:1.16.1 --overrides=\'{"spec":{"containers":[{"name":"big","image":"nginx:1.16.1","resources":{"requests":{"cpu":"64"}}}]}}\'',
  ].join('\n'),
  settleMs: 45_000,
  commands: [
    'kubectl get pods',
    'kubectl get pods -o wide',
    'kubectl get deploy',
    'kubectl describe pod -l app=typo',
    'kubectl describe pod crash',
    'kubectl describe pod big',
    'kubectl describe deploy typo',
    'kubectl logs crash',
    'kubectl logs crash --previous',
    'kubectl logs -l app=typo',
    'kubectl logs big',
    'kubectl exec big -- ls',
    'kubectl exec crash -- ls',
    'kubectl get events --field-selector type=Warning -o custom-columns=R:.reason,M:.message',
    waits('kubectl wait --for=condition=Ready pod/big --timeout=5s'),
    waits('kubectl rollout status deploy/typo --timeout=5s'),
    'kubectl get pod big -o yaml',
    'kubectl get pod crash -o yaml',
    waits('kubectl delete pod big crash'),
    'kubectl delete deploy typo',
  ],
};

const nodeLost: State = {
  name: 'node-lost',
  setup: 'kubectl create deployment web --image=nginx:1.16.1 --replicas=2; sleep 15',
  faults: [{ do: 'power-off', machine: 'worker-2' }],
  settleMs: 90_000,
  commands: [
    'kubectl get nodes',
    'kubectl get pods',
    'kubectl get pods -o wide',
    'kubectl describe node worker-2',
    'kubectl describe pods -l app=web',
    'kubectl get deploy web',
    'kubectl get endpointslices',
    'kubectl get node worker-2 -o yaml',
    "kubectl get nodes -o jsonpath='{.items[*].spec.taints}'",
    'kubectl get events -o custom-columns=R:.reason,M:.message --field-selector reason=NodeNotReady',
    waits('kubectl wait --for=condition=Ready node/worker-2 --timeout=3s'),
    'kubectl delete node worker-2',
    'kubectl get nodes',
  ],
};

const watching: State = {
  name: 'watching',
  setup: 'kubectl create deployment web --image=nginx:1.16.1; sleep 15',
  settleMs: 10_000,
  commands: [
    watches('kubectl scale deploy web --replicas=3 && kubectl get pods -w'),
    watches('kubectl scale deploy web --replicas=1 && kubectl get deploy -w'),
    watches('kubectl delete pod --all --wait=false && kubectl get pods -w -o name'),
    watches('kubectl label deploy web a=b && kubectl get deploy web --watch-only'),
    watches('kubectl get pods -w --output-watch-events'),
    waits('kubectl delete pod --all'),
    waits('kubectl delete deploy web --cascade=foreground'),
    'kubectl get all',
  ],
};

const forbidden: State = {
  name: 'forbidden',
  setup: 'kubectl create ns team',
  settleMs: 3_000,
  files: { 'nginx.yaml': nginx },
  commands: [
    'kubectl get pods --as=bob',
    'kubectl get secrets -n team --as=bob',
    'kubectl get nodes --as=bob --as-group=devs',
    'kubectl delete pod x --as=bob',
    'kubectl apply -f nginx.yaml --as=bob',
    'kubectl create deployment d --image=nginx --as=system:serviceaccount:default:default',
    'kubectl get pods --as=system:kube-scheduler',
    'kubectl auth can-i get pods --as=bob',
    'kubectl scale deploy x --replicas=1 --as=bob',
    'kubectl logs x --as=bob',
    'kubectl describe node worker-1 --as=bob',
  ],
};

export const states: readonly State[] = [
  fresh,
  rolledOut,
  failing,
  nodeLost,
  watching,
  forbidden,
  creating,
  changing,
  describing,
  usage,
  usageMore,
  usageLast,
  printing,
  config,
  kinds,
  stuck,
  lives,
  draining,
  owning,
  emptyNamespace,
  rollingSets,
];
