/** The first bridge's promise: a real kubectl 1.31 against a running world, when there is one. */
import { expect, test } from 'vitest';
import type { State } from './cases.ts';
import { compareLive } from './compare.ts';
import { findKubectl } from './worlds.ts';

const binary = findKubectl('1.31');
const waits = (line: string) => ({ line, speed: 20 });

const first: State = {
  name: 'first bridge',
  setup: 'true',
  settleMs: 1_000,
  files: {
    'pod.yaml':
      'apiVersion: v1\nkind: Pod\nmetadata: {name: solo}\nspec:\n  containers:\n' +
      '  - {name: c, image: "busybox:1.36", command: [sh, -c, "echo up; sleep 1000"]}\n',
  },
  commands: [
    'kubectl get nodes',
    'kubectl create deployment web --image=nginx:1.16.1 --replicas=2',
    waits('kubectl rollout status deploy/web'),
    'kubectl apply -f pod.yaml',
    waits('kubectl wait --for=condition=Ready pod/solo'),
    'kubectl get pods -o wide',
    'kubectl logs solo',
    'kubectl exec solo -- sh -c "echo in; exit 4"',
    'echo typed | kubectl exec -i solo -- cat',
    'kubectl label pod solo tier=back',
    'kubectl describe deploy web',
    'kubectl set image deploy/web nginx=nginx:1.25',
    waits('kubectl rollout status deploy/web'),
    'kubectl rollout history deploy/web',
    'kubectl rollout undo deploy/web',
    'kubectl scale deploy web --replicas=3',
    { line: 'kubectl get deploy -w', speed: 30, mostMs: 1_500 },
    waits('kubectl delete pod solo'),
    waits('kubectl delete deploy web'),
    'kubectl get deploy',
  ],
};

test.skipIf(binary === undefined)(
  'kubectl 1.31 over plain HTTP prints what the console prints (skipped: not on this machine)',
  { timeout: 180_000 },
  async () => {
    const compared = await compareLive(first, binary as string);
    const text = (pick: 'real' | 'ours') =>
      compared.map((each) => `$ ${each.line}\n${each[pick]}`).join('');
    expect(text('ours')).toBe(text('real'));
    expect(text('real')).toContain('deployment "web" successfully rolled out');
    expect(text('real')).toContain('[exit 4]');
  },
);
