import { expect, it } from 'vitest';
import type { APIService, FlowSchema } from '../../api/types.gen.ts';
import { startRig } from './testing.ts';

const path = '/apis/apiregistration.k8s.io/v1/apiservices';
const definition = (group: string) => ({
  metadata: { name: `things.${group}` },
  spec: {
    group, scope: 'Namespaced', names: { plural: 'things', kind: 'Thing' },
    versions: [{
      name: 'v1', served: true, storage: true,
      schema: { openAPIV3Schema: { type: 'object' } },
    }],
  },
});

it('every group and version that is served has an APIService that is available', () => {
  const rig = startRig();
  const all = rig.list<APIService>(path);
  expect(all.map(({ metadata }) => metadata.name)).toEqual([
    'v1.', 'v1.admissionregistration.k8s.io', 'v1.apiextensions.k8s.io', 'v1.apps',
    'v1.authentication.k8s.io', 'v1.authorization.k8s.io', 'v1.autoscaling', 'v1.batch',
    'v1.certificates.k8s.io', 'v1.coordination.k8s.io', 'v1.discovery.k8s.io', 'v1.events.k8s.io',
    'v1.flowcontrol.apiserver.k8s.io', 'v1.networking.k8s.io', 'v1.node.k8s.io', 'v1.policy',
    'v1.rbac.authorization.k8s.io', 'v1.scheduling.k8s.io', 'v1.storage.k8s.io', 'v2.autoscaling',
  ]);
  for (const { status } of all) {
    expect(status?.conditions).toMatchObject([{
      type: 'Available', status: 'True', reason: 'Local',
      message: 'Local APIServices are always available',
    }]);
  }
  expect(rig.get(`${path}/v1.apps`)).toMatchObject({
    metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'onstart' } },
    spec: { group: 'apps', version: 'v1', groupPriorityMinimum: 17_800, versionPriority: 15 },
  });
});

it('a definition brings one, and takes it away again', () => {
  const rig = startRig();
  const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  rig.create(crds, definition('a.example'));
  rig.run(1_000);
  expect(rig.get(`${path}/v1.a.example`)).toMatchObject({
    metadata: { labels: { 'kube-aggregator.kubernetes.io/automanaged': 'true' } },
    spec: { groupPriorityMinimum: 1_000, versionPriority: 100 },
    status: { conditions: [{ reason: 'Local' }] },
  });
  rig.delete(`${crds}/things.a.example`);
  rig.run(10_000);
  expect(rig.request({ method: 'GET', path: `${path}/v1.a.example` }).status).toBe(404);
});

it('flow schemas and their levels are there', () => {
  const rig = startRig();
  const base = '/apis/flowcontrol.apiserver.k8s.io/v1';
  expect(rig.list(`${base}/prioritylevelconfigurations`)).toHaveLength(8);
  const schemas = rig.list<FlowSchema>(`${base}/flowschemas`);
  expect(schemas).toHaveLength(13);
  for (const { status } of schemas) {
    expect(status?.conditions).toMatchObject([{ type: 'Dangling', status: 'False', reason: 'Found' }]);
  }
});

it('who trusts whom is in kube-system, when the server was told of certificates', () => {
  const flags = [
    '--client-ca-file=/ca.crt', '--requestheader-client-ca-file=/front.crt',
    '--requestheader-allowed-names=front-proxy-client',
    '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    '--requestheader-group-headers=X-Remote-Group', '--requestheader-username-headers=X-Remote-User',
  ];
  const rig = startRig({ apiserverArgs: flags });
  const maps = '/api/v1/namespaces/kube-system/configmaps';
  expect(rig.get(`${maps}/extension-apiserver-authentication`)).toMatchObject({
    data: {
      'client-ca-file': expect.stringContaining('BEGIN CERTIFICATE') as string,
      'requestheader-allowed-names': '["front-proxy-client"]',
      'requestheader-extra-headers-prefix': '["X-Remote-Extra-"]',
      'requestheader-group-headers': '["X-Remote-Group"]',
      'requestheader-username-headers': '["X-Remote-User"]',
    },
  });
  expect(rig.get(`${maps}/kube-apiserver-legacy-service-account-token-tracking`)).toMatchObject({
    data: { since: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string },
  });
});
