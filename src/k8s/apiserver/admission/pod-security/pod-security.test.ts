/**
 * Words from pod-security-admission's own tests (policy/check_*_test.go); verdicts were compared
 * once with all 3,821 Pods of its test/testdata (v0.33.1).
 */
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../api/object.ts';
import type { ApiResponse } from '../../../client/wire.ts';
import { startRig } from '../../testing.ts';
import { detailsText, evaluate } from './evaluate.ts';
import { levelText, policyOf } from './policy.ts';

const add = (name: string, add: string[], drop?: string[]) => ({
  name,
  securityContext: { capabilities: { add, ...(drop && { drop }) } },
});
const se = (seLinuxOptions: object) => ({ securityContext: { seLinuxOptions } });

/** What `restricted` would say besides is taken away by this. */
const hardened = {
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};
const sound = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };

describe('a Pod against', () => {
  it.each([
    [
      'baseline:latest',
      { containers: [{ name: 'a', securityContext: { privileged: true } }], hostPID: true },
      {},
      'host namespaces (hostPID=true), privileged (container "a" must not set ' +
        'securityContext.privileged=true)',
    ],
    [
      'baseline:latest',
      { containers: [{ name: 'a', ports: [{ hostPort: 80 }, { hostPort: 443 }] }] },
      {},
      'hostPort (container "a" uses hostPorts 443, 80)',
    ],
    [
      'baseline:latest',
      {
        containers: [],
        volumes: [
          { name: 'x', hostPath: {} },
          { name: 'y', hostPath: {} },
        ],
      },
      {},
      'hostPath volumes (volumes "x", "y")',
    ],
    [
      'baseline:latest',
      {
        ...se({ type: 'foo' }),
        containers: [
          { name: 'e', ...se({ type: 'bar' }) },
          { name: 'f', ...se({ user: 'x' }) },
        ],
      },
      {},
      'seLinuxOptions (pod and containers "e", "f" set forbidden securityContext.seLinuxOptions: ' +
        'types "bar", "foo"; user may not be set)',
    ],
    ['baseline:v1.30', { ...se({ type: 'container_engine_t' }), containers: [] }, {}, /type "cont/],
    ['baseline:v1.31', { ...se({ type: 'container_engine_t' }), containers: [] }, {}, ''],
    [
      'baseline:v1.28',
      { securityContext: { sysctls: [{ name: 'net.ipv4.tcp_fin_timeout' }] }, containers: [] },
      {},
      'forbidden sysctls (net.ipv4.tcp_fin_timeout)',
    ],
    [
      'baseline:v1.18',
      { containers: [{ name: 'a' }] },
      { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' },
      'seccompProfile (forbidden annotation seccomp.security.alpha.kubernetes.io/pod="unconfined")',
    ],
    [
      'baseline:latest',
      { securityContext: { appArmorProfile: { type: 'Unconfined' } }, containers: [] },
      {},
      'forbidden AppArmor profile (pod must not set AppArmor profile type to "Unconfined")',
    ],
    [
      'restricted:latest',
      {
        securityContext: hardened,
        containers: [
          { name: 'a', securityContext: { ...sound, capabilities: { add: ['FOO'] } } },
          { name: 'b', securityContext: { ...sound, runAsUser: 0 } },
        ],
      },
      {},
      'unrestricted capabilities (container "a" must set securityContext.capabilities.drop=["ALL"]; ' +
        'container "a" must not include "FOO" in securityContext.capabilities.add), ' +
        'runAsUser=0 (container "b" must not set runAsUser=0)',
    ],
    [
      'restricted:v1.7',
      { containers: [add('a', ['CHOWN'])] },
      {},
      /^runAsNonRoot != true \(pod or/,
    ],
    [
      'restricted:latest',
      {
        securityContext: hardened,
        containers: [{ name: 'a', securityContext: sound }],
        volumes: [
          { name: 'v', nfs: {} },
          { name: 'w', hostPath: {} },
          { name: 'c', secret: {} },
        ],
      },
      {},
      'restricted volume types (volumes "v", "w" use restricted volume types "hostPath", "nfs")',
    ],
    [
      'restricted:latest',
      { securityContext: hardened, os: { name: 'windows' }, containers: [{}] },
      {},
      '',
    ],
  ])('%s %j', (level, spec, annotations, words) => {
    const [name, version] = level.split(':') as ['baseline' | 'restricted', string];
    const minor = version === 'latest' ? Infinity : Number(version.slice(3));
    const text = detailsText(evaluate({ spec, annotations } as never, { level: name, minor }));
    if (typeof words === 'string') expect(text).toBe(words);
    else expect(text).toMatch(words);
  });
});

describe("a namespace's labels", () => {
  const key = (name: string) => `pod-security.kubernetes.io/${name}`;
  it.each([
    [{}, 'privileged:latest', 'privileged:latest', 0],
    [{ enforce: 'baseline' }, 'baseline:latest', 'baseline:latest', 0],
    [{ enforce: 'baseline', 'enforce-version': 'v1.28' }, 'baseline:v1.28', 'baseline:v1.28', 0],
    [{ enforce: 'baseline', warn: 'privileged' }, 'baseline:latest', 'privileged:latest', 0],
    [{ enforce: 'baseline', warn: 'restricted' }, 'baseline:latest', 'restricted:latest', 0],
    [{ enforce: 'wild' }, 'restricted:latest', 'privileged:latest', 1],
    [{ warn: 'wild', 'warn-version': '1.2' }, 'privileged:latest', 'privileged:latest', 2],
  ])('%j', (labels, enforce, warn, errors) => {
    const policy = policyOf(
      Object.fromEntries(Object.entries(labels).map(([name, value]) => [key(name), value])),
    );
    expect([levelText(policy.enforce), levelText(policy.warn), policy.errors.length]).toEqual([
      enforce,
      warn,
      errors,
    ]);
  });
});

describe('PodSecurity', () => {
  const rig = startRig();
  const namespaces = '/api/v1/namespaces';
  const label = (labels: object): ApiResponse =>
    rig.request({
      method: 'PATCH',
      path: `${namespaces}/default`,
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { metadata: { labels } } as JsonObject,
    });
  const warningOf = ({ headers }: ApiResponse) => headers?.['warning'];
  const post = (path: string, body: object) =>
    rig.request({ method: 'POST', path, body: body as JsonObject });
  const pod = (name: string, spec: object = {}) =>
    post(`${namespaces}/default/pods`, {
      metadata: { name },
      spec: { containers: [{ name: 'nginx', image: 'nginx' }], ...spec },
    });

  it('tells of Pods that a new level would not let in, and lets the label be', () => {
    expect(pod('plain').status).toBe(201);
    expect(pod('host', { hostNetwork: true }).status).toBe(201);
    rig.run(10);
    const answer = label({ 'pod-security.kubernetes.io/enforce': 'baseline' });
    expect(answer.status).toBe(200);
    expect(warningOf(answer)).toBe(
      '299 - "existing pods in namespace \\"default\\" violate the new PodSecurity enforce level ' +
        '\\"baseline:latest\\"", 299 - "host: host namespaces"',
    );
    rig.run(10);
  });

  it('refuses, and warns of workloads', () => {
    expect(pod('bad', { hostPID: true }).body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'pods "bad" is forbidden: violates PodSecurity "baseline:latest": ' +
        'host namespaces (hostPID=true)',
    });
    label({ 'pod-security.kubernetes.io/enforce': 'restricted' });
    rig.run(10);
    const labels = { app: 'web' };
    const answer = post('/apis/apps/v1/namespaces/default/deployments', {
      metadata: { name: 'web' },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: 'nginx', image: 'nginx' }] },
        },
      },
    });
    expect(answer.status).toBe(201);
    expect(warningOf(answer)).toBe(
      '299 - "would violate PodSecurity \\"restricted:latest\\": ' +
        'allowPrivilegeEscalation != false (container \\"nginx\\" must set ' +
        'securityContext.allowPrivilegeEscalation=false), unrestricted capabilities ' +
        '(container \\"nginx\\" must set securityContext.capabilities.drop=[\\"ALL\\"]), ' +
        'runAsNonRoot != true (pod or container \\"nginx\\" must set ' +
        'securityContext.runAsNonRoot=true), seccompProfile (pod or container \\"nginx\\" must ' +
        'set securityContext.seccompProfile.type to \\"RuntimeDefault\\" or \\"Localhost\\")"',
    );
  });

  it('knows its levels', () => {
    expect(label({ 'pod-security.kubernetes.io/enforce': 'strict' }).body).toMatchObject({
      code: 422,
      message:
        'Namespace "default" is invalid: metadata.labels[pod-security.kubernetes.io/enforce]: ' +
        'Invalid value: "strict": must be one of privileged, baseline, restricted',
    });
  });

  it('lets Pods that are there be changed, as long as their images stay', () => {
    const path = `${namespaces}/default/pods/host`;
    const headers = { 'content-type': 'application/strategic-merge-patch+json' };
    const patch = (body: JsonObject) =>
      rig.request({ method: 'PATCH', path, headers, body }).status;
    expect(patch({ metadata: { labels: { a: 'b' } } })).toBe(200);
    expect(patch({ spec: { containers: [{ name: 'nginx', image: 'httpd' }] } })).toBe(403);
  });
});
