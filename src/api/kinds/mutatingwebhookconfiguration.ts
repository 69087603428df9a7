import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { MutatingWebhookConfiguration } from '../types.gen.ts';
import { ageColumn, describeColumns, integer, nameColumn } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { prepareCounted, storedVerbs } from './strategy.ts';
import { mutatingDefaults } from './webhook-defaults.ts';

export const mutatingWebhookConfiguration = defineKind<MutatingWebhookConfiguration>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'MutatingWebhookConfiguration',
  plural: 'mutatingwebhookconfigurations',
  singular: 'mutatingwebhookconfiguration',
  shortNames: [],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.admissionregistration.v1.MutatingWebhookConfiguration',
  defaults: mutatingDefaults,
  prepare: prepareCounted<MutatingWebhookConfiguration>(({ webhooks }) => webhooks),
  validate: validateMetadata({ namespaced: false, name: nameIsDnsSubdomain }),
  columns: describeColumns<MutatingWebhookConfiguration>(
    'mutatingwebhookconfigurations.admissionregistration.k8s.io',
    [nameColumn, integer('Webhooks', ({ webhooks }) => webhooks?.length ?? 0), ageColumn],
  ),
});
