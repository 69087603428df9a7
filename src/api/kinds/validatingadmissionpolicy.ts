import { defineKind } from '../kind.ts';
import type { ValidatingAdmissionPolicy } from '../types.gen.ts';
import { ageColumn, describeColumns, integer, nameColumn, text } from './columns.ts';
import { validatePolicy } from './policy-validation.ts';
import { isSpecChanged, prepareSpecAndStatus, storedVerbs } from './strategy.ts';
import { policyDefaults } from './webhook-defaults.ts';

export const validatingAdmissionPolicy = defineKind<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  shortNames: [],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  defaults: policyDefaults,
  prepare: prepareSpecAndStatus<ValidatingAdmissionPolicy>({
    freshStatus: () => ({}),
    isChanged: isSpecChanged,
  }),
  validate: validatePolicy,
  columns: describeColumns<ValidatingAdmissionPolicy>(
    'validatingadmissionpolicies.admissionregistration.k8s.io',
    [
      nameColumn,
      integer('Validations', ({ spec }) => spec?.validations?.length ?? 0),
      text('ParamKind', ({ spec }) => {
        const { apiVersion = '', kind = '' } = spec?.paramKind ?? {};
        return spec?.paramKind ? `${apiVersion}/${kind}` : '<unset>';
      }),
      ageColumn,
    ],
  ),
});
