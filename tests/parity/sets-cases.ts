/** An empty namespace, and rollouts of DaemonSets and StatefulSets; what `delete` asks and says. */
import { block } from './block.ts';
import type { State } from './cases.ts';

const sets = (image: string): string => `apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec: {containers: [{name: c, image: "${image}"}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: "${image}"}]}
`;

export const emptyNamespace: State = {
  name: 'empty-namespace',
  setup: 'kubectl create ns void',
  settleMs: 2_000,
  commands: block(String.raw`
kubectl get all -n void
kubectl get pods -n void
kubectl get pods -n void -o yaml
kubectl get pods -n void -o json
kubectl get pods -n void -o name
kubectl get pods -n void -o wide --no-headers
kubectl get pods,svc,deploy -n void
kubectl get pods -n void -l a=b --show-labels
kubectl get pods -n void -o jsonpath='{.items[*].metadata.name}'
kubectl get pods -n void -o jsonpath='{.items[0].metadata.name}'
kubectl get pods -n void -o custom-columns=N:.metadata.name
kubectl get pods -n void -o go-template='{{len .items}}'
kubectl get pods -n void --ignore-not-found
kubectl get cm,sa,secret -n void
kubectl describe pods -n void
kubectl describe all -n void
kubectl describe cm -n void
kubectl describe ns void
kubectl describe sa -n void
kubectl delete pods --all -n void
kubectl delete all --all -n void
kubectl delete pods -l a=b -n void
kubectl label pods --all a=b -n void
kubectl annotate pods --all a=b -n void
kubectl logs -l a=b -n void
kubectl events -n void
kubectl get events -n void
kubectl rollout status deploy -n void
kubectl rollout restart deploy -n void
kubectl rollout history deploy -n void
kubectl scale deploy --all --replicas=1 -n void
kubectl set image deploy --all a=b -n void
kubectl wait pods --all --for=condition=Ready -n void
kubectl wait pods --all --for=delete -n void
kubectl top pods -n void
kubectl expose deploy x --port=80 -n void
kubectl exec x -n void -- ls
kubectl create token default -n void | wc -l
kubectl auth can-i create pods -n void
kubectl cluster-info -n void
kubectl api-resources -n void --api-group=batch
kubectl get deploy x -n void -o yaml
kubectl get pods -n nowhere
kubectl get ns nowhere
kubectl create cm a -n nowhere
kubectl delete ns nowhere
~ kubectl delete ns void
kubectl get ns void
`),
};

export const rollingSets: State = {
  name: 'sets',
  setup: 'kubectl apply -f sets.yaml; kubectl create service clusterip db --clusterip=None',
  settleMs: 30_000,
  files: { 'sets.yaml': sets('nginx:1.16.1'), 'next.yaml': sets('nginx:1.25') },
  commands: block(String.raw`
kubectl get ds,sts
kubectl get svc db -v=6 2>&1 | grep -o 'verb=.* status="200 OK"'
kubectl get svc nosuch -v=6 2>&1 | grep -o 'verb=.* status="404 Not Found"'
kubectl get pods -n nowhere -l 'a in (b,c)' -v=6 2>&1 | grep -o 'verb=.* status="200 OK"'
kubectl label svc db z=1 -v=7 2>&1 | grep -o 'verb=.* headers'
kubectl label svc db z=2 --overwrite -v=8 2>&1 | grep -o '"Request Body".*'
kubectl get ds,sts -o wide
kubectl rollout status ds/agent
kubectl rollout status sts/db
kubectl rollout history ds/agent
kubectl rollout history sts/db
kubectl get controllerrevisions
kubectl describe ds agent
kubectl describe sts db
kubectl set image ds/agent c=nginx:1.25
~ kubectl rollout status ds/agent
kubectl rollout history ds/agent
kubectl rollout history ds/agent --revision=1
kubectl rollout undo ds/agent --dry-run=client
kubectl rollout undo ds/agent
~ kubectl rollout status ds/agent
kubectl rollout undo ds/agent --to-revision=9
kubectl rollout restart ds/agent
~ kubectl rollout status ds/agent
kubectl rollout pause ds/agent
kubectl rollout pause sts/db
kubectl set image sts/db c=nginx:1.25
~ kubectl rollout status sts/db
kubectl rollout history sts/db
kubectl rollout history sts/db --revision=2
kubectl rollout undo sts/db
~ kubectl rollout status sts/db
kubectl rollout restart sts/db
~ kubectl rollout status sts/db
kubectl scale sts db --replicas=3
~ kubectl rollout status sts/db
kubectl get pods -l app=db
kubectl patch sts db -p '{"spec":{"updateStrategy":{"type":"OnDelete"}}}'
kubectl rollout status sts/db
kubectl patch sts db -p '{"spec":{"serviceName":"x"}}'
kubectl scale ds agent --replicas=2
kubectl autoscale sts db --max=5
kubectl autoscale ds agent --max=5
kubectl expose sts db --port=80
kubectl logs sts/db --tail=1 2>/dev/null | wc -l
kubectl exec sts/db -- hostname
kubectl exec ds/agent -- echo hi
echo y | kubectl delete cm kube-root-ca.crt -i
echo n | kubectl delete sts db -i
echo | kubectl delete sts,ds --all -i
kubectl delete pod db-0 --dry-run=client
kubectl delete pod db-0 --dry-run=server
kubectl delete pods -l app=db --field-selector=metadata.name=db-1 --dry-run=client
kubectl delete svc/db sts/nosuch --dry-run=client
~ kubectl delete pod db-0 --grace-period=1
~ kubectl delete pod db-1 --force
~ kubectl rollout status ds/agent
~ kubectl delete sts db --cascade=orphan
kubectl get pods -l app=db -o name
~ kubectl delete pods -l app=db --now
~ kubectl delete ds agent --cascade=foreground
kubectl get pods -l app=agent
kubectl delete --raw /api/v1/namespaces/default/services/db
kubectl create --raw /api/v1/namespaces/default/services -f nosuch.json
kubectl get hpa
kubectl delete hpa --all
kubectl delete -f sets.yaml --ignore-not-found
kubectl delete -f sets.yaml
`),
};
