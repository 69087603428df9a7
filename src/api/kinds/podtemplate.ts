import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { PodTemplate } from '../types.gen.ts';
import { describeColumns, formatLabels, nameColumn, text } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { mapField } from './path-copy.ts';
import { podTemplateDefaults } from './pod/defaults.ts';
import { withGeneration, storedVerbs } from './strategy.ts';

export const podTemplate = defineKind<PodTemplate>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  singular: 'podtemplate',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.core.v1.PodTemplate',
  defaults: (object) => mapField(object, 'template', podTemplateDefaults),
  prepare: (next, previous) => (previous === undefined ? withGeneration(next, 1) : next),
  validate: validateMetadata({ namespaced: true, name: nameIsDnsSubdomain }),
  columns: describeColumns<PodTemplate>('podtemplates', [
    nameColumn,
    text('Containers', ({ template }) =>
      (template?.spec?.containers ?? []).map((container) => container.name).join(',')),
    text('Images', ({ template }) =>
      (template?.spec?.containers ?? []).map(({ image }) => image ?? '').join(',')),
    text('Pod Labels', ({ template }) => formatLabels(template?.metadata?.labels)),
  ]),
});
