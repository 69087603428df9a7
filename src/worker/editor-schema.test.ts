import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../api/object.ts';
import { editorSchema } from './editor-schema.ts';

const schema = await editorSchema();

/** The part of JSON Schema that the editor's schema uses: what is wrong with a value. */
function problems(value: Json, rule: JsonObject, at = ''): string[] {
  const { $ref, allOf, oneOf } = rule as {
    $ref?: string;
    allOf?: JsonObject[];
    oneOf?: JsonObject[];
  };
  if ($ref !== undefined) {
    const name = $ref.replace('#/definitions/', '');
    return problems(value, (schema['definitions'] as Record<string, JsonObject>)[name]!, at);
  }
  const found = (allOf ?? []).flatMap((each) => problems(value, each, at));
  if (oneOf !== undefined) {
    const matches = oneOf.filter((each) => problems(value, each, at).length === 0).length;
    if (matches !== 1) found.push(`${at}: ${matches} of oneOf`);
  }
  const types = rule['type'] === undefined ? undefined : [rule['type']].flat();
  if (types !== undefined && !types.includes(typeOf(value, types))) {
    return [...found, `${at}: ${typeOf(value, types)} for ${types.join('|')}`];
  }
  if (rule['const'] !== undefined && rule['const'] !== value) found.push(`${at}: not const`);
  const values = rule['enum'] as Json[] | undefined;
  if (values !== undefined && !values.includes(value)) found.push(`${at}: not in enum`);
  if (Array.isArray(value)) {
    const items = (rule['items'] ?? {}) as JsonObject;
    return [...found, ...value.flatMap((each, i) => problems(each, items, `${at}[${i}]`))];
  }
  if (typeof value !== 'object' || value === null) return found;
  const properties = (rule['properties'] ?? {}) as Record<string, JsonObject>;
  for (const name of (rule['required'] ?? []) as string[]) {
    if (!(name in value)) found.push(`${at}.${name}: missing`);
  }
  for (const [key, each] of Object.entries(value)) {
    const rest = rule['additionalProperties'] as JsonObject | false | undefined;
    const inner = properties[key] ?? rest ?? {};
    if (inner === false) found.push(`${at}.${key}: unknown`);
    else found.push(...problems(each as Json, inner, `${at}.${key}`));
  }
  return found;
}

function typeOf(value: Json, wanted: readonly unknown[]): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value !== 'number') return typeof value;
  return Number.isInteger(value) && wanted.includes('integer') ? 'integer' : 'number';
}

const ofKind = (name: string) => ({ $ref: `#/definitions/${name}` });
const metadata = { name: 'web', labels: { app: 'web' } };
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { ...metadata, creationTimestamp: null },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    strategy: {},
    template: {
      metadata,
      spec: {
        containers: [
          {
            name: 'web',
            image: 'nginx',
            imagePullPolicy: 'Always',
            ports: [{ containerPort: 80 }],
            resources: { limits: { cpu: 1, memory: '64Mi' } },
            readinessProbe: { httpGet: { path: '/', port: 'http' } },
          },
        ],
      },
    },
  },
  status: {},
};
const pod = (spec: JsonObject) => ({ apiVersion: 'v1', kind: 'Pod', metadata, spec });

describe('the editor’s schema', () => {
  it.each<[string, Json]>([
    ['a Deployment', deployment],
    [
      'a Service',
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata,
        spec: { ports: [{ port: 80, targetPort: 'http' }], selector: { app: 'web' } },
      },
    ],
    [
      'an autoscaler of either version',
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        metadata,
        spec: { maxReplicas: 3, scaleTargetRef: { kind: 'Deployment', name: 'web' } },
      },
    ],
    ['a list', { apiVersion: 'v1', kind: 'List', items: [deployment] }],
  ])('takes %s', (_, document) => {
    expect(problems(document, schema)).toEqual([]);
  });

  it.each<[string, string, Json, string]>([
    [
      'an unknown field',
      'v1.Pod',
      pod({ containers: [{ name: 'a', imag: 'b' }] }),
      'imag: unknown',
    ],
    ['a missing field', 'v1.Pod', pod({}), 'containers: missing'],
    ['a wrong type', 'v1.Pod', pod({ containers: 'a' }), 'spec.containers: string for array'],
    [
      'a wrong value',
      'v1.Pod',
      pod({ containers: [{ name: 'a' }], restartPolicy: 'No' }),
      'not in enum',
    ],
    [
      'a wrong version',
      'apps.v1.Deployment',
      { ...deployment, apiVersion: 'v1' },
      '.apiVersion: not const',
    ],
  ])('complains of %s', (_, kind, document, words) => {
    expect(problems(document, ofKind(kind)).join('\n')).toContain(words);
    expect(problems(document, schema)).not.toEqual([]);
  });

  it('explains fields in Kubernetes’ own words', () => {
    const { properties } = (schema['definitions'] as Record<string, JsonObject>)[
      'core.v1.Container'
    ]!;
    const { image } = properties as Record<string, { description: string }>;
    expect(image!.description).toContain('Container image name.');
  });

  it('stays small enough to be posted to a worker', () => {
    expect(JSON.stringify(schema).length).toBeLessThan(1_000_000);
  });
});
