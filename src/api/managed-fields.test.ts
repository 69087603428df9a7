import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decode } from './decode.ts';
import { difference, intersection, pathsOf, union } from './field-sets.ts';
import { fieldSetOf } from './field-walk.ts';
import { freeze } from './freeze.ts';
import { applyManaged, updateManagedFields, type ApplyWrite } from './managed-fields.ts';
import type { ApiObject, JsonObject, ManagedFieldsEntry } from './object.ts';
import { schemaOf } from './schema.ts';
import { StatusError } from './status.ts';

const deployment = (spec: JsonObject, metadata: JsonObject = {}): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...metadata },
  spec,
});
const pods = (image: string, more: JsonObject = {}): JsonObject => ({
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'nginx', image, ...more }] },
});
const spec = (replicas: number, image = 'nginx:1'): JsonObject => ({
  replicas,
  selector: { matchLabels: { app: 'web' } },
  template: pods(image),
});

const write = { schema: 'apps.v1.Deployment', apiVersion: 'apps/v1', time: '2025-01-01T00:00:00Z' };
const apply = (manager: string, force = false, time = write.time): ApplyWrite => ({
  ...write,
  manager,
  force,
  time,
});

const stored = (object: JsonObject): ApiObject =>
  freeze(decode('apps.v1.Deployment', object).object) as unknown as ApiObject;
const entries = (object: JsonObject | ApiObject): readonly ManagedFieldsEntry[] =>
  (object as ApiObject).metadata.managedFields ?? [];
const created = (manager: string, object: JsonObject): JsonObject =>
  freeze(
    updateManagedFields(undefined, stored(object), { ...write, manager }),
  ) as unknown as JsonObject;

const statusOf = (act: () => unknown): StatusError['status'] => {
  try {
    act();
  } catch (problem) {
    if (problem instanceof StatusError) return problem.status;
    throw problem;
  }
  return expect.unreachable('there was no conflict');
};

it('a create by kubectl owns what a real cluster says it owns', () => {
  const object = deployment(
    {
      ...spec(3),
      strategy: {
        rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
        type: 'RollingUpdate',
      },
      template: pods('nginx', { ports: [{ containerPort: 80, protocol: 'TCP' }] }),
    },
    { labels: { app: 'web' }, uid: 'u', resourceVersion: '1', creationTimestamp: write.time },
  );
  expect(entries(created('kubectl-create', object))).toEqual([
    {
      manager: 'kubectl-create',
      operation: 'Update',
      apiVersion: 'apps/v1',
      time: write.time,
      fieldsType: 'FieldsV1',
      fieldsV1: {
        'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
        'f:spec': {
          'f:replicas': {},
          'f:selector': {},
          'f:strategy': {
            'f:rollingUpdate': { '.': {}, 'f:maxSurge': {}, 'f:maxUnavailable': {} },
            'f:type': {},
          },
          'f:template': {
            'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
            'f:spec': {
              'f:containers': {
                'k:{"name":"nginx"}': {
                  '.': {},
                  'f:image': {},
                  'f:name': {},
                  'f:ports': {
                    '.': {},
                    'k:{"containerPort":80,"protocol":"TCP"}': {
                      '.': {},
                      'f:containerPort': {},
                      'f:protocol': {},
                    },
                  },
                  'f:resources': {},
                },
              },
            },
          },
        },
      },
    },
  ]);
});

it('an applier owns what its configuration says', () => {
  const set = fieldSetOf(
    schemaOf('apps.v1.Deployment'),
    deployment(
      { template: pods('nginx', { ports: [{ containerPort: 80 }], args: ['a'] }) },
      { labels: { a: 'b' } },
    ),
  );
  expect(set).toMatchObject({
    'f:metadata': { 'f:labels': { 'f:a': {} } },
    'f:spec': {
      'f:template': {
        'f:spec': {
          'f:containers': {
            'k:{"name":"nginx"}': {
              '.': {},
              'f:args': {},
              'f:image': {},
              'f:name': {},
              'f:ports': {
                'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} },
              },
            },
          },
        },
      },
    },
  });
});

