/** One object in two versions; and who may sign, who may ask, and what a patch may not do. */
import { describe, expect, it } from 'vitest';
import type { ApiRequest, Credential } from '../client/wire.ts';
import { startRig } from './testing.ts';

const rig = startRig({ apiserverArgs: ['--authorization-mode=RBAC'] });
const send = (method: ApiRequest['method'], path: string, body?: unknown, more = {}) =>
  rig.request({
    method,
    path,
    ...(body === undefined ? {} : { body: body as never }),
    ...more,
  }) as {
    status: number;
    body: any;
  };
const get = (path: string, query = {}) => send('GET', path, undefined, { query }).body;

describe('autoscaling/v1 and v2', () => {
  const [v1, v2] = ['v1', 'v2'].map(
    (version) => `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`,
  ) as [string, string];
  const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const cpu = (percent: number) => ({
    type: 'Resource',
    resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } },
  });

  it('what is made in v1 is seen in v2, and is v1 again where that is asked for', () => {
    const spec = { scaleTargetRef: target, maxReplicas: 3, targetCPUUtilizationPercentage: 50 };
    const made = send('POST', v1, { metadata: { name: 'old' }, spec });
    expect(made.body).toMatchObject({
      apiVersion: 'autoscaling/v1',
      spec: { ...spec, minReplicas: 1 },
    });
    expect(get(`${v2}/old`).spec).toEqual({
      scaleTargetRef: target,
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [cpu(50)],
    });
    expect(get(v1).items.map(({ apiVersion }: any) => apiVersion)).toEqual(['autoscaling/v1']);
    expect(get(v2).items.map(({ apiVersion }: any) => apiVersion)).toEqual(['autoscaling/v2']);
  });

  it('a patch in v1 is a patch of what v1 shows', () => {
    const headers = { 'content-type': 'application/merge-patch+json' };
    const patch = { spec: { targetCPUUtilizationPercentage: 70 } };
    expect(send('PATCH', `${v1}/old`, patch, { headers }).status).toBe(200);
    expect(get(`${v2}/old`).spec.metrics).toEqual([cpu(70)]);
  });

  it('without a target it is 80 percent of the CPU', () => {
    send('POST', v1, {
      metadata: { name: 'bare' },
      spec: { scaleTargetRef: target, maxReplicas: 2 },
    });
    expect(get(`${v2}/bare`).spec.metrics).toEqual([cpu(80)]);
    expect(get(`${v1}/bare`).spec.targetCPUUtilizationPercentage).toBe(80);
  });

  it('what v1 cannot say travels in annotations, there and back', () => {
    const pods = {
      type: 'Pods',
      pods: { metric: { name: 'hits' }, target: { type: 'AverageValue', averageValue: '1k' } },
    };
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    const spec = { scaleTargetRef: target, maxReplicas: 3, metrics: [pods, cpu(40)], behavior };
    send('POST', v2, { metadata: { name: 'rich' }, spec });
    const whole = get(`${v2}/rich`).spec;
    const old = get(`${v1}/rich`);
    expect(JSON.parse(old.metadata.annotations['autoscaling.alpha.kubernetes.io/metrics'])).toEqual(
      [{ type: 'Pods', pods: { metricName: 'hits', targetAverageValue: '1k' } }],
    );
    expect(send('PUT', `${v1}/rich`, old).status).toBe(200);
    expect(get(`${v2}/rich`).spec).toEqual(whole);
    expect(get(`${v2}/rich`).metadata.annotations).toBeUndefined();
  });

  it('a watch of v1 speaks v1', () => {
    const watch = rig.watch(v1);
    send('DELETE', `${v2}/bare`);
    rig.run(100);
    const versions = watch.events.map(({ object }: any) => object.apiVersion);
    expect(new Set(versions)).toEqual(new Set(['autoscaling/v1']));
  });
});

describe('events.k8s.io and core events', () => {
  const core = '/api/v1/namespaces/default/events';
  const newer = '/apis/events.k8s.io/v1/namespaces/default/events';

  it('are the same events under other names', () => {
    send('POST', core, {
      metadata: { name: 'e' },
      involvedObject: { kind: 'Pod', name: 'p', namespace: 'default' },
      reason: 'Started',
      message: 'Started container c',
      source: { component: 'kubelet' },
      type: 'Normal',
      count: 2,
    });
    const event = get(`${newer}/e`);
    expect(event).toMatchObject({
      apiVersion: 'events.k8s.io/v1',
      regarding: { kind: 'Pod', name: 'p' },
      note: 'Started container c',
      deprecatedSource: { component: 'kubelet' },
      deprecatedCount: 2,
    });
    expect(event.message).toBeUndefined();
  });

  it('are selected by the names of their version', () => {
    const of = (path: string, fieldSelector: string) => get(path, { fieldSelector }).items?.length;
    expect(of(newer, 'regarding.name=p')).toBe(1);
    expect(of(newer, 'regarding.name=q')).toBe(0);
    expect(of(core, 'involvedObject.name=p')).toBe(1);
    expect(of(core, 'regarding.name=p')).toBeUndefined();
  });
});

