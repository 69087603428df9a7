import { describe, expect, it } from 'vitest';
import { fieldErrorText } from '../field.ts';
import { definitionDefaults } from '../kinds/customresourcedefinition-defaults.ts';
import type { CustomResourceDefinition } from '../types.gen.ts';
import { validateDefinition } from './definition-validation.ts';

type Change = Readonly<Record<string, unknown>>;

const definition = (spec: Change = {}, version: Change = {}, metadata: Change = {}) =>
  definitionDefaults({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'foos.example.com', uid: 'u', resourceVersion: '1', ...metadata },
    spec: {
      group: 'example.com',
      scope: 'Namespaced',
      names: { plural: 'foos', kind: 'Foo' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object' } },
          ...version,
        },
      ],
      ...spec,
    },
    status: { storedVersions: ['v1'] },
  } as unknown as CustomResourceDefinition);

const withSpec = (schema: Change) =>
  definition({}, { schema: { openAPIV3Schema: { type: 'object', properties: { spec: schema } } } });

const told = (next: CustomResourceDefinition, previous?: CustomResourceDefinition): string[] =>
  validateDefinition(next, previous, '').map(fieldErrorText);

const at = 'spec.validation.openAPIV3Schema';
const label =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an " +
  "alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', " +
  "regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

describe('what a definition says of itself', () => {
  const cases: readonly (readonly [string, CustomResourceDefinition, string[]])[] = [
    ['nothing wrong', definition(), []],
    [
      'a name that is not made of its names',
      definition({}, {}, { name: 'bars.example.com' }),
      [
        'metadata.name: Invalid value: "bars.example.com": must be spec.names.plural+"."+spec.group',
      ],
    ],
    [
      'a group without a dot',
      definition({ group: 'example' }, {}, { name: 'foos.example' }),
      ['spec.group: Invalid value: "example": should be a domain with at least one dot'],
    ],
    [
      'a scope that there is not',
      definition({ scope: 'Global' }),
      ['spec.scope: Unsupported value: "Global": supported values: "Cluster", "Namespaced"'],
    ],
    [
      'no schema',
      definition({}, { schema: undefined }),
      ['spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required'],
    ],
    [
      'no stored version',
      definition({}, { storage: false }),
      [
        'spec.versions: Invalid value: []apiextensions.CustomResourceDefinitionVersion{' +
          'apiextensions.CustomResourceDefinitionVersion{Name:"v1", Served:true, Storage:false, ' +
          'Deprecated:false, DeprecationWarning:(*string)(nil), ' +
          'Schema:(*apiextensions.CustomResourceValidation)(nil), ' +
          'Subresources:(*apiextensions.CustomResourceSubresources)(nil), ' +
          'AdditionalPrinterColumns:[]apiextensions.CustomResourceColumnDefinition(nil), ' +
          'SelectableFields:[]apiextensions.SelectableField(nil)}}: ' +
          'must have exactly one version marked as storage version',
      ],
    ],
    [
      'names that are none',
      definition({ names: { plural: 'foos', kind: 'Foo_', shortNames: ['F'] } }),
      [
        `spec.names.singular: Invalid value: "foo_": ${label}`,
        `spec.names.kind: Invalid value: "Foo_": may have mixed case, but should otherwise match: ${label}`,
        `spec.names.listKind: Invalid value: "Foo_List": may have mixed case, but should otherwise match: ${label}`,
        `spec.names.shortNames[0]: Invalid value: "F": ${label}`,
      ],
    ],
    [
      'unknown fields kept as in v1beta1',
      definition({ preserveUnknownFields: true }),
      [
        'spec.preserveUnknownFields: Invalid value: true: cannot set to true, set ' +
          'x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
      ],
    ],
    [
      'paths of a scale',
      definition(
        {},
        { subresources: { scale: { specReplicasPath: '.a', statusReplicasPath: '.status.b' } } },
      ),
      [
        'spec.subresources.scale.specReplicasPath: Invalid value: ".a": should be a json path under .spec',
      ],
    ],
    [
      'columns',
      definition({}, { additionalPrinterColumns: [{ name: 'A', type: 'text', jsonPath: 'a' }] }),
      [
        'spec.additionalPrinterColumns[0].type: Invalid value: "text": must be one of boolean,date,integer,number,string',
        'spec.additionalPrinterColumns[0].JSONPath: Invalid value: "a": must be a simple json path starting with .',
      ],
    ],
    [
      "a group of the community's without approval",
      definition({ group: 'x.k8s.io' }, {}, { name: 'foos.x.k8s.io' }),
      [
        'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval ' +
          'annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
      ],
    ],
  ];
  it.each(cases)('%s', (_, next, expected) => {
    expect(told(next)).toEqual(expected);
  });
});

