import { describe, expect, it } from 'vitest';
import type { ApiObject, JsonObject } from '../../api/object.ts';
import type { ApiRequest, ApiResponse } from '../client/wire.ts';
import { startRig } from './testing.ts';

const maps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const message = ({ body }: ApiResponse) => (body as JsonObject)['message'];
const pod = (name: string, more: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'c', image: 'nginx' }], ...more },
});

describe('create', () => {
  const rig = startRig();
  rig.create(maps, { metadata: { name: 'taken' } });
  const cases: readonly (readonly [string, Partial<ApiRequest>, number, string])[] = [
    [
      'a name that is taken',
      { body: { metadata: { name: 'taken' } } },
      409,
      'configmaps "taken" already exists',
    ],
    [
      'no name',
      { body: {} },
      422,
      'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    ],
    [
      'another namespace',
      { body: { metadata: { name: 'a', namespace: 'b' } } },
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ],
    [
      'another kind',
      { body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } } },
      400,
      'Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (v1.ConfigMap): unknown conversion',
    ],
    [
      'another version',
      { body: { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'a' } } },
      400,
      'the API version in the data (v2) does not match the expected API version (v1)',
    ],
    [
      'no such namespace',
      { path: '/api/v1/namespaces/x/configmaps', body: { metadata: { name: 'a' } } },
      404,
      'namespaces "x" not found',
    ],
    [
      'a bad dryRun',
      { body: {}, query: { dryRun: 'Some' } },
      422,
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: []string{"Some"}: supported values: "All"',
    ],
    [
      'an unknown media type',
      { body: {}, headers: { 'content-type': 'text/csv' } },
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    ],
    [
      'an unknown field, strictly',
      { body: { metadata: { name: 'a' }, dota: {} }, query: { fieldValidation: 'Strict' } },
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "dota"',
    ],
  ];
  it.each(cases)('refuses %s', (_, request, status, text) => {
    const answer = rig.request({ method: 'POST', path: maps, ...request });
    expect([answer.status, message(answer)]).toEqual([status, text]);
  });

  it('warns of unknown fields', () => {
    const answer = rig.request({
      method: 'POST',
      path: maps,
      body: { metadata: { name: 'warned' }, dota: {} },
    });
    expect(answer.headers).toMatchObject({ warning: '299 - "unknown field \\"dota\\""' });
    expect(answer.body).not.toHaveProperty('dota');
  });

  it('makes a name', () => {
    const { metadata } = rig.create(maps, { metadata: { generateName: 'made-' } });
    expect(metadata.name).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  });

  it('keeps nothing of a dry run', () => {
    const answer = rig.request({
      method: 'POST',
      path: maps,
      query: { dryRun: 'All' },
      body: { metadata: { name: 'dry' } },
    });
    expect(answer.status).toBe(201);
    expect(rig.request({ method: 'GET', path: `${maps}/dry` }).status).toBe(404);
  });

  it('says when the old one is still going', () => {
    rig.create(maps, { metadata: { name: 'going', finalizers: ['example.com/wait'] } });
    rig.delete(`${maps}/going`);
    const answer = rig.request({
      method: 'POST',
      path: maps,
      body: { metadata: { name: 'going' } },
    });
    expect(message(answer)).toBe('object is being deleted: configmaps "going" already exists');
  });
});

