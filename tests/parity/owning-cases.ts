/** Who may do what, and who owns which field: RBAC, server-side apply, pruning, quotas. */
import { block } from './block.ts';
import type { State } from './cases.ts';

const conf = (data: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: conf}\ndata: {${data}}\n`;

const web = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {set: one}}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: "nginx:1.16.1"}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: extra, labels: {set: one}}
data: {a: b}
`;

export const owning: State = {
  name: 'owning',
  setup: 'kubectl apply -f conf.yaml --server-side --field-manager=first',
  settleMs: 1_000,
  files: {
    'conf.yaml': conf('a: "1", b: "2"'), 'other.yaml': conf('a: "9"'), 'third.yaml': conf('c: "3"'),
    'web.yaml': web, 'only-web.yaml': web.split('---')[0] ?? '',
    'crd.yaml': `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd], categories: [all]}
  versions:
  - name: v1
    served: true
    storage: true
    subresources: {status: {}}
    additionalPrinterColumns:
    - {name: Size, type: integer, jsonPath: .spec.size}
    - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, minimum: 1, maximum: 9, description: How big it is.}
              colour: {type: string, enum: [red, blue], default: red}
          status: {type: object, properties: {phase: {type: string}}}
`,
    'widget.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 3}\n',
    'bad-widget.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: bad}\nspec: {colour: green, nosuch: 1, size: 30}\n',
    'roles.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader}
rules:
- {apiGroups: [""], resources: [pods, pods/log], verbs: [get, list]}
- {apiGroups: [apps], resources: [deployments], resourceNames: [web], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: User, name: ann, apiGroup: rbac.authorization.k8s.io}
- {kind: ServiceAccount, name: default, namespace: default}
`,
    'more.yaml': `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: default, labels: {a: b}}
rules:
- {apiGroups: [""], resources: [pods, services], verbs: [get]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: default}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: Group, name: devs, apiGroup: rbac.authorization.k8s.io}
`,
  },
  commands: block(String.raw`
