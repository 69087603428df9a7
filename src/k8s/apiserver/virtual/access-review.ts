/** May they? Follows pkg/registry/authorization. */
import type { JsonObject } from '../../../api/object.ts';
import { type FieldError, invalid } from '../../../api/field.ts';
import { goQuote, goText } from '../../../api/go-text.ts';
import { StatusError, badRequest, invalidObject, methodNotAllowed } from '../../../api/status.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { type Attempted, judge, reasonOf } from '../authorization.ts';
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
  const errors = problemsOf(kind, spec, x.route.namespace);
  if (errors.length > 0) {
    throw new StatusError(invalidObject({ group: 'authorization.k8s.io', kind }, '', errors));
  }
  const asked = { ...x, user: who(spec) };
  const verdict = judge(asked, attemptedOf(spec));
  const reason = verdict === true ? reasonOf(asked, attemptedOf(spec)) : verdict;
  return answer(x, 201, {
    kind,
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: spec as JsonObject,
    status: { allowed: verdict === true, ...(reason === '' ? {} : { reason }) },
  });
}

/** Follows pkg/apis/authorization/validation/validation.go. */
function problemsOf(kind: string, spec: Spec, namespace: string): readonly FieldError[] {
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  const errors: FieldError[] = [];
  if (resource !== undefined && path !== undefined) {
    const reason = 'cannot be specified in combination with resourceAttributes';
    errors.push(invalid('spec.nonResourceAttributes', attributesText(path), reason));
  }
  if (resource === undefined && path === undefined) {
    const reason = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    errors.push(invalid('spec.resourceAttributes', null, reason));
  }
  const isSelf = kind === 'SelfSubjectAccessReview';
  if (!isSelf && !spec.user && (spec.groups ?? []).length === 0) {
    errors.push(invalid('spec.user', '', 'at least one of user or group must be specified'));
  }
  if (kind !== 'LocalSubjectAccessReview') return errors;
  if (resource !== undefined && (resource.namespace ?? '') !== namespace) {
    const reason = 'must match metadata.namespace';
    errors.push(invalid('spec.resourceAttributes.namespace', resource.namespace ?? '', reason));
  }
  if (path !== undefined) {
    const reason = 'disallowed on this kind of request';
    errors.push(invalid('spec.nonResourceAttributes', attributesText(path), reason));
  }
  return errors;
}

const attributesText = ({ path = '', verb = '' }: { path?: string; verb?: string }) =>
  goText(`authorization.NonResourceAttributes{Path:${goQuote(path)}, Verb:${goQuote(verb)}}`);

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
