import { describe, expect, test } from 'vitest';
import { fieldErrorText } from '../field.ts';
import { freeze } from '../freeze.ts';
import type { Kind } from '../kind.ts';
import type { ApiObject, JsonObject } from '../object.ts';
import { kindByGvk, kindByResource, kindByWord, kinds } from './index.ts';

/** Objects as the registry sees them, made from a few words; `patch` is laid over the spec. */
function make(apiVersion: string, kind: string, spec: object, rest: object = {}): ApiObject {
  const known = kindOf(apiVersion, kind);
  const metadata = {
    name: 'web',
    ...(known.namespaced ? { namespace: 'default' } : {}),
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2026-01-01T00:00:00Z',
  };
  const { metadata: more, ...fields } = rest as { metadata?: object };
  const object = {
    apiVersion,
    kind,
    metadata: { ...metadata, ...more },
    ...(spec ? { spec } : {}),
    ...fields,
  };
  const whole = object as unknown as ApiObject;
  return freeze(known.defaults?.(whole) ?? whole);
}

function kindOf(apiVersion: string, kind: string): Kind {
  const known = kindByGvk(apiVersion, kind);
  if (known === undefined) throw new Error(`no kind ${kind}`);
  return known;
}

const wrongs = (next: ApiObject, previous?: ApiObject, subresource: '' | 'status' = '') =>
  (kindOf(next.apiVersion, next.kind).validate?.(next, previous, subresource) ?? []).map(
    fieldErrorText,
  );

const nginx = { name: 'nginx', image: 'nginx:1.14.2' };
const labels = { app: 'nginx' };
const template = { metadata: { labels }, spec: { containers: [nginx] } };
const deployment = (spec: object = {}) =>
  make('apps/v1', 'Deployment', { selector: { matchLabels: labels }, template, ...spec });
const pod = (spec: object = {}, rest: object = {}) =>
  make('v1', 'Pod', { containers: [nginx], ...spec }, rest);
const service = (spec: object = {}) =>
  make('v1', 'Service', {
    ports: [{ port: 80 }],
    clusterIP: '10.96.0.9',
    clusterIPs: ['10.96.0.9'],
    ...spec,
  });

