import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../api/object.ts';
import { startRig } from './testing.ts';

interface Recorded {
  readonly gv: string;
  readonly path: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}
interface Served {
  readonly name: string;
  readonly singularName: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}
const recorded = JSON.parse(
  readFileSync('tests/golden/resources.json', 'utf8'),
) as readonly Recorded[];
const rig = startRig();
const read = (path: string, accept?: string) =>
  rig.request({
    method: 'GET',
    path,
    ...(accept === undefined ? {} : { headers: { accept } }),
  });
const aggregated = (version: string) =>
  `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;

/** Group versions that 1.33 no longer serves, or serves in another version. */
const isServed = ({ path }: Recorded): boolean => read(path).status === 200;

describe('discovery', () => {
  it.each(recorded.filter(isServed).map((one) => [`${one.gv} ${one.resource}`, one] as const))(
    'tells of %s as a real one does',
    (_, { path, resource, kind, namespaced, verbs }) => {
      const { resources } = read(path).body as unknown as { resources: readonly Served[] };
      const found = resources.find(({ name }) => name === resource);
      expect({ kind: found?.kind, namespaced: found?.namespaced, verbs: found?.verbs }).toEqual({
        kind,
        namespaced,
        verbs,
      });
    },
  );

  it.each(['v2', 'v2beta1'])('in one document, %s', (version) => {
    const { headers, body } = read('/apis', `${aggregated(version)},application/json`);
    expect(headers?.['content-type']).toBe(aggregated(version));
    expect(body).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: `apidiscovery.k8s.io/${version}`,
    });
    const { items } = body as unknown as {
      items: { metadata: JsonObject; versions: { version: string; resources: JsonObject[] }[] }[];
    };
    const apps = items.find(({ metadata }) => metadata['name'] === 'apps');
    expect(apps?.versions[0]?.resources.find((one) => one['resource'] === 'deployments')).toEqual({
      resource: 'deployments',
      responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
      scope: 'Namespaced',
      singularResource: 'deployment',
      shortNames: ['deploy'],
      categories: ['all'],
      verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
      subresources: [
        {
          subresource: 'scale',
          responseKind: { group: 'autoscaling', version: 'v1', kind: 'Scale' },
          verbs: ['get', 'patch', 'update'],
        },
        {
          subresource: 'status',
          responseKind: { group: 'apps', version: 'v1', kind: 'Deployment' },
          verbs: ['get', 'patch', 'update'],
        },
      ],
    });
  });

  it('finds the eviction where drain looks for it', () => {
    const { resources } = read('/api/v1').body as unknown as { resources: readonly JsonObject[] };
    expect(resources.find((one) => one['name'] === 'pods/eviction')).toMatchObject({
      group: 'policy',
      version: 'v1',
      kind: 'Eviction',
    });
  });

  it('has an OpenAPI document for every group version of its index', () => {
    const { paths } = read('/openapi/v3').body as unknown as {
      paths: Record<string, { serverRelativeURL: string }>;
    };
    expect(Object.keys(paths)).toContain('apis/apps/v1');
    for (const { serverRelativeURL } of Object.values(paths)) {
      expect(read(serverRelativeURL.split('?')[0] as string).body).toMatchObject({
        openapi: '3.0.0',
      });
    }
    const accept = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
    const v2 = read('/openapi/v2', accept).body as string;
    expect(Buffer.from(v2, 'latin1').toString('hex')).toBe(
      '0a03322e3012150a0a4b756265726e65746573120776312e33332e3142004a00',
    );
  });

  it('has one Swagger document for those who ask for no protobuf', () => {
    const { swagger, paths, definitions } = read('/openapi/v2').body as Record<string, any>;
    expect(swagger).toBe('2.0');
    const { get, post } = paths['/api/v1/namespaces/{namespace}/services'];
    expect(get.responses['200'].schema).toEqual({
      $ref: '#/definitions/io.k8s.api.core.v1.ServiceList',
    });
    expect(get.parameters.find(({ name }: { name: string }) => name === 'watch')).toMatchObject({
      in: 'query',
      type: 'boolean',
      description: expect.stringMatching(/^Watch for changes/),
    });
    expect(post.parameters[0]).toEqual({
      name: 'body',
      in: 'body',
      required: true,
      schema: { $ref: '#/definitions/io.k8s.api.core.v1.Service' },
    });
    expect(definitions['io.k8s.api.core.v1.ServiceList'].properties.items.description).toBe(
      'List of services',
    );
    const text = JSON.stringify({ paths, definitions });
    expect(text).not.toContain('components/schemas');
    expect(text).not.toMatch(/"(?:oneOf|allOf)":/);
    for (const [, name] of text.matchAll(/#\/definitions\/([\w.-]+)/g)) {
      expect(definitions).toHaveProperty([name as string]);
    }
  });
});
