/** Paths that are no resources: health, version, discovery, OpenAPI. */
import { StatusError, methodNotAllowed } from '../../../api/status.ts';
import type { ApiResponse } from '../../client/wire.ts';
import type { Story } from '../../../kernel/index.ts';
import { type Exchange } from '../exchange.ts';
import { unserved } from '../unserved.ts';
import { discovery } from './discovery.ts';
import { health, healthPaths } from './health.ts';
import { metrics } from './metrics.ts';
import { openApi } from './open-api.ts';
import { openId, openIdPaths } from './open-id.ts';
import { version } from './version.ts';

// oxlint-disable-next-line require-yield -- a handler is a story, whether or not it has to wait
export function* nonResource(x: Exchange): Story<ApiResponse> {
  const { method } = x.request;
  const answer =
    health(x) ?? version(x) ?? discovery(x) ?? openApi(x) ?? metrics(x) ?? openId(x) ?? index(x);
  if (answer === undefined) return unserved(x);
  if (method !== 'GET' && method !== 'HEAD') throw new StatusError(methodNotAllowed());
  return answer;
}

/** The paths that there are. */
function index(x: Exchange): ApiResponse | undefined {
  if (x.request.path !== '/' && x.request.path !== '') return undefined;
  const groups = new Set<string>();
  for (const { kind } of x.server.registry.all) {
    if (kind.group === '') continue;
    groups.add(`/apis/${kind.group}`);
    groups.add(`/apis/${kind.group}/${kind.version}`);
  }
  const paths = [
    ...openIdPaths,
    '/api',
    '/api/v1',
    '/apis',
    '/apis/',
    ...groups,
    ...healthPaths(),
    '/logs',
    '/metrics',
    '/metrics/slis',
    '/openapi/v2',
    '/openapi/v3',
    '/openapi/v3/',
    '/version',
  ].sort();
  return { status: 200, headers: { 'content-type': 'application/json' }, body: { paths } };
}
