/** Output formats, sorting, raw paths and global flags on one small world. */
import { block } from './block.ts';
import type { State } from './cases.ts';

export const printing: State = {
  name: 'printing',
  setup: [
    'kubectl create deployment web --image=nginx:1.16.1 --replicas=2',
    'kubectl create configmap a --from-literal=one=1 --from-literal=two=2',
    'kubectl create configmap b --from-literal=x.y=z --from-literal=big=12345678',
    'kubectl label cm a tier=front rank=2; kubectl label cm b tier=back rank=10',
    "kubectl annotate cm a note='he said \"hi\"' 'dotted.io/key=v'",
  ].join('\n'),
  settleMs: 15_000,
  files: {
    'columns.txt': 'NAME   RANK\n.metadata.name  .metadata.labels.rank\n',
    'short.txt': 'NAME   RANK\n.metadata.name\n',
    'names.tpl': '{{range .items}}{{.metadata.name}}\n{{end}}',
    'names.path': '{range .items[*]}{.metadata.name}{"\\n"}{end}',
  },
  commands: block(String.raw`
kubectl get cm a -o jsonpath='{.data.one}'
kubectl get cm a -o jsonpath='{.data}'
kubectl get cm a -o jsonpath='{.metadata.annotations.dotted\.io/key}'
kubectl get cm a -o jsonpath="{.metadata.annotations['dotted\.io/key']}"
kubectl get cm a -o jsonpath='{.metadata.annotations.note}'
kubectl get cm b -o jsonpath='{.data.x\.y}'
kubectl get cm a b -o jsonpath='{.items[*].metadata.name}'
kubectl get cm a b -o jsonpath='{.items[0].metadata.name}'
kubectl get cm a b -o jsonpath='{.items[-1:].metadata.name}'
kubectl get cm a b -o jsonpath='{.items[-1].metadata.name}'
kubectl get cm a b -o jsonpath='{.items[0:2].metadata.name}'
kubectl get cm a b -o jsonpath='{.items[0:2:2].metadata.name}'
kubectl get cm a b -o jsonpath='{.items[5].metadata.name}'
kubectl get cm a b -o jsonpath='{.items[0,1].metadata.name}'
kubectl get cm a b -o jsonpath='{range .items[*]}[{.metadata.name}, {.data}] {end}'
kubectl get cm a b -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{.metadata.labels.tier}{"\n"}{end}'
kubectl get cm a b -o jsonpath='{.items[?(@.metadata.labels.tier=="front")].metadata.name}'
kubectl get cm a b -o jsonpath='{.items[?(@.metadata.name!="a")].metadata.name}'
kubectl get cm a b -o jsonpath='{.items[?(@.metadata.nosuch)].metadata.name}'
kubectl get cm a b -o jsonpath='{.items[?(@.data.one)].metadata.name}'
kubectl get deploy,cm/a -o jsonpath='{.items[*].kind}'
kubectl get deploy web -o jsonpath='{.spec.replicas}{" "}{.status.readyReplicas}'
kubectl get deploy -o jsonpath='{.items[?(@.spec.replicas>1)].metadata.name}'
kubectl get deploy -o jsonpath='{.items[?(@.spec.replicas<=1)].metadata.name}'
kubectl get deploy web -o jsonpath='{..image}'
kubectl get deploy web -o jsonpath='{..name}'
kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[*]["name","image"]}'
kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[0]}'
kubectl get deploy web -o jsonpath='{.metadata["name","namespace"]}'
kubectl get deploy web -o jsonpath='{.status.conditions[?(@.type=="Available")].status}'
kubectl get deploy web -o jsonpath='{.spec.paused}'
kubectl get deploy web -o jsonpath='{.nosuch}' --allow-missing-template-keys=false
kubectl get deploy web -o jsonpath='{.kind} is {.metadata.name}'
kubectl get deploy web -o jsonpath=plain
kubectl get deploy web -o jsonpath='{"a"}{.kind}'
kubectl get deploy web -o jsonpath='{@.kind}'
kubectl get deploy web -o jsonpath='{$.kind}'
kubectl get deploy web -o jsonpath='{.spec.selector.*}'
kubectl get deploy web -o jsonpath='{.metadata.labels[*]}'
kubectl get deploy web -o jsonpath='{.'
kubectl get deploy web -o jsonpath='{.kind'
kubectl get deploy web -o jsonpath='{end}'
kubectl get deploy web -o jsonpath='{.items[a]}'
kubectl get deploy web -o jsonpath='{.spec[?(@.a=)]}'
kubectl get deploy web -o jsonpath='{nosuch}'
kubectl get deploy web -o jsonpath-as-json='{.metadata.labels}'
kubectl get cm a b -o jsonpath-as-json='{.items[*].metadata.name}'
kubectl get cm a b -o jsonpath-as-json='{.items[*].data}'
kubectl get cm a b -o jsonpath-file=names.path
kubectl get cm a b -o go-template='{{range .items}}{{.metadata.name}}{{"\n"}}{{end}}'
kubectl get cm a b -o go-template-file=names.tpl
kubectl get cm a b --template='{{len .items}}'
kubectl get cm a b -o template --template='{{len .items}}'
kubectl get cm a -o template='{{.data.one}}'
kubectl get cm a -o templatefile=names.tpl
kubectl get cm a -o go-template='{{index .data "two"}}'
kubectl get cm b -o go-template='{{index .data "x.y"}}'
kubectl get cm a -o go-template='{{range $k, $v := .data}}{{$k}}={{$v}},{{end}}'
kubectl get cm a -o go-template='{{range $i, $e := .items}}{{$i}}{{else}}none{{end}}'
kubectl get cm a b -o go-template='{{range $i, $e := .items}}{{if $i}}, {{end}}{{$e.metadata.name}}{{end}}'
kubectl get cm a -o go-template='{{if eq .metadata.name "a"}}yes{{else if eq .metadata.name "b"}}b{{else}}no{{end}}'
kubectl get cm a -o go-template='{{with .metadata.labels}}{{.tier}}{{end}}'
kubectl get cm a -o go-template='{{printf "%s-%s" .metadata.name .kind}}'
kubectl get cm a -o go-template='{{.metadata.name | printf "%q"}}'
kubectl get cm a -o go-template='{{.nosuch}}'
kubectl get cm a -o go-template='{{.nosuch.deeper}}'
kubectl get cm a -o go-template='{{.nosuch}}' --allow-missing-template-keys=false
kubectl get cm a -o go-template='{{.metadata.name.x}}'
kubectl get cm a -o go-template='{{if'
kubectl get cm a -o go-template='{{range .data}}'
kubectl get cm a -o go-template='{{end}}'
kubectl get cm a -o go-template='{{.data}}'
kubectl get cm a -o go-template='{{.metadata.labels}}'
kubectl get deploy web -o go-template='{{.spec.replicas}} {{.spec.template.spec.containers}}' | cut -c1-20
kubectl get deploy web -o go-template='{{gt .spec.replicas 1}}'
kubectl get deploy web -o go-template='{{and .kind .nosuch}} {{or .nosuch .kind}} {{not .nosuch}}'
kubectl get cm a -o go-template='{{exists . "data" "one"}} {{exists . "data" "nosuch"}}'
kubectl get secret -A -o go-template='{{range .items}}{{.metadata.name}} {{end}}'
kubectl get cm b -o go-template='{{base64decode "aGk="}}'
kubectl get cm b -o go-template='{{"text" | len}} {{html "<a>"}} {{js "it\u0027s"}} {{urlquery "a b"}}'
kubectl get cm b -o go-template='{{/* comment */}}{{- " x " -}}  y'
kubectl get cm b -o go-template='{{$x := .kind}}{{$x}}{{define "t"}}[{{.}}]{{end}}{{template "t" .metadata.name}}'
kubectl get cm b -o go-template='{{slice .kind 0 6}} {{print 1 2 "a" "b"}} {{println 1 2}}'
kubectl get cm b -o go-template='{{eq .kind "x" "ConfigMap"}} {{ne 1 2}} {{lt 1 2}} {{le 2 2}} {{ge 1 2}}'
kubectl get cm b -o go-template='{{range .data}}{{.}} {{break}}{{end}}'
kubectl get cm b -o go-template='{{eq 1 "a"}}'
kubectl get cm b -o go-template='{{index .items 0}}'
kubectl get cm a b -o custom-columns=NAME:.metadata.name,TIER:.metadata.labels.tier
kubectl get cm a b -o custom-columns=NAME:metadata.name,NOPE:.nosuch
kubectl get cm a b -o custom-columns='NAME:{.metadata.name},D:.data'
kubectl get cm a b -o custom-columns=NAME:.metadata.name --no-headers
kubectl get deploy -o custom-columns='N:.metadata.name,I:.spec.template.spec.containers[*].image,R:.spec.replicas'
kubectl get cm a b -o custom-columns-file=columns.txt
kubectl get cm a b -o custom-columns-file=short.txt
kubectl get cm,deploy -o custom-columns=K:.kind,N:.metadata.name
kubectl get cm a b -o custom-columns=NAME:.metadata.name: 
kubectl get cm a b -o custom-columns=NAME:[
kubectl get cm a b -o custom-columns=NAME
kubectl get cm a b -o name
kubectl get cm,deploy,svc -o name
kubectl get cm a -o yaml
kubectl get cm a -o json
kubectl get cm a b -o yaml
kubectl get cm a -o yaml --show-managed-fields
kubectl get cm a -o json --show-managed-fields
kubectl get cm nosuch -o yaml
kubectl get cm a nosuch -o name
kubectl get cm a nosuch -o yaml | head -3
kubectl get cm -l nosuch=1 -o yaml
kubectl get cm -l nosuch=1 -o name
kubectl get cm -l nosuch=1 -o json
kubectl get cm -l nosuch=1
kubectl get cm -l nosuch=1 --ignore-not-found
kubectl get cm nosuch --ignore-not-found
kubectl get cm nosuch -o yaml --ignore-not-found
kubectl get cm a nosuch --ignore-not-found
kubectl get cm -l 'tier in (front,back)'
kubectl get cm -l 'tier notin (front)'
kubectl get cm -l tier
kubectl get cm -l '!tier'
kubectl get cm -l 'rank=2,tier=front' --show-labels
kubectl get cm -l 'tier!=front' -L tier,rank
kubectl get cm -L tier -L rank --no-headers
kubectl get cm a --show-kind
kubectl get cm a b --show-kind --no-headers
kubectl get deploy,cm --no-headers
kubectl get cm --server-print=false
kubectl get deploy --server-print=false
kubectl get deploy web --server-print=false -o wide
kubectl get cm --chunk-size=1
kubectl get cm --chunk-size=1 -o name
kubectl get cm --chunk-size=0 -o name
kubectl get cm --chunk-size=-1
kubectl get cm --sort-by=.metadata.name
kubectl get cm --sort-by=.metadata.labels.rank
kubectl get cm --sort-by=metadata.labels.tier
kubectl get cm a b --sort-by='{.metadata.labels.tier}' -o name
kubectl get cm a b --sort-by=.metadata.labels.rank -o name
kubectl get pods --sort-by=.status.nosuch
kubectl get cm a b --sort-by=.nosuch
kubectl get cm a b --sort-by=.nosuch -o name
kubectl get cm a b --sort-by='{.x'
kubectl get cm a b --sort-by='{.x' -o name
kubectl get svc,cm --sort-by=.metadata.name
kubectl get --raw /api/v1/namespaces/default/configmaps/a
kubectl get --raw '/api/v1/namespaces/default/configmaps?labelSelector=tier%3Dnosuch'
kubectl get --raw /healthz
kubectl get --raw /readyz
kubectl get --raw /livez/ping
kubectl get --raw '/readyz?verbose'
kubectl get --raw /version
kubectl get --raw /api/v1/namespaces/default/pods/nosuch
kubectl get --raw api/v1
kubectl get --raw /apis/apps/v1/namespaces/default/deployments/web/scale
kubectl get --raw /metrics --as=bob
kubectl get cm a -v=0
kubectl get cm a --warnings-as-errors
kubectl get cm a --request-timeout=5s
kubectl get cm a --request-timeout=5
kubectl get cm a --request-timeout=x
kubectl get cm a --context=nosuch
kubectl get cm a --cluster=nosuch
kubectl get cm a --user=nosuch
kubectl get cm a --kubeconfig=nosuch
kubectl get cm a --kubeconfig=
kubectl get cm a --namespace=kube-system
kubectl --namespace kube-system get cm a
kubectl -n kube-system get cm coredns
kubectl -n=kube-system get cm coredns
kubectl get -nkube-system cm coredns
kubectl get cm a -s http://localhost:1
kubectl get cm a --server=http://nosuch.example
kubectl get cm a --as-group=devs
kubectl get cm a --as-uid=7
kubectl get cm a --as=bob --as-uid=7 --as-group=system:masters
kubectl get cm a --as= --as-group=
kubectl get cm a --match-server-version
kubectl get cm a --disable-compression
kubectl get cm a --log-flush-frequency=x
kubectl get cm a --cache-dir=cache
kubectl get cm a --insecure-skip-tls-verify=x
kubectl get cm a --certificate-authority=nosuch
kubectl explain cm.data
kubectl explain cm --recursive
kubectl explain pod.spec.restartPolicy
kubectl explain pod.spec.containers.imagePullPolicy
kubectl explain deploy.spec.strategy --recursive
kubectl explain deploy.spec.strategy.type
kubectl explain svc.spec.ports
kubectl explain svc.spec.type
kubectl explain node.status.capacity
kubectl explain secret.stringData
kubectl explain crd.spec.versions.schema
kubectl explain hpa --api-version=autoscaling/v1 | head -30
kubectl explain hpa --api-version=autoscaling/v2 | head -30
kubectl explain hpa.spec.metrics --api-version=autoscaling/v1
kubectl explain events
kubectl explain events.v1.events.k8s.io | head -8
kubectl explain event --api-version=events.k8s.io/v1 | head -8
kubectl explain pods.spec.containers.resources.limits
kubectl explain ns.spec
kubectl explain job.spec.template.spec.containers.env.valueFrom --recursive
kubectl explain pod.
kubectl explain pod..spec
kubectl explain .spec
kubectl explain pod.spec.containers[0]
`),
};
