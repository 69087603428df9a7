import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { cannotHandle, decode, strictDecodingError } from './decode.ts';
import type { Json, JsonObject } from './object.ts';
import { hasDefinition } from './schema.ts';

const golden = 'tests/golden/examples-dryrun.jsonl';
const deployment = (spec: JsonObject): JsonObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec,
});

describe('type errors, worded as the API server words them', () => {
  it.each<[string, string, Json, string]>([
    [
      'a text for a number',
      'apps.v1.Deployment',
      deployment({ replicas: 'three' }),
      'json: cannot unmarshal string into Go struct field ' +
        'DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'a fraction',
      'apps.v1.Deployment',
      deployment({ replicas: 1.5 }),
      'json: cannot unmarshal number 1.5 into Go struct field ' +
        'DeploymentSpec.spec.replicas of type int32',
    ],
    [
      'a number for a label',
      'core.v1.Pod',
      { metadata: { labels: { a: 1 } } },
      'json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string',
    ],
    [
      'an object for a list',
      'core.v1.Pod',
      { spec: { containers: {} } },
      'json: cannot unmarshal object into Go struct field ' +
        'PodSpec.spec.containers of type []v1.Container',
    ],
    [
      'a number for an env value',
      'core.v1.Pod',
      { spec: { containers: [{ name: 'c', env: [{ name: 'A', value: 1 }] }] } },
      'json: cannot unmarshal number into Go struct field ' +
        'EnvVar.spec.containers.env.value of type string',
    ],
    [
      'a bool for a named text',
      'core.v1.Pod',
      { spec: { restartPolicy: true } },
      'json: cannot unmarshal bool into Go struct field ' +
        'PodSpec.spec.restartPolicy of type v1.RestartPolicy',
    ],
    [
      'a bad quantity',
      'core.v1.Pod',
      { spec: { containers: [{ name: 'c', resources: { limits: { cpu: 'lots' } } }] } },
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
    ],
    [
      'a bad time',
      'core.v1.Pod',
      { metadata: { creationTimestamp: 'now' } },
      'parsing time "now" as "2006-01-02T15:04:05Z07:00": cannot parse "now" as "2006"',
    ],
    [
      'bad base64',
      'core.v1.Secret',
      { data: { a: 'ab*d' } },
      'illegal base64 data at input byte 2',
    ],
  ])('%s', (_, definition, value, message) => {
    expect(decode(definition, value).fatal).toBe(message);
  });
});

it('finds unknown fields, drops them, and leaves the rest', () => {
  const { object, problems } = decode('core.v1.Pod', {
    spec: { containers: [{ name: 'c', imagee: 'x' }], nodeNam: 'n' },
    metadata: { labels: { anything: 'goes' } },
  });
  expect(problems).toEqual([
    'unknown field "spec.containers[0].imagee"',
    'unknown field "spec.nodeNam"',
  ]);
  expect(object['spec']).toMatchObject({ containers: [{ name: 'c' }] });
  expect(JSON.stringify(object)).not.toContain('imagee');
  expect(cannotHandle('Pod', 'v1', strictDecodingError(problems.slice(0, 1)))).toBe(
    'Pod in version "v1" cannot be handled as a Pod: ' +
      'strict decoding error: unknown field "spec.containers[0].imagee"',
  );
});

it('says nothing of unknown fields when they are to be ignored', () => {
  const { object, problems } = decode('core.v1.Pod', { wat: 1 }, 'Ignore');
  expect(problems).toEqual([]);
  expect(object['wat']).toBeUndefined();
});

it('leaves out what Go leaves out, and shows what Go shows', () => {
  const { object } = decode('core.v1.Pod', {
    metadata: { name: 'p', labels: {}, finalizers: [], annotations: null },
    spec: {
      hostNetwork: false,
      automountServiceAccountToken: false,
      nodeName: '',
      containers: [{ name: 'c', args: [], securityContext: {} }],
      volumes: [{ name: 'v', emptyDir: {} }],
    },
  });
  expect(object).toEqual({
    metadata: { name: 'p' },
    spec: {
      automountServiceAccountToken: false,
      containers: [{ name: 'c', resources: {}, securityContext: {} }],
      volumes: [{ name: 'v', emptyDir: {} }],
    },
    status: {},
  });
});

it('gives back the very object when there is nothing to change', () => {
  const first = decode('core.v1.Pod', {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'nginx' }] },
  }).object;
  expect(decode('core.v1.Pod', first).object).toBe(first);
});

it.each([
  [
    'quantity',
    'core.v1.ResourceQuotaSpec',
    { hard: { cpu: 0.5, memory: '1024Mi' } },
    { hard: { cpu: '500m', memory: '1Gi' } },
  ],
  [
    'time',
    'meta.v1.Condition',
    {
      lastTransitionTime: '2024-01-01T01:00:00.5+01:00',
      message: '',
      reason: 'R',
      status: 'True',
      type: 'T',
    },
    {
      lastTransitionTime: '2024-01-01T00:00:00Z',
      message: '',
      reason: 'R',
      status: 'True',
      type: 'T',
    },
  ],
] as const)('makes a %s canonical', (_, definition, value, expected) => {
  expect(decode(definition, value as Json).object).toEqual(expected);
});

interface Recorded {
  readonly src: string;
  readonly gvk: readonly [string, string];
  readonly code: number;
  readonly out?: JsonObject;
}

// A real API server's stored objects are what decoding must leave alone.
describe('objects of a real API server', () => {
  const short = ([apiVersion, kind]: readonly [string, string]): string => {
    const [group = '', version = ''] = apiVersion.includes('/')
      ? apiVersion.split('/')
      : ['core', apiVersion];
    return `${group.split('.')[0] ?? ''}.${version}.${kind}`;
  };
  const accepted = readFileSync(golden, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Recorded)
    .filter(({ code, gvk, out }) => code < 300 && out !== undefined && hasDefinition(short(gvk)))
    // Its status was in 1.25 and is no more.
    .filter(({ gvk }) => gvk[1] !== 'NetworkPolicy');
  it('are many', () => expect(accepted.length).toBeGreaterThan(600));
  it.each(accepted.map((one, index) => [index, one.src, one] as const))('%i %s', (_, __, one) => {
    const { object, problems, fatal } = decode(short(one.gvk), one.out as JsonObject);
    expect(fatal).toBeUndefined();
    expect(problems).toEqual([]);
    expect(object).toEqual(withoutNullLists(one.out as JsonObject));
  });
});

/** We leave out lists that Go shows as null. */
function withoutNullLists(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutNullLists);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => item !== null || /time/i.test(key))
      .map(([key, item]) => [key, withoutNullLists(item as Json)]),
  );
}