kubectl get cm conf -o yaml --show-managed-fields
kubectl apply -f other.yaml --server-side
kubectl apply -f other.yaml --server-side --field-manager=second
kubectl apply -f other.yaml --server-side --dry-run=server
kubectl apply -f other.yaml --server-side --force-conflicts
kubectl get cm conf -o jsonpath='{.data}'
kubectl apply -f conf.yaml --server-side --field-manager=first
kubectl apply -f third.yaml --server-side
kubectl get cm conf -o jsonpath='{.data}'
kubectl get cm conf -o yaml --show-managed-fields
kubectl apply -f conf.yaml
kubectl get cm conf -o yaml --show-managed-fields
kubectl apply -f conf.yaml --server-side
kubectl apply -f third.yaml
kubectl apply view-last-applied cm/conf
kubectl apply set-last-applied -f conf.yaml
kubectl apply view-last-applied cm conf -o json
kubectl apply set-last-applied -f conf.yaml --create-annotation
kubectl diff -f other.yaml --server-side
kubectl diff -f other.yaml --server-side --force-conflicts
kubectl diff -f third.yaml
kubectl apply -f web.yaml
kubectl apply -f web.yaml
kubectl apply -f web.yaml -o name
kubectl apply -f web.yaml --server-side
kubectl apply -f web.yaml --server-side
kubectl get deploy web -o jsonpath='{range .metadata.managedFields[*]}{.manager} {.operation}{"\n"}{end}'
kubectl get cm extra -o yaml --show-managed-fields
kubectl apply -f only-web.yaml --prune -l set=one --dry-run=client
kubectl apply -f only-web.yaml --prune -l set=one --dry-run=server
kubectl apply -f only-web.yaml --prune -l set=one --prune-allowlist=core/v1/ConfigMap
kubectl get cm
kubectl apply -f web.yaml --force
kubectl scale deploy web --replicas=2
kubectl apply -f only-web.yaml
kubectl apply -f only-web.yaml --server-side --field-manager=x
kubectl label deploy web set=two --overwrite
kubectl annotate deploy web kubectl.kubernetes.io/last-applied-configuration-
kubectl apply -f only-web.yaml
kubectl create -f web.yaml --save-config
kubectl create -f conf.yaml --dry-run=server -o yaml
kubectl replace -f conf.yaml --dry-run=client
kubectl replace -f conf.yaml --dry-run=server -o yaml
~ kubectl replace --force -f conf.yaml
kubectl patch cm conf --type=merge -p '{"data":{"a":null}}' -o yaml
kubectl patch cm conf -p '{"data":{"z":"1"}}' --dry-run=client -o yaml
kubectl patch cm conf -p '{"immutable":true}'
kubectl patch cm conf -p '{"data":{"z":"2"}}'
kubectl apply -f crd.yaml
~ kubectl wait crd/widgets.example.com --for=condition=Established --timeout=30s
kubectl get crd
kubectl describe crd widgets.example.com
kubectl api-resources --api-group=example.com
kubectl explain widget.spec
kubectl explain widgets.spec.colour
kubectl get widgets
kubectl apply -f widget.yaml
kubectl apply -f widget.yaml
kubectl apply -f bad-widget.yaml
kubectl apply -f bad-widget.yaml --validate=false
kubectl apply -f bad-widget.yaml --validate=warn
kubectl get wd
kubectl get widget w -o yaml
kubectl describe widget w
kubectl patch widget w --type=merge -p '{"spec":{"size":5}}'
kubectl patch widget w -p '{"spec":{"size":5}}'
kubectl patch widget w --type=json -p '[{"op":"replace","path":"/spec/size","value":"x"}]'
kubectl scale widget w --replicas=2
kubectl label wd w a=b
kubectl get wd -A --show-labels
kubectl get all
kubectl wait widget/w --for=jsonpath='{.spec.size}'=5
kubectl delete widget w
kubectl delete crd widgets.example.com
kubectl get widgets
kubectl auth can-i --list
kubectl auth can-i --list --as=ann
kubectl create -f roles.yaml
kubectl auth can-i --list --as=ann
kubectl auth can-i --list --as=ann --no-headers -n kube-system
kubectl auth can-i get pods --as=ann
kubectl auth can-i get pods --subresource=log --as=ann
kubectl auth can-i delete pods --as=ann
kubectl auth can-i get deploy/web --as=ann
kubectl auth can-i get deploy/other --as=ann
kubectl auth can-i get pods -n kube-system --as=ann
kubectl auth can-i get pods -A --as=ann
kubectl auth can-i '*' '*'
kubectl auth can-i '*' '*' --as=ann
kubectl auth can-i get nodes --as=ann
kubectl auth can-i get /healthz --as=ann
kubectl auth can-i get pods --as=system:serviceaccount:default:default
kubectl auth can-i get pods --as=x --as-group=system:masters
kubectl auth can-i get pods --as=ann -q
kubectl auth whoami
kubectl auth whoami --as=ann --as-group=devs
kubectl auth whoami -o json
kubectl auth whoami -o jsonpath='{.status.userInfo.username}'
kubectl get pods --as=ann
kubectl get deploy --as=ann
kubectl get deploy web --as=ann
kubectl get pods -A --as=ann
kubectl get nodes,pods --as=ann
kubectl delete pod x --as=ann
kubectl create cm x --as=ann
kubectl apply -f conf.yaml --as=ann
kubectl apply -f conf.yaml --as=ann --server-side
kubectl create role more --verb=get --resource=secrets --as=ann
kubectl run x --image=nginx --as=ann
kubectl scale deploy web --replicas=1 --as=ann
kubectl rollout restart deploy web --as=ann
kubectl label pod x a=b --as=ann
kubectl describe deploy web --as=ann
kubectl describe pods --as=ann
kubectl logs deploy/web --as=ann
kubectl exec deploy/web --as=ann -- ls
kubectl drain worker-1 --as=ann
kubectl cordon worker-1 --as=ann
kubectl events --as=ann
kubectl api-resources --as=ann -o name | wc -l
kubectl get --raw /api/v1/nodes --as=ann
kubectl auth reconcile -f roles.yaml
kubectl auth reconcile -f more.yaml --dry-run=client
kubectl auth reconcile -f more.yaml
kubectl auth reconcile -f more.yaml
kubectl auth reconcile -f more.yaml --remove-extra-subjects --remove-extra-permissions
kubectl auth reconcile -f more.yaml -o yaml
kubectl describe role reader
kubectl describe rolebinding readers
kubectl set subject rolebinding readers --user=eve
kubectl describe rolebinding readers
kubectl delete role reader
kubectl auth can-i get pods --as=eve
kubectl create ns small
kubectl create quota q --hard=pods=1,requests.cpu=1 -n small
kubectl run a --image=nginx -n small
kubectl run a --image=nginx -n small --overrides='{"spec":{"containers":[{"name":"a","image":"nginx","resources":{"requests":{"cpu":"600m"}}}]}}'
kubectl run b --image=nginx -n small --overrides='{"spec":{"containers":[{"name":"b","image":"nginx","resources":{"requests":{"cpu":"600m"}}}]}}'
kubectl describe quota q -n small
kubectl get quota -n small
kubectl label ns small pod-security.kubernetes.io/enforce=restricted
kubectl run c --image=nginx -n small --dry-run=server
kubectl label ns small pod-security.kubernetes.io/enforce=nosuch --overwrite
`),
};
