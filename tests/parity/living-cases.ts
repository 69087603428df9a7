/** Worlds in the middle of something: a rollout that is stuck, Pods that start or end slowly, a drain. */
import { block } from './block.ts';
import type { State } from './cases.ts';

const deployment = (image: string): string => `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  progressDeadlineSeconds: 20
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: nginx, image: "${image}", ports: [{containerPort: 80}]}]
`;

export const stuck: State = {
  name: 'stuck',
  setup: 'kubectl apply -f web.yaml; kubectl rollout status deploy/web; kubectl apply -f bad.yaml; kubectl expose deploy web',
  settleMs: 40_000,
  files: { 'web.yaml': deployment('nginx:1.16.1'), 'bad.yaml': deployment('nginx:1.161') },
  commands: block(String.raw`
kubectl get deploy
kubectl get rs
kubectl get pods
kubectl get deploy web -o wide
kubectl describe deploy web
kubectl describe rs -l app=web
~ kubectl rollout status deploy/web
~ kubectl rollout status deploy/web --watch=false
kubectl rollout history deploy/web
kubectl rollout history deploy/web --revision=2
kubectl get deploy web -o jsonpath='{range .status.conditions[*]}{.type}={.status} {.reason}{"\n"}{end}'
kubectl wait deploy/web --for=condition=Progressing=false
kubectl wait deploy/web --for=condition=Available --timeout=0
kubectl get pods -o jsonpath='{range .items[*]}{.status.containerStatuses[0].state.waiting.reason}{"\n"}{end}' | sort | uniq -c
kubectl logs deploy/web --tail=1 2>&1 | cut -c1-12
kubectl logs -l app=web --tail=1 2>&1 | grep -c waiting
kubectl get events --field-selector reason=Failed -o custom-columns=T:.type,M:.message | sort | uniq
kubectl diff -f web.yaml
kubectl rollout undo deploy/web --dry-run=client
kubectl rollout undo deploy/web --dry-run=server
kubectl rollout undo deploy/web
~ kubectl rollout status deploy/web
kubectl rollout history deploy/web
kubectl rollout undo deploy/web --to-revision=2
kubectl get rs
kubectl rollout pause deploy/web
kubectl rollout status deploy/web --watch=false
kubectl rollout undo deploy/web
kubectl rollout restart deploy/web
kubectl set image deploy/web nginx=nginx:1.25
kubectl rollout resume deploy/web
~ kubectl rollout status deploy/web
kubectl get rs -o custom-columns=D:.spec.replicas,R:.metadata.annotations
kubectl annotate deploy web kubernetes.io/change-cause="to 1.25"
kubectl rollout history deploy/web
kubectl rollout history deploy/web -o jsonpath='{.spec.template.spec.containers[0].image}'
kubectl set image deploy/web nginx=nginx:1.26 --record
~ kubectl rollout status deploy web
kubectl rollout history deploy
~ kubectl scale deploy/web --replicas=4 --timeout=60s
kubectl autoscale deploy web --max=6 --min=2 --cpu-percent=70
kubectl get hpa web
kubectl set resources deploy web --requests=cpu=50m,memory=32Mi
kubectl set env deploy/web A=b C=d
kubectl set env deploy/web --list
kubectl create cm conf --from-literal=y-z=2
kubectl set env deploy/web --from=cm/conf --prefix=P_
kubectl set env deploy/web --from=cm/conf --keys=y-z
kubectl set env deploy/web --list
kubectl set env deploy/web --list --resolve
kubectl set env deploy/web A- C-
kubectl set env deploy/web A=z -o jsonpath='{.spec.template.spec.containers[0].env}' --dry-run=client
kubectl set sa deploy/web default
kubectl set selector svc web app=web,tier=x
kubectl get svc web -o jsonpath='{.spec.selector}'
kubectl set image -f web.yaml nginx=nginx:2 --local -o yaml
kubectl set resources -f web.yaml --limits=cpu=1 --local -o yaml
kubectl set env -f web.yaml A=b --local -o yaml
kubectl rollout status deploy/web --watch=false
~ kubectl delete deploy web --cascade=orphan
kubectl get rs,pods --no-headers | wc -l
~ kubectl delete rs --all
~ kubectl wait --for=delete pods -l app=web --timeout=60s
kubectl get all
`),
};

