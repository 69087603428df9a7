import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { formatTime, parseTime } from '../../kernel/calendar.ts';
import type { Pod } from '../types.gen.ts';
import { pod } from './pod.ts';

/** One recorded Pod and what a real server's table said of it. */
interface Row {
  readonly name: string;
  readonly ready: string;
  readonly status: string;
  readonly restarts: string;
  readonly spec_in: { readonly containers: []; readonly initContainers: [] | null };
  readonly status_in: Pod['status'];
  readonly conditions: Pod['status']['conditions'] | null;
}

const rows = JSON.parse(readFileSync('tests/golden/pod-rows.json', 'utf8')) as Row[];

test.each(rows)('$name: $ready $status $restarts', (row) => {
  const spec = { ...row.spec_in, initContainers: row.spec_in.initContainers ?? [] };
  const metadata = {
    name: row.name,
    namespace: 'default',
    uid: 'u',
    resourceVersion: '1',
    creationTimestamp: '2024-01-01T00:00:00Z',
  };
  const object = { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: row.status_in } as Pod;
  const cell = (name: string) =>
    pod.columns.find((column) => column.name === name)?.cell(object, { nowMs: momentOf(row) });
  expect([cell('Ready'), cell('Status'), cell('Restarts')]).toEqual([
    row.ready,
    row.status,
    row.restarts,
  ]);
});

/** The moment at which the row was recorded, from the age that it shows. */
function momentOf({ restarts, status_in: status }: Row): number {
  const [, minutes, seconds] = /\((?:(\d+)m)?(?:(\d+)s)? ago\)/.exec(restarts) ?? [];
  const times = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].map(
    ({ lastState }) => parseTime(lastState?.terminated?.finishedAt ?? '') ?? 0,
  );
  const age = Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return Math.max(0, ...times) + age * 1000;
}

test('a finished Pod that is being deleted keeps its own word', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'a',
      uid: 'u',
      resourceVersion: '1',
      creationTimestamp: formatTime(0),
      deletionTimestamp: formatTime(0),
    },
    spec: { containers: [{ name: 'c' }] },
    status: { phase: 'Succeeded' },
  } as Pod;
  const status = pod.columns.find(({ name }) => name === 'Status');
  expect(status?.cell(object, { nowMs: 0 })).toBe('Succeeded');
  expect(status?.cell({ ...object, status: { phase: 'Running' } } as Pod, { nowMs: 0 })).toBe(
    'Terminating',
  );
});
