import { expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from '../../api/base64.ts';
import { clientConfig, parseKubeconfig, parseServer, writeKubeconfig } from './kubeconfig.ts';

it('what is written is read', () => {
  const text = writeKubeconfig({
    clusterName: 'kubernetes',
    server: 'https://172.30.0.10:6443',
    userName: 'kubernetes-admin',
    subject: { commonName: 'kubernetes-admin', organizations: ['kubeadm:cluster-admins'] },
  });
  expect(text).toContain('current-context: kubernetes-admin@kubernetes\nkind: Config\n');
  expect(clientConfig(parseKubeconfig(text))).toEqual({
    server: { ip: '172.30.0.10', port: 6443 },
    url: 'https://172.30.0.10:6443',
    credential: {
      type: 'certificate',
      commonName: 'kubernetes-admin',
      organizations: ['kubeadm:cluster-admins'],
    },
    namespace: 'default',
  });
});

it('a token, a namespace, a context that leads nowhere', () => {
  const text = writeKubeconfig({
    clusterName: 'c',
    server: 'http://127.0.0.1:8080',
    userName: 'u',
    token: 'abc',
    namespace: 'dev',
  });
  const config = parseKubeconfig(text);
  expect(clientConfig(config)).toMatchObject({
    credential: { type: 'token', token: 'abc' },
    namespace: 'dev',
  });
  expect(clientConfig(config, 'other')).toBeUndefined();
  expect(clientConfig(parseKubeconfig(''))).toBeUndefined();
});

it.each([
  ['https://10.0.0.1:6443', { ip: '10.0.0.1', port: 6443 }],
  ['https://control-plane', { ip: 'control-plane', port: 443 }],
  ['127.0.0.1:8080', { ip: '127.0.0.1', port: 8080 }],
  ['', undefined],
])('server %s', (url, endpoint) => expect(parseServer(url)).toEqual(endpoint));

it.each(['', 'a', 'ab', 'abc', 'Grüße, 世界 🚀'])('base64 of "%s" and back', (text) => {
  expect(encodeBase64(text)).toBe(Buffer.from(text).toString('base64'));
  expect(decodeBase64(encodeBase64(text))).toBe(text);
});
