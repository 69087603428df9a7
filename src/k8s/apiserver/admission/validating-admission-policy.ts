/**
 * ValidatingAdmissionPolicies: what expressions (CEL) say of a request, where a binding asks them.
 * Follows apiserver pkg/admission/plugin/policy/{validating,generic,matching}. Left out: the
 * authorizer variable, audit annotations (there is no audit log), equivalent versions of a kind,
 * cost limits.
 */
import { type CelOutcome, type CelProgram, CelScope, toCel } from '../../../api/cel/index.ts';
import type { ApiObject, Json } from '../../../api/object.ts';
import { matches, toSelector } from '../../../api/selectors.ts';
import { StatusError, forbiddenAction } from '../../../api/status.ts';
import type {
  MatchResources,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhook,
  Validation,
} from '../../../api/types.gen.ts';
import type { Resource } from '../resource.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { wants } from './webhooks/matching.ts';

const group = 'admissionregistration.k8s.io';

/** Never asked about: nobody shall lock themselves out (policy/generic/plugin.go). */
const exempt = new Set(
  (
    `validatingadmissionpolicies.${group} validatingadmissionpolicybindings.${group} ` +
    `mutatingadmissionpolicies.${group} mutatingadmissionpolicybindings.${group} ` +
    'tokenreviews.authentication.k8s.io selfsubjectreviews.authentication.k8s.io ' +
    'subjectaccessreviews.authorization.k8s.io selfsubjectaccessreviews.authorization.k8s.io ' +
    'localsubjectaccessreviews.authorization.k8s.io selfsubjectrulesreviews.authorization.k8s.io'
  ).split(' '),
);

export const validatingAdmissionPolicy: Plugin = {
  name: 'ValidatingAdmissionPolicy',
  handles: ({ x, resource }) => {
    const { registry } = x.server;
    const bindings = registry.named(`validatingadmissionpolicybindings.${group}`);
    if (bindings === undefined || bindings.cache.size === 0) return false;
    return !exempt.has(`${resource.plural}.${resource.group}`);
  },
  // oxlint-disable-next-line require-yield -- a plugin is a story, whether or not it has to wait
  *validate(attributes) {
    const denial = judge(attributes);
    if (denial !== undefined) throw new StatusError(statusOf(attributes, denial));
  },
};

/** Whether all conditions of a webhook hold; a text: what is wrong with one, and none is false. */
export function meetsConditions(
  { matchConditions = [] }: Pick<ValidatingWebhook, 'matchConditions'>,
  attributes: Attributes,
  object: ApiObject,
): boolean | string {
  const run = new Run(attributes, {} as ValidatingAdmissionPolicy, object, undefined);
  const outcomes = matchConditions.map(({ expression }) => run.evaluate(expression));
  if (outcomes.some(({ value, problem }) => problem === undefined && value !== true)) return false;
  return outcomes.find(({ problem }) => problem !== undefined)?.problem ?? true;
}

interface Denial {
  readonly message: string;
  readonly reason: string;
}

interface Failure {
  readonly message: string;
  readonly reason?: string | undefined;
}

/** The first denial of all; warnings are told on the way. */
function judge(attributes: Attributes): Denial | undefined {
  const { x } = attributes;
  let denial: Denial | undefined;
  const object = attributes.object ?? objectOf(attributes);
  if (object === undefined) return undefined;
  for (const policy of allOf<ValidatingAdmissionPolicy>(attributes, 'policies')) {
    if (!isMatched(policy.spec?.matchConstraints, attributes, object)) continue;
    for (const binding of bindingsOf(attributes, policy)) {
      const isAsked = isMatched(binding.spec?.matchResources, attributes, object, true);
      if (!isAsked) continue;
      const { metadata } = policy;
      const place = `'${metadata.name}' with binding '${binding.metadata.name}'`;
      const { failures, isBroken } = failuresOf(attributes, policy, binding, object);
      const actions = isBroken ? ['Deny'] : (binding.spec?.validationActions ?? []);
      for (const { message, reason = 'Invalid' } of failures) {
        if (actions.includes('Warn')) {
          x.warnings.push(`Validation failed for ValidatingAdmissionPolicy ${place}: ${message}`);
        }
        if (!actions.includes('Deny')) continue;
        denial ??= {
          message: `ValidatingAdmissionPolicy ${place} denied request: ${message}`,
          reason,
        };
      }
    }
  }
  return denial;
}

/** A deletion is about the object as it is. */
const objectOf = ({ resource, x: { route }, previous }: Attributes): ApiObject | undefined =>
  previous ?? resource.cache.get(resource.key(route.namespace, route.name))?.object;

