/** Wrong usage: each command's complaint about its words and flags, and `--help`. */
import { block } from './block.ts';
import type { State } from './cases.ts';

export const usage: State = {
  name: 'usage',
  setup: 'kubectl create deployment web --image=nginx:1.16.1; kubectl run solo --image=nginx:1.16.1',
  settleMs: 15_000,
  files: {
    'raw.json': '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"raw"}}',
    'cm.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: k}\ndata: {a: b}\n',
    'two.yaml':
      'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: k}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: l}\n',
    'other-ns.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: k, namespace: kube-public}\n',
  },
  commands: block(String.raw`
kubectl gte pods
kubectl descrbe pods
kubectl rollot
kubectl help nosuch
kubectl help get | head -3
kubectl help rollout status | head -3
kubectl help rollout nosuch | head -3
kubectl rollout nosuch
kubectl create nosuch
kubectl set nosuch
kubectl top nosuch
kubectl auth nosuch
kubectl config nosuch
kubectl certificate nosuch
kubectl certificate
kubectl certificate approve
kubectl certificate approve nope
kubectl get pods --nosuch
kubectl get pods -Z
kubectl get pods -o
kubectl get pods -n
kubectl get pods --watch=perhaps
kubectl get pods --chunk-size=x
kubectl get pods --output-watch-events
kubectl get pods --show-labels -o yaml
kubectl get pods --raw=/api -o yaml
kubectl get pods --raw=/api
kubectl get --raw=/nosuch
kubectl get pods -l
kubectl get pods -l 'a in'
kubectl get pods -l '=x'
kubectl get pods --field-selector nosuch
kubectl get pods --field-selector=spec.nosuch=1
kubectl get pods,nodes -A
kubectl get pod solo -A
kubectl get pod/solo -A
kubectl get pods solo -l app=web
kubectl get pod/solo -l app=web
kubectl get pod/solo deploy
kubectl get pods/solo/x
kubectl get pods/
kubectl get /solo
kubectl get pods, solo
kubectl get ,
kubectl get ""
kubectl get pods ""
kubectl get pods.v1
kubectl get deploy.apps
kubectl get deploy.v1.apps
kubectl get deploy.v2.apps
kubectl get deploy.nosuch
kubectl get deployments.apps/web
kubectl get DEPLOY
kubectl get Deployment
kubectl get deploymentz
kubectl get po/solo deploy/web
kubectl get -f cm.yaml
kubectl get -f cm.yaml pods
kubectl get -f nosuch.yaml
kubectl get -f nosuch/
kubectl get -k nosuch
kubectl get pods -f cm.yaml -l a=b
kubectl get nosuch/x
kubectl get nosuch.example.com x
kubectl get pods --subresource=nosuch
kubectl get deploy web --subresource=status -o name
kubectl get pods --subresource=status
kubectl get pods --sort-by
kubectl get pods --sort-by='{.metadata.nosuch'
kubectl get pods --sort-by=.nosuch
kubectl get pods -w --sort-by=.metadata.name solo nosuch
kubectl get pods,deploy -w
kubectl get pod solo nosuch -w
kubectl get pods -o jsonpath
kubectl get pods -o jsonpath=
kubectl get pods -o go-template
kubectl get pods -o go-template=
kubectl get pods -o custom-columns
kubectl get pods -o custom-columns=
kubectl get pods -o custom-columns-file=nosuch
kubectl get pods -o jsonpath-file=nosuch
kubectl get pods -o go-template-file=nosuch
kubectl get pods -o yml
kubectl get pods -o go-template='{{.nosuch'
kubectl get pods -o go-template='{{nosuch}}'
kubectl get pods -o jsonpath='{.items[0'
kubectl get pods -o jsonpath='{range .items[*]}'
kubectl describe
kubectl describe nosuch
kubectl describe pods solo -l a=b
kubectl describe pod/solo deploy/web --show-events=false | head -3
kubectl describe pod/nosuch deploy/nosuch
kubectl describe pod so --show-events=false | head -2
kubectl describe pods -l nosuch=1
kubectl describe deploy -n nosuch
kubectl describe nodes nosuch
kubectl describe -f cm.yaml
kubectl describe pod --all
kubectl create
kubectl create -f
kubectl create -f cm.yaml extra
kubectl create extra -f cm.yaml
kubectl create --raw=/api -f cm.yaml -f two.yaml
kubectl create --raw=/api/v1/namespaces/default/configmaps -f raw.json
kubectl create --raw=/nosuch -f raw.json
kubectl create -f other-ns.yaml -n default
kubectl create -f other-ns.yaml -n nosuch
kubectl create configmap
kubectl create configmap a b
kubectl create configmap k --from-file=nosuch
kubectl create configmap k --from-file==x
kubectl create configmap k --from-literal==x
kubectl create configmap k --from-file=a/b=cm.yaml
kubectl create configmap k --from-env-file=cm.yaml
kubectl create configmap k --from-env-file=cm.yaml --from-literal=a=b
kubectl create secret
kubectl create secret generic
kubectl create secret nosuch
kubectl create secret tls t
kubectl create secret tls t --cert=nosuch --key=nosuch
kubectl create secret docker-registry r
kubectl create secret docker-registry r --docker-username=u
kubectl create secret docker-registry r --docker-username=u --docker-password=p --dry-run=client -o yaml
kubectl create secret generic s --type=x/y --from-literal=a=b --append-hash --dry-run=client -o yaml
kubectl create service
kubectl create service nosuch
kubectl create service clusterip
kubectl create service clusterip s
kubectl create service clusterip s --tcp=x
kubectl create service clusterip s --tcp=80:y:z
kubectl create service clusterip s --clusterip=None --tcp=99999
kubectl create service externalname s
kubectl create service nodeport s --tcp=80 --node-port=1
kubectl create deployment a b --image=nginx
kubectl create deployment a --image=nginx --replicas=-1
kubectl create deployment a --image=nginx --image=busybox -- ls
kubectl create deployment a --image=nginx -- 
kubectl create namespace
kubectl create namespace Bad
kubectl create namespace a b
kubectl create serviceaccount
kubectl create quota
kubectl create quota q --hard=x
kubectl create quota q --hard=pods=x
kubectl create quota q --hard=pods=1 --scopes=Nosuch
kubectl create pdb p
kubectl create pdb p --selector=a=b
kubectl create pdb p --selector=a=b --min-available=1 --max-unavailable=1
kubectl create pdb p --selector=a=b --min-available=x
kubectl create priorityclass
kubectl create priorityclass p --value=x
kubectl create priorityclass p --preemption-policy=Nosuch
kubectl create job j
kubectl create job j --image=nginx --from=cronjob/x
kubectl create job j --from=cronjob/nosuch
kubectl create job j --from=deploy/web
kubectl create job j --from=nosuch
kubectl create job j --image=nginx --from=cronjob/x -- ls
kubectl create cronjob c
kubectl create cronjob c --image=nginx
kubectl create cronjob c --image=nginx --schedule=x
kubectl create cronjob c --image=nginx --schedule="* * * * *" --restart=Always
kubectl create ingress i
kubectl create ingress i --rule=x
kubectl create ingress i --rule=foo.com=svc
kubectl create ingress i --rule=foo.com/=svc:http,tls=x,y
kubectl create ingress i --default-backend=x --dry-run=client
kubectl create ingress i --rule=/a=svc:80 --annotation=x
kubectl create role r
kubectl create role r --verb=get
kubectl create role r --verb=nosuch --resource=pods
kubectl create role r --verb=get --resource=nosuch
kubectl create role r --verb=get --resource=pods,nodes
kubectl create role r --verb=get --resource=pods,deploy --resource-name=a
kubectl create role r --verb=get --resource=pods/log --dry-run=client -o yaml
kubectl create clusterrole c --verb=get
kubectl create clusterrole c --verb=get --non-resource-url=x
kubectl create clusterrole c --verb=list --non-resource-url=/x
kubectl create clusterrole c --aggregation-rule=a=b --verb=get
kubectl create clusterrole c --aggregation-rule=a=b --dry-run=client -o yaml
kubectl create rolebinding rb
kubectl create rolebinding rb --role=a --clusterrole=b
kubectl create rolebinding rb --role=a --serviceaccount=x
kubectl create clusterrolebinding rb
kubectl create clusterrolebinding rb --clusterrole=x --serviceaccount=a:b:c
kubectl create token
kubectl create token nosuch
kubectl create token default --duration=-1s
kubectl create token default --duration=1s
kubectl create token default --bound-object-kind=Nosuch --bound-object-name=x
kubectl create token default --bound-object-kind=Pod
kubectl create token default --bound-object-name=x
kubectl create token default --audience=x -o name
`),
};

