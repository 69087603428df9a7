// Microseconds a write through apiserver and etcd, with three watchers. Bundle and run:
// npx rolldown tools/bench-apiserver.mjs --format esm --platform node -o /tmp/bench.mjs && node /tmp/bench.mjs
import { startRig } from '../src/k8s/apiserver/testing.ts';
function measure(count, round) {
  const rig = startRig({ seed: round });
  const path = '/api/v1/namespaces/default/pods';
  const headers = { 'managed-fields': 'omit', 'user-agent': 'bench/v1' };
  const watches = [1, 2, 3].map(() => rig.watch('/api/v1/pods', {}, { headers }));
  const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
  const t0 = cpu();
  const steps0 = rig.shard.steps;
  const ids = [];
  for (let i = 0; i < count; i++) {
    ids.push(rig.send({ method: 'POST', path, headers, body: {
      apiVersion: 'v1', kind: 'Pod',
      metadata: { generateName: 'web-', labels: { app: 'web', 'pod-template-hash': 'abc' } },
      spec: { containers: [{ name: 'c', image: 'nginx:1.14.2', ports: [{ containerPort: 80 }] }] },
    } }));
  }
  rig.run(1000);
  const t1 = cpu();
  const pods = ids.map((id) => rig.answerOf(id).body);
  if (pods.some((pod) => pod.kind !== 'Pod')) throw new Error(JSON.stringify(pods.find((p) => p.kind !== 'Pod')));
  const t2 = cpu();
  for (const pod of pods) rig.send({ method: 'POST', path: `${path}/${pod.metadata.name}/binding`, headers,
    body: { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod.metadata.name }, target: { kind: 'Node', name: 'n1' } } });
  rig.run(1000);
  const t3 = cpu();
  for (const pod of pods) rig.send({ method: 'PATCH', path: `${path}/${pod.metadata.name}/status`,
    headers: { ...headers, 'content-type': 'application/strategic-merge-patch+json' },
    body: { metadata: { uid: pod.metadata.uid }, status: { phase: 'Running', podIP: '10.244.1.2', podIPs: [{ ip: '10.244.1.2' }],
      hostIP: '192.168.56.11', startTime: '2025-06-15T15:06:47Z',
      conditions: ['Initialized', 'Ready', 'ContainersReady'].map((type) => ({ type, status: 'True', lastProbeTime: null, lastTransitionTime: '2025-06-15T15:06:47Z' })),
      containerStatuses: [{ name: 'c', image: 'nginx:1.14.2', imageID: 'x', ready: true, restartCount: 0, started: true, state: { running: { startedAt: '2025-06-15T15:06:47Z' } }, lastState: {} }] } } });
  rig.run(1000);
  const t4 = cpu();
  if (watches.some((w) => w.events.length !== 3 * count)) throw new Error(`events ${watches.map((w) => w.events.length)}`);
  const us = (ms) => ((ms * 1000) / count).toFixed(1);
  console.log(`create ${us(t1 - t0)} us, bind ${us(t3 - t2)} us, status patch ${us(t4 - t3)} us; mean ${(((t1 - t0) + (t3 - t2) + (t4 - t3)) * 1000 / count / 3).toFixed(1)} us/write; ${((rig.shard.steps - steps0) / 3 / count).toFixed(1)} events/write`);
}
const count = Number(process.argv[2] ?? 1000);
for (let round = 1; round <= 6; round++) measure(count, round);
