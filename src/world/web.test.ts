import { expect, it } from 'vitest';
import { webPage } from './web.ts';

it.each([
  'https://github.com/kubernetes-sigs/metrics-server/releases/latest/download/components.yaml',
  'https://github.com/kubernetes-sigs/metrics-server/releases/download/v0.7.2/components.yaml',
])('metrics-server lies at %s', (url) => expect(webPage(url)).toContain('v1beta1.metrics.k8s.io'));

it('elsewhere there is nothing', () =>
  expect(webPage('https://github.com/kubernetes-sigs/metrics-server/components.yaml')).toBeUndefined());
