import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cannotHandle, decode, strictDecodingError } from '../decode.ts';
import type { ApiObject, JsonObject } from '../object.ts';
import { kindByGvk } from './index.ts';
import { known, normalise, type Recorded } from '../../../tests/golden/normalise.ts';

/**
 * Documents of the documentation and of the examples, as a real API server (1.25) took or refused
 * them in a dry run. What admission and allocators add is taken away first, and what has changed
 * since is put in: `tests/golden/normalise.ts` says what.
 */
const documents = readFileSync('tests/golden/examples-dryrun.jsonl', 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded)
  .filter(({ gvk: [apiVersion, kind] }) => kindByGvk(apiVersion, kind));

/** What a create makes of a document before it is checked. */
function created({ in: sent, gvk: [apiVersion, kindName], out }: Recorded): ApiObject {
  const kind = kindByGvk(apiVersion, kindName);
  if (kind === undefined) throw new Error(`no kind ${kindName}`);
  const { object, fatal } = decode(kind.schema, sent);
  expect(fatal).toBeUndefined();
  const metadata = { ...(object['metadata'] as JsonObject) };
  if (kind.namespaced) metadata['namespace'] ??= 'golden';
  const recorded = (out as JsonObject | undefined)?.['metadata'] as JsonObject | undefined;
  if (metadata['generateName'] !== undefined) metadata['name'] = recorded?.['name'];
  if (kindName === 'Job') metadata['uid'] = uidOf(out) ?? 'uid';
  const whole = { ...object, metadata } as unknown as ApiObject;
  const defaulted = kind.defaults?.(whole) ?? whole;
  return kind.prepare?.(defaulted, undefined, '') ?? defaulted;
}

/** The uid that the server had given a Job before it made its selector. */
const uidOf = (out: JsonObject | undefined) => {
  const spec = out?.['spec'] as { selector?: { matchLabels?: Record<string, string> } } | undefined;
  return spec?.selector?.matchLabels?.['controller-uid'];
};

const titleOf = ({ src, i }: Recorded) => `${src} #${i}`;

describe('accepted documents default to the recorded object', () => {
  test.each(
    documents.filter(({ code }) => code === 201).map((one) => [titleOf(one), one] as const),
  )('%s', (_, recorded) => {
    const object = created(recorded);
    const [ours, theirs] = normalise(object as unknown as JsonObject, recorded);
    expect(ours).toEqual(theirs);
  });

  test.each(
    documents.filter(({ code }) => code === 201).map((one) => [titleOf(one), one] as const),
  )('%s is valid', (title, recorded) => {
    const [apiVersion, kindName] = recorded.gvk;
    // Addresses were given out before the check.
    const object = recorded.gvk[1] === 'Service' ? recorded.out : created(recorded);
    const errors =
      kindByGvk(apiVersion, kindName)?.validate?.(object as unknown as ApiObject, undefined, '') ??
      [];
    expect(errors).toEqual(known.refusedSince[title] ?? []);
  });

  test.each(
    documents.filter(({ code }) => code === 201).map((one) => [titleOf(one), one] as const),
  )('%s: defaulting twice changes nothing', (_, recorded) => {
    const kind = kindByGvk(...recorded.gvk);
    const object = created(recorded);
    expect(kind?.defaults?.(object) ?? object).toBe(object);
  });
});

describe('refused documents are refused for the same reasons', () => {
  test.each(
    documents.filter(({ code }) => code === 422).map((one) => [titleOf(one), one] as const),
  )('%s', (_, recorded) => {
    const [apiVersion, kindName] = recorded.gvk;
    const errors =
      kindByGvk(apiVersion, kindName)?.validate?.(created(recorded), undefined, '') ?? [];
    const ours = errors.map(({ type, field, message }) => ({ reason: type, message, field }));
    expect(known.sorted(ours)).toEqual(known.sorted(known.causesOf(recorded)));
  });
});

describe('documents that 1.25 could not read', () => {
  const unreadable = documents.filter(({ code }) => code === 400);
  test.each(unreadable.map((one) => [titleOf(one), one] as const))('%s', (title, recorded) => {
    const [apiVersion, kindName] = recorded.gvk;
    const kind = kindByGvk(apiVersion, kindName);
    const { problems, fatal } = decode(kind?.schema ?? '', recorded.in);
    if (known.readableSince.has(title)) {
      expect([problems, fatal]).toEqual([[], undefined]);
      expect(kind?.validate?.(created(recorded), undefined, '')).toEqual([]);
      return;
    }
    const reason = fatal ?? strictDecodingError(problems);
    expect(cannotHandle(kindName, apiVersion.split('/').at(-1) ?? '', reason)).toBe(
      recorded.status?.message,
    );
  });
});
