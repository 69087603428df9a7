/**
 * Follows pkg/apis/admissionregistration/v1/defaults.go.
 */
import type {
  MutatingWebhook,
  MutatingWebhookConfiguration,
  RuleWithOperations,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '../types.gen.ts';
import { fillAbsent, mapField, mapItems } from './path-copy.ts';

const values = {
  failurePolicy: 'Fail',
  matchPolicy: 'Equivalent',
  namespaceSelector: {},
  objectSelector: {},
  timeoutSeconds: 10,
};

const rulesDefaults = (rules: readonly RuleWithOperations[]): readonly RuleWithOperations[] =>
  mapItems(rules, (rule) => fillAbsent(rule, { scope: '*' }));

function hookDefaults<T extends MutatingWebhook | ValidatingWebhook>(hook: T): T {
  const next: MutatingWebhook | ValidatingWebhook = fillAbsent<MutatingWebhook | ValidatingWebhook>(
    mapField<MutatingWebhook | ValidatingWebhook, 'rules'>(hook, 'rules', rulesDefaults),
    values,
  );
  return mapField(next, 'clientConfig', (config) =>
    mapField(config, 'service', (service) => fillAbsent(service, { port: 443 })),
  ) as T;
}

export const mutatingDefaults = (
  object: MutatingWebhookConfiguration,
): MutatingWebhookConfiguration =>
  mapField(object, 'webhooks', (hooks) =>
    mapItems(hooks, (hook) => fillAbsent(hookDefaults(hook), { reinvocationPolicy: 'Never' })),
  );

export const validatingDefaults = (
  object: ValidatingWebhookConfiguration,
): ValidatingWebhookConfiguration =>
  mapField(object, 'webhooks', (hooks) => mapItems(hooks, (hook) => hookDefaults(hook)));

const matchValues = { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} };

export const policyDefaults = (object: ValidatingAdmissionPolicy): ValidatingAdmissionPolicy =>
  mapField(object, 'spec', (spec) =>
    mapField(fillAbsent(spec, { failurePolicy: 'Fail' }), 'matchConstraints', (match) =>
      mapField(fillAbsent(match, matchValues), 'resourceRules', (rules) =>
        mapItems(rules, (rule) => fillAbsent(rule, { scope: '*' })),
      ),
    ),
  );

export const policyBindingDefaults = (
  object: ValidatingAdmissionPolicyBinding,
): ValidatingAdmissionPolicyBinding =>
  mapField(object, 'spec', (spec) =>
    mapField(spec, 'matchResources', (match) =>
      mapField(fillAbsent(match, matchValues), 'resourceRules', (rules) =>
        mapItems(rules, (rule) => fillAbsent(rule, { scope: '*' })),
      ),
    ),
  );
