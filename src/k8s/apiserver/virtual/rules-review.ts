/**
 * What may I do here? The rules of every authorizer that can tell them.
 * Follows pkg/registry/authorization/selfsubjectrulesreview/rest.go and the authorizers' RulesFor.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { StatusError, badRequest, methodNotAllowed } from '../../../api/status.ts';
import type { PolicyRule } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { type Exchange, answer } from '../exchange.ts';
import { rulesOf } from '../rbac.ts';
import { isObject, readData } from '../read-body.ts';

const everything: PolicyRule = { verbs: ['*'], apiGroups: ['*'], resources: ['*'] };
const everywhere: PolicyRule = { verbs: ['*'], nonResourceURLs: ['*'] };

// oxlint-disable-next-line require-yield -- a handler is a story, whether or not it has to wait
export function* selfSubjectRulesReview(x: Exchange): Story<ApiResponse> {
  if (x.route.verb !== 'create') throw new StatusError(methodNotAllowed());
  const data = readData(x);
  if (!isObject(data)) throw new StatusError(badRequest('not a SelfSubjectRulesReview'));
  const spec = (data['spec'] ?? {}) as JsonObject;
  const namespace = String(spec['namespace'] ?? '');
  if (namespace === '') throw new StatusError(badRequest('no namespace on request'));
  const rules = x.server.options.authorizationModes.flatMap((mode) => rulesIn(x, mode, namespace));
  // Nodes may do more than their rules say: what their Pods need.
  const isNode = x.user.groups.includes('system:nodes');
  const isUnsure = isNode && x.server.options.authorizationModes.includes('Node');
  return answer(x, 201, {
    kind: 'SelfSubjectRulesReview',
    apiVersion: 'authorization.k8s.io/v1',
    metadata: { creationTimestamp: null },
    spec: {},
    status: {
      resourceRules: rules.filter(hasResources).map(resourceRule),
      nonResourceRules: rules.filter(hasPaths).map(pathRule),
      incomplete: isUnsure,
      ...(isUnsure
        ? { evaluationError: 'node authorizer does not support user rule resolution' }
        : {}),
    },
  });
}

function rulesIn(x: Exchange, mode: string, namespace: string): readonly PolicyRule[] {
  if (mode === 'RBAC') return rulesOf(x.server.registry, x.user, namespace);
  return mode === 'AlwaysAllow' ? [everything, everywhere] : [];
}

const hasResources = ({ resources = [] }: PolicyRule): boolean => resources.length > 0;
const hasPaths = ({ nonResourceURLs = [] }: PolicyRule): boolean => nonResourceURLs.length > 0;

const resourceRule = ({ verbs, apiGroups = [], resources = [], resourceNames = [] }: PolicyRule) =>
  ({
    verbs,
    ...(apiGroups.length === 0 ? {} : { apiGroups }),
    resources,
    ...(resourceNames.length === 0 ? {} : { resourceNames }),
  }) as Json;

const pathRule = ({ verbs, nonResourceURLs = [] }: PolicyRule) =>
  ({ verbs, nonResourceURLs }) as Json;
