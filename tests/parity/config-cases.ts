/** `kubectl config`, cluster-info, and what else lives in kubeconfig files. */
import { block } from './block.ts';
import type { State } from './cases.ts';

const one = `apiVersion: v1
kind: Config
preferences: {}
current-context: dev
clusters:
- name: east
  cluster:
    server: https://east.example:6443
    certificate-authority-data: Y2E=
- name: west
  cluster:
    server: https://west.example:6443
    insecure-skip-tls-verify: true
users:
- name: ann
  user:
    client-certificate-data: Y2VydA==
    client-key-data: a2V5
- name: bob
  user:
    token: secret-token
- name: eve
  user:
    username: eve
    password: pass
contexts:
- name: dev
  context: {cluster: east, user: ann, namespace: team}
- name: ops
  context: {cluster: west, user: bob}
`;

const two = `apiVersion: v1
kind: Config
current-context: prod
clusters:
- name: south
  cluster: {server: "https://south.example", tls-server-name: s.example, proxy-url: "http://proxy:1"}
users:
- name: bob
  user: {token: other}
- name: exec
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      command: login
      args: [--now]
      env:
      - {name: A, value: b}
      interactiveMode: IfAvailable
contexts:
- name: prod
  context: {cluster: south, user: exec, namespace: live}
- name: dev
  context: {cluster: south, user: bob}
`;

