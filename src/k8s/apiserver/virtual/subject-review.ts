/** Who am I, and whose token is this? Follows pkg/registry/authentication. */
import type { JsonObject } from '../../../api/object.ts';
import { StatusError, badRequest, methodNotAllowed } from '../../../api/status.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { type Exchange, type User, answer } from '../exchange.ts';
import { isObject, readData } from '../read-body.ts';
import { readToken } from '../tokens.ts';

export function* selfSubjectReview(x: Exchange): Story<ApiResponse> {
  if (x.route.verb !== 'create') throw new StatusError(methodNotAllowed());
  return answer(x, 201, {
    kind: 'SelfSubjectReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: formatTime(x.server.site.clock) },
    status: { userInfo: infoOf(x.user) },
  });
}

export function* tokenReview(x: Exchange): Story<ApiResponse> {
  if (x.route.verb !== 'create') throw new StatusError(methodNotAllowed());
  const data = readData(x);
  if (!isObject(data)) throw new StatusError(badRequest('not a TokenReview'));
  const { token = '' } = (data['spec'] ?? {}) as { token?: string };
  const user = readToken(x.server, token);
  return answer(x, 201, {
    kind: 'TokenReview',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: { token },
    status:
      user === undefined
        ? { user: {}, error: '[invalid bearer token]' }
        : {
            authenticated: true,
            user: infoOf({ ...user, groups: [...user.groups, 'system:authenticated'] }),
          },
  });
}

const infoOf = ({ name, uid, groups, extra }: User): JsonObject => ({
  username: name,
  ...(uid === undefined ? {} : { uid }),
  groups,
  ...(extra === undefined ? {} : { extra }),
});
