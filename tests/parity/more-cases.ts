/** Further command lines: the corners of commands that learners meet. */
import type { Line, State } from './cases.ts';

const waits = (line: string): Line => ({ line, speed: 20 });

const guestbook = `apiVersion: v1
kind: Service
metadata:
  name: front
  labels: {app: guestbook, tier: frontend}
spec:
  type: NodePort
  ports:
  - port: 80
    nodePort: 30080
  selector: {app: guestbook, tier: frontend}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: front
spec:
  replicas: 2
  selector:
    matchLabels: {app: guestbook, tier: frontend}
  template:
    metadata:
      labels: {app: guestbook, tier: frontend}
    spec:
      containers:
      - name: web
        image: nginx:1.16.1
        env:
        - name: GET_HOSTS_FROM
          value: dns
        - name: SECRET
          valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}
        resources:
          requests: {cpu: 100m, memory: 100Mi}
        ports:
        - containerPort: 80
        livenessProbe:
          tcpSocket: {port: 80}
          initialDelaySeconds: 3
        volumeMounts:
        - {name: scratch, mountPath: /scratch}
      volumes:
      - name: scratch
        emptyDir: {}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: conf
data:
  a: "1"
  file.txt: |
    two
    lines
`;

const daemons = `apiVersion: apps/v1
kind: DaemonSet
metadata:
  name: agent
  labels: {app: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      tolerations:
      - {key: node-role.kubernetes.io/control-plane, effect: NoSchedule}
      containers:
      - {name: agent, image: "busybox:1.36", command: [sleep, "100000"]}
`;

export const creating: State = {
  name: 'creating',
  setup: 'true',
  settleMs: 1_000,
  files: {
    'data.txt': 'one\ntwo\n',
    'list.json': JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: ['x', 'y'].map((name) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name } })),
    }),
    'immutable.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d1}\nspec:\n  selector: {matchLabels: {app: other}}\n' +
      '  template:\n    metadata: {labels: {app: other}}\n    spec: {containers: [{name: c, image: nginx}]}\n',
    'mismatch.yaml':
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: mm}\nspec:\n  selector: {matchLabels: {app: a}}\n' +
      '  template:\n    metadata: {labels: {app: b}}\n    spec: {containers: [{name: c, image: nginx}]}\n',
    'empty.yaml': '',
    'no-kind.yaml': 'metadata: {name: x}\n',
    'number.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: n}\ndata: {a: 1}\n',
  },
  commands: [
    'kubectl create',
    'kubectl create deployment',
    'kubectl create deployment d1',
    'kubectl create deployment Bad_Name --image=nginx',
    'kubectl create deployment d1 --image=nginx:1.16.1 --port=80 --replicas=2',
    'kubectl create deployment d2 --image=nginx:1.16.1 --image=busybox:1.36',
    'kubectl create deployment d3 --image=busybox:1.36 -o yaml --dry-run=client -- sleep 100',
    'kubectl create deployment d3 --image=busybox:1.36 --dry-run=server',
    'kubectl create deployment d3 --image=busybox:1.36 --dry-run=bogus',
    'kubectl create namespace team -o name',
    'kubectl create ns team',
    'kubectl create sa robot',
    'kubectl create configmap c1 --from-file=data.txt --from-literal=k=v',
    'kubectl create configmap c2 --from-file=renamed=data.txt -o yaml --dry-run=client',
    'kubectl create configmap c3 --from-env-file=nowhere',
    'kubectl create configmap c4 --from-literal=bad',
    'kubectl create secret generic s1 --from-literal=user=admin --from-literal=pass=x',
    'kubectl describe secret s1',
    'kubectl get secret s1 -o yaml',
    'kubectl create service nodeport np --tcp=80:8080 --node-port=30099',
    'kubectl create service loadbalancer lb --tcp=80 --dry-run=client -o yaml',
    'kubectl create service externalname ex --external-name=example.com',
    'kubectl create service headless hl',
    'kubectl create role r --verb=get,list --resource=pods,deployments.apps',
    'kubectl create rolebinding rb --role=r --serviceaccount=default:robot --user=bob',
    'kubectl create clusterrole cr --verb=get --non-resource-url=/metrics',
    'kubectl create clusterrolebinding crb --clusterrole=cr --group=devs',
    'kubectl describe role r',
    'kubectl describe clusterrolebinding crb',
    'kubectl create quota q --hard=pods=10,cpu=2',
    'kubectl create job j --image=busybox:1.36 --dry-run=client -o yaml -- date',
    'kubectl create cronjob cj --image=busybox:1.36 --schedule="*/5 * * * *" --dry-run=client -o yaml -- date',
    'kubectl create ingress i --rule="foo.com/*=np:80" --dry-run=client -o yaml',
    'kubectl create pdb p --selector=app=d1 --min-available=1',
    'kubectl create priorityclass high --value=1000 --description=high',
    'kubectl create token robot --duration=10m | wc -l',
    'kubectl create -f list.json',
    'kubectl create -f list.json',
    'kubectl create -f empty.yaml',
    'kubectl create -f no-kind.yaml',
    'kubectl create -f number.yaml',
    'kubectl create -f mismatch.yaml',
    'kubectl apply -f immutable.yaml',
    'kubectl replace -f list.json',
    'kubectl replace -f no-kind.yaml',
    'kubectl get cm -o name',
    'kubectl get cm x -o jsonpath={.data}',
    'kubectl get cm -o jsonpath="{.items[*].metadata.nope}"',
    'kubectl get cm -o jsonpath="{.items[}"',
    'kubectl get cm -o custom-columns=NAME',
    'kubectl get cm -o bogus',
    'kubectl get cm,svc,deploy -o name',
    'kubectl get quota',
    'kubectl describe quota q',
    'kubectl describe ns default',
    'kubectl get role,rolebinding',
    'kubectl get pdb',
    'kubectl get pc',
    'kubectl get secrets',
    'kubectl get svc np -o yaml',
    'kubectl describe svc np',
    'kubectl describe cm c1',
    'kubectl get deploy d1 -o jsonpath="{.spec.template.spec.containers[0].image}"',
    'kubectl get deploy d1 d2 -o wide',
    'kubectl get deploy d1 nope',
    'kubectl get deploy/d1 nope',
    'kubectl get deploy -l app=d1 -A',
    'kubectl get deploy -l "app in (d1,d2)" --no-headers',
    'kubectl get deploy -l "app in (d1"',
    'kubectl get pods --field-selector=bogus=1',
    'kubectl get pods --field-selector=status.phase!=Running -o name | wc -l',
    'kubectl delete cm x y',
    'kubectl delete cm',
    'kubectl delete cm --all --dry-run=client | wc -l',
    'kubectl delete -f nowhere.yaml',
    'kubectl delete deploy d1 d2 nope',
    'kubectl delete svc -l app=np',
    waits('kubectl delete ns team'),
    'kubectl delete ns kube-system --dry-run=server',
    'kubectl delete all --all --dry-run=client',
  ],
};