describe('conflicts, worded as the API server words them', () => {
  const live = created('kubectl-client-side-apply', deployment(spec(3)));
  it('one', () => {
    const status = statusOf(() =>
      applyManaged(live, deployment({ replicas: 5 }), apply('kubectl')),
    );
    expect(status).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" ' +
        'using apps/v1: .spec.replicas',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            field: '.spec.replicas',
            message: 'conflict with "kubectl-client-side-apply" using apps/v1',
          },
        ],
      },
    });
  });
  it('several', () => {
    const status = statusOf(() =>
      applyManaged(live, deployment({ replicas: 5, template: pods('nginx:2') }), apply('kubectl')),
    );
    expect(status.message).toBe(
      'Apply failed with 2 conflicts: ' +
        'conflicts with "kubectl-client-side-apply" using apps/v1:\n- .spec.replicas\n' +
        '- .spec.template.spec.containers[name="nginx"].image',
    );
  });
  it('with an applier of a subresource', () => {
    const scaled = applyManaged(live, deployment({ replicas: 4 }), {
      ...apply('scaler', true),
      subresource: 'scale',
    });
    const status = statusOf(() =>
      applyManaged(scaled, deployment({ replicas: 5 }), apply('kubectl')),
    );
    expect(status.message).toBe(
      'Apply failed with 1 conflict: ' +
        'conflict with "scaler" with subresource "scale": .spec.replicas',
    );
  });
  it('none where both want the same', () => {
    const shared = applyManaged(live, deployment({ replicas: 3 }), apply('kubectl'));
    expect(entries(shared).map(({ manager }) => manager)).toEqual([
      'kubectl',
      'kubectl-client-side-apply',
    ]);
  });
  it('none by force: the others lose the field', () => {
    const forced = applyManaged(live, deployment({ replicas: 5 }), apply('kubectl', true));
    expect((forced['spec'] as JsonObject)['replicas']).toBe(5);
    const [mine, theirs] = entries(forced);
    expect(mine?.fieldsV1).toEqual({ 'f:spec': { 'f:replicas': {} } });
    expect(theirs?.fieldsV1?.['f:spec']).not.toHaveProperty('f:replicas');
  });
});

describe('what an applier drops', () => {
  const first = deployment(
    {
      replicas: 2,
      paused: true,
      template: {
        spec: {
          containers: [
            { name: 'a', image: 'a', env: [{ name: 'X', value: '1' }] },
            { name: 'b', image: 'b' },
          ],
        },
      },
    },
    { labels: { keep: '1', drop: '1' } },
  );
  const live = freeze(applyManaged(undefined, first, apply('me')));
  const second = deployment(
    { replicas: 2, template: { spec: { containers: [{ name: 'a', image: 'a' }] } } },
    { labels: { keep: '1' } },
  );
  it('goes', () => {
    const next = applyManaged(live, second, apply('me'));
    expect(next['spec']).toMatchObject({
      replicas: 2,
      template: { spec: { containers: [{ name: 'a', image: 'a' }] } },
    });
    expect(JSON.stringify(next['spec'])).not.toMatch(/paused|"X"|"b"/);
    expect(next['metadata']).toMatchObject({ labels: { keep: '1' } });
    expect((next['metadata'] as JsonObject)['labels']).not.toHaveProperty('drop');
  });
  it('stays if another applies it too', () => {
    const shared = applyManaged(live, deployment({ paused: true }), apply('other'));
    const next = applyManaged(shared, second, apply('me'));
    expect((next['spec'] as JsonObject)['paused']).toBe(true);
  });
});

it('applying the same again changes nothing, not even the time', () => {
  const config = deployment(spec(3));
  const live = freeze(applyManaged(undefined, config, apply('me')));
  expect(applyManaged(live, config, apply('me', false, '2025-01-02T00:00:00Z'))).toBe(live);
});

it('applied items keep the applied order, and others their place', () => {
  const containers = (...names: string[]): JsonObject =>
    deployment({ template: { spec: { containers: names.map((name) => ({ name })) } } });
  const live = created('x', containers('a', 'other', 'b'));
  const next = applyManaged(live, containers('b', 'new', 'a'), apply('me'));
  const template = (next['spec'] as JsonObject)['template'] as JsonObject;
  const list = (template['spec'] as JsonObject)['containers'] as readonly JsonObject[];
  const names = list.map(({ name }) => name);
  expect(names.filter((name) => name !== 'other')).toEqual(['b', 'new', 'a']);
  expect(names).toContain('other');
});

