import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../api/object.ts';
import { startRig } from '../../testing.ts';

const configurations = '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations';
const maps = '/api/v1/namespaces/default/configmaps';

const rule = {
  operations: ['CREATE', 'DELETE'],
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['configmaps'],
};

/** A server with one webhook, told of ConfigMaps unless it is said otherwise. */
function rigWith(hook: object, kind = configurations) {
  const rig = startRig();
  rig.create(kind, {
    metadata: { name: 'hooks' },
    webhooks: [
      {
        name: 'a.example.com',
        clientConfig: { service: { namespace: 'default', name: 'hook', path: '/check' } },
        rules: [rule],
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        ...hook,
      },
    ],
  });
  rig.run(10);
  const create = (path = maps, metadata: object = {}, query = {}) => {
    const body = { metadata: { name: 'x', ...metadata } } as JsonObject;
    const answer = rig.request({ method: 'POST', path, body, query });
    return answer.status < 300 ? answer.status : (answer.body as JsonObject)['message'];
  };
  return { rig, create };
}

const missing =
  'Internal error occurred: failed calling webhook "a.example.com": failed to call webhook: ' +
  'Post "https://hook.default.svc:443/check?timeout=10s": service "hook" not found';

describe('a webhook', () => {
  it('without a server lets nothing through', () => {
    expect(rigWith({}).create()).toBe(missing);
    const mutating = configurations.replace('validating', 'mutating');
    expect(rigWith({}, mutating).create()).toBe(missing);
  });

  it('is not waited for beyond its time', () => {
    const { rig, create } = rigWith({ timeoutSeconds: 3 });
    rig.create('/api/v1/namespaces/default/services', {
      metadata: { name: 'hook' },
      spec: { ports: [{ port: 443 }] },
    });
    rig.run(10);
    const before = rig.shard.now;
    // Nobody translates the Service's address on this machine: nothing answers.
    expect(create()).toMatch(
      /failed to call webhook: Post "https:\/\/hook\.default\.svc:443\/check\?timeout=3s": /,
    );
    expect(rig.shard.now - before).toBeLessThan(3_100);
  });

  it.each([
    ['that is ignored when it fails', { failurePolicy: 'Ignore' }, {}, 201],
    ['of other kinds', { rules: [{ ...rule, resources: ['pods'] }] }, {}, 201],
    ['of other operations', { rules: [{ ...rule, operations: ['UPDATE'] }] }, {}, 201],
    ['of cluster-wide objects', { rules: [{ ...rule, scope: 'Cluster' }] }, {}, 201],
    ['of all kinds', { rules: [{ ...rule, resources: ['*'] }] }, {}, missing],
    ['of other objects', { objectSelector: { matchLabels: { a: 'b' } } }, {}, 201],
    [
      'of these objects',
      { objectSelector: { matchLabels: { a: 'b' } } },
      { labels: { a: 'b' } },
      missing,
    ],
    [
      'whose condition holds',
      { matchConditions: [{ name: 'c', expression: 'object.metadata.name == "x"' }] },
      {},
      missing,
    ],
    [
      'whose condition does not hold',
      { matchConditions: [{ name: 'c', expression: 'request.userInfo.username == "x"' }] },
      {},
      201,
    ],
    [
      'of other namespaces',
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } },
      {},
      201,
    ],
  ])('%s', (_, hook, metadata, expected) => {
    expect(rigWith(hook).create(maps, metadata)).toBe(expected);
  });

  it('with effects elsewhere takes no dry runs', () => {
    const { create } = rigWith({ sideEffects: 'NoneOnDryRun' });
    expect(create(maps, {}, { dryRun: 'All' })).toBe(missing);
  });

  it('hears of deletions, and can itself be deleted', () => {
    const { rig } = rigWith({ failurePolicy: 'Ignore' });
    rig.create(maps, { metadata: { name: 'x' } });
    const hooks = `${configurations}/hooks`;
    const policy = [{ op: 'replace', path: '/webhooks/0/failurePolicy', value: 'Fail' }];
    rig.patch(hooks, policy, 'application/json-patch+json');
    rig.run(10);
    const remove = (path: string) => rig.request({ method: 'DELETE', path }).status;
    expect(remove(`${maps}/x`)).toBe(500);
    expect(remove(hooks)).toBe(200);
    rig.run(10);
    expect(remove(`${maps}/x`)).toBe(200);
  });
});
