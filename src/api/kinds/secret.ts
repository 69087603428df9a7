import { defineKind } from '../kind.ts';
import type { Secret } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateSecret } from './config-validation.ts';
import { fill, without } from './path-copy.ts';
import { storedVerbs } from './strategy.ts';
import { encodeBase64 } from '../base64.ts';

export const secret = defineKind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  singular: 'secret',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.core.v1.Secret',
  defaults: (object) => fill(withStringData(object), { type: 'Opaque' }),
  prepare: (next, previous) =>
    previous?.type === undefined ? next : fill(next, { type: previous.type }),
  validate: validateSecret,
  selectableFields: ({ type }) => ({ type: type ?? '' }),
  columns: describeColumns<Secret>('secrets', [
    nameColumn,
    text('Type', ({ type }) => type ?? ''),
    text('Data', ({ data }) => Object.keys(data ?? {}).length),
    ageColumn,
  ]),
});

/** `stringData` is for writing only: it goes into `data` (pkg/apis/core/v1/conversion.go). */
function withStringData(object: Secret): Secret {
  const { stringData } = object;
  if (stringData === undefined) return object;
  const data: Record<string, string> = { ...object.data };
  for (const key in stringData) data[key] = encodeBase64(stringData[key] ?? '');
  return { ...without(object, 'stringData'), data };
}
