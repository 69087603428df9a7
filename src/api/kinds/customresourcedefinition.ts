import { validateDefinition } from '../crd/definition-validation.ts';
import { defineKind } from '../kind.ts';
import type { CustomResourceDefinition } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';
import { definitionDefaults } from './customresourcedefinition-defaults.ts';
import { prepareDefinition } from './customresourcedefinition-strategy.ts';
import { storedVerbs } from './strategy.ts';

export const customResourceDefinition = defineKind<CustomResourceDefinition>({
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  singular: 'customresourcedefinition',
  shortNames: ['crd', 'crds'],
  categories: ['api-extensions'],
  namespaced: false,
  verbs: storedVerbs,
  subresources: ['status'],
  schema: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
  defaults: definitionDefaults,
  prepare: prepareDefinition,
  validate: validateDefinition,
  columns: describeColumns<CustomResourceDefinition>(
    'customresourcedefinitions.apiextensions.k8s.io',
    [nameColumn, creationTimeColumn],
  ),
});
