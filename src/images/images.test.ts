import { expect, test } from 'vitest';
import { ImageRegistry, rpcText } from '../host/runtime/index.ts';
import { unreachableRegistry } from '../host/runtime/registry.ts';
import { workloadImages } from './index.ts';

const program = { name: 'sh' };
const registry = new ImageRegistry(workloadImages({ sh: program, commands: {} }));

const errorOf = (name: string): string => {
  const outcome = registry.resolve(name);
  return outcome.ok ? 'found' : rpcText(outcome.error);
};

test.each([
  ['nginx:1.14.2', 'found'],
  ['nginx', 'found'],
  ['registry.k8s.io/pause:3.10', 'found'],
  [
    'nginx:1.161',
    'rpc error: code = NotFound desc = failed to pull and unpack image ' +
      '"docker.io/library/nginx:1.161": failed to resolve reference "docker.io/library/nginx:1.161": ' +
      'docker.io/library/nginx:1.161: not found',
  ],
  [
    'no-such',
    'rpc error: code = Unknown desc = failed to pull and unpack image ' +
      '"docker.io/library/no-such:latest": failed to resolve reference "docker.io/library/no-such:latest": ' +
      'pull access denied, repository does not exist or may require authorization: server message: ' +
      'insufficient_scope: authorization failed',
  ],
])('a pull of %s', (name, text) => {
  expect(errorOf(name)).toBe(text);
});

test('a registry that nobody knows, and one that is out of reach', () => {
  expect(errorOf('example.com/app:1')).toContain(
    'lookup example.com on 127.0.0.53:53: no such host',
  );
  const outcome = unreachableRegistry('nginx:1.25');
  expect(outcome.ok ? '' : outcome.error.message).toContain(
    'Head "https://registry-1.docker.io/v2/library/nginx/manifests/1.25": dial tcp: lookup',
  );
});

test('the documentation’s typo must not exist, what it corrects must', () => {
  expect(errorOf('nginx:1.161')).not.toBe('found');
  for (const tag of [
    '1.7.9',
    '1.14.2',
    '1.16.1',
    '1.25',
    '1.27',
    '1.28',
    '1.29',
    'latest',
    'alpine',
  ]) {
    expect(errorOf(`nginx:${tag}`)).toBe('found');
  }
});

test('the welcome pages have the sizes that access logs show', () => {
  const sizeOf = (name: string) => {
    const found = registry.resolve(name);
    return found.ok ? found.value.files['/usr/share/nginx/html/index.html']?.length : 0;
  };
  expect(sizeOf('nginx:1.14.2')).toBe(612);
  expect(sizeOf('nginx:1.25')).toBe(615);
});
