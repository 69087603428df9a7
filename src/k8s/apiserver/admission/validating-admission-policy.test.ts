import { describe, expect, it } from 'vitest';
import { type Rig, startRig } from '../testing.ts';

const admission = '/apis/admissionregistration.k8s.io/v1';
const deployments = '/apis/apps/v1/namespaces/default/deployments';

const deployment = (name: string, replicas: number, labels = {}) => ({
  metadata: { name, labels },
  spec: {
    replicas,
    selector: { matchLabels: { a: 'b' } },
    template: {
      metadata: { labels: { a: 'b' } },
      spec: { containers: [{ name: 'c', image: 'nginx' }] },
    },
  },
});

interface Options {
  readonly spec?: object;
  readonly binding?: object;
}

/** The policy of the documentation: no more than five replicas. */
function world({ spec = {}, binding = {} }: Options = {}): Rig {
  const rig = startRig();
  rig.create(`${admission}/validatingadmissionpolicies`, {
    metadata: { name: 'demo-policy.example.com' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['apps'],
            apiVersions: ['v1'],
            operations: ['CREATE', 'UPDATE', 'DELETE'],
            resources: ['deployments'],
          },
        ],
      },
      validations: [{ expression: 'oldObject != null || object.spec.replicas <= 5' }],
      ...spec,
    },
  });
  rig.create(`${admission}/validatingadmissionpolicybindings`, {
    metadata: { name: 'demo-binding-test.example.com' },
    spec: { policyName: 'demo-policy.example.com', validationActions: ['Deny'], ...binding },
  });
  rig.run(100);
  return rig;
}

const create = (rig: Rig, body: object) =>
  rig.request({ method: 'POST', path: deployments, body: body as never });
const message = (rig: Rig, body: object): string =>
  (create(rig, body).body as { message?: string }).message ?? 'created';

const denied =
  `deployments.apps "six" is forbidden: ValidatingAdmissionPolicy 'demo-policy.example.com' ` +
  `with binding 'demo-binding-test.example.com' denied request: `;

describe('what a policy says of requests', () => {
  it('lets pass what is as it wants', () => {
    expect(create(world(), deployment('two', 2)).status).toBe(201);
  });

  it('refuses what is not, in the words of the expression', () => {
    const words = 'failed expression: oldObject != null || object.spec.replicas <= 5';
    const { status, body } = create(world(), deployment('six', 6));
    expect(status).toBe(422);
    expect(body).toMatchObject({
      reason: 'Invalid',
      message: denied + words,
      details: { name: 'six', group: 'apps', kind: 'deployments', causes: [{}] },
    });
  });

  it.each([
    ['a message', { message: 'too many' }, 'too many'],
    [
      'a message worked out',
      { messageExpression: `string(object.spec.replicas) + ' is too many'` },
      '6 is too many',
    ],
  ])('or in those of %s', (_, more, words) => {
    const rig = world({
      spec: { validations: [{ expression: 'object.spec.replicas <= 5', ...more }] },
    });
    expect(message(rig, deployment('six', 6))).toBe(denied + words);
  });

  it('for a reason of its own', () => {
    const validations = [{ expression: 'false', message: 'no', reason: 'Forbidden' }];
    expect(create(world({ spec: { validations } }), deployment('six', 6)).status).toBe(403);
  });

  it('may only warn', () => {
    const rig = world({ binding: { validationActions: ['Warn'] } });
    const { status, headers } = create(rig, deployment('six', 6));
    expect(status).toBe(201);
    expect(headers?.['warning']).toContain(
      `Validation failed for ValidatingAdmissionPolicy 'demo-policy.example.com' with binding ` +
        `'demo-binding-test.example.com': failed expression`,
    );
  });

  it('looks only where it is bound to', () => {
    const objectSelector = { matchLabels: { strict: 'yes' } };
    const rig = world({ binding: { matchResources: { objectSelector } } });
    expect(message(rig, deployment('free', 6))).toBe('created');
    expect(message(rig, deployment('six', 6, { strict: 'yes' }))).toContain('denied request');
  });

  it('knows variables, the request and the namespace', () => {
    const rig = world({
      spec: {
        variables: [{ name: 'n', expression: 'object.spec.replicas' }],
        matchConditions: [
          { name: 'admins', expression: `'system:masters' in request.userInfo.groups` },
        ],
        validations: [
          {
            expression: `variables.n < 3 || namespaceObject.metadata.name != 'default'`,
            message: 'small ones only',
          },
        ],
      },
    });
    expect(message(rig, deployment('six', 6))).toBe(`${denied}small ones only`);
    expect(message(rig, deployment('two', 2))).toBe('created');
  });

  it('fails with an expression that fails, unless it does not matter', () => {
    const validations = [{ expression: 'object.spec.nothing > 1' }];
    expect(message(world({ spec: { validations } }), deployment('six', 6))).toBe(
      `${denied}expression 'object.spec.nothing > 1' resulted in error: no such key: nothing`,
    );
    const rig = world({ spec: { validations, failurePolicy: 'Ignore' } });
    expect(message(rig, deployment('six', 6))).toBe('created');
  });

  it('judges deletions by what is there', () => {
    const rig = world({
      spec: {
        validations: [
          { expression: `object != null || oldObject.spec.replicas < 2`, message: 'too big to go' },
        ],
      },
    });
    rig.create(deployments, deployment('six', 6));
    const { body } = rig.request({ method: 'DELETE', path: `${deployments}/six` });
    expect(body).toMatchObject({ message: `${denied}too big to go` });
  });

  it('takes its bounds from parameters', () => {
    const rig = world({
      spec: {
        paramKind: { apiVersion: 'v1', kind: 'ConfigMap' },
        validations: [
          {
            expression: 'object.spec.replicas <= int(params.data.max)',
            messageExpression: `'at most ' + params.data.max`,
          },
        ],
      },
      binding: {
        paramRef: { name: 'limits', namespace: 'default', parameterNotFoundAction: 'Deny' },
      },
    });
    expect(message(rig, deployment('six', 6))).toBe(
      `${denied}failed to configure binding: no params found for policy binding with \`Deny\` parameterNotFoundAction`,
    );
    rig.create('/api/v1/namespaces/default/configmaps', {
      metadata: { name: 'limits' },
      data: { max: '4' },
    });
    rig.run(100);
    expect(message(rig, deployment('six', 6))).toBe(`${denied}at most 4`);
    expect(message(rig, deployment('two', 2))).toBe('created');
  });
});
