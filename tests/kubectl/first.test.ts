import { expect, it } from 'vitest';
import { KubectlRig } from './rig.ts';

it('x', () => {
  const rig = new KubectlRig();
  rig.file('/root/a.yaml', `apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
  labels: {app: nginx}
spec:
  replicas: 3
  selector: {matchLabels: {app: nginx}}
  template:
    metadata: {labels: {app: nginx}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.14.2
        ports: [{containerPort: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: solo, labels: {a: b}}
spec: {containers: [{name: c, image: busybox, command: [sleep, "10"]}]}
`);
  for (const line of ['apply -f a.yaml', 'apply -f a.yaml', 'get deploy,po', 'get pods -o wide --show-labels', 'get po solo -o yaml', 'get po solo -o json', 'get po nope', 'get foo', 'describe pod solo', 'describe po so', 'get all', 'get po -A', 'get po -o name', 'get po -o jsonpath={.items[*].metadata.name}', 'get po -o custom-columns=N:.metadata.name,I:.spec.containers[0].image', 'delete po solo', 'get po', 'delete -f a.yaml', 'get --foo', 'gett', 'rollout']) {
    const { out, err, code } = rig.run(line);
    console.log(`$ kubectl ${line}  # ${code}\n${out}${err}`);
  }
  expect(1).toBe(1);
});
