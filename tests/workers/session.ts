/** The session that the worker tests play everywhere: a rollout, a lost node, and its return. */
import type { SessionFile } from '../../src/worker/protocol.ts';

const line = (at: number, text: string) => ({
  at,
  input: { type: 'line' as const, terminal: 'console', text },
});

export const session: SessionFile = {
  format: 'kubarium-session',
  version: 1,
  world: 'three-nodes',
  seed: 3,
  epoch: Date.UTC(2026, 0, 1),
  inputs: [
    line(120_000.5, 'kubectl apply -f nginx-deployment.yaml -f nginx-service.yaml'),
    line(130_000, 'kubectl get pods -o wide'),
    { at: 135_000, input: { type: 'fault', fault: { do: 'power-off', machine: 'worker-2' } } },
    line(140_000, 'kubectl scale deployment nginx-deployment --replicas=5'),
    { at: 160_000, input: { type: 'fault', fault: { do: 'power-on', machine: 'worker-2' } } },
    line(170_000, 'kubectl set image deployment/nginx-deployment nginx=nginx:1.16.1'),
  ],
  until: 200_000,
};
