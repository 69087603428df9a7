/**
 * Follows apiextensions-apiserver pkg/apis/apiextensions/v1/defaults.go.
 */
import type { CustomResourceDefinition } from '../types.gen.ts';
import { fill, fillAbsent, mapField } from './path-copy.ts';

export const definitionDefaults = (object: CustomResourceDefinition): CustomResourceDefinition =>
  mapField(object, 'spec', (spec) => mapField(
    fillAbsent(spec, { conversion: { strategy: 'None' } }), 'names', (names) => fill(names, {
      singular: names.kind.toLowerCase(), listKind: `${names.kind}List`,
    })));