describe('what is wrong is said in the server’s words', () => {
  const cases: readonly (readonly [string, ApiObject, readonly string[]])[] = [
    ['a sound Pod', pod(), []],
    ['no containers', pod({ containers: [] }), ['spec.containers: Required value']],
    [
      'a bad container',
      pod({ containers: [{ name: 'Bad', ports: [{ containerPort: 70000 }] }] }),
      [
        'spec.containers[0].name: Invalid value: "Bad": a lowercase RFC 1123 label must consist of ' +
          "lower case alphanumeric characters or '-', and must start and end with an alphanumeric " +
          "character (e.g. 'my-name',  or '123-abc', regex used for validation is " +
          "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
        'spec.containers[0].image: Required value',
        'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and ' +
          '65535, inclusive',
      ],
    ],
    [
      'two containers of one name',
      pod({ containers: [nginx, nginx] }),
      ['spec.containers[1].name: Duplicate value: "nginx"'],
    ],
    [
      'an unknown volume',
      pod({ containers: [{ ...nginx, volumeMounts: [{ name: 'data', mountPath: '/d' }] }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "data"'],
    ],
    [
      'requests above limits',
      pod({
        containers: [
          {
            ...nginx,
            resources: {
              requests: { memory: '2Gi' },
              limits: { memory: '1Gi' },
            },
          },
        ],
      }),
      [
        'spec.containers[0].resources.requests: Invalid value: "2Gi": must be less than or equal to ' +
          'memory limit of 1Gi',
      ],
    ],
    [
      'a restart policy that is none',
      pod({ restartPolicy: 'Sometimes' }),
      [
        'spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", ' +
          '"OnFailure", "Never"',
      ],
    ],
    [
      'a probe without a handler',
      pod({ containers: [{ ...nginx, livenessProbe: { periodSeconds: -1 } }] }),
      [
        'spec.containers[0].livenessProbe: Required value: must specify a handler type',
        'spec.containers[0].livenessProbe.periodSeconds: Invalid value: -1: must be greater than or ' +
          'equal to 0',
      ],
    ],
    [
      'a toleration with a value for Exists',
      pod({ tolerations: [{ operator: 'Exists', effect: 'Never' }] }),
      [
        'spec.tolerations[0].effect: Unsupported value: "Never": supported values: "NoSchedule", ' +
          '"PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      'a selector that misses its template',
      deployment({ selector: { matchLabels: { app: 'other' } } }),
      [
        'spec.template.metadata.labels: Invalid value: map[string]string{"app":"nginx"}: ' +
          '`selector` does not match template `labels`',
      ],
    ],
    [
      'negative replicas',
      deployment({ replicas: -1 }),
      ['spec.replicas: Invalid value: -1: must be greater than or equal to 0'],
    ],
    [
      'a rolling update that cannot move',
      deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
      [
        'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when ' +
          '`maxSurge` is 0',
      ],
    ],
    [
      'a template that ends',
      deployment({ template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } }),
      ['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"'],
    ],
    [
      'an empty selector',
      deployment({ selector: {} }),
      [
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), ' +
          'MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: empty selector is invalid for deployment',
      ],
    ],
    ['a sound Service', service(), []],
    ['a Service without ports', service({ ports: [] }), ['spec.ports: Required value']],
    [
      'two ports without names',
      service({ ports: [{ port: 80 }, { port: 81 }] }),
      ['spec.ports[0].name: Required value', 'spec.ports[1].name: Required value'],
    ],
    [
      'a node port on a cluster IP',
      service({ ports: [{ port: 80, nodePort: 30080 }] }),
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      'a ConfigMap with a bad key',
      make('v1', 'ConfigMap', undefined as never, { data: { 'a b': '' } }),
      [
        'data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric ' +
          "characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used " +
          "for validation is '[-._a-zA-Z0-9]+')",
      ],
    ],
    [
      'a TLS secret without its parts',
      make('v1', 'Secret', undefined as never, { type: 'kubernetes.io/tls' }),
      ['data[tls.crt]: Required value', 'data[tls.key]: Required value'],
    ],
    [
      'a role rule without verbs',
      make('rbac.authorization.k8s.io/v1', 'Role', undefined as never, {
        rules: [{ apiGroups: [''], resources: ['pods'] }],
      }),
      ['rules[0].verbs: Required value: verbs must contain at least one value'],
    ],
    [
      'a CronJob that never comes',
      make('batch/v1', 'CronJob', {
        schedule: '61 * * * *',
        jobTemplate: {
          spec: {
            template: {
              spec: { containers: [nginx], restartPolicy: 'Never' },
            },
          },
        },
      }),
      ['spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61'],
    ],
    [
      'a Job that always restarts',
      make('batch/v1', 'Job', { template: { spec: { containers: [nginx] } } }),
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'an event of another namespace',
      make('v1', 'Event', undefined as never, {
        involvedObject: { namespace: 'kube-system' },
      }),
      ['involvedObject.namespace: Invalid value: "kube-system": does not match event.namespace'],
    ],
  ];
  test.each(cases)('%s', (_, object, expected) => {
    expect(wrongs(object)).toEqual(expected);
  });
});

const commandDiff = `  core.PodSpec{
  \tVolumes:        nil,
  \tInitContainers: nil,
  \tContainers: []core.Container{
  \t\t{
  \t\t\tName:       "nginx",
  \t\t\tImage:      "nginx:1.14.2",
- \t\t\tCommand:    nil,
+ \t\t\tCommand:    []string{"sh"},
  \t\t\tArgs:       nil,
  \t\t\tWorkingDir: "",
  \t\t\t... // 19 identical fields
  \t\t},
  \t},
  \tEphemeralContainers: nil,
  \tRestartPolicy:       "Always",
  \t... // 29 identical fields
  }
`;

describe('what may not change', () => {
  const cases: readonly (readonly [string, ApiObject, ApiObject, readonly string[]])[] = [
    ['nothing', pod(), pod(), []],
    [
      'a Pod’s image may',
      pod(),
      pod({ containers: [{ ...nginx, image: 'nginx:1.16.1', imagePullPolicy: 'IfNotPresent' }] }),
      [],
    ],
    [
      'a Pod’s command may not',
      pod(),
      pod({ containers: [{ ...nginx, command: ['sh'] }] }),
      [
        'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,' +
          '`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only ' +
          'additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be ' +
          'set to 1 if it was previously negative)\n' +
          commandDiff,
      ],
    ],
    [
      'nor its containers',
      pod(),
      pod({ containers: [nginx, { ...nginx, name: 'b' }] }),
      ['spec.containers: Forbidden: pod updates may not add or remove containers'],
    ],
    [
      'a Deployment’s selector',
      deployment(),
      deployment({
        selector: { matchLabels: { app: 'b' } },
        template: { ...template, metadata: { labels: { app: 'b' } } },
      }),
      [
        'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"b"}, ' +
          'MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
      ],
    ],
    [
      'a Service’s address',
      service(),
      service({ clusterIP: '10.96.0.8', clusterIPs: ['10.96.0.8'] }),
      ['spec.clusterIPs[0]: Invalid value: []string{"10.96.0.8"}: may not change once set'],
    ],
    [
      'an immutable ConfigMap',
      make('v1', 'ConfigMap', undefined as never, { data: { a: '1' }, immutable: true }),
      make('v1', 'ConfigMap', undefined as never, { data: { a: '2' }, immutable: true }),
      ['data: Forbidden: field is immutable when `immutable` is set'],
    ],
    [
      'a Secret’s type',
      make('v1', 'Secret', undefined as never, {}),
      make('v1', 'Secret', undefined as never, { type: 'other' }),
      ['type: Invalid value: "other": field is immutable'],
    ],
  ];
  test.each(cases)('%s', (_, previous, next, expected) => {
    expect(wrongs(next, previous)).toEqual(expected);
  });

  test('a container that has failed for good stays so', () => {
    const status = (state: object) =>
      pod(
        { restartPolicy: 'Never' },
        {
          status: {
            phase: 'Running',
            containerStatuses: [{ name: 'nginx', ready: false, restartCount: 0, state }],
          },
        },
      );
    expect(
      wrongs(status({ running: {} }), status({ terminated: { exitCode: 1 } }), 'status'),
    ).toEqual([
      'status.containerStatuses[0].state: Forbidden: may not be transitioned to non-terminated state',
    ]);
  });
});

describe('strategies', () => {
  const prepare = (next: ApiObject, previous?: ApiObject, subresource: '' | 'status' = '') =>
    kindOf(next.apiVersion, next.kind).prepare?.(next, previous, subresource) as ApiObject &
      JsonObject;

  test('a new object starts with a fresh status and generation 1', () => {
    const created = prepare({ ...deployment(), status: { replicas: 9 } } as ApiObject);
    expect(created['status']).toEqual({});
    expect(created.metadata.generation).toBe(1);
    expect(prepare(pod())['status']).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  });

  test('a changed wish bumps the generation, the status stays', () => {
    const before = freeze(prepare(deployment()));
    const scaled = { ...deployment({ replicas: 3 }), status: { replicas: 9 } } as ApiObject;
    const after = prepare(scaled, before);
    expect(after.metadata.generation).toBe(2);
    expect(after['status']).toBe(before['status']);
    expect(prepare(before, before)).toBe(before);
  });

  test('annotations of a Deployment count, those of a ReplicaSet do not', () => {
    const annotated = (object: ApiObject) => ({
      ...object,
      metadata: { ...object.metadata, annotations: { a: 'b' } },
    });
    const before = prepare(deployment());
    expect(prepare(annotated(before), before).metadata.generation).toBe(2);
    const set = prepare(
      make('apps/v1', 'ReplicaSet', { selector: { matchLabels: labels }, template }),
    );
    expect(prepare(annotated(set), set).metadata.generation).toBe(1);
  });

  test('a status write leaves the wish and the generation alone', () => {
    const before = freeze(prepare(deployment()));
    const reported = {
      ...deployment({ replicas: 7 }),
      metadata: before.metadata,
      status: { replicas: 1 },
    };
    const after = prepare(reported as unknown as ApiObject, before, 'status');
    expect(after['spec']).toBe(before['spec']);
    expect(after['status']).toEqual({ replicas: 1 });
    expect(after.metadata.generation).toBe(1);
  });

  test('a Service that gives up its node ports loses them', () => {
    const before = freeze(
      prepare(service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] })),
    );
    const next = {
      ...before,
      spec: { ...(before['spec'] as object), type: 'ClusterIP' },
    } as unknown as ApiObject;
    const after = prepare(next, before);
    expect(after['spec']).toMatchObject({ type: 'ClusterIP', ports: [{ port: 80 }] });
    expect((after['spec'] as { ports: object[] }).ports[0]).not.toHaveProperty('nodePort');
    expect(after['spec']).not.toHaveProperty('externalTrafficPolicy');
  });

  test('a DaemonSet counts its template’s generations in an annotation', () => {
    const before = prepare(
      make('apps/v1', 'DaemonSet', { selector: { matchLabels: labels }, template }),
    );
    const key = 'deprecated.daemonset.template.generation';
    expect(before.metadata.annotations).toEqual({ [key]: '1' });
    const image = { ...template, spec: { containers: [{ ...nginx, image: 'nginx:1.16.1' }] } };
    const after = prepare(
      make('apps/v1', 'DaemonSet', { selector: { matchLabels: labels }, template: image }),
      before,
    );
    expect(after.metadata.annotations).toEqual({ [key]: '2' });
    expect(after.metadata.generation).toBe(2);
  });
});

