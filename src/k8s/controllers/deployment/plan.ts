/**
 * A sync of one Deployment in the making: the ReplicaSets as they will be once the writes planned
 * so far are done. Upstream changes copies and writes at once; here the writes are collected.
 * Upstream: pkg/controller/deployment/sync.go.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { keyOf } from '../../../api/object.ts';
import type { Deployment, ReplicaSet } from '../../../api/types.gen.ts';
import type { AboutEvent, Write } from '../../client/index.ts';
import { controllerReference } from '../owner.ts';
import { deploymentEvents } from './events.ts';
import {
  annotation, fenceposts, findNewSet, hashLabel, isRecreate, podTemplateHash, revisionOf, sizeOf,
  totalSize, wanted,
} from './facts.ts';

/** Annotations that do not go from a Deployment to its ReplicaSets. */
const ownAnnotations = new Set<string>([
  ...Object.values(annotation),
  'kubectl.kubernetes.io/last-applied-configuration',
  'deprecated.deployment.rollback.to',
]);
const historyLengthMax = 2_000;

export class Plan {
  readonly deployment: Deployment;
  readonly writes: Write[] = [];
  readonly events: AboutEvent[] = [];
  /** All that are not new, with and without Pods. */
  readonly old: ReplicaSet[];
  newSet: ReplicaSet | undefined;
  /** The name of a new ReplicaSet that this plan creates. */
  created: string | undefined;
  /** The revision that the Deployment will carry. */
  revision: string | undefined;
  readonly nowText: string;

  constructor(deployment: Deployment, sets: readonly ReplicaSet[], nowText: string) {
    this.deployment = deployment;
    this.nowText = nowText;
    this.newSet = findNewSet(deployment, sets);
    this.old = sets.filter((set) => set !== this.newSet);
    this.revision = deployment.metadata.annotations?.[annotation.revision];
  }

  get all(): ReplicaSet[] {
    return this.newSet === undefined ? this.old : [...this.old, this.newSet];
  }

  /** Old ones that still want Pods. */
  get activeOld(): ReplicaSet[] {
    return this.old.filter((set) => sizeOf(set) > 0);
  }

  /** Sees to it that there is a ReplicaSet for the template, with the next revision's number. */
  syncRevision(canCreate: boolean): void {
    const revision = Math.max(0, ...this.old.map(revisionOf)) + 1;
    if (this.newSet !== undefined) this.bringUpToDate(this.newSet, revision);
    else if (canCreate) this.create(revision);
  }

  /** Sets a ReplicaSet's size. True when the size changes, not only its annotations. */
  scale(set: ReplicaSet, to: number): boolean {
    const from = sizeOf(set);
    const annotations = { ...set.metadata.annotations, ...this.sizeAnnotations() };
    if (from === to && isDeepEqual(annotations, set.metadata.annotations ?? {})) return false;
    const next: ReplicaSet = {
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, replicas: to },
    };
    const { name } = set.metadata;
    const isScaling = from !== to;
    this.update(set, next, `scale ${name} from ${from} to ${to}`, isScaling
      ? () => deploymentEvents.scaled(this.deployment, name, from, to)
      : undefined);
    return isScaling;
  }

  private bringUpToDate(set: ReplicaSet, newRevision: number): void {
    const annotations: Record<string, string> = { ...set.metadata.annotations };
    this.copyAnnotations(annotations);
    const before = revisionOf(set);
    if (newRevision > before) {
      annotations[annotation.revision] = String(newRevision);
      if (before > 0) addToHistory(annotations, before);
    }
    this.revision = annotations[annotation.revision] ?? '';
    const minReadySeconds = this.deployment.spec.minReadySeconds ?? 0;
    const isSame = isDeepEqual(annotations, set.metadata.annotations ?? {}) &&
      (set.spec.minReadySeconds ?? 0) === minReadySeconds;
    if (isSame) return;
    const next: ReplicaSet = {
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, ...(minReadySeconds === 0 ? {} : { minReadySeconds }) },
    };
    this.update(set, next, `${set.metadata.name} is revision ${this.revision}`, undefined);
  }

  /** One write a ReplicaSet: what was planned before for the same one is taken in. */
  private update(
    set: ReplicaSet, next: ReplicaSet, because: string, done: Write['done'],
  ): void {
    this.replace(set, next);
    const key = keyOf(set);
    const at = this.writes.findIndex((write) => write.key === key && write.verb === 'update');
    const write: Write = {
      verb: 'update', kind: 'ReplicaSet', key, body: next, because,
      ...(done === undefined ? {} : { done }),
    };
    if (at < 0) this.writes.push(write);
    else this.writes[at] = write;
  }

  private replace(set: ReplicaSet, next: ReplicaSet): void {
    if (this.newSet === set) {
      this.newSet = next;
      return;
    }
    const at = this.old.indexOf(set);
    if (at >= 0) this.old[at] = next;
  }

  private create(revision: number): void {
    const { deployment } = this;
    const { template, selector, minReadySeconds } = deployment.spec;
    const hash = podTemplateHash(template, deployment.status?.collisionCount);
    const name = `${deployment.metadata.name}-${hash}`;
    const labels = { ...template.metadata?.labels, [hashLabel]: hash };
    const annotations: Record<string, string> = { [annotation.revision]: String(revision) };
    this.copyAnnotations(annotations);
    Object.assign(annotations, this.sizeAnnotations());
    const replicas = this.newSize(0);
    const body = {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name,
        namespace: deployment.metadata.namespace,
        labels,
        annotations,
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas,
        ...(minReadySeconds ? { minReadySeconds } : {}),
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
      status: { replicas: 0 },
    } as unknown as ReplicaSet;
    this.newSet = body;
    this.created = name;
    this.revision = String(revision);
    this.writes.push({
      verb: 'create',
      kind: 'ReplicaSet',
      key: `${deployment.metadata.namespace}/${name}`,
      body,
      because: `${deployment.metadata.name} has a template without a ReplicaSet`,
      done: () => replicas > 0 ? deploymentEvents.scaled(deployment, name, 0, replicas) : undefined,
      failed: (failure) => failure.reason === 'AlreadyExists'
        ? undefined
        : deploymentEvents.notCreated(deployment, name, failure),
    });
  }

  /** How many the new ReplicaSet may have, that has `current` now. NewRSNewReplicas upstream. */
  newSize(current: number): number {
    const want = wanted(this.deployment);
    if (isRecreate(this.deployment)) return want;
    const most = want + fenceposts(this.deployment).surge;
    const total = totalSize(this.all);
    return total >= most ? current : current + Math.min(most - total, want - current);
  }

  private sizeAnnotations(): Readonly<Record<string, string>> {
    const want = wanted(this.deployment);
    return {
      [annotation.desiredReplicas]: String(want),
      [annotation.maxReplicas]: String(want + fenceposts(this.deployment).surge),
    };
  }

  private copyAnnotations(annotations: Record<string, string>): void {
    const own = this.deployment.metadata.annotations ?? {};
    for (const key in own) if (!ownAnnotations.has(key)) annotations[key] = own[key] as string;
  }
}

/** A ReplicaSet that is used again remembers which revisions it was. */
function addToHistory(annotations: Record<string, string>, revision: number): void {
  const known = annotations[annotation.revisionHistory];
  const history = known === undefined ? [] : known.split(',');
  history.push(String(revision));
  while (history.join(',').length > historyLengthMax) history.shift();
  annotations[annotation.revisionHistory] = history.join(',');
}