export const usageMore: State = {
  ...usage,
  name: 'usage-more',
  commands: block(String.raw`
kubectl apply
kubectl apply cm.yaml
kubectl apply -f
kubectl apply -f cm.yaml -k .
kubectl apply -f cm.yaml --server-side --dry-run=client
kubectl apply -f cm.yaml --force-conflicts
kubectl apply -f cm.yaml --server-side --force
kubectl apply -f cm.yaml --dry-run=server --force
kubectl apply -f cm.yaml --prune
kubectl apply -f cm.yaml --prune --all -l a=b
kubectl apply -f cm.yaml --prune --all --prune-allowlist=nosuch
kubectl apply -f cm.yaml --prune --all --prune-allowlist=core/v1/Nosuch
kubectl apply -f cm.yaml --validate=nosuch
kubectl apply -f cm.yaml -l a=b
kubectl apply -f cm.yaml --prune --applyset=x
kubectl apply -f cm.yaml -o nosuch
kubectl apply -f cm.yaml --dry-run
kubectl apply -f cm.yaml --dry-run=true
kubectl apply view-last-applied
kubectl apply view-last-applied deploy
kubectl apply view-last-applied deploy/web
kubectl apply view-last-applied deploy/web -o wide
kubectl apply view-last-applied nosuch/x
kubectl apply set-last-applied
kubectl apply set-last-applied -f cm.yaml
kubectl apply set-last-applied -f nosuch.yaml
kubectl apply edit-last-applied
kubectl delete
kubectl delete pods
kubectl delete pod nosuch --grace-period=5 --force
kubectl delete pod nosuch --now --grace-period=5
kubectl delete pod nosuch --cascade=nosuch
kubectl delete pod nosuch --cascade
kubectl delete pod nosuch -o yaml
kubectl delete pods --all -l a=b
kubectl delete pods --all --field-selector=a=b
kubectl delete pods x --all
kubectl delete pods x -l a=b
kubectl delete pods -l nosuch=1
kubectl delete pods -A
kubectl delete nosuch x
kubectl delete pod/nosuch deploy/nosuch --ignore-not-found
kubectl delete --raw=/api/v1/namespaces/default/pods/nosuch
kubectl delete --raw=/nosuch x
kubectl delete --raw=x
kubectl delete -f cm.yaml
kubectl delete -f cm.yaml x
kubectl delete node worker-1 -n default --dry-run=client
kubectl delete pod solo --timeout=x
kubectl delete ns default --dry-run=server
kubectl delete ns default
kubectl delete pod solo --dry-run=server -o name
kubectl delete deploy web --cascade=orphan --dry-run=client
kubectl edit
kubectl edit deploy nosuch
kubectl replace
kubectl replace -f nosuch.yaml
kubectl replace -f cm.yaml
kubectl replace -f cm.yaml --grace-period=5
kubectl replace -f cm.yaml --timeout=5s
kubectl replace -f cm.yaml x
~ kubectl replace --force -f cm.yaml
~ kubectl replace --force -f cm.yaml
kubectl patch
kubectl patch deploy web
kubectl patch deploy web -p
kubectl patch deploy web -p ''
kubectl patch deploy -p '{}'
kubectl patch deploy web -p '{}'
kubectl patch deploy web -p '[]'
kubectl patch deploy web --type=nosuch -p '{}'
kubectl patch deploy web --type=json -p '{}'
kubectl patch deploy web --type=json -p '[{"op":"nosuch","path":"/a"}]'
kubectl patch deploy web --type=json -p '[{"op":"test","path":"/spec/replicas","value":9}]'
kubectl patch deploy web --type=json -p '[{"op":"add","path":"/spec/nosuch/x","value":9}]'
kubectl patch deploy web --patch-file=nosuch
kubectl patch deploy web --patch-file=cm.yaml -p '{}'
kubectl patch deploy nosuch -p '{}'
kubectl patch deploy web --local -p '{}'
kubectl patch -f cm.yaml --local -p '{"data":{"a":"c"}}' -o yaml
kubectl patch -f cm.yaml --local -p '{"data":{"a":"c"}}'
kubectl patch deploy web --subresource=nosuch -p '{}'
kubectl patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":2}}'
kubectl patch deploy web -p '{"spec":{"nosuch":1}}'
kubectl patch deploy web -p '{"spec":{"replicas":-1}}'
kubectl patch deploy web -p '{"metadata":{"name":"x"}}'
kubectl patch deploy web -p 'spec: {replicas: 1}'
kubectl diff
kubectl diff -f nosuch.yaml
kubectl diff -f cm.yaml x
kubectl diff -f cm.yaml
kubectl diff -f cm.yaml --server-side
kubectl diff -f cm.yaml --force-conflicts
kubectl scale
kubectl scale deploy
kubectl scale deploy web
kubectl scale deploy web --replicas=x
kubectl scale deploy web --replicas=-2
kubectl scale pod solo --replicas=2
kubectl scale node worker-1 --replicas=2
kubectl scale deploy web --replicas=2 --resource-version=1
kubectl scale deploy web --replicas=2 --current-replicas=7
kubectl scale deploy --all --replicas=1
kubectl scale deploy web nosuch --replicas=1
kubectl scale -f cm.yaml --replicas=1
kubectl autoscale
kubectl autoscale deploy web
kubectl autoscale deploy web --max=0
kubectl autoscale deploy web --max=1 --min=2
kubectl autoscale pod solo --max=2
kubectl autoscale deploy nosuch --max=2
kubectl autoscale deploy web --max=3 --cpu-percent=80 --dry-run=client -o yaml
kubectl rollout
kubectl rollout status
kubectl rollout status deploy
kubectl rollout status pod/solo
kubectl rollout status deploy/web --revision=9
kubectl rollout status deploy/web --timeout=x
kubectl rollout status deploy web extra
kubectl rollout history
kubectl rollout history pod/solo
kubectl rollout history deploy/web --revision=9
kubectl rollout history deploy/web --revision=-1
kubectl rollout history deploy
kubectl rollout history deploy/web -o name
kubectl rollout undo
kubectl rollout undo deploy/web
kubectl rollout undo pod/solo
kubectl rollout undo deploy/web --to-revision=-1
kubectl rollout undo deploy/nosuch
kubectl rollout restart
kubectl rollout restart pod/solo
kubectl rollout restart rs
kubectl rollout restart deploy/nosuch
kubectl rollout pause
kubectl rollout pause ds/nosuch
kubectl rollout pause pod/solo
kubectl rollout resume deploy/web
kubectl rollout resume pod/solo
kubectl set
kubectl set image
kubectl set image deploy/web
kubectl set image deploy/web nosuch=nginx
kubectl set image deploy/web nginx
kubectl set image deploy/web *=
kubectl set image pod/solo solo=nginx:1.25 --dry-run=client
kubectl set image svc/kubernetes a=b
kubectl set image deploy/web "*=nginx:1.25" --dry-run=client -o name
kubectl set image deploy/web nginx=nginx:1.16.1
kubectl set image deploy web nginx=nginx:1.25 --all
kubectl set env
kubectl set env deploy/web
kubectl set env deploy/web A
kubectl set env deploy/web A=b A-
kubectl set env deploy/web --list
kubectl set env deploy/web A=b --list
kubectl set env deploy/web --from=nosuch/x
kubectl set env deploy/web --from=configmap/nosuch
kubectl set env deploy/web -c nosuch A=b
kubectl set env svc/kubernetes A=b
kubectl set env deploy/web 1A=b
kubectl set resources
kubectl set resources deploy/web
kubectl set resources deploy/web --limits=x
kubectl set resources deploy/web --limits=cpu=x
kubectl set resources deploy/web --limits=cpu=1 -c nosuch
kubectl set resources svc/kubernetes --limits=cpu=1
kubectl set selector
kubectl set selector svc/kubernetes
kubectl set selector deploy/web a=b
kubectl set selector svc nosuch a=b
kubectl set serviceaccount
kubectl set serviceaccount deploy/web
kubectl set sa deploy/web robot --dry-run=client
kubectl set sa svc/kubernetes robot
kubectl set subject
kubectl set subject rolebinding x
kubectl set subject rolebinding nosuch --user=x
kubectl set subject clusterrolebinding cluster-admin --user=x --dry-run=client
kubectl set subject clusterrolebinding cluster-admin --serviceaccount=x
`),
};

