/** Follows the cases of pkg/apis/core/validation/validation_test.go. */
import { describe, expect, it } from 'vitest';
import { fieldErrorText } from '../field.ts';
import type { Kind } from '../kind.ts';
import { goQuantity } from './go-quantity.ts';
import { limitRange } from './limitrange.ts';
import { resourceQuota } from './resourcequota.ts';

function wrongs(kind: Kind, spec: object, previous?: object): readonly string[] {
  const make = (given: object) => {
    const object = {
      apiVersion: 'v1',
      kind: kind.kind,
      metadata: { name: 'x', namespace: 'default', uid: 'u', resourceVersion: '1' },
      spec: given,
    } as never;
    return kind.defaults?.(object) ?? object;
  };
  const before = previous === undefined ? undefined : make(previous);
  return (kind.validate?.(make(spec), before, '') ?? []).map(fieldErrorText);
}

const quantity = (value: number, scale: number, text: string, format = 'DecimalSI') =>
  `resource.Quantity{i:resource.int64Amount{value:${value}, scale:${scale}}, ` +
  `d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"${text}", Format:"${format}"}`;

it.each([
  ['500m', 500, -3, '500m', 'DecimalSI'],
  ['2', 2, 0, '2', 'DecimalSI'],
  ['2Gi', 2147483648, 0, '2Gi', 'BinarySI'],
  ['8Gi', 8589934592, 0, '', 'BinarySI'],
  ['1k', 1, 3, '1k', 'DecimalSI'],
])('Go shows %s', (text, value, scale, kept, format) => {
  expect(goQuantity(text)).toEqual({ goText: quantity(value, scale, kept, format) });
});

describe('a quota', () => {
  it.each([
    [{ hard: { pods: '4', 'requests.cpu': '1', 'count/jobs.batch': '2', 'x.io/y': '1' } }, []],
    [
      { hard: { pod: '4' } },
      [
        'spec.hard[pod]: Invalid value: "pod": must be a standard resource type or fully qualified',
        'spec.hard[pod]: Invalid value: "pod": must be a standard resource for quota',
      ],
    ],
    [
      { hard: { storage: '4' } },
      ['spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota'],
    ],
    [
      { hard: { cpu: '-1' } },
      ['spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
    ],
    [
      { hard: { pods: '500m' } },
      [`spec.hard[pods]: Invalid value: ${quantity(500, -3, '500m')}: must be an integer`],
    ],
    [
      { hard: { pods: '1' }, scopes: ['BestEffort', 'NotBestEffort'] },
      [
        'spec.scopes: Invalid value: []core.ResourceQuotaScope{"BestEffort", "NotBestEffort"}: ' +
          'conflicting scopes',
      ],
    ],
    [
      { hard: { cpu: '1' }, scopes: ['BestEffort'] },
      [
        'spec.scopes: Invalid value: []core.ResourceQuotaScope{"BestEffort"}: ' +
          'unsupported scope applied to resource',
      ],
    ],
    [
      {
        hard: { pods: '1' },
        scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] },
      },
      [
        'spec.scopeSelector.matchExpressions.values: Required value: ' +
          "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
      ],
    ],
  ])('%j', (spec, expected) => expect(wrongs(resourceQuota, spec)).toEqual(expected));

  it('keeps its scopes', () => {
    const hard = { pods: '1' };
    expect(wrongs(resourceQuota, { hard }, { hard, scopes: ['BestEffort'] })).toEqual([
      'spec.scopes: Invalid value: []core.ResourceQuotaScope(nil): field is immutable',
    ]);
  });
});

describe('a limit range', () => {
  it.each([
    [{ type: 'Container', min: { cpu: '1' }, max: { cpu: '2' } }, []],
    [
      { type: 'Thing' },
      [
        'spec.limits[0].type: Invalid value: "Thing": ' +
          'must be a standard limit type or fully qualified',
      ],
    ],
    [
      { type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } },
      [
        `spec.limits[0].min[cpu]: Invalid value: ${quantity(2, 0, '2')}: ` +
          'min value 2 is greater than max value 1',
      ],
    ],
    [
      { type: 'Pod', default: { cpu: '1' } },
      ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
    ],
    [
      { type: 'Container', default: { memory: '512Mi' }, defaultRequest: { memory: '1Gi' } },
      [
        'spec.limits[0].defaultRequest[memory]: Invalid value: ' +
          `${quantity(1073741824, 0, '1Gi', 'BinarySI')}: ` +
          'default request value 1Gi is greater than default limit value 512Mi',
      ],
    ],
    [
      { type: 'PersistentVolumeClaim' },
      [
        'spec.limits[0].limits: Required value: ' +
          'either minimum or maximum storage value is required, but neither was provided',
      ],
    ],
    [
      { type: 'Pod', max: { pods: '1' } },
      [
        'spec.limits[0].max[pods]: Invalid value: "pods": must be a standard resource for containers',
      ],
    ],
    [
      { type: 'Pod', min: { cpu: '1' }, max: { cpu: '2' }, maxLimitRequestRatio: { cpu: '4' } },
      [
        `spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: ${quantity(4, 0, '4')}: ` +
          'ratio 4 is greater than max/min = 2.000000',
      ],
    ],
  ])('%j', (item, expected) => {
    expect(wrongs(limitRange, { limits: [item] })).toEqual(expected);
  });

  it('has each type once', () => {
    const item = { type: 'Pod', max: { cpu: '1' } };
    expect(wrongs(limitRange, { limits: [item, item] })).toEqual([
      'spec.limits[1].type: Duplicate value: "Pod"',
    ]);
  });
});
