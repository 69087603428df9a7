/** Follows the cases of plugin/pkg/admission/noderestriction/admission_test.go. */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../api/object.ts';
import { type Rig, startRig } from '../testing.ts';

const credential = {
  type: 'certificate',
  commonName: 'system:node:n1',
  organizations: ['system:nodes'],
} as const;

const strategic = { 'content-type': 'application/strategic-merge-patch+json' };

function asNode(rig: Rig, method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: object) {
  const answer = rig.request({
    method,
    path,
    credential,
    ...(method === 'PATCH' ? { headers: strategic } : {}),
    ...(body === undefined ? {} : { body: body as JsonObject }),
  });
  return answer.status < 300 ? answer.status : (answer.body as JsonObject)['message'];
}

describe('NodeRestriction', () => {
  const rig = startRig({ apiserverArgs: ['--enable-admission-plugins=NodeRestriction'] });
  const pods = '/api/v1/namespaces/default/pods';
  const node = (name: string, labels: object = {}) => ({ metadata: { name, labels } });
  const pod = (name: string, nodeName: string, metadata: object = {}, spec: object = {}) => ({
    metadata: { name, ...metadata },
    spec: { nodeName, containers: [{ name: 'c', image: 'c' }], ...spec },
  });

  it('lets a node register itself, with labels of its own alone', () => {
    expect(asNode(rig, 'POST', '/api/v1/nodes', node('n2'))).toBe(
      'nodes "n2" is forbidden: node "n1" is not allowed to modify node "n2"',
    );
    const role = { 'node-role.kubernetes.io/control-plane': '' };
    expect(asNode(rig, 'POST', '/api/v1/nodes', node('n1', role))).toBe(
      'nodes "n1" is forbidden: node "n1" is not allowed to set the following labels: ' +
        'node-role.kubernetes.io/control-plane',
    );
    const labels = { 'kubernetes.io/hostname': 'n1', disk: 'ssd', 'node.kubernetes.io/x': 'y' };
    expect(asNode(rig, 'POST', '/api/v1/nodes', node('n1', labels))).toBe(201);
    rig.create('/api/v1/nodes', node('n2'));
  });

  it.each([
    ['n1', { spec: { taints: [] } }, 'node "n1" is not allowed to modify taints'],
    [
      'n1',
      { metadata: { labels: { 'x.kubernetes.io/a': 'b' } } },
      'is not allowed to modify labels: x.kubernetes.io/a',
    ],
    [
      'n1',
      { metadata: { labels: { 'node-restriction.kubernetes.io/a': 'b' } } },
      'is not allowed to modify labels: node-restriction.kubernetes.io/a',
    ],
    ['n2', { metadata: { labels: { a: 'b' } } }, 'node "n1" is not allowed to modify node "n2"'],
    ['n1', { metadata: { labels: { a: 'b' } } }, undefined],
  ])('changing node %s by %j', (name, patch, reason) => {
    expect(asNode(rig, 'PATCH', `/api/v1/nodes/${name}`, patch)).toBe(
      reason === undefined ? 200 : `nodes "${name}" is forbidden: ${reason}`,
    );
  });

  it('lets it make mirror Pods alone', () => {
    const mirror = { annotations: { 'kubernetes.io/config.mirror': 'x' } };
    const { uid } = rig.get('/api/v1/nodes/n1').metadata;
    const owner = { apiVersion: 'v1', kind: 'Node', name: 'n1', uid, controller: true };
    const owned = (more: object = {}) => ({ ...mirror, ownerReferences: [{ ...owner, ...more }] });
    const refusal = (body: object) => asNode(rig, 'POST', pods, body);
    expect(refusal(pod('m', 'n1'))).toBe(
      'pods "m" is forbidden: pod does not have "kubernetes.io/config.mirror" annotation, ' +
        'node "n1" can only create mirror pods',
    );
    expect(refusal(pod('m', 'n2', mirror))).toContain('with spec.nodeName set to itself');
    expect(refusal(pod('m', 'n1', mirror))).toContain('with an owner reference set to itself');
    expect(refusal(pod('m', 'n1', owned({ uid: 'x' })))).toBe(
      `pods "m" is forbidden: node n1 UID mismatch: expected x got ${uid}`,
    );
    const secret = { volumes: [{ name: 's', configMap: { name: 's' } }] };
    expect(refusal(pod('m', 'n1', owned(), secret))).toContain('that reference configmaps');
    expect(refusal(pod('m', 'n1', owned()))).toBe(201);
  });

  it('lets it end and evict its own Pods alone', () => {
    rig.create(pods, pod('mine', 'n1'));
    rig.create(pods, pod('other', 'n2'));
    rig.run(10);
    expect(asNode(rig, 'DELETE', `${pods}/other`)).toBe(
      'pods "other" is forbidden: node "n1" can only delete pods with spec.nodeName set to itself',
    );
    expect(asNode(rig, 'POST', `${pods}/other/eviction`, { metadata: { name: 'other' } })).toBe(
      'pods "other" is forbidden: node n1 can only evict pods with spec.nodeName set to itself',
    );
    expect(asNode(rig, 'PATCH', `${pods}/other/status`, { status: { message: 'x' } })).toBe(
      'pods "other" is forbidden: ' +
        'node "n1" can only update pod status for pods with spec.nodeName set to itself',
    );
    expect(asNode(rig, 'PATCH', `${pods}/mine/status`, { status: { message: 'x' } })).toBe(200);
    expect(asNode(rig, 'DELETE', `${pods}/mine`)).toBe(200);
  });

  it('lets it renew its own lease alone', () => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces';
    expect(asNode(rig, 'POST', `${leases}/default/leases`, node('n1'))).toContain(
      'can only access leases in the "kube-node-lease" system namespace',
    );
    expect(asNode(rig, 'POST', `${leases}/kube-node-lease/leases`, node('n2'))).toContain(
      'can only access node lease with the same name as the requesting node',
    );
    expect(asNode(rig, 'POST', `${leases}/kube-node-lease/leases`, node('n1'))).toBe(201);
  });

  it('is off unless it is asked for', () => {
    const free = startRig();
    expect(asNode(free, 'POST', '/api/v1/nodes', node('n2'))).toBe(201);
  });
});