export const usageLast: State = {
  ...usage,
  name: 'usage-last',
  commands: block(String.raw`
kubectl run
kubectl run x
kubectl run x --image=
kubectl run Bad_Name --image=nginx
kubectl run x --image=nginx --restart=Nosuch
kubectl run x --image=nginx --image-pull-policy=Nosuch
kubectl run x --image=nginx --rm
kubectl run x --image=nginx --expose
kubectl run x --image=nginx --port=x
kubectl run x --image=nginx --env=A
kubectl run x --image=nginx --labels=a
kubectl run x --image=nginx --overrides=x
kubectl run x --image=nginx --overrides='{"nosuch":1}'
kubectl run x --image=nginx --override-type=nosuch --overrides='{}'
kubectl run x --image=nginx --tty
kubectl run x --image=nginx --dry-run=client -i --rm
kubectl run solo --image=nginx
kubectl run x --image=nginx --command
kubectl run x --image=nginx --grace-period=-2 --rm -i --restart=Never -- ls
kubectl run x --image=nginx --expose --port=80 --dry-run=client -o yaml
kubectl run x --image=nginx --privileged --dry-run=client -o yaml
kubectl run x --image=nginx --annotations=a=b --dry-run=client -o yaml -- a b
kubectl expose
kubectl expose deploy web
kubectl expose deploy web --port=x
kubectl expose deploy web --port=80 --type=Nosuch
kubectl expose deploy nosuch --port=80
kubectl expose cm kube-root-ca.crt --port=80
kubectl expose node worker-1 --port=80
kubectl expose pod solo --port=80 --dry-run=client -o yaml
kubectl expose deploy web --port=80 --target-port=x --protocol=UDP --name=n --dry-run=client -o yaml
kubectl expose deploy web --port=80,443 --session-affinity=ClientIP --external-ip=1.2.3.4 --dry-run=client -o yaml
kubectl expose deploy web --port=80 --session-affinity=Nosuch
kubectl expose deploy web --port=80 --cluster-ip=x
kubectl expose svc kubernetes --port=80 --name=k2 --dry-run=client -o yaml
kubectl expose pod solo --port=80 --selector=a=b --labels=c=d --type=NodePort --dry-run=client -o yaml
kubectl label
kubectl label pods
kubectl label pod solo
kubectl label pod solo a
kubectl label pod solo a=b a-
kubectl label pod solo a=b c=
kubectl label pod solo =b
kubectl label pod solo a/b/c=d
kubectl label pod solo a=b --resource-version=1
kubectl label pods --all a=b --resource-version=1
kubectl label pods -l nosuch=1 a=b
kubectl label pod solo run=x
kubectl label pod solo run=solo
kubectl label pod solo --list | sort
kubectl label pod nosuch a=b
kubectl label nosuch x a=b
kubectl label pod solo a=b --local
kubectl label -f cm.yaml a=b --local -o yaml
kubectl label -f cm.yaml a=b
kubectl label pods solo,web a=b
kubectl label pod solo x=y --dry-run=client
kubectl label pod solo x=y --dry-run=server -o name
kubectl label pods,deploy --all team=a
kubectl label pods,deploy --all team=b
kubectl label pods --all team=b --overwrite --field-selector=status.phase=Running
kubectl label pod solo team- nosuch-
kubectl annotate
kubectl annotate pod solo
kubectl annotate pod solo a
kubectl annotate pod solo a=b a-
kubectl annotate pod solo a=b
kubectl annotate pod solo a=c
kubectl annotate pod solo a=c --overwrite
kubectl annotate pod solo --list
kubectl annotate pod solo a-
kubectl annotate pod solo a-
kubectl annotate pods --all x=y
kubectl annotate pod solo a=b --resource-version=1
kubectl annotate pod solo 'bad key=b'
kubectl annotate deploy web description='long text' --dry-run=server -o jsonpath='{.metadata.annotations}'
kubectl taint
kubectl taint nodes
kubectl taint nodes worker-1
kubectl taint nodes worker-1 a
kubectl taint nodes worker-1 a=b
kubectl taint nodes worker-1 a=b:Nosuch
kubectl taint nodes worker-1 a=b:NoSchedule a:NoSchedule-
kubectl taint nodes worker-1 a=b:NoSchedule a=c:NoSchedule
kubectl taint pods solo a=b:NoSchedule
kubectl taint nodes worker-1 'a b=c:NoSchedule'
kubectl taint nodes worker-1 a=b:NoSchedule --dry-run=client
kubectl taint nodes worker-1 a=b:NoSchedule
kubectl taint nodes worker-1 a=c:NoSchedule
kubectl taint nodes worker-1 a=c:NoSchedule --overwrite
kubectl taint nodes --all a-
kubectl taint nodes -l nosuch=1 a-
kubectl taint nodes worker-1 worker-2 x:PreferNoSchedule
kubectl taint nodes worker-1 worker-2 x-
kubectl cordon
kubectl cordon nosuch
kubectl cordon worker-1 -l a=b
kubectl cordon -l nosuch=1
kubectl cordon worker-1 --dry-run=client
kubectl cordon worker-1 --dry-run=server
kubectl uncordon
kubectl uncordon worker-1
kubectl uncordon nosuch
kubectl drain
kubectl drain worker-1 --dry-run=client --ignore-daemonsets --force
kubectl drain worker-1 -l a=b
kubectl drain -l nosuch=1
kubectl drain worker-1 --pod-selector='a in'
kubectl drain worker-1 --ignore-daemonsets --skip-wait-for-delete-timeout=x
kubectl logs
kubectl logs nosuch
kubectl logs solo extra1 extra2
kubectl logs solo nosuch
kubectl logs solo -c solo solo
kubectl logs solo --since=1s --since-time=2026-01-01T00:00:00Z
kubectl logs solo --since-time=x
kubectl logs solo --since=-1s
kubectl logs solo --tail=x
kubectl logs solo --tail=-2
kubectl logs solo --limit-bytes=-1
kubectl logs solo --limit-bytes=20
kubectl logs solo --all-containers -c solo
kubectl logs solo --all-containers --tail=1
kubectl logs solo --previous
kubectl logs -l run=solo --tail=1 --prefix
kubectl logs -l nosuch=1
kubectl logs -l 'a in'
kubectl logs solo -l a=b
kubectl logs svc/kubernetes
kubectl logs node/worker-1
kubectl logs cm/kube-root-ca.crt
kubectl logs deploy/nosuch
kubectl logs deploy/web --all-pods --tail=1 | cut -c1-9
kubectl logs nosuch/x
kubectl logs solo --timestamps --tail=1
kubectl logs solo --max-log-requests=0 -f
kubectl exec
kubectl exec solo
kubectl exec solo ls
kubectl exec solo ls -l
kubectl exec nosuch -- ls
kubectl exec solo -c nosuch -- ls
kubectl exec svc/kubernetes -- ls
kubectl exec node/worker-1 -- ls
kubectl exec pods/solo -- echo x
kubectl exec -- ls
kubectl attach
kubectl attach nosuch
kubectl attach solo extra
kubectl cp
kubectl cp a
kubectl cp a b
kubectl cp nosuch:/a b
kubectl cp cm.yaml nosuch:/a
kubectl cp solo:/a solo:/b
kubectl cp nosuchfile solo:/a
kubectl cp :x solo:/a
kubectl port-forward
kubectl port-forward solo
kubectl port-forward nosuch 80
kubectl port-forward solo x:y
kubectl port-forward svc/kubernetes 1:2
kubectl port-forward node/worker-1 80
kubectl wait
kubectl wait pod/solo
kubectl wait pod/solo --for=
kubectl wait pod/solo --for=condition
~ kubectl wait pod/solo --for=condition= --timeout=1s
~ kubectl wait pod/solo --for=jsonpath= --timeout=1s
kubectl wait pod/solo --for=jsonpath={.a
kubectl wait pod/solo --for=jsonpath='{.status.phase}'
kubectl wait pod/solo --for=jsonpath='{.status.phase}'=Running
kubectl wait pod/solo --for=jsonpath='{.status.phase}=Running'
kubectl wait pod/solo --for=jsonpath='.status.phase'=Running
kubectl wait pod/solo --for=jsonpath='{.status.nosuch}'=x --timeout=0
~ kubectl wait pod/solo --for=jsonpath='{.status.nosuch}'=x --timeout=1s
kubectl wait pod/solo --for=jsonpath='{.status.conditions[*].type}'=x --timeout=0
kubectl wait pod/solo --for=condition=Ready=False --timeout=0
kubectl wait pod/solo --for=condition=ready
kubectl wait pod/solo --for=condition=Nosuch --timeout=0
kubectl wait pod/nosuch --for=condition=Ready
kubectl wait pod/nosuch --for=create --timeout=0
~ kubectl wait pod/nosuch --for=create --timeout=1s
kubectl wait pod/solo --for=create
kubectl wait pod --for=create
kubectl wait pods --for=create --all
kubectl wait pods --for=condition=Ready
kubectl wait pods --all --for=condition=Ready -o name
kubectl wait pods -l nosuch=1 --for=condition=Ready
kubectl wait pods -l nosuch=1 --for=delete
~ kubectl wait pod/solo --for=delete --timeout=1s
kubectl wait pod/solo deploy/web --for=delete --timeout=0
kubectl wait pod/solo --for=delete --timeout=x
kubectl wait nosuch/x --for=delete
kubectl events --for=nosuch/x
kubectl events --for=x
kubectl events --for=pod/nosuch
kubectl events --types=Nosuch
kubectl events -o wide
kubectl events --types=Warning
kubectl top
kubectl top pod
kubectl top pod solo
kubectl top pod solo -l a=b
kubectl top pods --sort-by=x
kubectl top nodes --sort-by=x
kubectl top node a b
kubectl top node worker-1 -l a=b
kubectl explain
kubectl explain nosuch
kubectl explain pod deploy
kubectl explain pod.nosuch
kubectl explain pod.spec.nosuch.x
kubectl explain pod.spec --output=nosuch
kubectl explain pod --api-version=nosuch/v1
kubectl explain deploy --api-version=apps/v1 | head -4
kubectl explain deployments.apps | head -4
kubectl explain deployments.v1.apps.spec.replicas
kubectl api-resources extra
kubectl api-resources --sort-by=x
kubectl api-resources -o yml
kubectl api-resources --api-group=nosuch
kubectl api-resources --categories=all --no-headers
kubectl api-resources --verbs=nosuch
kubectl api-resources --cached=false --api-group=batch
kubectl api-versions extra
kubectl version extra
kubectl version -o x
kubectl version -o json --client
kubectl version -o yaml
kubectl version -o json
kubectl cluster-info extra
kubectl options extra
kubectl completion
kubectl completion tcsh
kubectl completion bash zsh
kubectl plugin
kubectl plugin nosuch
kubectl kustomize nosuch
kubectl kustomize a b
kubectl debug
kubectl debug nosuch
kubectl debug solo
kubectl debug nosuch --image=busybox
kubectl auth
kubectl auth can-i
kubectl auth can-i get
kubectl auth can-i get pods x y
kubectl auth can-i get /x --subresource=y
kubectl auth can-i --list x
kubectl auth can-i get pods -A -n x
kubectl auth can-i get nosuch
kubectl auth can-i nosuch pods
kubectl auth can-i get pods.nosuch
kubectl auth can-i get nodes
kubectl auth can-i get pod/solo
kubectl auth can-i get pods solo
kubectl auth can-i get pods --subresource=log -q
kubectl auth can-i get /healthz
kubectl auth can-i list /healthz
kubectl auth reconcile
kubectl auth reconcile -f cm.yaml
kubectl auth reconcile -f nosuch.yaml
kubectl auth whoami extra
kubectl auth whoami -o yaml
kubectl auth whoami -o nosuch
`),
};
