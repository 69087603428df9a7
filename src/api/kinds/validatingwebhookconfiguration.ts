import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { ValidatingWebhookConfiguration } from '../types.gen.ts';
import { ageColumn, describeColumns, integer, nameColumn } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { prepareCounted, storedVerbs } from './strategy.ts';
import { validatingDefaults } from './webhook-defaults.ts';

export const validatingWebhookConfiguration = defineKind<ValidatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingWebhookConfiguration',
  plural: 'validatingwebhookconfigurations',
  singular: 'validatingwebhookconfiguration',
  shortNames: [],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.admissionregistration.v1.ValidatingWebhookConfiguration',
  defaults: validatingDefaults,
  prepare: prepareCounted<ValidatingWebhookConfiguration>(({ webhooks }) => webhooks),
  validate: validateMetadata({ namespaced: false, name: nameIsDnsSubdomain }),
  columns: describeColumns<ValidatingWebhookConfiguration>(
    'validatingwebhookconfigurations.admissionregistration.k8s.io',
    [nameColumn, integer('Webhooks', ({ webhooks }) => webhooks?.length ?? 0), ageColumn],
  ),
});
