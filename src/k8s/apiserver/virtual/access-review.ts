/** May they? Follows pkg/registry/authorization. */
import type { JsonObject } from '../../../api/object.ts';
import { StatusError, badRequest, methodNotAllowed } from '../../../api/status.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { type Attempted, isAllowed } from '../authorization.ts';
import { type Exchange, type User, answer } from '../exchange.ts';
import { isObject, readData } from '../read-body.ts';

interface Spec {
  readonly resourceAttributes?: {
    readonly verb?: string;
    readonly group?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly nonResourceAttributes?: { readonly verb?: string; readonly path?: string };
  readonly user?: string;
  readonly groups?: readonly string[];
}

export function* selfSubjectAccessReview(x: Exchange): Story<ApiResponse> {
  return review(x, 'SelfSubjectAccessReview', () => x.user);
}

export function* subjectAccessReview(x: Exchange): Story<ApiResponse> {
  const kind = x.route.plural.startsWith('local')
    ? 'LocalSubjectAccessReview'
    : 'SubjectAccessReview';
  return review(x, kind, ({ user = '', groups = [] }) => ({ name: user, groups }));
}

function review(x: Exchange, kind: string, who: (spec: Spec) => User): ApiResponse {
  if (x.route.verb !== 'create') throw new StatusError(methodNotAllowed());
  const data = readData(x);
  if (!isObject(data)) throw new StatusError(badRequest(`not a ${kind}`));
  const spec = (data['spec'] ?? {}) as Spec;
  const allowed = isAllowed({ ...x, user: who(spec) }, attemptedOf(spec));
  return answer(x, 201, {
    kind,
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: spec as JsonObject,
    status: { allowed },
  });
}

function attemptedOf({ resourceAttributes, nonResourceAttributes }: Spec): Attempted {
  const {
    verb = '',
    group = '',
    resource = '',
    subresource = '',
    namespace = '',
    name = '',
  } = resourceAttributes ?? {};
  if (nonResourceAttributes === undefined) {
    return { verb, group, resource, subresource, namespace, name, path: undefined };
  }
  return {
    verb: nonResourceAttributes.verb ?? '',
    group: '',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    path: nonResourceAttributes.path ?? '',
  };
}