describe('certificate signing requests', () => {
  const path = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
  const pem = '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n';
  const spec = {
    request: Buffer.from(pem).toString('base64'),
    signerName: 'kubernetes.io/kube-apiserver-client',
    usages: ['client auth'],
  };
  const jane: Credential = {
    type: 'certificate',
    commonName: 'jane',
    organizations: ['system:masters'],
  };
  const named = { metadata: { name: 'jane' } };

  it('say who asks, whatever the client says', () => {
    const body = { ...named, spec: { ...spec, username: 'root' } };
    const made = send('POST', path, body, { credential: jane });
    expect(made.body.spec).toMatchObject({
      username: 'jane',
      groups: ['system:masters', 'system:authenticated'],
    });
  });

  it('are approved by /approval alone, which sets the times', () => {
    const current = get(`${path}/jane`);
    const conditions = [{ type: 'Approved', status: 'True', reason: 'Fine' }];
    const wanted = { ...current, status: { conditions } };
    send('PUT', `${path}/jane`, wanted);
    expect(get(`${path}/jane`).status.conditions).toBeUndefined();
    expect(send('PUT', `${path}/jane/status`, wanted)).toMatchObject({
      status: 422,
      body: {
        message: expect.stringContaining('updates may not add a condition of type "Approved"'),
      },
    });
    const approved = send('PUT', `${path}/jane/approval`, wanted).body;
    expect(approved.status.conditions).toEqual([
      {
        ...conditions[0],
        lastUpdateTime: expect.stringMatching(/Z$/),
        lastTransitionTime: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it.each([
    ['no usages', { usages: [] }, 'spec.usages: Required value'],
    ['an unknown usage', { usages: ['fly'] }, 'spec.usages[0]: Unsupported value: "fly"'],
    ['a bare signer', { signerName: 'me' }, "path of the form 'example.com/signer-name'"],
    ['no request', { request: 'aGk=' }, 'PEM block type must be CERTIFICATE REQUEST'],
    ['a short life', { expirationSeconds: 1 }, 'less than 600 seconds (10 minutes)'],
  ])('with %s are refused', (_, change, text) => {
    const made = send('POST', path, { metadata: { name: 'x' }, spec: { ...spec, ...change } });
    expect(made.status).toBe(422);
    expect(made.body.message).toContain(text);
  });
});

describe('patches', () => {
  const maps = '/api/v1/namespaces/default/configmaps';
  const patch = (name: string, type: string, body: unknown, query = {}) =>
    send('PATCH', `${maps}/${name}`, body, {
      headers: { 'content-type': `application/${type}` },
      query,
    });
  const last = 'kubectl.kubernetes.io/last-applied-configuration';
  const config = (name: string, data: object) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
    data,
  });
  const clientApplied = (name: string, data: object) => {
    const { metadata, ...rest } = config(name, data);
    const annotations = { [last]: `${JSON.stringify(config(name, data))}\n` };
    const query = { fieldManager: 'kubectl-client-side-apply' };
    send('POST', maps, { ...rest, metadata: { ...metadata, annotations } }, { query });
  };

  it('that lead to no object are refused with the converter, or the reader', () => {
    send('POST', maps, config('a', { k: 'v' }));
    const body = { metadata: { labels: 'x' } };
    expect(patch('a', 'strategic-merge-patch+json', body)).toMatchObject({
      status: 422,
      body: {
        message:
          ' "" is invalid: patch: Invalid value: "map[metadata:map[labels:x]]": ' +
          'cannot restore map from string',
      },
    });
    const merged = patch('a', 'merge-patch+json', body);
    expect(merged.status).toBe(422);
    expect(merged.body.message).toContain(
      'json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels',
    );
  });

  it("kubectl's server-side apply takes over from its client-side apply, and keeps its note", () => {
    clientApplied('b', { k: 'v', old: 'x' });
    const next = config('b', { k: 'w', old: 'x' });
    const other = patch('b', 'apply-patch+yaml', next, { fieldManager: 'somebody' });
    expect(other.status).toBe(409);
    const own = patch('b', 'apply-patch+yaml', next, { fieldManager: 'kubectl' });
    expect(own.status).toBe(200);
    expect(JSON.parse(own.body.metadata.annotations[last])).toEqual(next);
  });

  it('what somebody changed since is not taken over', () => {
    clientApplied('c', { k: 'v' });
    patch('c', 'merge-patch+json', { data: { k: 'mine' } }, { fieldManager: 'me' });
    const next = config('c', { k: 'w' });
    const own = patch('c', 'apply-patch+yaml', next, { fieldManager: 'kubectl' });
    expect(own.body.message).toBe(
      'Apply failed with 1 conflict: conflict with "me" using v1: .data.k',
    );
  });

  it('managedFields alone can be changed', () => {
    clientApplied('d', { k: 'v' });
    const { resourceVersion } = get(`${maps}/d`).metadata;
    const value = [
      {
        manager: 'kubectl',
        operation: 'Apply',
        apiVersion: 'v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:k': {} } },
      },
    ];
    patch('d', 'json-patch+json', [{ op: 'replace', path: '/metadata/managedFields', value }]);
    const { metadata } = get(`${maps}/d`);
    expect(metadata.managedFields).toEqual(value);
    expect(metadata.resourceVersion).not.toBe(resourceVersion);
  });
});

it('a scale can be had as a Table', () => {
  const controllers = '/api/v1/namespaces/default/replicationcontrollers';
  const template = {
    metadata: { labels: { app: 'a' } },
    spec: { containers: [{ name: 'c', image: 'nginx' }] },
  };
  const spec = { replicas: 3, selector: { app: 'a' }, template };
  send('POST', controllers, { metadata: { name: 'rc' }, spec });
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const { body } = send('GET', `${controllers}/rc/scale`, undefined, { headers });
  expect(body.columnDefinitions.map(({ name }: any) => name)).toEqual([
    'Name',
    'Desired',
    'Available',
    'Age',
  ]);
  expect(body.rows[0].cells.slice(0, 3)).toEqual(['rc', 3, 0]);
});

it('a watch can be asked for by its older path', () => {
  const watch = rig.watch('/api/v1/watch/namespaces/default/configmaps/a');
  rig.run(100);
  expect(watch.events.map(({ type, object }: any) => [type, object.metadata.name])).toEqual([
    ['ADDED', 'a'],
  ]);
});

describe('reviews', () => {
  const group = '/apis/authorization.k8s.io/v1';
  const jane: Credential = { type: 'certificate', commonName: 'jane', organizations: [] };
  const rbac = '/apis/rbac.authorization.k8s.io/v1';

  it('name the binding that allows', () => {
    const { rules, ...meta } = {
      metadata: { name: 'reader' },
      rules: [{ verbs: ['get'], apiGroups: [''], resources: ['pods'], resourceNames: ['p'] }],
    };
    send('POST', `${rbac}/namespaces/default/roles`, { ...meta, rules });
    send('POST', `${rbac}/namespaces/default/rolebindings`, {
      metadata: { name: 'jane-reads' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
    });
    rig.run(100);
    const resourceAttributes = { namespace: 'default', verb: 'get', resource: 'pods', name: 'p' };
    const asked = { spec: { user: 'jane', resourceAttributes } };
    expect(send('POST', `${group}/subjectaccessreviews`, asked).body.status).toEqual({
      allowed: true,
      reason: 'RBAC: allowed by RoleBinding "jane-reads/default" of Role "reader" to User "jane"',
    });
    const rulesOf = send(
      'POST',
      `${group}/selfsubjectrulesreviews`,
      { spec: { namespace: 'default' } },
      { credential: jane },
    ).body.status;
    expect(rulesOf.incomplete).toBe(false);
    expect(rulesOf.resourceRules).toContainEqual(rules[0]);
    expect(rulesOf.nonResourceRules.flatMap((rule: any) => rule.nonResourceURLs)).toContain(
      '/healthz',
    );
  });

  it.each([
    [{}, 'exactly one of nonResourceAttributes or resourceAttributes must be specified'],
    [{ resourceAttributes: {} }, 'at least one of user or group must be specified'],
  ])('of %o are refused', (spec, text) => {
    const asked = send('POST', `${group}/subjectaccessreviews`, { spec });
    expect(asked.status).toBe(422);
    expect(asked.body.message).toContain(text);
  });
});

it('one can be somebody else, with groups that have commas, a uid and more', () => {
  const headers = {
    'impersonate-user': 'jane',
    'impersonate-group': 'b\n,,a',
    'impersonate-uid': '7',
    'impersonate-extra-acme.com%2fteam': 'red\nblue',
  };
  const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
  expect(send('POST', path, {}, { headers }).body.status.userInfo).toEqual({
    username: 'jane',
    uid: '7',
    groups: ['b', ',,a', 'system:authenticated'],
    extra: { 'acme.com/team': ['red', 'blue'] },
  });
  const nobody = send('GET', '/api', undefined, { headers: { 'impersonate-group': 'a' } });
  expect([nobody.status, nobody.body.message]).toEqual([
    500,
    'Internal error occurred: requested [{Group  a    }] without impersonating a user',
  ]);
});