const pods = `apiVersion: v1
kind: Pod
metadata: {name: init}
spec:
  initContainers:
  - {name: first, image: "busybox:1.36", command: [sh, -c, "echo one"]}
  - {name: helper, image: "busybox:1.36", restartPolicy: Always, command: [sleep, "100000"]}
  containers:
  - {name: main, image: "busybox:1.36", command: [sh, -c, "echo main; sleep 100000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: waits}
spec:
  initContainers:
  - {name: forever, image: "busybox:1.36", command: [sleep, "100000"]}
  containers:
  - {name: main, image: "nginx:1.16.1"}
---
apiVersion: v1
kind: Pod
metadata: {name: broken}
spec:
  initContainers:
  - {name: fails, image: "busybox:1.36", command: [sh, -c, "echo bad; exit 3"]}
  containers:
  - {name: main, image: "nginx:1.16.1"}
---
apiVersion: v1
kind: Pod
metadata: {name: once}
spec:
  restartPolicy: Never
  containers:
  - {name: a, image: "busybox:1.36", command: [sh, -c, "echo a; exit 0"]}
  - {name: b, image: "busybox:1.36", command: [sh, -c, "echo b; exit 2"]}
---
apiVersion: v1
kind: Pod
metadata: {name: held, finalizers: [example.com/hold]}
spec:
  containers:
  - {name: main, image: "nginx:1.16.1"}
---
apiVersion: v1
kind: Pod
metadata: {name: stubborn}
spec:
  terminationGracePeriodSeconds: 600
  containers:
  - {name: main, image: "busybox:1.36", command: [sh, -c, "trap '' TERM; sleep 100000"]}
---
apiVersion: v1
kind: Pod
metadata: {name: gated}
spec:
  schedulingGates: [{name: example.com/wait}]
  containers:
  - {name: main, image: "nginx:1.16.1"}
---
apiVersion: v1
kind: Pod
metadata: {name: unready}
spec:
  containers:
  - name: main
    image: nginx:1.16.1
    readinessProbe: {exec: {command: ["false"]}, periodSeconds: 5}
    livenessProbe: {httpGet: {path: /, port: 80}, initialDelaySeconds: 5}
    startupProbe: {tcpSocket: {port: 80}}
---
apiVersion: v1
kind: Pod
metadata: {name: mounts}
spec:
  containers:
  - {name: main, image: "nginx:1.16.1", volumeMounts: [{name: c, mountPath: /c}]}
  volumes: [{name: c, configMap: {name: nosuch}}]
---
apiVersion: v1
kind: Pod
metadata: {name: keyless}
spec:
  containers:
  - {name: main, image: "nginx:1.16.1", env: [{name: A, valueFrom: {secretKeyRef: {name: nosuch, key: k}}}]}
`;

export const lives: State = {
  name: 'lives',
  setup: 'kubectl create -f pods.yaml; kubectl create ns kept; kubectl create cm hold -n kept; kubectl patch cm hold -n kept -p \'{"metadata":{"finalizers":["example.com/x"]}}\'; sleep 20; kubectl delete pod held stubborn --wait=false; kubectl delete ns kept --wait=false',
  settleMs: 15_000,
  files: { 'pods.yaml': pods },
  commands: block(String.raw`
kubectl get pods
kubectl get pods -o wide
kubectl get pods --sort-by=.metadata.name --no-headers
kubectl describe pod init
kubectl describe pod waits
kubectl describe pod broken
kubectl describe pod once
kubectl describe pod held
kubectl describe pod stubborn
kubectl describe pod gated
kubectl describe pod unready
kubectl describe pod mounts
kubectl describe pod keyless
kubectl get pod once -o yaml
kubectl get pod held -o jsonpath='{.metadata.finalizers} {.metadata.deletionGracePeriodSeconds}'
kubectl logs init
kubectl logs init -c first
kubectl logs init --all-containers
kubectl logs waits
kubectl logs waits -c main
kubectl logs waits -c forever
kubectl logs broken -c fails
kubectl logs broken -c fails --previous
kubectl logs broken
kubectl logs once -c b
kubectl logs once --all-containers --prefix
kubectl logs once
kubectl logs gated
kubectl logs mounts
kubectl logs keyless
kubectl exec init -- echo hi
kubectl exec init -c helper -- echo hi
kubectl exec waits -- ls
kubectl exec once -- ls
kubectl exec gated -- ls
kubectl attach once
kubectl get ns kept
kubectl get ns kept -o yaml
kubectl describe ns kept
kubectl create cm x -n kept
kubectl get all -n kept
kubectl delete ns kept --wait=false
kubectl wait ns/kept --for=delete --timeout=0
kubectl patch cm hold -n kept --type=json -p '[{"op":"remove","path":"/metadata/finalizers"}]'
~ kubectl wait ns/kept --for=delete --timeout=60s
kubectl get ns kept
kubectl patch pod held --type=merge -p '{"metadata":{"finalizers":null}}'
~ kubectl wait pod/held --for=delete --timeout=60s
kubectl get pod held
kubectl delete pod stubborn --grace-period=0 --force
kubectl get pod stubborn
kubectl patch pod gated --type=json -p '[{"op":"remove","path":"/spec/schedulingGates"}]'
~ kubectl wait pod/gated --for=condition=Ready --timeout=60s
kubectl patch pod init -p '{"spec":{"containers":[{"name":"main","image":"busybox:1.35"}]}}'
kubectl patch pod init -p '{"spec":{"nodeName":"x"}}'
kubectl patch pod init -p '{"spec":{"containers":[{"name":"main","command":["x"]}]}}'
kubectl annotate pod init kubectl.kubernetes.io/default-container=helper
kubectl logs init
kubectl exec init -- echo hi
kubectl label pod init app=x
kubectl expose pod init --port=80
kubectl get ep init
kubectl get events --field-selector involvedObject.name=once -o custom-columns=R:.reason,M:.message | sort
kubectl events --for pod/gated --types=Warning,Normal --no-headers | wc -l
kubectl get pods --field-selector=status.phase=Failed
kubectl get pods --field-selector=status.phase=Running -o name
kubectl get pods -o custom-columns=N:.metadata.name,Q:.status.qosClass,P:.status.phase
~ kubectl delete pod init waits broken once gated unready mounts keyless --now
kubectl get pods
`),
};

