/**
 * The past templates of a DaemonSet, kept as ControllerRevisions for `kubectl rollout undo`.
 * Upstream: pkg/controller/daemon/update.go, pkg/controller/history.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { fnv32a, safeEncodeString } from '../../../api/names.ts';
import { keyOf } from '../../../api/object.ts';
import type { ControllerRevision, DaemonSet } from '../../../api/types.gen.ts';
import type { Write } from '../../client/index.ts';
import { controllerReference } from '../owner.ts';

export const hashLabel = 'controller-revision-hash';

/** The hash of today's template, and what must be written so that history knows it. */
export interface Revised {
  readonly hash: string;
  readonly writes: readonly Write[];
}

export function revise(set: DaemonSet, revisions: readonly ControllerRevision[]): Revised {
  const data = { spec: { template: { ...set.spec.template, $patch: 'replace' } } };
  const known = revisions.find((revision) => isSameData(revision.data, data));
  const newest = Math.max(0, ...revisions.map(({ revision }) => revision));
  if (known !== undefined) {
    const hash = known.metadata.labels?.[hashLabel] ?? '';
    // An older template is used again: it becomes the newest.
    const writes = known.revision === newest ? [] : [renumber(known, newest + 1)];
    return { hash, writes: [...writes, ...forget(set, revisions, known)] };
  }
  const hash = safeEncodeString(
    String(fnv32a(canonical(data) + (set.status?.collisionCount ?? ''))),
  );
  return { hash, writes: [create(set, hash, data, newest + 1)] };
}

const isSameData = (a: unknown, b: unknown): boolean =>
  isDeepEqual(a, b) || canonical(a) === canonical(b);

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  const keys = Object.keys(fields)
    .filter((key) => fields[key] !== undefined && fields[key] !== null)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(fields[key])}`).join(',')}}`;
}

function create(set: DaemonSet, hash: string, data: object, revision: number): Write {
  const { name, namespace } = set.metadata;
  const labels = { ...set.spec.template.metadata?.labels, [hashLabel]: hash };
  return {
    verb: 'create',
    kind: 'ControllerRevision',
    key: `${namespace}/${name}-${hash}`,
    body: {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels,
        ownerReferences: [controllerReference(set)],
        ...(set.metadata.annotations === undefined
          ? {}
          : { annotations: set.metadata.annotations }),
      },
      data,
      revision,
    },
    accepts: [409],
    because: `${name} has a template that its history does not know`,
  };
}

const renumber = (revision: ControllerRevision, number: number): Write => ({
  verb: 'update',
  kind: 'ControllerRevision',
  key: keyOf(revision),
  body: { ...revision, revision: number },
  because: `${revision.metadata.name} is used again`,
});

function forget(
  set: DaemonSet,
  revisions: readonly ControllerRevision[],
  current: ControllerRevision,
): Write[] {
  const limit = set.spec.revisionHistoryLimit ?? 10;
  const old = revisions
    .filter((revision) => revision !== current)
    .toSorted((a, b) => a.revision - b.revision);
  return old.slice(0, Math.max(0, old.length - limit)).map((revision): Write => ({
    verb: 'delete',
    kind: 'ControllerRevision',
    key: keyOf(revision),
    accepts: [404],
    because: `${set.metadata.name} keeps ${limit} old revisions`,
  }));
}