describe('update', () => {
  it('takes the latest version only', () => {
    const rig = startRig();
    const first = rig.create(maps, { metadata: { name: 'a' }, data: { k: '1' } });
    const second = rig.update(`${maps}/a`, { ...first, data: { k: '2' } });
    const late = rig.request({
      method: 'PUT',
      path: `${maps}/a`,
      body: first as unknown as JsonObject,
    });
    expect([late.status, message(late)]).toEqual([
      409,
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    ]);
    expect(rig.get(`${maps}/a`)).toEqual(second);
  });

  it('without a version overwrites, except a Lease', () => {
    const rig = startRig();
    rig.create(maps, { metadata: { name: 'a' } });
    rig.update(`${maps}/a`, { metadata: { name: 'a' }, data: { k: '2' } });
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases';
    rig.create(leases, { metadata: { name: 'l' }, spec: { holderIdentity: 'x' } });
    const answer = rig.request({
      method: 'PUT',
      path: `${leases}/l`,
      body: { metadata: { name: 'l' }, spec: { holderIdentity: 'y' } },
    });
    expect(message(answer)).toBe(
      'leases.coordination.k8s.io "l" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
  });

  it('writes nothing where nothing changes', () => {
    const rig = startRig();
    const made = rig.create(maps, { metadata: { name: 'a' }, data: { k: '1' } });
    rig.writes.length = 0;
    expect(rig.update(`${maps}/a`, made)).toEqual(made);
    expect(rig.writes).toEqual([]);
  });

  it('names what the URL names', () => {
    const rig = startRig();
    rig.create(maps, { metadata: { name: 'a' } });
    const answer = rig.request({
      method: 'PUT',
      path: `${maps}/a`,
      body: { metadata: { name: 'b' } },
    });
    expect(message(answer)).toBe(
      'the name of the object (b) does not match the name on the URL (a)',
    );
  });

  it('keeps spec and status apart', () => {
    const rig = startRig();
    const made = rig.create(pods, pod('p'));
    const status = rig.update<ApiObject & { status: object; spec: object }>(`${pods}/p/status`, {
      ...made,
      spec: { containers: [] },
      status: { phase: 'Running' },
    });
    expect(status.status).toMatchObject({ phase: 'Running' });
    expect(status.spec).toEqual((made as ApiObject & { spec: object }).spec);
  });
});

describe('delete', () => {
  it('of a Pod without a node is immediate, of one on a node graceful', () => {
    const rig = startRig();
    rig.create(pods, pod('nowhere'));
    rig.create(pods, pod('somewhere', { nodeName: 'n1' }));
    expect(rig.delete(`${pods}/nowhere`)).toMatchObject({ kind: 'Pod' });
    expect(rig.request({ method: 'GET', path: `${pods}/nowhere` }).status).toBe(404);
    const going = rig.delete(`${pods}/somewhere`) as unknown as ApiObject;
    expect(going.metadata).toMatchObject({ deletionGracePeriodSeconds: 30, generation: 2 });
    const again = rig.delete(`${pods}/somewhere`, {
      gracePeriodSeconds: 60,
    }) as unknown as ApiObject;
    expect(again.metadata).toEqual(going.metadata);
    const shorter = rig.delete(`${pods}/somewhere`, {
      gracePeriodSeconds: 5,
    }) as unknown as ApiObject;
    expect(shorter.metadata.deletionGracePeriodSeconds).toBe(5);
    rig.delete(`${pods}/somewhere`, { gracePeriodSeconds: 0 });
    expect(rig.request({ method: 'GET', path: `${pods}/somewhere` }).status).toBe(404);
  });

  it.each([
    ['Foreground', ['foregroundDeletion']],
    ['Orphan', ['orphan']],
  ])('%s leaves a finalizer for the collector', (propagationPolicy, finalizers) => {
    const rig = startRig();
    rig.create(maps, { metadata: { name: 'a' } });
    const going = rig.delete(`${maps}/a`, { propagationPolicy }) as unknown as ApiObject;
    expect(going.metadata).toMatchObject({ finalizers, deletionGracePeriodSeconds: 0 });
    rig.patch(`${maps}/a`, { metadata: { finalizers: null } }, 'application/merge-patch+json');
    expect(rig.request({ method: 'GET', path: `${maps}/a` }).status).toBe(404);
  });

  it('holds to its preconditions', () => {
    const rig = startRig();
    const { metadata } = rig.create(maps, { metadata: { name: 'a' } });
    const answer = rig.request({
      method: 'DELETE',
      path: `${maps}/a`,
      body: { preconditions: { uid: 'x' } },
    });
    expect(message(answer)).toBe(
      `Operation cannot be fulfilled on ConfigMap "a": the UID in the precondition (x) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`,
    );
  });

  it('answers with a Status that says which', () => {
    const rig = startRig();
    const { metadata } = rig.create(maps, { metadata: { name: 'a' } });
    expect(rig.delete(`${maps}/a`)).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: metadata.uid },
    });
  });

  it('of a collection goes by its selector', () => {
    const rig = startRig();
    for (const name of ['a', 'b']) rig.create(maps, { metadata: { name, labels: { name } } });
    rig.request({ method: 'DELETE', path: maps, query: { labelSelector: 'name=a' } });
    expect(rig.list(maps).map(({ metadata }) => metadata.name)).toEqual(['b']);
  });

  it('of a Namespace waits for its finalizer; meanwhile nothing is made in it', () => {
    const rig = startRig();
    rig.create('/api/v1/namespaces', { metadata: { name: 'n' } });
    expect(rig.delete('/api/v1/namespaces/n')).toMatchObject({ status: { phase: 'Terminating' } });
    const answer = rig.request({
      method: 'POST',
      path: '/api/v1/namespaces/n/configmaps',
      body: { metadata: { name: 'a' } },
    });
    expect(message(answer)).toBe(
      'configmaps "a" is forbidden: unable to create new content in namespace n because it is being terminated',
    );
    const current = rig.get('/api/v1/namespaces/n');
    rig.request({
      method: 'PUT',
      path: '/api/v1/namespaces/n/finalize',
      body: { ...current, spec: {} } as unknown as JsonObject,
    });
    expect(rig.request({ method: 'GET', path: '/api/v1/namespaces/n' }).status).toBe(404);
    expect(message(rig.request({ method: 'DELETE', path: '/api/v1/namespaces/default' }))).toBe(
      'namespaces "default" is forbidden: this namespace may not be deleted',
    );
  });
});

