import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { apiVersionOf, type Kind } from '../kind.ts';
import { kindByGvk, kinds } from './index.ts';

interface RecordedColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly priority: number;
  readonly description: string;
}

const read = <T>(name: string): T => JSON.parse(readFileSync(`tests/golden/${name}`, 'utf8')) as T;
const recorded = read<Record<string, RecordedColumn[]>>('table-columns.json');
const resources = read<
  {
    gv: string;
    kind: string;
    resource: string;
    namespaced: boolean;
    verbs: string[];
  }[]
>('resources.json');

/** Columns that came, went or moved between the recorded 1.25 and 1.33. */
const changed: Readonly<Record<string, readonly string[]>> = {
  'batch/v1/jobs': ['Name', 'Status', 'Completions', 'Duration', 'Age'],
  'batch/v1/cronjobs': ['Name', 'Schedule', 'Timezone', 'Suspend', 'Active'],
  'scheduling.k8s.io/v1/priorityclasses': [
    'Name',
    'Value',
    'Global-Default',
    'Age',
    'PreemptionPolicy',
  ],
  'v1/resourcequotas': ['Name', 'Request', 'Limit', 'Age'],
  'v1/persistentvolumes': ['Name', 'Capacity'],
  'v1/persistentvolumeclaims': ['Name', 'Status'],
};

const keyOf = (kind: Kind) => `${apiVersionOf(kind)}/${kind.plural}`;

describe.each(
  kinds.filter((kind) => recorded[keyOf(kind)]).map((kind) => [keyOf(kind), kind] as const),
)('%s', (key, kind) => {
  const ours = kind.columns.map(({ name, type, format, priority, description }) => ({
    name,
    type,
    format: format ?? '',
    priority,
    description,
  }));
  const theirs = recorded[key] ?? [];

  test('columns are those of a real server', () => {
    const first = changed[key];
    if (first === undefined) expect(ours).toEqual(theirs);
    else {
      // Known to differ in which there are; those in both are the same.
      expect(ours.slice(0, first.length).map(({ name }) => name)).toEqual(first);
      const both = ours.filter(({ name }) => theirs.some((column) => column.name === name));
      for (const column of both) {
        expect(column).toEqual(theirs.find(({ name }) => name === column.name));
      }
      expect(both.length).toBe(theirs.length);
    }
  });
});

test.each(resources.filter(({ gv, kind }) => kindByGvk(gv, kind)))(
  '$gv $kind: names, scope and verbs are those of discovery',
  ({ gv, kind, resource, namespaced, verbs }) => {
    const ours = kindByGvk(gv, kind);
    expect(ours?.plural).toBe(resource);
    expect(ours?.namespaced).toBe(namespaced);
    expect([...(ours?.verbs ?? [])].sort()).toEqual([...verbs].sort());
  },
);

test('every column says what it is', () => {
  const mute = kinds.flatMap((kind) =>
    kind.columns
      .filter(({ description }) => description === '')
      .map(({ name }) => `${kind.kind}: ${name}`),
  );
  // RuntimeClass's Handler has none upstream either.
  expect(mute.filter((one) => one !== 'RuntimeClass: Handler')).toEqual([]);
});

test('kinds are in the order of kubectl api-resources', () => {
  const order = kinds.map(({ group, plural, version }) => [group, plural, version] as const);
  const sorted = [...order].sort(([g, p], [h, q]) =>
    g === h ? (p < q ? -1 : p > q ? 1 : 0) : g < h ? -1 : 1,
  );
  expect(order).toEqual(sorted);
});