function allOf<T>({ x }: Attributes, name: 'policies' | 'policybindings'): readonly T[] {
  const resource = x.server.registry.named(`validatingadmission${name}.${group}`) as Resource;
  const entries = resource.cache.under(resource.prefix, resource.prefixEnd);
  return entries.map(({ object }) => object as unknown as T);
}

const bindingsOf = (
  attributes: Attributes,
  { metadata }: ValidatingAdmissionPolicy,
): readonly ValidatingAdmissionPolicyBinding[] =>
  allOf<ValidatingAdmissionPolicyBinding>(attributes, 'policybindings').filter(
    ({ spec }) => spec?.policyName === metadata.name,
  );

/** @param isOpen rules that are not there match all (of a binding) */
function isMatched(
  match: MatchResources | undefined,
  attributes: Attributes,
  object: ApiObject,
  isOpen = false,
): boolean {
  if (match === undefined) return isOpen;
  const { resourceRules, excludeResourceRules = [], objectSelector, namespaceSelector } = match;
  const everything = {
    apiGroups: ['*'],
    apiVersions: ['*'],
    operations: ['*'],
    resources: ['*/*', '*'],
  };
  const given = resourceRules ?? (isOpen ? [everything] : []);
  const asked = (rules: NonNullable<MatchResources['resourceRules']>): boolean => {
    const { name } = attributes.x.route;
    const named = rules.filter(
      ({ resourceNames = [] }) =>
        resourceNames.length === 0 || resourceNames.includes(object.metadata.name || name),
    );
    const hook = {
      rules: named,
      objectSelector: objectSelector ?? {},
      namespaceSelector: namespaceSelector ?? {},
    };
    return named.length > 0 && wants(hook as never, attributes, object);
  };
  return asked(given) && !asked(excludeResourceRules);
}

/** `isBroken`: what failed is the policy itself, and its failurePolicy refuses. */
interface Judgement {
  readonly failures: readonly Failure[];
  readonly isBroken: boolean;
}

const fine: Judgement = { failures: [], isBroken: false };

function failuresOf(
  attributes: Attributes,
  policy: ValidatingAdmissionPolicy,
  binding: ValidatingAdmissionPolicyBinding,
  object: ApiObject,
): Judgement {
  const isIgnoring = policy.spec?.failurePolicy === 'Ignore';
  const params = paramsOf(attributes, policy, binding);
  if (typeof params === 'string') {
    if (isIgnoring) return fine;
    return { failures: [{ message: `failed to configure binding: ${params}` }], isBroken: true };
  }
  const failures = params.flatMap((param) => {
    const run = new Run(attributes, policy, object, param);
    return run.failures();
  });
  return { failures, isBroken: false };
}

/** The objects that a binding parametrizes its policy with, or what is wrong with that. */
function paramsOf(
  { x }: Attributes,
  { spec }: ValidatingAdmissionPolicy,
  binding: ValidatingAdmissionPolicyBinding,
): readonly (ApiObject | undefined)[] | string {
  const kind = spec?.paramKind;
  const ref = binding.spec?.paramRef;
  if (kind === undefined || ref === undefined) return [undefined];
  const { registry } = x.server;
  const resource = registry.all.find(
    (one) => one.kind.kind === kind.kind && one.apiVersion === kind.apiVersion,
  );
  if (resource === undefined) {
    return `paramKind kind \`${kind.apiVersion}, Kind=${kind.kind}\` not known`;
  }
  const namespace = ref.namespace ?? x.route.namespace;
  if (resource.kind.namespaced && namespace === '') {
    return 'cannot use namespaced paramRef in policy binding that matches cluster-scoped resources';
  }
  const scope = resource.scope(resource.kind.namespaced ? namespace : '');
  const found = resource.cache
    .under(scope, `${scope}\uffff`)
    .map(({ object }) => object)
    .filter(({ metadata }) =>
      ref.name === undefined
        ? matches(toSelector(ref.selector ?? {}), metadata.labels)
        : metadata.name === ref.name,
    );
  if (found.length > 0 || ref.parameterNotFoundAction !== 'Deny') return found;
  return 'no params found for policy binding with `Deny` parameterNotFoundAction';
}

const scope = new CelScope(() => ({
  object: 'dyn',
  oldObject: 'dyn',
  request: 'dyn',
  params: 'dyn',
  namespaceObject: 'dyn',
  variables: 'dyn',
}));

const programs = new Map<string, CelProgram | string>();
const programsMax = 1_000;

