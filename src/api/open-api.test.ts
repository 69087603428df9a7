import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { defineKind, type Kind } from './kind.ts';
import type { ApiObject, JsonObject } from './object.ts';
import { openApiIndex, openApiV3, type Descriptions } from './open-api.ts';
import { buildTable } from './table.ts';
import type { Deployment } from './types.gen.ts';

const deployment: Kind = defineKind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  subresources: ['status'],
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  schema: 'io.k8s.api.apps.v1.Deployment',
  columns: [
    {
      name: 'Name',
      type: 'string',
      format: 'name',
      priority: 0,
      description: 'n',
      cell: ({ metadata }) => metadata.name,
    },
    {
      name: 'Age',
      type: 'string',
      priority: 0,
      description: 'a',
      cell: (_, { nowMs }) => `${nowMs}ms`,
    },
  ],
});
const descriptions = JSON.parse(
  readFileSync(new URL('schema/descriptions.json', import.meta.url), 'utf8'),
) as Descriptions;

describe('the document of apps/v1', () => {
  const document = openApiV3([deployment], { descriptions });
  const schemas = (document['components'] as JsonObject)['schemas'] as Record<string, JsonObject>;
  const property = (definition: string, name: string): JsonObject =>
    (schemas[definition]?.['properties'] as Record<string, JsonObject>)[name] ?? {};

  it('describes what it refers to', () => {
    const wanted = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(wanted.filter((name) => schemas[name] === undefined)).toEqual([]);
  });
  // As in client-go openapi/openapitest/testdata/apis__apps__v1_openapi.json.
  it.each<[string, string, JsonObject]>([
    [
      'io.k8s.api.apps.v1.DeploymentSpec',
      'strategy',
      {
        allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.DeploymentStrategy' }],
        default: {},
        'x-kubernetes-patch-strategy': 'retainKeys',
      },
    ],
    ['io.k8s.api.apps.v1.DeploymentSpec', 'replicas', { type: 'integer', format: 'int32' }],
    [
      'io.k8s.api.core.v1.ContainerPort',
      'protocol',
      {
        type: 'string',
        default: 'TCP',
        enum: ['SCTP', 'TCP', 'UDP'],
      },
    ],
    [
      'io.k8s.api.core.v1.ContainerPort',
      'containerPort',
      {
        type: 'integer',
        format: 'int32',
        default: 0,
      },
    ],
    [
      'io.k8s.api.core.v1.Container',
      'ports',
      {
        type: 'array',
        items: {
          allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.ContainerPort' }],
          default: {},
        },
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
        'x-kubernetes-patch-merge-key': 'containerPort',
        'x-kubernetes-patch-strategy': 'merge',
      },
    ],
  ])('%s %s', (definition, name, expected) => {
    const { description, ...rest } = property(definition, name);
    expect(rest).toEqual(expected);
    expect(description).toBe(descriptions[definition.replace('io.k8s.api.', '')]?.[name]);
  });
  it('names kinds where clients look for them', () => {
    const gvk = { group: 'apps', version: 'v1', kind: 'Deployment' };
    expect(schemas['io.k8s.api.apps.v1.Deployment']?.['x-kubernetes-group-version-kind']).toEqual([
      gvk,
    ]);
    const paths = document['paths'] as Record<string, Record<string, JsonObject>>;
    const patch = paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.['patch'];
    expect(patch?.['x-kubernetes-group-version-kind']).toEqual(gvk);
    expect((patch?.['parameters'] as readonly JsonObject[]).map(({ name }) => name)).toEqual([
      'dryRun',
      'fieldManager',
      'fieldValidation',
      'force',
    ]);
    const named = Object.keys(paths).filter((path) => !path.includes('/watch/'));
    expect(named).toEqual([
      '/apis/apps/v1/deployments',
      '/apis/apps/v1/namespaces/{namespace}/deployments',
      '/apis/apps/v1/namespaces/{namespace}/deployments/{name}',
    ]);
  });
  it('has subresources and the old watches where the server has them', () => {
    const watched = { ...deployment, verbs: ['get', 'list', 'watch'] };
    const scale = { name: 'scale', verbs: ['get', 'update'], group: 'autoscaling', kind: 'Scale' };
    const { paths } = openApiV3([watched], {
      partsOfKind: () => [scale, { name: 'status', verbs: ['get', 'patch'] }],
    }) as { paths: Record<string, Record<string, JsonObject>> };
    const item = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}';
    expect(Object.keys(paths)).toEqual([
      '/apis/apps/v1/deployments',
      '/apis/apps/v1/namespaces/{namespace}/deployments',
      item,
      `${item}/scale`,
      `${item}/status`,
      '/apis/apps/v1/watch/deployments',
      '/apis/apps/v1/watch/namespaces/{namespace}/deployments',
      '/apis/apps/v1/watch/namespaces/{namespace}/deployments/{name}',
    ]);
    expect(Object.keys(paths[`${item}/scale`] ?? {})).toEqual(['get', 'put', 'parameters']);
    expect(paths[`${item}/scale`]?.['put']?.['x-kubernetes-group-version-kind']).toEqual({
      group: 'autoscaling', version: 'v1', kind: 'Scale',
    });
    const ofStatus = paths[`${item}/status`]?.['patch'];
    expect(Object.keys((ofStatus?.['requestBody'] as JsonObject)['content'] as object)).toContain(
      'application/merge-patch+json',
    );
  });
});

it('the index says where the documents are', () => {
  expect(openApiIndex(['v1', 'apps/v1'], () => 'H')).toEqual({
    paths: {
      'api/v1': { serverRelativeURL: '/openapi/v3/api/v1?hash=H' },
      'apis/apps/v1': { serverRelativeURL: '/openapi/v3/apis/apps/v1?hash=H' },
    },
  });
});

describe('Tables', () => {
  const object = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
  } as ApiObject;
  it('have a cell for each column, and carry metadata', () => {
    expect(
      buildTable(deployment, [object], { nowMs: 5, metadata: { resourceVersion: '7' } }),
    ).toEqual({
      kind: 'Table',
      apiVersion: 'meta.k8s.io/v1',
      metadata: { resourceVersion: '7' },
      columnDefinitions: [
        { name: 'Name', type: 'string', format: 'name', description: 'n', priority: 0 },
        { name: 'Age', type: 'string', format: '', description: 'a', priority: 0 },
      ],
      rows: [
        {
          cells: ['web', '5ms'],
          object: {
            kind: 'PartialObjectMetadata',
            apiVersion: 'meta.k8s.io/v1',
            metadata: { name: 'web' },
          },
        },
      ],
    });
  });
  it.each([
    ['None', undefined],
    ['Object', object],
  ] as const)('with %s', (includeObject, expected) => {
    const { rows } = buildTable(deployment, [object], {
      nowMs: 5,
      includeObject,
      withoutColumns: true,
    });
    expect(rows[0]?.object).toEqual(expected);
  });
});
