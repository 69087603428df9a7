import { describe, expect, it } from 'vitest';
import type { CustomResourceDefinition } from '../../../api/types.gen.ts';
import { type Rig, startRig } from '../testing.ts';

const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const group = 'stable.example.com';
const path = `/apis/${group}/v1/namespaces/default/crontabs`;

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        cronSpec: { type: 'string' },
        replicas: { type: 'integer', minimum: 1, maximum: 10, default: 1 },
        args: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
      },
      'x-kubernetes-validations': [{ rule: 'self.replicas != 7', message: 'never seven' }],
    },
    status: { type: 'object', properties: { replicas: { type: 'integer' } } },
  },
};

const version = (name: string, more: object = {}) => ({
  name,
  served: true,
  storage: name === 'v1',
  schema: { openAPIV3Schema: schema },
  subresources: {
    status: {},
    scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
  },
  selectableFields: [{ jsonPath: '.spec.cronSpec' }],
  additionalPrinterColumns: [
    { name: 'Spec', type: 'string', jsonPath: '.spec.cronSpec' },
    { name: 'Replicas', type: 'integer', jsonPath: '.spec.replicas', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
  ],
  ...more,
});

const crontabs = (versions: readonly object[] = [version('v1')], names: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `crontabs.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { plural: 'crontabs', kind: 'CronTab', shortNames: ['ct'], ...names },
    versions,
  },
});

/** A version whose spec is of this schema, and no more. */
const bare = (spec: object) => ({
  name: 'v1',
  served: true,
  storage: true,
  schema: { openAPIV3Schema: { type: 'object', properties: { spec } } },
});

const crontab = (name: string, spec: object = {}, v = 'v1') => ({
  apiVersion: `${group}/${v}`,
  kind: 'CronTab',
  metadata: { name },
  spec: { cronSpec: '* * * * */5', ...spec },
});

/** A server on which the definition is established. */
function world(definition = crontabs()): Rig {
  const rig = startRig();
  rig.create(definitions, definition);
  rig.run(100);
  return rig;
}

const conditionsOf = (rig: Rig, name = `crontabs.${group}`): string[] =>
  (rig.get<CustomResourceDefinition>(`${definitions}/${name}`).status?.conditions ?? []).map(
    ({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`,
  );

describe('a definition', () => {
  it('gets its names, then is established', () => {
    const rig = startRig();
    const watch = rig.watch(definitions);
    rig.create(definitions, crontabs());
    rig.run(100);
    expect(
      watch.events.map(({ type, object }) => {
        const { status } = object as unknown as CustomResourceDefinition;
        return `${type} ${(status?.conditions ?? []).map((one) => one.reason).join(' ')}`;
      }),
    ).toEqual([
      'ADDED ',
      'MODIFIED NoConflicts Installing',
      'MODIFIED NoConflicts InitialNamesAccepted',
    ]);
    expect(conditionsOf(rig)).toEqual([
      'NamesAccepted=True NoConflicts: no conflicts found',
      'Established=True InitialNamesAccepted: the initial names have been accepted',
    ]);
  });

  it('does not get names that another one of its group has, until that one is gone', () => {
    const rig = world();
    const other = {
      ...crontabs([version('v1')], { plural: 'others', kind: 'Other', shortNames: ['ct'] }),
      metadata: { name: `others.${group}` },
    };
    rig.create(definitions, other);
    rig.run(100);
    expect(conditionsOf(rig, `others.${group}`)).toEqual([
      'NamesAccepted=False ShortNamesConflict: "ct" is already in use',
      'Established=False NotAccepted: not all names are accepted',
    ]);
    rig.delete(`${definitions}/crontabs.${group}`);
    rig.run(1_000);
    expect(conditionsOf(rig, `others.${group}`)[1]).toContain('InitialNamesAccepted');
  });

  it('takes its resources with it, and waits for their finalizers', () => {
    const rig = world();
    const held = { ...crontab('held'), metadata: { name: 'held', finalizers: ['a.b/c'] } };
    rig.create(path, crontab('free'));
    rig.create(path, held);
    const watch = rig.watch(path);
    rig.run(10);
    watch.take();
    rig.delete(`${definitions}/crontabs.${group}`);
    rig.run(1_000);
    expect(watch.take()).toEqual(['DELETED free', 'MODIFIED held']);
    expect(conditionsOf(rig)[2]).toBe(
      'Terminating=True InstanceDeletionInProgress: CustomResource deletion is in progress',
    );
    const { body } = rig.request({ method: 'POST', path, body: crontab('late') });
    expect(body).toMatchObject({
      code: 405,
      message: 'create not allowed while custom resource definition is terminating',
    });
    rig.patch(`${path}/held`, { metadata: { finalizers: null } }, 'application/merge-patch+json');
    rig.run(6_000);
    expect(watch.take()).toEqual(['DELETED held']);
    expect(rig.request({ method: 'GET', path }).status).toBe(404);
    expect(rig.request({ method: 'GET', path: `${definitions}/crontabs.${group}` }).status).toBe(
      404,
    );
  });

  it('survives the server', () => {
    const rig = world();
    rig.create(path, crontab('a'));
    rig.apiserver.kill('SIGKILL');
    rig.run(500);
    rig.startApiserver();
    rig.run(2_000);
    expect(rig.list(path)).toHaveLength(1);
  });
});

it.each([
  ['no spec', { spec: undefined }],
  ['no versions', { spec: { ...crontabs().spec, versions: undefined } }],
  ['no names', { spec: { ...crontabs().spec, names: undefined } }],
  ['a version of nothing', crontabs([{}])],
  ['items that are none', crontabs([bare({ type: 'array', items: 5 })])],
  ['nonsense below items', crontabs([bare({ type: 'array', items: { properties: 5 } })])],
  ['nonsense below anyOf', crontabs([bare({ type: 'object', anyOf: [{ type: 'object' }, 5] })])],
])('what makes no sense is refused: %s', (_, more) => {
  const rig = startRig();
  const body = { ...crontabs(), ...more } as never;
  expect(rig.request({ method: 'POST', path: definitions, body }).body).toMatchObject({
    kind: 'Status',
    status: 'Failure',
  });
  expect(rig.request({ method: 'GET', path: '/readyz' }).status).toBe(200);
});

it('fields may be named like parts of every object', () => {
  const fields = { constructor: { type: 'string', default: 'x' }, toString: { type: 'string' } };
  const schemaOfAll = {
    type: 'object',
    properties: { spec: { type: 'object', properties: fields } },
  };
  const rig = world(crontabs([{ ...bare({}), schema: { openAPIV3Schema: schemaOfAll } }]));
  rig.create(path, { ...crontab('a'), spec: { toString: 'y', valueOf: 1 } });
  expect(rig.get(`${path}/a`)).toHaveProperty('spec', { toString: 'y', constructor: 'x' });
});

describe('its resources', () => {
  it('are discovered, plain and aggregated', () => {
    const rig = world();
    expect(rig.request({ method: 'GET', path: `/apis/${group}/v1` }).body).toMatchObject({
      groupVersion: `${group}/v1`,
      resources: [
        { name: 'crontabs', singularName: 'crontab', kind: 'CronTab', shortNames: ['ct'] },
        { name: 'crontabs/scale', group: 'autoscaling', version: 'v1', kind: 'Scale' },
        { name: 'crontabs/status', kind: 'CronTab', verbs: ['get', 'patch', 'update'] },
      ],
    });
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const { body } = rig.request({ method: 'GET', path: '/apis', headers: { accept } });
    const { items } = body as unknown as { items: { metadata: { name: string } }[] };
    // Groups of definitions come after the server's own.
    expect(items.at(-1)?.metadata.name).toBe(group);
  });

  it('are in OpenAPI, under a hash that changes with the definition', () => {
    const rig = world();
    const hash = () => {
      const { body } = rig.request({ method: 'GET', path: '/openapi/v3' });
      const { paths } = body as unknown as { paths: Record<string, { serverRelativeURL: string }> };
      return paths[`apis/${group}/v1`]?.serverRelativeURL ?? '';
    };
    const before = hash();
    const { body } = rig.request({ method: 'GET', path: before.split('?')[0] ?? '' });
    expect(body).toMatchObject({
      components: {
        schemas: {
          'com.example.stable.v1.CronTab': { properties: { spec: schema.properties.spec } },
        },
      },
    });
    const bare = { openAPIV3Schema: { type: 'object' } };
    const changed = version('v1', { schema: bare, selectableFields: [] });
    rig.patch(
      `${definitions}/crontabs.${group}`,
      { spec: { versions: [changed] } },
      'application/merge-patch+json',
    );
    rig.run(100);
    expect(hash()).not.toBe(before);
  });

  it('are pruned, completed, checked', () => {
    const rig = world();
    const post = (body: object, fieldValidation = 'Warn') =>
      rig.request({ method: 'POST', path, query: { fieldValidation }, body: body as never });
    const made = post(crontab('a', { extra: 1 }));
    expect(made.body).toMatchObject({ spec: { cronSpec: '* * * * */5', replicas: 1 } });
    expect(JSON.stringify(made.body)).not.toContain('extra');
    expect(made.headers?.['warning']).toBe('299 - "unknown field \\"spec.extra\\""');
    const messages = [
      [crontab('b', { extra: 1 }), 'Strict'],
      [crontab('b', { replicas: 11 }), 'Warn'],
      [crontab('b', { replicas: 7 }), 'Warn'],
      [crontab('b', { args: ['x', 'x'] }), 'Warn'],
      [{ ...crontab('b'), metadata: { name: 'B_' } }, 'Warn'],
    ].map(
      ([body, mode]) => (post(body as object, mode as string).body as { message: string }).message,
    );
    expect(messages.slice(0, 4)).toEqual([
      'CronTab in version "v1" cannot be handled as a CronTab: strict decoding error: unknown field "spec.extra"',
      `CronTab.${group} "b" is invalid: spec.replicas: Invalid value: 11: spec.replicas in body should be less than or equal to 10`,
      `CronTab.${group} "b" is invalid: spec: Invalid value: "object": never seven`,
      `CronTab.${group} "b" is invalid: spec.args[1]: Duplicate value: "x"`,
    ]);
    expect(messages[4]).toContain(
      'metadata.name: Invalid value: "B_": a lowercase RFC 1123 subdomain',
    );
  });

  it('show their columns', () => {
    const rig = world();
    rig.create(path, crontab('a'));
    rig.run(5_000);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const { body } = rig.request({ method: 'GET', path, headers: { accept } });
    const table = body as unknown as {
      columnDefinitions: { name: string; priority: number }[];
      rows: { cells: unknown[] }[];
    };
    expect(table.columnDefinitions.map(({ name, priority }) => `${name}${priority}`)).toEqual([
      'Name0',
      'Spec0',
      'Replicas1',
      'Age0',
    ]);
    expect(table.rows[0]?.cells).toEqual(['a', '* * * * */5', 1, '5s']);
  });

  it('have a status and a scale of their own', () => {
    const rig = world();
    rig.create(path, { ...crontab('a'), status: { replicas: 9 } });
    const merge = 'application/merge-patch+json';
    const generation = () => rig.get(`${path}/a`).metadata.generation;
    expect(rig.get(`${path}/a`)).not.toHaveProperty('status');
    expect(
      rig.patch(`${path}/a/status`, { spec: { replicas: 2 }, status: { replicas: 3 } }, merge),
    ).toMatchObject({
      spec: { replicas: 1 },
      status: { replicas: 3 },
    });
    expect(generation()).toBe(1);
    rig.patch(`${path}/a/scale`, { spec: { replicas: 4 } }, merge);
    expect(generation()).toBe(2);
    expect(rig.get(`${path}/a/scale`)).toMatchObject({
      kind: 'Scale',
      spec: { replicas: 4 },
      status: { replicas: 3 },
    });
    const { body } = rig.request({
      method: 'PATCH',
      path: `${path}/a/status`,
      headers: { 'content-type': merge },
      body: { status: { replicas: 'x' } },
    });
    expect(body).toMatchObject({ code: 422 });
  });

  it('are selected by the fields that the definition names', () => {
    const rig = world();
    rig.create(path, crontab('a'));
    rig.create(path, crontab('b', { cronSpec: 'other' }));
    const names = (fieldSelector: string) => {
      const { body } = rig.request({ method: 'GET', path, query: { fieldSelector } });
      const { items, message } = body as {
        items?: { metadata: { name: string } }[];
        message?: string;
      };
      return items?.map(({ metadata }) => metadata.name) ?? message;
    };
    expect(names('spec.cronSpec=other')).toEqual(['b']);
    expect(names('spec.replicas=1')).toContain('field label not supported: spec.replicas');
  });

  it('take three kinds of patches', () => {
    const rig = world();
    rig.create(path, crontab('a'));
    const patch = (type: string, body: unknown) =>
      rig.request({
        method: 'PATCH',
        path: `${path}/a`,
        query: type.includes('apply') ? { fieldManager: 'me', force: 'true' } : {},
        headers: { 'content-type': type },
        body: body as never,
      });
    expect(
      patch('application/json-patch+json', [{ op: 'replace', path: '/spec/replicas', value: 2 }])
        .status,
    ).toBe(200);
    expect(patch('application/apply-patch+yaml', crontab('a', { args: ['x'] })).body).toMatchObject(
      {
        spec: { replicas: 2, args: ['x'] },
        metadata: {
          managedFields: [
            {
              manager: 'me',
              fieldsV1: { 'f:spec': { 'f:args': { 'v:"x"': {} }, 'f:cronSpec': {} } },
            },
            {},
          ],
        },
      },
    );
    expect(patch('application/strategic-merge-patch+json', {}).body).toMatchObject({
      code: 415,
      message:
        'the body of the request was in an unknown format - accepted media types include: ' +
        'application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
    });
  });
});

it('versions differ in their name alone; one on its way out says so', () => {
  const rig = world(
    crontabs([
      version('v1'),
      version('v1beta1', { deprecated: true }),
      version('v2', { served: false }),
    ]),
  );
  const beta = path.replace('/v1/', '/v1beta1/');
  rig.create(beta, crontab('a', {}, 'v1beta1'));
  expect(rig.get(`${path}/a`).apiVersion).toBe(`${group}/v1`);
  const { body, headers } = rig.request({ method: 'GET', path: `${beta}/a` });
  expect(body).toMatchObject({ apiVersion: `${group}/v1beta1` });
  expect(headers?.['warning']).toBe(
    `299 - "${group}/v1beta1 CronTab is deprecated; use ${group}/v1 CronTab"`,
  );
  expect(rig.request({ method: 'GET', path: path.replace('/v1/', '/v2/') }).status).toBe(404);
  const watch = rig.watch(beta, { resourceVersion: '0' });
  rig.run(10);
  expect(watch.events.map(({ object }) => object['apiVersion'])).toEqual([`${group}/v1beta1`]);
});