export const config: State = {
  name: 'config',
  setup: 'true',
  settleMs: 500,
  files: {
    'one.yaml': one, 'two.yaml': two, 'three.yaml': '', 'broken.yaml': 'a: [\n', 'list.yaml': '- a\n',
    'ca.crt': 'CERTIFICATE\n', 'user.crt': 'CERT\n', 'user.key': 'KEY\n',
    'kind.yaml': 'apiVersion: v2\nkind: Nosuch\n',
  },
  commands: block(String.raw`
kubectl config view --kubeconfig=one.yaml
kubectl config view --kubeconfig=one.yaml --raw
kubectl config view --kubeconfig=one.yaml --minify
kubectl config view --kubeconfig=one.yaml --minify --raw --flatten
kubectl config view --kubeconfig=one.yaml --minify --context=ops
kubectl config view --kubeconfig=one.yaml --minify --context=nosuch
kubectl config view --kubeconfig=one.yaml -o json
kubectl config view --kubeconfig=one.yaml -o jsonpath='{.users[*].name}'
kubectl config view --kubeconfig=one.yaml -o jsonpath='{.users[?(@.name=="bob")].user.token}'
kubectl config view --kubeconfig=one.yaml --raw -o jsonpath='{.users[?(@.name=="bob")].user.token}'
kubectl config view --kubeconfig=one.yaml -o jsonpath='{.current-context}'
kubectl config view --kubeconfig=one.yaml -o go-template='{{range .contexts}}{{.name}} {{end}}'
kubectl config view --kubeconfig=one.yaml -o name
kubectl config view --kubeconfig=one.yaml -o nosuch
kubectl config view --kubeconfig=one.yaml --merge=false
kubectl config view --kubeconfig=two.yaml
kubectl config view --kubeconfig=three.yaml
kubectl config view --kubeconfig=nosuch.yaml
kubectl config view --kubeconfig=broken.yaml
kubectl config view --kubeconfig=list.yaml
kubectl config view --kubeconfig=kind.yaml
kubectl config view extra
KUBECONFIG=one.yaml:two.yaml kubectl config view
KUBECONFIG=two.yaml:one.yaml kubectl config view --minify
KUBECONFIG=nosuch.yaml:two.yaml kubectl config current-context
KUBECONFIG=nosuch.yaml kubectl config view
KUBECONFIG=nosuch.yaml kubectl config current-context
KUBECONFIG=nosuch.yaml kubectl config get-contexts
KUBECONFIG=nosuch.yaml kubectl get pods
KUBECONFIG=one.yaml:broken.yaml kubectl config get-contexts
KUBECONFIG=one.yaml:two.yaml kubectl config get-contexts
KUBECONFIG=one.yaml:two.yaml kubectl config get-contexts -o name
KUBECONFIG=one.yaml:two.yaml kubectl config get-clusters | sort
KUBECONFIG=one.yaml:two.yaml kubectl config get-users | sort
kubectl config get-contexts --kubeconfig=one.yaml
kubectl config get-contexts --kubeconfig=one.yaml dev
kubectl config get-contexts --kubeconfig=one.yaml ops nosuch
kubectl config get-contexts --kubeconfig=one.yaml --no-headers
kubectl config get-contexts --kubeconfig=one.yaml -o yaml
kubectl config get-contexts --kubeconfig=three.yaml
kubectl config get-clusters --kubeconfig=one.yaml | sort
kubectl config get-clusters --kubeconfig=three.yaml | sort
kubectl config get-clusters --kubeconfig=one.yaml east | sort
kubectl config get-users --kubeconfig=three.yaml | sort
kubectl config current-context --kubeconfig=one.yaml
kubectl config current-context --kubeconfig=three.yaml
kubectl config current-context --kubeconfig=nosuch.yaml
kubectl config use-context ops --kubeconfig=one.yaml
kubectl config use ops --kubeconfig=one.yaml
kubectl config current-context --kubeconfig=one.yaml
kubectl config use-context nosuch --kubeconfig=one.yaml
kubectl config use-context --kubeconfig=one.yaml
kubectl config use-context a b --kubeconfig=one.yaml
cat one.yaml
kubectl config rename-context ops operations --kubeconfig=one.yaml
kubectl config rename-context ops x --kubeconfig=one.yaml
kubectl config rename-context dev operations --kubeconfig=one.yaml
kubectl config rename-context dev --kubeconfig=one.yaml
kubectl config current-context --kubeconfig=one.yaml
kubectl config set-context new --kubeconfig=one.yaml --cluster=east --user=bob --namespace=x
kubectl config set-context new --kubeconfig=one.yaml --namespace=y
kubectl config set-context new --kubeconfig=one.yaml
kubectl config set-context --kubeconfig=one.yaml
kubectl config set-context --current --namespace=z --kubeconfig=one.yaml
kubectl config set-context new --current --namespace=z --kubeconfig=one.yaml
kubectl config set-context --current --namespace=z --kubeconfig=three.yaml
kubectl config set-context a b --kubeconfig=one.yaml
kubectl config set-cluster north --kubeconfig=one.yaml --server=https://1.2.3.4
kubectl config set-cluster north --kubeconfig=one.yaml --certificate-authority=ca.crt
kubectl config set-cluster north --kubeconfig=one.yaml --certificate-authority=ca.crt --embed-certs
kubectl config set-cluster north --kubeconfig=one.yaml --insecure-skip-tls-verify=true
kubectl config set-cluster north --kubeconfig=one.yaml --insecure-skip-tls-verify=true --certificate-authority=ca.crt
kubectl config set-cluster north --kubeconfig=one.yaml --embed-certs
kubectl config set-cluster north --kubeconfig=one.yaml --certificate-authority=nosuch --embed-certs
kubectl config set-cluster north --kubeconfig=one.yaml --tls-server-name=t --proxy-url=http://p
kubectl config set-cluster north --kubeconfig=one.yaml --proxy-url=:x
kubectl config set-cluster --kubeconfig=one.yaml
kubectl config set-cluster a b --kubeconfig=one.yaml
kubectl config set-credentials cat --kubeconfig=one.yaml --token=t
kubectl config set-credentials cat --kubeconfig=one.yaml --username=u --password=p
kubectl config set-credentials cat --kubeconfig=one.yaml --username=u --token=p
kubectl config set-credentials cat --kubeconfig=one.yaml --client-certificate=user.crt --client-key=user.key
kubectl config set-credentials cat --kubeconfig=one.yaml --client-certificate=user.crt --embed-certs=true
kubectl config set-credentials cat --kubeconfig=one.yaml --client-certificate=nosuch --embed-certs=true
kubectl config set-credentials cat --kubeconfig=one.yaml --embed-certs=true
kubectl config set-credentials dog --kubeconfig=one.yaml --exec-command=/bin/x --exec-api-version=client.authentication.k8s.io/v1 --exec-arg=a,b --exec-env=K=V
kubectl config set-credentials dog --kubeconfig=one.yaml --exec-env=K=W --exec-env=L=M
kubectl config set-credentials dog --kubeconfig=one.yaml --exec-env=K-
kubectl config set-credentials dog --kubeconfig=one.yaml --exec-interactive-mode=Nosuch --exec-command=x
kubectl config set-credentials dog --kubeconfig=one.yaml --exec-command=x --exec-api-version=v1 --exec-provide-cluster-info
kubectl config set-credentials gcp --kubeconfig=one.yaml --auth-provider=gcp --auth-provider-arg=k=v
kubectl config set-credentials gcp --kubeconfig=one.yaml --auth-provider-arg=bad
kubectl config set-credentials --kubeconfig=one.yaml
kubectl config set current-context operations --kubeconfig=one.yaml
kubectl config set contexts.operations.namespace here --kubeconfig=one.yaml
kubectl config set clusters.north.server https://5.6.7.8 --kubeconfig=one.yaml
kubectl config set clusters.north.insecure-skip-tls-verify false --kubeconfig=one.yaml
kubectl config set clusters.north.insecure-skip-tls-verify perhaps --kubeconfig=one.yaml
kubectl config set clusters.north.certificate-authority-data aGk= --kubeconfig=one.yaml
kubectl config set clusters.north.certificate-authority-data hi --set-raw-bytes=true --kubeconfig=one.yaml
kubectl config set users.cat.token x --kubeconfig=one.yaml
kubectl config set nosuch x --kubeconfig=one.yaml
kubectl config set nosuch.a.b x --kubeconfig=one.yaml
kubectl config set a --kubeconfig=one.yaml
kubectl config set contexts.my\.ctx.user x --kubeconfig=one.yaml
kubectl config unset contexts.operations.namespace --kubeconfig=one.yaml
kubectl config unset users.cat --kubeconfig=one.yaml
kubectl config unset users.nosuch --kubeconfig=one.yaml
kubectl config unset nosuch.x --kubeconfig=one.yaml
kubectl config unset current-context --kubeconfig=one.yaml
kubectl config unset users --kubeconfig=one.yaml
kubectl config unset --kubeconfig=one.yaml
kubectl config view --kubeconfig=one.yaml --raw
cat one.yaml
kubectl config delete-context new --kubeconfig=one.yaml
kubectl config delete-context new --kubeconfig=one.yaml
kubectl config delete-context --kubeconfig=one.yaml
kubectl config delete-cluster north --kubeconfig=one.yaml
kubectl config delete-cluster north --kubeconfig=one.yaml
kubectl config delete-cluster --kubeconfig=one.yaml
kubectl config delete-user gcp --kubeconfig=one.yaml
kubectl config delete-user gcp --kubeconfig=one.yaml
kubectl config delete-user --kubeconfig=one.yaml
kubectl config use-context dev --kubeconfig=one.yaml
kubectl config delete-context dev --kubeconfig=one.yaml
KUBECONFIG=one.yaml:two.yaml kubectl config use-context prod
KUBECONFIG=one.yaml:two.yaml kubectl config set-context prod --namespace=changed
KUBECONFIG=one.yaml:two.yaml kubectl config set-context made --cluster=south
KUBECONFIG=one.yaml:two.yaml kubectl config delete-context prod
KUBECONFIG=one.yaml:two.yaml kubectl config view
cat two.yaml
kubectl config set-context fresh --cluster=c --user=u --kubeconfig=four.yaml
cat four.yaml
KUBECONFIG=five.yaml:six.yaml kubectl config set-cluster c --server=http://x
cat six.yaml
kubectl config get-contexts --kubeconfig=four.yaml
kubectl config
kubectl config view -o yaml --kubeconfig=four.yaml
kubectl config set-context --current --namespace=kube-system
kubectl get pods -o name
kubectl config view -o jsonpath='{.contexts[0].context.namespace}'
kubectl config set-context --current --namespace=
kubectl get pods
kubectl config view --minify -o jsonpath='{..namespace}'
kubectl cluster-info
kubectl cluster-info dump --help | head -3
kubectl cluster-info dump --namespaces nosuch | head -5
kubectl cluster-info dump --namespaces nosuch --output-directory=out
ls out
kubectl cluster-info dump --namespaces default --output-directory=out2 -o yaml
ls out2 out2/default
cat out2/default/services.yaml
kubectl cluster-info dump -o nosuch
kubectl cluster-info dump --output-directory=out3
ls out3 out3/kube-system
kubectl cluster-info dump -A --output-directory=out4
ls out4
kubectl cluster-info dump --namespaces default | tail -20
`),
};