/** A program, or why there is none. */
function compiled(expression: string): CelProgram | string {
  const kept = programs.get(expression);
  if (kept !== undefined) return kept;
  if (programs.size >= programsMax) programs.clear();
  const { program, problem } = scope.compile(expression);
  const result = program ?? `compilation error: compilation failed: ${problem}`;
  programs.set(expression, result);
  return result;
}

/** One policy looks at one request. */
class Run {
  private readonly policy: ValidatingAdmissionPolicy;
  private readonly values: Record<string, unknown>;

  constructor(
    attributes: Attributes,
    policy: ValidatingAdmissionPolicy,
    object: ApiObject,
    param: ApiObject | undefined,
  ) {
    this.policy = policy;
    const isDeletion = attributes.operation === 'DELETE';
    const old = isDeletion ? object : attributes.previous;
    const variables: Record<string, unknown> = {};
    this.values = {
      object: isDeletion ? null : asValue(object),
      oldObject: asValue(old),
      request: toCel(undefined, requestOf(attributes, object)),
      params: asValue(param),
      namespaceObject: asValue(namespaceOf(attributes)),
      variables,
    };
    for (const { name, expression } of policy.spec?.variables ?? []) {
      const { value, problem } = this.evaluate(expression);
      // One that fails is only missed by whoever asks for it.
      if (problem === undefined) variables[name] = value;
    }
  }

  failures(): readonly Failure[] {
    const { spec } = this.policy;
    for (const { name, expression } of spec?.matchConditions ?? []) {
      const { value, problem } = this.evaluate(expression);
      if (problem !== undefined) return this.broken(`matchCondition '${name}': ${problem}`);
      if (value !== true) return [];
    }
    return (spec?.validations ?? []).flatMap((validation) => this.failure(validation));
  }

  private failure(validation: Validation): readonly Failure[] {
    const { expression, reason } = validation;
    const { value, problem } = this.evaluate(expression);
    if (problem !== undefined) {
      return this.broken(`expression '${expression}' resulted in error: ${problem}`);
    }
    return value === true ? [] : [{ message: this.messageOf(validation), reason }];
  }

  private messageOf({ expression, message = '', messageExpression }: Validation): string {
    if (messageExpression !== undefined) {
      const { value } = this.evaluate(messageExpression);
      const text = typeof value === 'string' ? value.trim() : '';
      if (text !== '' && !text.includes('\n')) return text;
    }
    return message.trim() || `failed expression: ${expression.trim()}`;
  }

  private broken(message: string): readonly Failure[] {
    return this.policy.spec?.failurePolicy === 'Ignore' ? [] : [{ message }];
  }

  evaluate(expression: string): CelOutcome {
    const program = compiled(expression);
    return typeof program === 'string' ? { problem: program } : program.run(this.values);
  }
}

const asValue = (object: ApiObject | undefined): unknown =>
  object === undefined ? null : toCel(undefined, object as unknown as Json);

function namespaceOf({ x, resource }: Attributes): ApiObject | undefined {
  const { namespace } = x.route;
  if (namespace === '' || !resource.kind.namespaced) return undefined;
  const namespaces = x.server.registry.named('namespaces');
  return namespaces?.cache.get(namespaces.key('', namespace))?.object;
}

/** AdmissionRequest, as far as expressions see it. */
function requestOf({ x, resource, operation, options }: Attributes, object: ApiObject): Json {
  const { kind } = resource;
  const gvk = { group: kind.group, version: kind.version, kind: kind.kind };
  const gvr = { group: kind.group, version: kind.version, resource: kind.plural };
  const { name, groups, uid } = x.user;
  return {
    kind: gvk,
    resource: gvr,
    subResource: x.route.subresource,
    requestKind: gvk,
    requestResource: gvr,
    requestSubResource: x.route.subresource,
    name: object.metadata.name,
    namespace: x.route.namespace,
    operation,
    userInfo: { username: name, groups, ...(uid === undefined ? {} : { uid }) },
    dryRun: options?.isDryRun ?? false,
  };
}

const codes: Readonly<Record<string, number>> = {
  Forbidden: 403,
  Unauthorized: 401,
  RequestEntityTooLarge: 413,
};

function statusOf({ resource, object, x }: Attributes, { message, reason }: Denial) {
  const name = object?.metadata.name ?? x.route.name;
  const refusal = forbiddenAction(resource.kind, name, message);
  const details = { ...refusal.details, causes: [{ message }] };
  return { ...refusal, reason, code: codes[reason] ?? 422, details } as typeof refusal;
}