export const changing: State = {
  name: 'changing',
  setup: 'kubectl apply -f guestbook.yaml; kubectl apply -f daemons.yaml',
  settleMs: 30_000,
  files: { 'guestbook.yaml': guestbook, 'daemons.yaml': daemons },
  commands: [
    'kubectl get all --show-labels',
    'kubectl get ds',
    'kubectl get ds -o wide',
    'kubectl describe ds agent',
    'kubectl describe deploy front',
    'kubectl describe pods -l tier=frontend',
    'kubectl describe cm conf',
    'kubectl describe svc front',
    'kubectl get endpointslices -l kubernetes.io/service-name=front',
    'kubectl apply -f guestbook.yaml -f daemons.yaml',
    'kubectl apply -f guestbook.yaml --server-side',
    'kubectl apply -f guestbook.yaml --server-side --force-conflicts',
    'kubectl apply',
    'kubectl apply view-last-applied cm/conf',
    'kubectl apply view-last-applied svc front -o json',
    'kubectl set image deploy/front web=nginx:1.25 --dry-run=client',
    'kubectl set image deploy/front nope=nginx',
    'kubectl set image deploy front',
    'kubectl set image deploy/front *=nginx:1.25',
    waits('kubectl rollout status deploy/front'),
    'kubectl set env deploy/front --list',
    'kubectl set env deploy/front COLOR=blue GET_HOSTS_FROM-',
    'kubectl set env deploy/front --list',
    'kubectl set resources deploy front -c=web --limits=cpu=200m',
    'kubectl set resources deploy front -c=web --limits=cpu=bogus',
    'kubectl set sa deploy front default',
    'kubectl set serviceaccount deploy nope default',
    'kubectl rollout history deploy/front',
    'kubectl rollout history deploy',
    'kubectl rollout history ds/agent',
    'kubectl rollout status ds/agent',
    'kubectl rollout restart ds/agent',
    waits('kubectl rollout status ds/agent'),
    'kubectl rollout undo ds/agent',
    'kubectl rollout undo deploy/front --dry-run=client',
    'kubectl rollout undo deploy/nope',
    'kubectl rollout restart deploy',
    'kubectl rollout pause ds/agent',
    'kubectl rollout',
    waits('kubectl rollout status deploy/front'),
    'kubectl expose deploy front --name=front2 --port=8080 --target-port=80',
    'kubectl expose deploy front --name=front2 --port=8080',
    'kubectl expose deploy nope --port=80',
    'kubectl expose cm conf --port=80',
    'kubectl expose pod -l tier=frontend --name=x --port=80 --dry-run=client -o name',
    'kubectl scale --replicas=3 deploy/front ds/agent',
    'kubectl scale deploy front',
    'kubectl scale deploy front --replicas=-1',
    'kubectl scale -f guestbook.yaml --replicas=2',
    'kubectl scale rs -l tier=frontend --replicas=0 --dry-run=client | wc -l',
    'kubectl label deploy front a=b c=d',
    'kubectl label deploy front a=b',
    'kubectl label deploy front a=z',
    'kubectl label deploy front bad/label/x=1',
    'kubectl label deploy front "a=not valid" --overwrite',
    'kubectl label deploy front --list | sort',
    'kubectl label deploy',
    'kubectl label node worker-1 disk=ssd',
    'kubectl get nodes -L disk',
    'kubectl label node worker-1 disk-',
    'kubectl annotate deploy front kubernetes.io/change-cause="to 1.25"',
    'kubectl annotate deploy front note-',
    'kubectl rollout history deploy/front',
    'kubectl patch deploy front --type=json -p \'[{"op":"replace","path":"/spec/replicas","value":1}]\'',
    'kubectl patch deploy front --type=json -p \'[{"op":"remove","path":"/spec/nope"}]\'',
    'kubectl patch deploy front --type=merge -p \'{"spec":{"paused":false}}\'',
    'kubectl patch deploy front -p \'{"spec":{"replicas":"many"}}\'',
    "kubectl patch deploy front -p 'broken'",
    'kubectl patch node worker-1 -p \'{"spec":{"unschedulable":true}}\'',
    'kubectl get nodes',
    'kubectl uncordon worker-1',
    'kubectl uncordon worker-1',
    'kubectl taint node worker-2 k=v:NoExecute',
    'kubectl taint node worker-2 k=v:Bogus',
    'kubectl taint node worker-2 k:NoExecute-',
    'kubectl taint node worker-2 nope-',
    'kubectl taint node nope k=v:NoSchedule',
    'kubectl cordon worker-1 worker-2',
    waits('kubectl drain worker-2 --ignore-daemonsets --delete-emptydir-data'),
    waits('kubectl drain worker-1 --ignore-daemonsets'),
    'kubectl drain nope',
    'kubectl drain',
    'kubectl uncordon worker-1 worker-2',
    'kubectl exec deploy/front -- sh -c "echo $((1+1))"',
    'kubectl exec deploy/front',
    'kubectl exec deploy/nope -- ls',
    'kubectl exec -it deploy/front -- echo hi',
    'kubectl exec deploy/front -- cat /nope',
    'kubectl logs ds/agent',
    'kubectl logs -l app=agent --prefix --tail=1',
    'kubectl logs deploy/front -c nope',
    'kubectl logs',
    'kubectl logs deploy/front --since=bogus',
    'kubectl run tmp --image=busybox:1.36 --restart=Never --command -- sleep 1',
    'kubectl run tmp --image=busybox:1.36',
    'kubectl run',
    'kubectl run bad --image="not valid"',
    'kubectl run e --image=nginx --env=A=b --dry-run=client -o json',
    waits('kubectl wait --for=condition=Ready pod -l app=agent --timeout=30s'),
    waits('kubectl wait --for=delete pod/nope'),
    'kubectl wait --for=bogus pod/tmp',
    'kubectl wait pod/tmp',
    waits('kubectl delete pod tmp --grace-period=0 --force'),
    waits('kubectl delete pod tmp --now'),
    'kubectl explain ds.spec.updateStrategy',
    'kubectl explain service.spec --recursive | head -20',
    'kubectl explain nope',
    'kubectl explain pods --api-version=v2',
    'kubectl api-resources --verbs=list --namespaced -o name | head',
    'kubectl api-resources --sort-by=kind | head -5',
    'kubectl version --client',
    'kubectl version -o yaml | head -3',
    'kubectl options | head -5',
    'kubectl get --help | head -12',
    'kubectl --help | head -20',
    'kubectl get pods -n',
    'kubectl get pods extra --all',
    'kubectl delete',
    'kubectl describe',
    'kubectl describe foo',
    'kubectl get pods,foo',
    'kubectl get pods/a b',
    waits('kubectl delete -f guestbook.yaml -f daemons.yaml'),
    'kubectl get pods -o wide --no-headers | wc -l',
  ],
};
