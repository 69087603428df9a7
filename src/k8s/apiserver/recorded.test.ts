import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { kindByGvk } from '../../api/kinds/index.ts';
import type { Json, JsonObject } from '../../api/object.ts';
import { type Recorded, known } from '../../../tests/golden/normalise.ts';
import { startRig } from './testing.ts';

/**
 * The documentation's documents against the whole server, as a real one (1.25) took or refused
 * them in a strict dry run: here admission and allocators count, too.
 */
const documents = readFileSync('tests/golden/examples-dryrun.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)
  .filter(({ code, gvk: [apiVersion, kind] }) => code !== 404 && kindByGvk(apiVersion, kind));

const rig = startRig();
const namespaces = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

function make(namespace: string): void {
  if (namespaces.has(namespace)) return;
  namespaces.add(namespace);
  rig.create('/api/v1/namespaces', { metadata: { name: namespace } });
  rig.create(`/api/v1/namespaces/${namespace}/serviceaccounts`, { metadata: { name: 'default' } });
}

function post({ in: body, gvk: [apiVersion, kindName] }: Recorded) {
  const kind = kindByGvk(apiVersion, kindName)!;
  const namespace = (body['metadata'] as { namespace?: string } | undefined)?.namespace ?? 'golden';
  make(namespace);
  const root = kind.group === '' ? '/api/v1' : `/apis/${apiVersion}`;
  const path = kind.namespaced
    ? `${root}/namespaces/${namespace}/${kind.plural}`
    : `${root}/${kind.plural}`;
  return rig.request({
    method: 'POST',
    path,
    body,
    query: { dryRun: 'All', fieldValidation: 'Strict', fieldManager: 'kubectl-create' },
  });
}

/** What differs from run to run, and what 1.33 does otherwise (see tests/golden/normalise.ts). */
function comparable(object: Json, kind: string): Json {
  const text = JSON.stringify(object)
    .replaceAll(/kube-api-access-\w{5}/g, 'kube-api-access-xxxxx')
    .replaceAll('"batch.kubernetes.io/controller-uid"', '"controller-uid"');
  const copy = JSON.parse(text) as Record<string, Record<string, unknown>>;
  const metadata = copy['metadata']!;
  for (const key of ['uid', 'creationTimestamp', 'managedFields']) delete metadata[key];
  if (metadata['generateName'] !== undefined) delete metadata['name'];
  if (kind === 'Pod') delete metadata['generation'];
  if (kind === 'StatefulSet') delete copy['spec']!['persistentVolumeClaimRetentionPolicy'];
  if (kind === 'NetworkPolicy') delete copy['status'];
  if (kind === 'PersistentVolume') delete copy['status']?.['lastPhaseTransitionTime'];
  return copy as Json;
}

const isSeccomp = ({ in: sent, out }: Recorded): boolean =>
  JSON.stringify([sent, out]).includes('seccomp.security.alpha');
const title = ({ src, i }: Recorded): string => `${src} #${i}`;
const cases = (codes: readonly number[]) =>
  documents.filter(({ code }) => codes.includes(code)).map((one) => [title(one), one] as const);

describe('accepted, with all that the server adds', () => {
  // Jobs' labels were renamed in 1.27, seccomp annotations went in 1.27: the kinds' own tests know.
  const whole = cases([201]).filter(([, one]) => one.gvk[1] !== 'Job' && !isSeccomp(one));
  test.each(whole)('%s', (_, recorded) => {
    const { status, body } = post(recorded);
    const kind = recorded.gvk[1];
    expect(comparable(body, kind)).toEqual(comparable(recorded.out, kind));
    expect(status).toBe(201);
  });
});

describe('refused in the same words', () => {
  const refused = cases([400, 403, 422])
    .filter(([name]) => !known.readableSince.has(name))
    .filter(([, one]) => one.gvk[1] !== 'Job');
  test.each(refused)('%s', (_, recorded) => {
    const { status, body } = post(recorded);
    const ours = body as JsonObject;
    const theirs = recorded.status as unknown as JsonObject;
    expect(status).toBe(recorded.code);
    expect(ours['reason']).toBe(theirs['reason']);
    expect(sortedWords(ours)).toEqual(sortedWords(theirs));
  });
});

/** Go walks maps in any order: several errors of one message may change places. */
const sortedWords = (status: JsonObject): string[] =>
  String(status['message']).replaceAll(/[[\]]/g, '').split(', spec').sort();