describe('schemas', () => {
  const cases: readonly (readonly [string, Change, string[]])[] = [
    [
      'a field without a type',
      {},
      [
        `${at}.properties[spec].type: Required value: must not be empty for specified object fields`,
      ],
    ],
    [
      'a list of what',
      { type: 'array' },
      [`${at}.properties[spec].items: Required value: must be specified`],
    ],
    [
      'a type within anyOf',
      { type: 'object', anyOf: [{ type: 'object' }] },
      [`${at}.properties[spec].anyOf[0].type: Forbidden: must be empty to be structural`],
    ],
    [
      'int-or-string in its own way',
      { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
      [],
    ],
    [
      'a type that there is not',
      { type: 'text' },
      [
        `${at}.properties[spec].type: Unsupported value: "text": supported values: "array", "boolean", "integer", "number", "object", "string"`,
      ],
    ],
    [
      'a default of the wrong type',
      { type: 'integer', default: 'x' },
      [
        `${at}.properties[spec].default: Invalid value: "string":  in body must be of type integer: "string"`,
      ],
    ],
    [
      'a default with unknown fields',
      { type: 'object', default: { x: 1 }, properties: { a: { type: 'string' } } },
      [`${at}.properties[spec].default: Invalid value: {"x":1}: must not have unknown fields`],
    ],
    [
      'a map list without keys',
      { type: 'array', 'x-kubernetes-list-type': 'map', items: { type: 'object' } },
      [
        `${at}.properties[spec].x-kubernetes-list-map-keys: Required value: must not be empty if x-kubernetes-list-type is map`,
      ],
    ],
    [
      'a reference',
      { type: 'object', $ref: '#/x' },
      [`${at}.properties[spec].$ref: Forbidden: $ref is not supported`],
    ],
    [
      'a pattern that is none',
      { type: 'string', pattern: '(' },
      [
        `${at}.properties[spec].pattern: Invalid value: "(": must be a valid regular expression, but isn't: error parsing regexp: \`(\``,
      ],
    ],
  ];
  it.each(cases)('%s', (_, schema, expected) => {
    expect(told(withSpec(schema))).toEqual(expected);
  });
});

it('what anyOf says is about fields that stand outside', () => {
  const schema = { type: 'object', anyOf: [{ properties: { k: { minimum: 1 } } }] };
  expect(told(definition({}, { schema: { openAPIV3Schema: schema } }))).toEqual([
    `${at}.properties[k]: Required value: because it is defined in ${at}.anyOf[0].properties[k]`,
  ]);
});

describe('rules', () => {
  const shown = (rule: string, more = 'Message:"", MessageExpression:""'): string =>
    `apiextensions.ValidationRule{Rule:${JSON.stringify(rule)}, ${more}, ` +
    'Reason:(*apiextensions.FieldValueErrorReason)(nil), FieldPath:"", OptionalOldSelf:(*bool)(nil)}';
  const rules = `${at}.properties[spec].x-kubernetes-validations[0]`;
  const cases: readonly (readonly [Change, string[]])[] = [
    [{ rule: 'self.a > 1' }, []],
    [{ rule: ' ' }, [`${rules}.rule: Required value: rule is not specified`]],
    [
      { rule: 'self.b > 1' },
      [
        `${rules}.rule: Invalid value: ${shown('self.b > 1')}: compilation failed: ` +
          `ERROR: <input>:1:5: undefined field 'b'\n | self.b > 1\n | ....^`,
      ],
    ],
    [
      { rule: 'self.a + 1' },
      [
        `${rules}.rule: Invalid value: ${shown('self.a + 1')}: cel expression must evaluate to a bool`,
      ],
    ],
    [
      { rule: 'self.a > 1', messageExpression: 'self.a' },
      [
        `${rules}.messageExpression: Invalid value: ` +
          `${shown('self.a > 1', 'Message:"", MessageExpression:"self.a"')}: messageExpression must evaluate to a string`,
      ],
    ],
    [
      { rule: 'self.a > 1', reason: 'Nope' },
      [
        `${rules}.reason: Unsupported value: "Nope": supported values: "FieldValueDuplicate", ` +
          '"FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"',
      ],
    ],
    [
      { rule: 'self.a > 1', fieldPath: '.zz' },
      [`${rules}.fieldPath: Invalid value: ".zz": fieldPath must be a valid path`],
    ],
    [
      { rule: 'self.a > 1', optionalOldSelf: true },
      [
        `${rules}.optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule`,
      ],
    ],
  ];
  it.each(cases)('%j', (rule, expected) => {
    const schema = {
      type: 'object',
      properties: { a: { type: 'integer' } },
      'x-kubernetes-validations': [rule],
    };
    expect(told(withSpec(schema))).toEqual(expected);
  });
});

describe('changes', () => {
  const established = (one: CustomResourceDefinition): CustomResourceDefinition => ({
    ...one,
    status: {
      ...one.status,
      conditions: [{ type: 'Established', status: 'True', reason: '', message: '' }],
    },
  });
  it('keeps scope and kind of what is established', () => {
    const old = established(definition());
    const next = { ...old, spec: definition({ scope: 'Cluster' }).spec };
    expect(told(next, old)).toEqual(['spec.scope: Invalid value: "Cluster": field is immutable']);
  });

  it('keeps versions that something may be stored in', () => {
    const old = established(definition());
    const next: CustomResourceDefinition = {
      ...old,
      spec: definition({}, { name: 'v2' }).spec,
      status: { ...old.status, storedVersions: ['v1', 'v2'] },
    };
    expect(told(next, old)).toEqual([
      'status.storedVersions[0]: Invalid value: "v1": missing from spec.versions; v1 was previously a storage ' +
        'version, and must remain in spec.versions until a storage migration ensures no data remains persisted ' +
        'in v1 and removes v1 from status.storedVersions',
    ]);
  });
});
