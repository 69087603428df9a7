/**
 * A token for a ServiceAccount. Follows pkg/registry/core/serviceaccount/storage/token.go.
 */
import type { JsonObject } from '../../../api/object.ts';
import { invalid } from '../../../api/field.ts';
import { StatusError, badRequest, conflict, invalidObject, notFound } from '../../../api/status.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import { signToken } from '../../client/service-account-token.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { type Exchange, answer } from '../exchange.ts';
import { isObject, readData } from '../read-body.ts';
import type { Resource } from '../resource.ts';
import { findEntry } from '../verbs/get.ts';

const hour = 3_600;
const shortest = 600;
/** Clients that never ask again get a year (`--service-account-extend-token-expiration`). */
const warnAfter = 3_607;
const extended = 365 * 24 * hour;

interface Spec {
  readonly audiences?: readonly string[];
  readonly expirationSeconds?: number;
  readonly boundObjectRef?: { readonly kind: string; readonly name: string; readonly uid?: string };
}

export function* createToken(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const data = readData(x);
  if (!isObject(data)) throw new StatusError(badRequest('not a TokenRequest object'));
  const spec = (data['spec'] ?? {}) as Spec;
  const seconds = spec.expirationSeconds ?? hour;
  if (seconds < shortest) {
    throw new StatusError(
      invalidObject({ group: 'authentication.k8s.io', kind: 'TokenRequest' }, '', [
        invalid(
          'spec.expirationSeconds',
          seconds,
          'may not specify a duration less than 10 minutes',
        ),
      ]),
    );
  }
  const { object } = yield* findEntry(x, resource);
  const { name, namespace = '', uid } = object.metadata;
  const { serviceAccountIssuer } = x.server.options;
  const audiences = spec.audiences?.length ? spec.audiences : [serviceAccountIssuer];
  const bound = boundClaims(x, spec, namespace);
  const now = Math.floor(x.server.site.clock / 1000);
  const isProjected = spec.expirationSeconds === warnAfter;
  const lifetime = isProjected ? extended : seconds;
  const token = signToken({
    aud: audiences,
    exp: now + lifetime,
    iat: now,
    iss: serviceAccountIssuer,
    jti: x.server.site.chance.uuid(),
    'kubernetes.io': {
      namespace,
      ...bound,
      serviceaccount: { name, uid },
      ...(isProjected ? { warnafter: now + warnAfter } : {}),
    },
    nbf: now,
    sub: `system:serviceaccount:${namespace}:${name}`,
  });
  return answer(x, 201, {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { name, namespace, creationTimestamp: formatTime(x.server.site.clock) },
    spec: {
      ...spec,
      audiences,
      expirationSeconds: seconds,
      boundObjectRef: spec.boundObjectRef ?? null,
    },
    status: { token, expirationTimestamp: formatTime((now + seconds) * 1000) },
  });
}

/** A token can be bound to a Pod (or a Secret, a Node): it is of use as long as that is there. */
function boundClaims(x: Exchange, { boundObjectRef }: Spec, namespace: string): JsonObject {
  if (boundObjectRef === undefined || boundObjectRef === null) return {};
  const { kind, name, uid } = boundObjectRef;
  const plural = `${kind.toLowerCase()}s`;
  const resource = x.server.registry.named(plural);
  const found = resource?.cache.get(resource.key(namespace, name))?.object;
  if (found === undefined) throw new StatusError(notFound({ group: '', plural }, name));
  if (uid && uid !== found.metadata.uid) {
    throw new StatusError(
      conflict(
        { group: '', plural },
        name,
        `the UID in the bound object reference (${uid}) does not match the UID in record. ` +
          'The object might have been deleted and then recreated',
      ),
    );
  }
  const { nodeName } = (found as { spec?: { nodeName?: string } }).spec ?? {};
  const claim = { [kind.toLowerCase()]: { name, uid: found.metadata.uid } };
  return nodeName ? { node: { name: nodeName }, ...claim } : claim;
}