describe('warnings', () => {
  const warnings = (object: ApiObject) =>
    kindOf(object.apiVersion, object.kind).warnings?.(object) ?? [];
  const env = (...values: string[]) => values.map((value) => ({ name: 'A', value }));
  const port = (more: object) => ({ containerPort: 80, protocol: 'TCP', ...more });

  test('nothing to say of a plain Pod', () => {
    expect(warnings(pod())).toEqual([]);
    expect(warnings(deployment())).toEqual([]);
  });
  test('variables that hide others', () => {
    const containers = [{ ...nginx, env: env('a', 'b', '$(A)', '$(A)1') }];
    const text = (index: number) =>
      `spec.containers[0].env[${index}]: hides previous definition of "A", ` +
      'which may be dropped when using apply';
    expect(warnings(pod({ containers }))).toEqual([text(1), text(2)]);
  });
  test('ports twice, in the words of how much they collide', () => {
    const ports = [
      port({}),
      port({}),
      port({ hostPort: 8080 }),
      port({ hostPort: 8080, hostIP: '10.0.0.1' }),
    ];
    const text = (index: number, what: string, other: number) =>
      `spec.template.spec.containers[0].ports[${index}]: ${what} port definition with ` +
      `spec.template.spec.containers[0].ports[${other}]`;
    const spec = { containers: [{ ...nginx, ports }] };
    expect(warnings(deployment({ template: { ...template, spec } }))).toEqual([
      text(1, 'duplicate', 0),
      text(2, 'overlapping', 0),
      text(2, 'overlapping', 1),
      text(3, 'overlapping', 0),
      text(3, 'overlapping', 1),
      text(3, 'dangerously ambiguous', 2),
    ]);
  });
  test('what is deprecated', () => {
    expect(warnings(pod({ nodeSelector: { 'beta.kubernetes.io/os': 'linux' } }))).toEqual([
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    ]);
    expect(kindOf('v1', 'Endpoints').deprecated).toContain('EndpointSlice');
  });
});

