/**
 * Paths that nobody serves. Below a group that is compiled in, go-restful routes the request and
 * its error handler answers with a Status; anything else falls through all the servers behind one
 * another (aggregator, core, definitions) to Go's own text.
 * Follows apiserver pkg/server/handler.go (director, serviceErrorHandler) and
 * pkg/util/notfoundhandler.
 */
import { StatusError, notFoundPath } from '../../api/status.ts';
import type { ApiResponse } from '../client/wire.ts';
import { type Exchange, pageNotFound } from './exchange.ts';
import { virtualResources } from './non-resource/discovery-facts.ts';

/** Go's text, or a thrown Status. */
export function unserved(x: Exchange): ApiResponse {
  if (isRouted(x)) throw new StatusError(notFoundPath());
  return pageNotFound;
}

/** Whether a web service of go-restful has the path below it. */
function isRouted({ request, server }: Exchange): boolean {
  const [, root, group = ''] = request.path.split('/');
  if (root === 'api') return true;
  if (root !== 'apis' || group === '') return false;
  return (
    server.registry.builtIn.some(({ kind }) => kind.group === group) ||
    virtualResources.some((one) => one.group === group)
  );
}
