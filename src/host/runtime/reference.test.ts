import { expect, test } from 'vitest';
import { normalReference, parseReference } from './reference.ts';

test.each([
  ['nginx', 'docker.io/library/nginx:latest'],
  ['nginx:1.14.2', 'docker.io/library/nginx:1.14.2'],
  ['hashicorp/http-echo', 'docker.io/hashicorp/http-echo:latest'],
  ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
  ['localhost/app', 'localhost/app:latest'],
  ['localhost:5000/app:v1', 'localhost:5000/app:v1'],
  ['index.docker.io/nginx', 'docker.io/library/nginx:latest'],
  [`nginx@sha256:${'a'.repeat(64)}`, `docker.io/library/nginx@sha256:${'a'.repeat(64)}`],
])('%s is %s', (name, full) => {
  expect(normalReference(name)).toBe(full);
});

test.each([
  ['Nginx', 'invalid reference format: repository name (library/Nginx) must be lowercase'],
  ['nginx:', 'invalid reference format'],
  ['nginx:bad tag', 'invalid reference format'],
  ['nginx:1.14.2!', 'invalid reference format'],
  ['', 'invalid reference format'],
  ['http://nginx', 'invalid reference format'],
  [
    'a'.repeat(64),
    `invalid repository name (${'a'.repeat(64)}), cannot specify 64-byte hexadecimal strings`,
  ],
])('%j is none', (name, problem) => {
  expect(parseReference(name)).toBe(problem);
});
