/** Bodies that kubectl 1.33 sent, and what it sends as JSON for the same commands. */
import { expect, test } from 'vitest';
import { decodeProtobuf, ProtobufProblem } from '../../src/cli/bridge/protobuf.ts';

const cases: readonly (readonly [string, string, object])[] = [
  [
    'create deployment web --image=nginx --replicas=0 --port=80',
    'azhzAAoVCgdhcHBzL3YxEgpEZXBsb3ltZW50ErgBCh8KA3dlYhIAGgAiACoAMgA4AEIAWgoKA2FwcBID' +
      'd2ViEoYBCAASDAoKCgNhcHASA3dlYhpsChwKABIAGgAiACoAMgA4AEIAWgoKA2FwcBIDd2ViEkwSLgoF' +
      'bmdpbngSBW5naW54KgAyCgoAEAAYUCIAKgBCAGoAcgCAAQCIAQCQAQCiAQAaADIAQgBKAFIAWABgAGgA' +
      'ggEAigEAmgEAwgEAIgIKACgAOAAaDAgAEAAYACAAKAA4ABoAIgA=',
    {
      kind: 'Deployment',
      apiVersion: 'apps/v1',
      metadata: { name: 'web', creationTimestamp: null, labels: { app: 'web' } },
      spec: {
        // Nought replicas are said, not left out.
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { creationTimestamp: null, labels: { app: 'web' } },
          spec: {
            containers: [
              { name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }], resources: {} },
            ],
          },
        },
        strategy: {},
      },
      status: {},
    },
  ],
  [
    'create secret generic s --from-literal=k=v',
    'azhzAAoMCgJ2MRIGU2VjcmV0Eh0KEQoBcxIAGgAiACoAMgA4AEIAEgYKAWsSAXYaABoAIgA=',
    {
      kind: 'Secret',
      apiVersion: 'v1',
      metadata: { name: 's', creationTimestamp: null },
      data: { k: 'dg==' },
    },
  ],
  [
    'create quota q --hard=pods=3,cpu=500m',
    'azhzAAoTCgJ2MRINUmVzb3VyY2VRdW90YRIzChEKAXESABoAIgAqADIAOABCABIcCg0KA2NwdRIGCgQ1' +
      'MDBtCgsKBHBvZHMSAwoBMxoAGgAiAA==',
    {
      kind: 'ResourceQuota',
      apiVersion: 'v1',
      metadata: { name: 'q', creationTimestamp: null },
      spec: { hard: { cpu: '500m', pods: '3' } },
      status: {},
    },
  ],
  [
    'create ingress i --rule=foo.com/*=web:80',
    'azhzAAofChRuZXR3b3JraW5nLms4cy5pby92MRIHSW5ncmVzcxJEChEKAWkSABoAIgAqADIAOABCABIr' +
      'GikKB2Zvby5jb20SHgocChoKAS8SDSILCgN3ZWISBAoAEFAaBlByZWZpeBoCCgAaACIA',
    {
      kind: 'Ingress',
      apiVersion: 'networking.k8s.io/v1',
      metadata: { name: 'i', creationTimestamp: null },
      spec: {
        rules: [
          {
            host: 'foo.com',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
      status: { loadBalancer: {} },
    },
  ],
];

test.each(cases)('%s', (_command, body, object) => {
  expect(decodeProtobuf(Buffer.from(body, 'base64'))).toEqual(object);
});

test.each([
  ['no magic', '{}'],
  ['cut short', Buffer.from(cases[0]?.[1] ?? '', 'base64').subarray(0, 60)],
  ['no such kind', Buffer.from('k8s\0\n\x08\x0a\x02v1\x12\x02Zz')],
])('a body that is none is refused: %s', (_name, body) => {
  expect(() => decodeProtobuf(Buffer.from(body))).toThrow(ProtobufProblem);
});