describe('what a delete waits for', () => {
  const grace = kindOf('v1', 'Pod').gracePeriodSeconds;
  test('nothing, before a Pod has a node and after it has finished', () => {
    expect(grace?.(pod())).toBe(0);
    expect(grace?.(pod({ nodeName: 'w1' }))).toBe(30);
    expect(grace?.(pod({ nodeName: 'w1' }, { status: { phase: 'Succeeded' } }))).toBe(0);
    expect(grace?.(pod({ nodeName: 'w1', terminationGracePeriodSeconds: -1 }))).toBe(1);
  });
});

describe('names', () => {
  test.each([
    ['po', 'Pod'],
    ['pods', 'Pod'],
    ['Pod', 'Pod'],
    ['deploy', 'Deployment'],
    ['svc', 'Service'],
    ['deployments.apps', 'Deployment'],
    ['deployments.v1.apps', 'Deployment'],
    ['ep', 'Endpoints'],
    ['ev', 'Event'],
    ['events.events.k8s.io', 'Event'],
    ['hpa', 'HorizontalPodAutoscaler'],
    ['widgets', undefined],
    ['pods.apps', undefined],
  ])('%s is %s', (word, expected) => {
    expect(kindByWord(word)?.kind).toBe(expected);
  });

  test('the preferred version is found first', () => {
    expect(kindByResource('autoscaling', 'horizontalpodautoscalers')?.version).toBe('v2');
    expect(kindByWord('events')?.group).toBe('');
  });

  test('no two kinds of one version share a name', () => {
    const names = kinds.map(({ group, version, plural }) => `${group}/${version}/${plural}`);
    expect(new Set(names).size).toBe(names.length);
  });
});
