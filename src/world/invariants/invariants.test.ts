import { describe, expect, it } from 'vitest';
import type { ApiObject } from '../../api/object.ts';
import { World, worldByName } from '../index.ts';
import { type Breach, breachText, invariants, Watchdog } from './index.ts';

const epoch = Date.UTC(2026, 0, 5, 8, 0, 0);
const definition = worldByName('one-node')!;

/** Objects of a made-up cluster; what a test does not care about is left out. */
const object = (kind: string, name: string, more: object = {}, metadata: object = {}): ApiObject =>
  ({
    apiVersion: 'v1',
    kind,
    metadata: { name, namespace: 'default', uid: `uid-${kind}-${name}`, ...metadata },
    ...more,
  }) as unknown as ApiObject;
const pod = (name: string, spec: object = {}, status: object = {}, metadata: object = {}) =>
  object('Pod', name, { spec: { containers: [], ...spec }, status }, metadata);
const node = (name: string, spec: object = {}) =>
  object(
    'Node',
    name,
    {
      spec,
      status: {
        allocatable: { cpu: '1', memory: '1Gi', pods: '110' },
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    },
    { namespace: undefined },
  );
const lease = (name: string) =>
  object(
    'Lease',
    name,
    { spec: { renewTime: '2026-01-05T18:00:00.000000Z' } },
    { namespace: 'kube-node-lease' },
  );
const needs = (cpu: string) => ({ containers: [{ name: 'a', resources: { requests: { cpu } } }] });

/** Tells a watchdog of writes, and then lets time go by in which nothing happens. */
class Story {
  readonly watchdog = new Watchdog({ invariants });
  private at = 1_000_000;
  private readonly world = new World({ definition, seed: 1, epoch });

  constructor() {
    // A sound cluster to look at: its machines run, and what etcd holds is up to the test.
    this.world.runUntil(60_000);
    this.watchdog.attach(this.world);
    this.write(object('Namespace', 'default', {}, { namespace: undefined }));
    this.write(object('Namespace', 'kube-node-lease', {}, { namespace: undefined }));
  }

  write(written: ApiObject, request = 'create', isGone = false): this {
    const site = 0;
    const id = (this.at += 5_000);
    this.watchdog.sink({ at: id, site, record: { type: 'request', id, verb: request } });
    const verb = isGone ? 'delete' : request;
    this.watchdog.sink({
      at: id,
      site,
      record: { type: 'write', verb, request: id, object: written },
    });
    return this;
  }

  wait(ms: number): readonly Breach[] {
    for (const end = this.at + ms; this.at < end; this.at += 1_000) {
      this.watchdog.sink({ at: this.at, site: 0, record: { type: 'flight' } });
    }
    return this.watchdog.breaches;
  }
}

const bind = (story: Story, name: string, spec: object, to: string) =>
  story.write(pod(name, spec)).write(pod(name, { ...spec, nodeName: to }), 'update');

describe('each invariant can be broken', () => {
  it.each<[string, (story: Story) => unknown, string]>([
    [
      'two Pods with one address',
      (story) =>
        story
          .write(pod('a', {}, { podIP: '10.244.0.9', podIPs: [{ ip: '10.244.0.9' }] }))
          .write(pod('b', {}, { podIP: '10.244.0.9', podIPs: [{ ip: '10.244.0.9' }] })),
      'Pod default/a and Pod default/b both have 10.244.0.9',
    ],
    [
      'two addresses of one Pod',
      (story) =>
        story.write(
          pod('a', {}, { podIP: '10.0.0.1', podIPs: [{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }] }),
        ),
      'also lists 10.0.0.1, 10.0.0.2',
    ],
    [
      'a ReplicaSet without its Pods',
      (story) =>
        story.write(
          object('ReplicaSet', 'web', { spec: { replicas: 1 }, status: { replicas: 0 } }),
        ),
      'ReplicaSet default/web has another number of Pods than it wants',
    ],
    [
      'a Deployment that nobody looks at',
      (story) =>
        story.write(
          object('Deployment', 'web', { status: { observedGeneration: 1 } }, { generation: 2 }),
        ),
      'has not been looked at',
    ],
    [
      'a node that is overfull',
      (story) => {
        story.write(node('n'));
        bind(story, 'a', needs('600m'), 'n');
        bind(story, 'b', needs('600m'), 'n');
      },
      'Node n has more cpu asked of it than it has',
    ],
    [
      'a Pod on a node that it does not tolerate',
      (story) => {
        story.write(node('n', { taints: [{ key: 'k', effect: 'NoSchedule' }] })).wait(70_000);
        bind(story, 'a', {}, 'n');
      },
      'whose taint k:NoSchedule it does not tolerate',
    ],
    [
      'a Pod on a node without the label',
      (story) => {
        story.write(node('n')).wait(70_000);
        bind(story, 'a', { nodeSelector: { disk: 'ssd' } }, 'n');
      },
      'which is not labelled disk=ssd',
    ],
    [
      'a Service without its ready Pod',
      (story) =>
        story.write(object('Service', 'web', { spec: { selector: { app: 'web' } } })).write(
          pod(
            'a',
            {},
            {
              podIP: '10.244.0.9',
              podIPs: [{ ip: '10.244.0.9' }],
              conditions: [{ type: 'Ready', status: 'True' }],
            },
            { labels: { app: 'web' } },
          ),
        ),
      'Service default/web lacks Pod default/a',
    ],
    [
      'an endpoint that is gone',
      (story) =>
        story.write(object('Service', 'web', { spec: { selector: { app: 'web' } } })).write(
          object(
            'EndpointSlice',
            'web-x',
            {
              endpoints: [
                { addresses: ['10.0.0.1'], conditions: { ready: true }, targetRef: { uid: 'u' } },
              ],
            },
            { labels: { 'kubernetes.io/service-name': 'web' } },
          ),
        ),
      'still has the Pod u, which is gone',
    ],
    [
      'an object that goes in spite of a finalizer',
      (story) =>
        story
          .write(object('ConfigMap', 'a', {}, { finalizers: ['x/y'] }))
          .write(object('ConfigMap', 'a', {}, { finalizers: ['x/y'] }), 'delete', true),
      'ConfigMap default/a is gone, although it had the finalizers x/y',
    ],
    [
      'an object that stays although it was deleted',
      (story) =>
        story.write(object('ConfigMap', 'a', {}, { deletionTimestamp: '2026-01-05T08:00:00Z' })),
      'ConfigMap default/a was deleted and is still there',
    ],
    [
      'an owner that is gone',
      (story) =>
        story.write(
          object('ConfigMap', 'a', {}, { ownerReferences: [{ kind: 'Pod', name: 'p', uid: 'u' }] }),
        ),
      'ConfigMap default/a has only owners that are gone',
    ],
    [
      'a namespace that is gone',
      (story) => story.write(object('ConfigMap', 'a', {}, { namespace: 'lost' })),
      'ConfigMap lost/a is in a namespace that is gone',
    ],
    ['a Lease that is not renewed', (story) => story.write(node('n')), 'the Lease of n is stale'],
    ['a sandbox that is no Pod’s', () => undefined, "is nobody's"],
  ])('%s', (_, tell, what) => {
    const story = new Story();
    tell(story);
    const breaches = story.wait(200_000);
    expect(breaches.map((breach) => breach.what).join('\n')).toContain(what);
  });

  it('a node that does not get Ready', () => {
    const broken = { ...node('n'), status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } };
    const breaches = new Story()
      .write(broken as ApiObject)
      .write(lease('n'))
      .wait(200_000);
    expect(breaches.map(({ what }) => what)).toContain('Node n is not Ready');
  });
});

