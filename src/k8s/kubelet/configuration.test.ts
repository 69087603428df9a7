import { expect, test } from 'vitest';
import { expand } from './expansion.ts';
import { serviceVariables } from './environment.ts';
import { BackOff } from './back-off.ts';
import { KubeletRig } from './testing.ts';

test.each([
  ['$(A)', 'a'],
  ['$(A)$(B)', 'ab'],
  ['$$(A)', '$(A)'],
  ['$(C)', '$(C)'],
  ['$A', '$A'],
  ['$(A', '$(A'],
  ['price: $5', 'price: $5'],
  ['$', '$'],
  ['$$$(A)', '$a'],
])('expansion of %s', (text, expected) => {
  const env: Record<string, string> = { A: 'a', B: 'b' };
  expect(expand(text, (name) => env[name])).toBe(expected);
});

test('variables of Services', () => {
  const service = {
    metadata: { name: 'redis-leader', namespace: 'default' },
    spec: { clusterIP: '10.96.0.11', ports: [{ port: 6379, name: 'client', protocol: 'TCP' }] },
  };
  expect(serviceVariables([service as never])).toEqual({
    REDIS_LEADER_SERVICE_HOST: '10.96.0.11',
    REDIS_LEADER_SERVICE_PORT: '6379',
    REDIS_LEADER_SERVICE_PORT_CLIENT: '6379',
    REDIS_LEADER_PORT: 'tcp://10.96.0.11:6379',
    REDIS_LEADER_PORT_6379_TCP: 'tcp://10.96.0.11:6379',
    REDIS_LEADER_PORT_6379_TCP_PROTO: 'tcp',
    REDIS_LEADER_PORT_6379_TCP_PORT: '6379',
    REDIS_LEADER_PORT_6379_TCP_ADDR: '10.96.0.11',
  });
});

test('back-off: 10 s, doubled, 5 min at most, fresh after 10 quiet minutes', () => {
  const backOff = new BackOff();
  const delays: number[] = [];
  let now = 0;
  for (let i = 0; i < 7; i++) {
    backOff.next('a', now, now);
    delays.push(backOff.get('a') / 1000);
    now += backOff.get('a');
  }
  expect(delays).toEqual([10, 20, 40, 80, 160, 300, 300]);
  expect(backOff.isInBackOffSince('a', now, now + 299_999)).toBe(true);
  expect(backOff.isInBackOffSince('a', now, now + 300_000)).toBe(false);
  now += 900_001;
  expect(backOff.isInBackOffSince('a', now, now)).toBe(false);
  backOff.next('a', now, now);
  expect(backOff.get('a')).toBe(10_000);
});

function output(
  container: object,
  spec: object = {},
  objects: Record<string, object> = {},
): string {
  const rig = new KubeletRig();
  for (const path in objects) rig.server.put(path, objects[path] as object);
  rig.run(2_000);
  rig.create({
    metadata: { name: 'p', labels: { app: 'x' } },
    spec: {
      containers: [{ name: 'c', image: 'busybox:1.36', ...container }],
      restartPolicy: 'Never',
      ...spec,
    },
  });
  rig.run(6_000);
  const [made] = [...rig.runtime.containers.values()];
  if (made === undefined) return rig.transcript();
  return made.log.lines.map(({ text }) => text).join('\n');
}

test('environment from everywhere', () => {
  const text = output(
    {
      command: ['env'],
      env: [
        { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'APP', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } },
        {
          name: 'CPU',
          valueFrom: { resourceFieldRef: { resource: 'requests.cpu', divisor: '1m' } },
        },
        {
          name: 'MEM',
          valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } },
        },
        { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'cm', key: 'color' } } },
        { name: 'PASS', valueFrom: { secretKeyRef: { name: 's', key: 'pass' } } },
        { name: 'BOTH', value: '$(NODE)/$(COLOR)' },
      ],
      envFrom: [{ prefix: 'P_', configMapRef: { name: 'cm' } }],
      resources: { requests: { cpu: '250m' }, limits: { memory: '64Mi' } },
    },
    {},
    {
      '/api/v1/namespaces/default/configmaps/cm': {
        kind: 'ConfigMap',
        metadata: { name: 'cm', namespace: 'default' },
        data: { color: 'red' },
      },
      '/api/v1/namespaces/default/secrets/s': {
        kind: 'Secret',
        metadata: { name: 's', namespace: 'default' },
        data: { pass: 'aHVudGVy' },
      },
    },
  );
  for (const line of [
    'NODE=m1',
    'IP=10.244.1.2',
    'APP=x',
    'CPU=250',
    'MEM=64',
    'COLOR=red',
    'PASS=hunter',
    'BOTH=m1/red',
    'P_color=red',
    'HOSTNAME=p',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});

test('a ConfigMap as files; one that is not there keeps the Pod waiting', () => {
  const volumes = [{ name: 'v', configMap: { name: 'cm' } }];
  const container = {
    command: ['cat', '/etc/v/color'],
    volumeMounts: [{ name: 'v', mountPath: '/etc/v' }],
  };
  const object = {
    kind: 'ConfigMap',
    metadata: { name: 'cm', namespace: 'default' },
    data: { color: 'red' },
  };
  expect(
    output(container, { volumes }, { '/api/v1/namespaces/default/configmaps/cm': object }),
  ).toBe('red');
  expect(output(container, { volumes })).toContain(
    'Warning FailedMount MountVolume.SetUp failed for volume "v" : ',
  );
});

test('a reference that leads nowhere', () => {
  const object = { kind: 'ConfigMap', metadata: { name: 'cm', namespace: 'default' }, data: {} };
  const env = [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'cm', key: 'nope' } } }];
  const text = output(
    { command: ['env'], env },
    {},
    { '/api/v1/namespaces/default/configmaps/cm': object },
  );
  expect(text).toContain("Failed x2 Error: couldn't find key nope in ConfigMap default/cm");
  expect(text).toContain('c=CreateContainerConfigError');
});

test('containers of a Pod share an emptyDir', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  const volumeMounts = [{ name: 'shared', mountPath: '/data' }];
  rig.create({
    metadata: { name: 'p' },
    spec: {
      volumes: [{ name: 'shared', emptyDir: {} }],
      containers: [
        { name: 'a', image: 'nginx:1.25', volumeMounts },
        { name: 'b', image: 'nginx:1.25', volumeMounts },
      ],
    },
  });
  rig.runUntil(() => rig.isReady('p'));
  const [a, b] = [...rig.runtime.containers.values()];
  a?.files.write('/data/note', 'hello');
  expect(b?.files.read('/data/note')).toBe('hello');
  expect(
    rig.machine.files.read(
      `/var/lib/kubelet/pods/${rig.pod('p')?.metadata.uid}/volumes/kubernetes.io~empty-dir/shared/note`,
    ),
  ).toBe('hello');
});

test('the second of two containers on one port fails', () => {
  const rig = new KubeletRig();
  rig.run(2_000);
  const nginx = (name: string) => ({ name, image: 'nginx:1.25' });
  rig.create({ metadata: { name: 'p' }, spec: { containers: [nginx('a'), nginx('b')] } });
  rig.run(30_000);
  const [, b] = rig.pod('p')?.status?.containerStatuses ?? [];
  expect(b?.restartCount).toBeGreaterThan(0);
  expect(
    [...rig.runtime.containers.values()]
      .flatMap(({ log }) => log.lines.map(({ text }) => text))
      .join(),
  ).toContain('bind() to 0.0.0.0:80 failed (98: Address already in use)');
});
