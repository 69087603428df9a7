/**
 * What comes before requests about custom resources. Follows apiextensions-apiserver
 * pkg/apiserver/customresource_handler.go (serveResource).
 */
import { StatusError, methodNotAllowed } from '../../../api/status.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import { type Exchange, pause } from '../exchange.ts';
import type { Resource } from '../resource.ts';

/** So long after it was established, other servers may not know a definition yet. */
const freshMs = 2_000;

/** The first objects of a new kind wait; a kind that is going gets no more. */
export function* checkCustom({ server, route }: Exchange, resource: Resource): Story {
  const { custom } = resource.kind;
  if (custom === undefined || route.verb !== 'create' || route.subresource !== '') return;
  const established = parseTime(custom.establishedAt) ?? 0;
  if (server.site.clock - established < freshMs) yield* pause(freshMs);
  const isGoing = server.registry.find(route.group, route.version, route.plural)?.kind.custom
    ?.isTerminating;
  if (isGoing !== true) return;
  const message = 'create not allowed while custom resource definition is terminating';
  throw new StatusError({ ...methodNotAllowed(), message });
}