it('an update takes over what it changes, and leaves the rest', () => {
  const before = created('creator', deployment(spec(3), { uid: 'u' })) as unknown as ApiObject;
  const changed = {
    ...before,
    spec: { ...((before as unknown as JsonObject)['spec'] as JsonObject), replicas: 4 },
  };
  const after = updateManagedFields(before, changed, {
    ...write,
    manager: 'scaler',
    time: '2025-01-01T00:01:00Z',
  });
  expect(entries(after).map(({ manager, time }) => [manager, time])).toEqual([
    ['creator', write.time],
    ['scaler', '2025-01-01T00:01:00Z'],
  ]);
  expect(entries(after)[1]?.fieldsV1).toEqual({ 'f:spec': { 'f:replicas': {} } });
  expect(entries(after)[0]?.fieldsV1?.['f:spec']).not.toHaveProperty('f:replicas');
});

it('an update that changes nothing keeps the very entries', () => {
  const before = created('creator', deployment(spec(3), { uid: 'u' })) as unknown as ApiObject;
  const { managedFields: _, ...metadata } = before.metadata;
  const after = updateManagedFields(
    before,
    { ...before, metadata },
    { ...write, manager: 'other' },
  );
  expect(entries(after)).toBe(entries(before));
});

it('sets obey set algebra', () => {
  const a = { 'f:x': { '.': {}, 'f:y': {} }, 'f:z': {} };
  const b = { 'f:x': { 'f:y': {} } };
  expect(union(a, b)).toEqual(a);
  expect(difference(a, b)).toEqual({ 'f:x': {}, 'f:z': {} });
  expect(intersection(a, b)).toEqual(b);
  expect(pathsOf(a)).toEqual(['.x', '.z', '.x.y']);
});

const recorded = '../shared/golden';

// Objects of a real control plane, each made by one write (and status written apart from that).
describe.runIf(existsSync(recorded))('the managedFields of a real API server', () => {
  const lists = !existsSync(recorded) ? [] : [
    ['bootstrap-kube-system-deploy.json', 'apps.v1.Deployment'],
    ['bootstrap-kube-system-ds.json', 'apps.v1.DaemonSet'],
    ['bootstrap-priorityclasses.json', 'scheduling.v1.PriorityClass'],
    ['bootstrap-clusterroles.json', 'rbac.v1.ClusterRole'],
    ['bootstrap-clusterrolebindings.json', 'rbac.v1.ClusterRoleBinding'],
    ['bootstrap-roles.json', 'rbac.v1.Role'],
    ['bootstrap-cm.json', 'core.v1.ConfigMap'],
  ] as const;
  const cases = lists.flatMap(([file, schema]) => {
    const { items } = JSON.parse(readFileSync(`${recorded}/${file}`, 'utf8')) as {
      readonly items: readonly ApiObject[];
    };
    return items.map((object) => [`${file} ${object.metadata.name}`, schema, object] as const);
  });
  it.each(cases)('%s', (_, schema, object) => {
    const all = entries(object);
    const first = all.find(({ fieldsV1 }) => fieldsV1?.['f:spec'] !== undefined) ?? all[0];
    const others = all.filter((one) => one !== first);
    if (first?.manager === undefined || first.operation !== 'Update') return;
    // What later writers own was not there at first.
    const text = JSON.stringify(others.map(({ fieldsV1 }) => fieldsV1));
    const { managedFields: __, annotations, ...metadata } = object.metadata;
    const early = Object.entries(annotations ?? {}).filter(([key]) => !text.includes(`f:${key}`));
    const created = decode(schema, {
      ...(object as unknown as JsonObject),
      metadata: { ...(metadata as unknown as JsonObject), annotations: Object.fromEntries(early) },
      status: null,
    }).object as unknown as ApiObject;
    const [entry] = entries(
      updateManagedFields(undefined, created, {
        schema,
        manager: first.manager,
        apiVersion: first.apiVersion ?? '',
        time: '',
      }),
    );
    expect(entry?.fieldsV1).toEqual(first.fieldsV1);
  });
});
