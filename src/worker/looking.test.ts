import './late.ts';
import { describe, expect, it, vi } from 'vitest';
import { World, worldByName } from '../world/index.ts';
import { complete, simpleCommand } from './complete.ts';
import { diffOf } from './diff.ts';
import { inspect } from './inspect.ts';
import { Observer } from './observer/observer.ts';
import type { SessionFile, TimedInput } from './protocol.ts';

// Replaying a world takes its time where others work, too.
vi.setConfig({ testTimeout: 60_000 });

const epoch = Date.UTC(2026, 0, 5, 8, 0, 0);
const seed = 1;
const definition = worldByName('three-nodes')!;
const observer = new Observer(definition, epoch);
const world = new World({ definition, seed, epoch, sink: (entry) => observer.take(entry) });
const inputs: TimedInput[] = [];
world.runUntil(definition.openAt);
for (const text of [
  'kubectl apply -f nginx-deployment.yaml -f probes.yaml',
  'kubectl scale deployment nginx-deployment --replicas=4',
]) {
  const timed = { at: world.now + 1, input: { type: 'line', terminal: 'console', text } } as const;
  inputs.push(timed);
  world.enter(timed);
  world.runUntil(timed.at + 15_000);
}
const scene = { world, observer };
const session: SessionFile = {
  format: 'kubarium-session',
  version: 1,
  world: 'three-nodes',
  seed,
  epoch,
  inputs,
  until: world.now,
};
const uidOf = (kind: string, name: RegExp) => {
  for (const { kind: found, metadata } of observer.objects.values()) {
    if (found === kind && name.test(metadata.name)) return metadata.uid;
  }
  throw new Error(`no ${kind} ${name}`);
};
const ofObject = (kind: string, name: RegExp) =>
  inspect(scene, { type: 'object', uid: uidOf(kind, name) })!;

describe('inspecting', () => {
  it('tells why a Pod is there, back to the command', () => {
    const { why } = ofObject('Pod', /^nginx-deployment/);
    const moments = why.map(({ at }) => at);
    expect(moments).toEqual(moments.toSorted((a, b) => b - a));
    expect(why.at(-1)!.what).toBe('create Deployment nginx-deployment');
    expect(why.map(({ what }) => what.split(' ').slice(0, 2).join(' '))).toEqual(
      expect.arrayContaining(['create Pod', 'create ReplicaSet', 'create Deployment']),
    );
  });

  it('shows the YAML that kubectl prints, the events and the tables of a Pod', () => {
    const { title, yaml, events, tables } = ofObject('Pod', /^probes$/);
    expect(title).toBe('default/probes');
    expect(yaml).toMatch(/^apiVersion: v1\nkind: Pod\nmetadata:\n/);
    expect(yaml).not.toContain('managedFields');
    const reasons = events.map(({ reason }) => reason);
    expect(reasons).toEqual(expect.arrayContaining(['Scheduled', 'Pulled', 'Started']));
    const [containers, probes, scheduling] = tables;
    expect(containers!.rows[0]!.slice(0, 5)).toEqual([
      'main',
      'busybox:1.36',
      'Running',
      'true',
      '0',
    ]);
    expect(probes!.rows.map((row) => row[1])).toEqual(['readiness', 'liveness']);
    expect(scheduling!.rows[0]!.slice(0, 2)).toEqual([expect.stringMatching(/^worker-/), 'ok']);
    expect(scheduling!.rows.flat().join(' ')).toContain('control-plane TaintToleration');
  });

  it('shows the live statecharts of a Pod with their timers', () => {
    const { charts } = ofObject('Pod', /^probes$/);
    expect(charts.map(({ subject }) => subject)).toEqual(
      expect.arrayContaining([
        'pod default/probes',
        'sandbox default/probes',
        'container default/probes/main',
        'readiness default/probes/main',
      ]),
    );
    for (const { states, arrows, value } of charts) {
      const paths = states.map(({ path }) => path);
      expect(paths).toContain(value);
      for (const { from, to } of arrows) expect(paths).toEqual(expect.arrayContaining([from, to]));
    }
    const readiness = charts.find(({ subject }) => subject.startsWith('readiness'))!;
    const due = readiness.arrows.filter(({ dueAt }) => dueAt !== undefined);
    expect(due).toMatchObject([{ from: readiness.value, on: 'after period' }]);
    expect(due[0]!.dueAt).toBeGreaterThan(world.now);
  });

  it('shows a machine: units, processes, routes', () => {
    const { kind, tables } = inspect(scene, { type: 'machine', name: 'worker-1' })!;
    expect(kind).toBe('Node');
    const row = (title: string) => tables.find((table) => table.title === title)!.rows.join('\n');
    expect(row('Units')).toContain('kubelet.service,active');
    expect(row('Processes')).toContain('/usr/bin/kubelet');
    expect(row('Routes')).toContain('10.244.2.0/24,10.244.2.0,flannel.1');
    expect(row('iptables -t nat')).toContain('KUBE-SERVICES');
  });

  it.each([
    ['kube-scheduler', 'leader-election'],
    ['etcd', 'etcd-member'],
    ['kube-apiserver', 'watch-cache'],
    ['kubelet', 'node-lease'],
  ])('shows the charts of %s', (name, chart) => {
    const found = inspect(scene, { type: 'component', machine: 'control-plane', name })!;
    expect(found.charts.map(({ id }) => id)).toContain(chart);
    expect(found.tables[0]!.rows).toHaveLength(1);
  });

  it('knows nothing of what is not there', () => {
    expect(inspect(scene, { type: 'object', uid: 'none' })).toBeUndefined();
    expect(inspect(scene, { type: 'machine', name: 'none' })).toBeUndefined();
  });
});

