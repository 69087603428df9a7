/**
 * The past templates of a DaemonSet or StatefulSet, kept as ControllerRevisions for
 * `kubectl rollout undo`. Simplified: names never collide.
 * Upstream: pkg/controller/history/controller_history.go.
 */
import { isDeepEqual } from '../../api/equal.ts';
import { fnv32a, safeEncodeString } from '../../api/names.ts';
import { type ApiObject, keyOf } from '../../api/object.ts';
import type { ControllerRevision, LabelSelector, PodTemplateSpec } from '../../api/types.gen.ts';
import { type View, type Write, selectorMatches } from '../client/index.ts';
import { type Claim, claim } from './claim.ts';
import { controllerReference } from './owner.ts';

/** A workload whose template has a history. */
export interface Revisable extends ApiObject {
  readonly spec: { readonly template: PodTemplateSpec; readonly revisionHistoryLimit?: number };
  readonly status?: { readonly collisionCount?: number };
}

/** The revision of today's template, and what must be written so that history knows it. */
export interface Revised {
  readonly name: string;
  /** What tells this revision from others: the last part of its name. */
  readonly hash: string;
  readonly number: number;
  readonly writes: readonly Write[];
}

/**
 * An owner's revisions, with those that a deleted one of its name left behind: they are adopted. The
 * kind needs the index `orphans`.
 */
export function historyOf(
  view: View, owner: ApiObject, selector: LabelSelector | undefined,
): Claim<ControllerRevision> {
  const candidates = [
    ...view.ownedBy(owner, 'ControllerRevision'),
    ...view.of('ControllerRevision').byIndex('orphans', owner.metadata.namespace ?? ''),
  ];
  return claim(owner, 'ControllerRevision', candidates, selectorMatches(selector));
}

/** @param hashLabel the label of a ControllerRevision that holds its hash. */
export function revise(
  owner: Revisable, revisions: readonly ControllerRevision[], hashLabel: string,
): Revised {
  const data = { spec: { template: { ...owner.spec.template, $patch: 'replace' } } };
  const known = revisions.find((revision) => isSameData(revision.data, data));
  const newest = Math.max(0, ...revisions.map(({ revision }) => revision));
  if (known !== undefined) {
    const { labels, name } = known.metadata;
    // An older template is used again: it becomes the newest.
    const isNewest = known.revision === newest;
    return {
      name,
      hash: labels?.[hashLabel] ?? '',
      number: isNewest ? newest : newest + 1,
      writes: isNewest ? [] : [renumber(known, newest + 1)],
    };
  }
  const collisions = owner.status?.collisionCount ?? '';
  const hash = safeEncodeString(String(fnv32a(canonical(data) + collisions)));
  const name = `${owner.metadata.name}-${hash}`;
  const labels = { ...owner.spec.template.metadata?.labels, [hashLabel]: hash };
  const number = newest + 1;
  return { name, hash, number, writes: [create(owner, { name, labels, data, number })] };
}

/** Deletes the oldest of those that nobody lives by, above the limit of the owner. */
export function forget(
  owner: Revisable, revisions: readonly ControllerRevision[], live: ReadonlySet<string>,
): Write[] {
  const limit = owner.spec.revisionHistoryLimit ?? 10;
  const old = revisions
    .filter(({ metadata }) => !live.has(metadata.name))
    .toSorted((a, b) => a.revision - b.revision);
  return old.slice(0, Math.max(0, old.length - limit)).map((revision): Write => ({
    verb: 'delete',
    kind: 'ControllerRevision',
    key: keyOf(revision),
    accepts: [404],
    because: `${owner.metadata.name} keeps ${limit} old revisions`,
  }));
}

/** The template that a revision holds. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec | undefined {
  const { spec } = data as { spec?: { template?: PodTemplateSpec & { $patch?: string } } };
  if (spec?.template === undefined) return undefined;
  const { $patch: _, ...template } = spec.template;
  return template;
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

interface Draft {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly data: object;
  readonly number: number;
}

function create(owner: Revisable, { name, labels, data, number }: Draft): Write {
  const { namespace, annotations } = owner.metadata;
  return {
    verb: 'create',
    kind: 'ControllerRevision',
    key: `${namespace}/${name}`,
    body: {
      apiVersion: 'apps/v1',
      kind: 'ControllerRevision',
      metadata: {
        name,
        namespace,
        labels,
        ownerReferences: [controllerReference(owner)],
        ...(annotations === undefined ? {} : { annotations }),
      },
      data,
      revision: number,
    },
    accepts: [409],
    because: `${owner.metadata.name} has a template that its history does not know`,
  };
}

const renumber = (revision: ControllerRevision, number: number): Write => ({
  verb: 'patch',
  kind: 'ControllerRevision',
  key: keyOf(revision),
  body: { revision: number },
  because: `${revision.metadata.name} is used again`,
});