describe('patch', () => {
  const rig = startRig();
  rig.create(pods, pod('p'));
  rig.create(maps, { metadata: { name: 'a' }, data: { x: '1' } });
  const at = (type: string, path: string, body: unknown, query = {}) =>
    rig.request({
      method: 'PATCH',
      path,
      body: body as JsonObject,
      query,
      headers: { 'content-type': `application/${type}` },
    });

  it('merges lists by their key, strategically', () => {
    const { body } = at('strategic-merge-patch+json', `${pods}/p`, {
      spec: { containers: [{ name: 'c', image: 'nginx:2' }] },
    });
    expect(body).toMatchObject({
      spec: {
        containers: [
          { name: 'c', image: 'nginx:2', terminationMessagePath: '/dev/termination-log' },
        ],
      },
    });
  });

  it('merges maps and deletes with null', () => {
    expect(at('merge-patch+json', `${maps}/a`, { data: { x: null, y: '2' } }).body).toMatchObject({
      data: { y: '2' },
    });
    expect(rig.get<ApiObject & { data: object }>(`${maps}/a`).data).toEqual({ y: '2' });
  });

  it('does operations', () => {
    expect(
      at('json-patch+json', `${maps}/a`, [{ op: 'add', path: '/data/z', value: '3' }]).body,
    ).toMatchObject({ data: { z: '3' } });
    expect(
      message(at('json-patch+json', `${maps}/a`, [{ op: 'test', path: '/data/z', value: '4' }])),
    ).toBe('the server rejected our request due to an error in our request');
  });

  it('applies, and tells conflicts apart', () => {
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 's' }, data: { k: '1' } };
    const apply = (manager: string, value: string, force?: string) =>
      at(
        'apply-patch+yaml',
        `${maps}/s`,
        { ...body, data: { k: value } },
        { fieldManager: manager, ...(force === undefined ? {} : { force }) },
      );
    expect(apply('one', '1').status).toBe(201);
    expect(apply('one', '2').status).toBe(200);
    const refused = apply('two', '3');
    expect([refused.status, message(refused)]).toEqual([
      409,
      'Apply failed with 1 conflict: conflict with "one": .data.k',
    ]);
    expect(apply('two', '3', 'true').body).toMatchObject({
      data: { k: '3' },
      metadata: { managedFields: [{ manager: 'two', operation: 'Apply' }] },
    });
  });

  it.each([
    [
      'an unknown type',
      'xml',
      {},
      {},
      'the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
    ],
    [
      'an apply by nobody',
      'apply-patch+yaml',
      {},
      {},
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    [
      'an apply of something else',
      'apply-patch+yaml',
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } },
      { fieldManager: 'x' },
      'invalid object type: apps/v1, Kind=Deployment',
    ],
    [
      'an apply that does not say what it is',
      'apply-patch+yaml',
      { metadata: { name: 'a' } },
      { fieldManager: 'x' },
      'invalid object type: /, Kind=',
    ],
    [
      'force without apply',
      'merge-patch+json',
      {},
      { force: 'true' },
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    ],
  ])('refuses %s', (_, type, body, query, text) => {
    expect(message(at(type, `${maps}/a`, body, query))).toBe(text);
  });
});

describe('managedFields', () => {
  it('say who set what, and nothing of what the server added', () => {
    const rig = startRig();
    const headers = { 'user-agent': 'kube-controller-manager/v1.33.1' };
    rig.request({ method: 'POST', path: pods, headers, body: pod('p') });
    rig.request({
      method: 'PATCH',
      path: `${pods}/p/status`,
      body: { status: { phase: 'Running' } },
      headers: { 'user-agent': 'kubelet/v1.33.1', 'content-type': 'application/merge-patch+json' },
    });
    const [first, second] = rig.get(`${pods}/p`).metadata.managedFields ?? [];
    expect(first).toMatchObject({
      manager: 'kube-controller-manager',
      operation: 'Update',
      apiVersion: 'v1',
    });
    expect(Object.keys(first?.fieldsV1?.['f:spec'] as object)).toEqual([
      'f:containers',
      'f:dnsPolicy',
      'f:enableServiceLinks',
      'f:restartPolicy',
      'f:schedulerName',
      'f:securityContext',
      'f:terminationGracePeriodSeconds',
    ]);
    expect(second).toMatchObject({
      manager: 'kubelet',
      subresource: 'status',
      fieldsV1: { 'f:status': { 'f:phase': {} } },
    });
  });

  it('stay away from clients that do not want them', () => {
    const rig = startRig();
    const { body } = rig.request({
      method: 'POST',
      path: maps,
      body: { metadata: { name: 'a' } },
      headers: { 'managed-fields': 'omit' },
    });
    expect(
      rig.request({
        method: 'GET',
        path: `${maps}/a`,
        headers: { 'user-agent': 'kubelet/v1.33.1' },
      }).body,
    ).not.toHaveProperty('metadata.managedFields');
    expect(body).not.toHaveProperty('metadata.managedFields');
  });
});
