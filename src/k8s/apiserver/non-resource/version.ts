/** /version, as v1.33.1's build says it (k8s.io/component-base/version). */
import type { ApiResponse } from '../../client/wire.ts';
import type { Exchange } from '../exchange.ts';

const info = Object.freeze({
  major: '1',
  minor: '33',
  emulationMajor: '1',
  emulationMinor: '33',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '32',
  gitVersion: 'v1.33.1',
  gitCommit: '8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828',
  gitTreeState: 'clean',
  buildDate: '2025-05-15T08:19:08Z',
  goVersion: 'go1.24.2',
  compiler: 'gc',
  platform: 'linux/amd64',
});

export function version({ request }: Exchange): ApiResponse | undefined {
  if (request.path !== '/version' && request.path !== '/version/') return undefined;
  return { status: 200, headers: { 'content-type': 'application/json' }, body: info };
}