describe('the watchdog', () => {
  const short = object('ReplicaSet', 'web', { spec: { replicas: 1 }, status: { replicas: 0 } });
  const full = object('ReplicaSet', 'web', { spec: { replicas: 0 }, status: { replicas: 0 } });
  const ofSets = (breaches: readonly Breach[]) =>
    breaches.filter(({ invariant }) => invariant.startsWith('ReplicaSets'));

  it('gives what settles its time', () => {
    const story = new Story().write(short);
    expect(ofSets(story.wait(50_000))).toEqual([]);
    story.write(full, 'update');
    expect(ofSets(story.wait(200_000))).toEqual([]);
  });

  it('tells each breach once, with its time and what came before', () => {
    const [breach, ...others] = ofSets(new Story().write(short).wait(200_000));
    expect(others).toEqual([]);
    expect(breachText(breach!)).toMatch(/^at 10\d\d\.\d{3} s: ReplicaSets have .*\n {4}1/);
    expect(breach!.tail.join('\n')).toContain('write ReplicaSet');
  });

  it('promises nothing while something is broken', () => {
    const story = new Story().write(short);
    story.watchdog.sink({
      at: 2e6,
      site: 0,
      record: { type: 'cable', machine: 'laptop', isCut: true },
    });
    expect(ofSets(story.wait(300_000))).toEqual([]);
  });
});