describe('completing', () => {
  it.each([
    ['kubec', ['kubectl']],
    ['cat nginx-d', ['nginx-deployment.yaml']],
    ['cat ~/.kube/con', ['~/.kube/config']],
    ['cat </etc/hostn', ['/etc/hostname']],
    ['kubectl get pods prob', ['probes']],
    ['kubectl get deploy/', ['deploy/nginx-deployment']],
    ['kubectl describe -n kube-system pod etcd', ['etcd-control-plane']],
    ['k apply -f prob', ['probes.yaml']],
    ['kubectl get pods -n kube-s', ['kube-system']],
    ['kubectl get pods --namespace=kube-s', ['--namespace=kube-system']],
    ['kubectl logs probes -c ', ['main']],
    ['kubectl rollout st', ['status']],
    ['kubectl cordon worker-', ['worker-1', 'worker-2']],
    ['echo a | gre', ['grep']],
    ['A=1 sudo kubec', ['kubectl']],
  ])('%s', (line, candidates) => {
    const found = complete(scene, 'console', line, line.length);
    expect(found.candidates).toEqual(candidates);
    expect(candidates[0]!.startsWith(line.slice(found.from))).toBe(true);
  });

  it('changes nothing', () => {
    const { hash } = world;
    complete(scene, 'console', 'kubectl get pods ', 17);
    inspect(scene, { type: 'machine', name: 'worker-1' });
    world.runUntil(world.now);
    expect(world.hash).toBe(hash);
  });

  it('finds the command in which a line ends', () => {
    expect(simpleCommand('a; b && cd x')).toEqual(['cd', 'x']);
    expect(simpleCommand('echo "a b" $(ls ')).toEqual(['ls', '']);
  });
});

describe('diff', () => {
  it('shows what an apply would change', () => {
    const manifest = world.machines
      .get('laptop')!
      .files.read('/home/learner/nginx-deployment.yaml')!;
    const { error, objects } = diffOf(
      session,
      world.now,
      manifest.replace('nginx:1.27', 'nginx:1.28'),
    );
    expect(error).toBeUndefined();
    expect(objects.map(({ name }) => name)).toEqual(['Deployment default/nginx-deployment']);
    const { before, after } = objects[0]!;
    expect(before).toContain('replicas: 4');
    expect(after).not.toContain('managedFields');
    expect(after).not.toBe(before);
  });

  it('shows a new object whole, and kubectl’s words for a wrong one', () => {
    const map = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: b\n';
    const [{ before, after } = { before: '?', after: '' }] = diffOf(
      session,
      world.now,
      map,
    ).objects;
    expect(before).toBe('');
    expect(after).toContain('data:\n  a: b\n');
    const wrong = diffOf(session, world.now, map.replace('\ndata:', '\ndada:'));
    expect(wrong).toMatchObject({ error: expect.stringContaining('unknown field "dada"') });
  });
});