const budget = `apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}
---
apiVersion: v1
kind: Pod
metadata: {name: bare}
spec:
  nodeName: worker-1
  containers: [{name: c, image: "nginx:1.16.1"}]
---
apiVersion: v1
kind: Pod
metadata: {name: local, labels: {local: "yes"}}
spec:
  nodeName: worker-1
  containers: [{name: c, image: "nginx:1.16.1", volumeMounts: [{name: e, mountPath: /e}]}]
  volumes: [{name: e, emptyDir: {}}]
`;

export const draining: State = {
  name: 'draining',
  setup: 'kubectl create deployment web --image=nginx:1.16.1 --replicas=2; kubectl apply -f budget.yaml; sleep 15; kubectl cordon worker-1',
  settleMs: 10_000,
  files: { 'budget.yaml': budget },
  commands: block(String.raw`
kubectl get nodes
kubectl describe node worker-1 | head -30
kubectl get pdb
kubectl describe pdb web
kubectl get pods -o wide
kubectl drain worker-1 2>&1 | grep ^cannot | sort
kubectl drain worker-1 --ignore-daemonsets
kubectl drain worker-1 --ignore-daemonsets --force
kubectl drain worker-1 --ignore-daemonsets --delete-emptydir-data
kubectl drain worker-1 --ignore-daemonsets --force --delete-emptydir-data --dry-run=client
~ kubectl drain worker-1 --ignore-daemonsets --force --delete-emptydir-data --dry-run=server --timeout=12s 2>&1 | sort | uniq
~ kubectl drain worker-1 --ignore-daemonsets --force --delete-emptydir-data --pod-selector=local=yes
~ kubectl drain worker-1 --ignore-daemonsets --force --delete-emptydir-data --timeout=12s 2>&1 | sort | uniq
kubectl get pods
kubectl get nodes
kubectl scale deploy web --replicas=3
~ kubectl rollout status deploy/web
~ kubectl drain worker-1 --ignore-daemonsets --force
~ kubectl drain worker-1 --ignore-daemonsets --disable-eviction
kubectl get pods -o wide
kubectl uncordon worker-1
kubectl cordon worker-1 worker-2
kubectl create deployment later --image=nginx:1.16.1
kubectl get deploy later
kubectl describe pods -l app=later
kubectl uncordon -l '!node-role.kubernetes.io/control-plane'
~ kubectl rollout status deploy/later
kubectl taint nodes -l '!node-role.kubernetes.io/control-plane' only=special:NoExecute
~ kubectl wait deploy/later --for=jsonpath='{.status.unavailableReplicas}'=1
kubectl get pods
kubectl describe pods -l app=later
kubectl taint nodes worker-1 worker-2 only:NoExecute-
~ kubectl rollout status deploy/later
kubectl label node worker-1 disk=ssd --overwrite
kubectl label nodes --all zone=a
kubectl get nodes -L disk,zone
kubectl annotate node worker-1 note=x
kubectl get node worker-1 -o jsonpath='{.metadata.annotations.note} {.spec.taints}'
kubectl describe node worker-1 | grep -A3 Taints
kubectl delete pdb web
kubectl get events -A --field-selector involvedObject.kind=Node,reason=NodeNotSchedulable -o custom-columns=M:.message
kubectl top node
`),
};
