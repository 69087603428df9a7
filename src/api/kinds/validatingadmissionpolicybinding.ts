import { defineKind } from '../kind.ts';
import type { ValidatingAdmissionPolicyBinding } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validatePolicyBinding } from './policy-validation.ts';
import { prepareCounted, storedVerbs } from './strategy.ts';
import { policyBindingDefaults } from './webhook-defaults.ts';

export const validatingAdmissionPolicyBinding = defineKind<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  singular: 'validatingadmissionpolicybinding',
  shortNames: [],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  defaults: policyBindingDefaults,
  prepare: prepareCounted<ValidatingAdmissionPolicyBinding>(({ spec }) => spec),
  validate: validatePolicyBinding,
  columns: describeColumns<ValidatingAdmissionPolicyBinding>(
    'validatingadmissionpolicybindings.admissionregistration.k8s.io',
    [
      nameColumn,
      text('PolicyName', ({ spec }) => spec?.policyName ?? ''),
      text('ParamRef', ({ spec }) => {
        const { namespace, name = '' } = spec?.paramRef ?? {};
        if (spec?.paramRef === undefined) return '<unset>';
        return namespace ? `${namespace}/${name}` : name || '*';
      }),
      ageColumn,
    ],
  ),
});
