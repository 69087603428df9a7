/** `describe deployment`. Follows kubectl pkg/describe/describe.go describeDeployment. */
import type { JsonObject } from '../../../api/object.ts';
import { isDeepEqual } from '../../../api/equal.ts';
import type { Deployment, ReplicaSet } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { ServerError } from '../errors.ts';
import { itemsOf } from '../targets.ts';
import { type Describer, eventsOf } from './describer.ts';
import { writeEvents } from './events.ts';
import { writeAnnotations, writeLabels } from './metadata.ts';
import { writePodTemplate } from './pod-template.ts';
import { selectorText, writeConditions } from './workloads.ts';
import { rfc1123 } from './writer.ts';

export const describeDeployment: Describer = function* (w, subject) {
  const deployment = subject.object as unknown as Deployment;
  const { metadata, spec, status } = deployment;
  const events = yield* eventsOf(subject);
  const { older, newest } = yield* seenReplicaSets(subject.context, deployment);
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  w.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  w.field(0, 'Selector', selectorText(spec?.selector));
  w.field(0, 'Replicas', `${spec?.replicas ?? 1} desired | ${status?.updatedReplicas ?? 0} updated | ` +
    `${status?.replicas ?? 0} total | ${status?.availableReplicas ?? 0} available | ` +
    `${status?.unavailableReplicas ?? 0} unavailable`);
  w.field(0, 'StrategyType', spec?.strategy?.type);
  w.field(0, 'MinReadySeconds', spec?.minReadySeconds ?? 0);
  const rolling = spec?.strategy?.rollingUpdate;
  if (rolling !== undefined) {
    w.field(0, 'RollingUpdateStrategy',
      `${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`);
  }
  writePodTemplate(w, spec?.template);
  writeConditions(w, status?.conditions);
  if (older.length > 0 || newest !== undefined) {
    w.field(0, 'OldReplicaSets', replicaSetsText(older));
    w.field(0, 'NewReplicaSet', replicaSetsText(newest === undefined ? [] : [newest]));
  }
  writeEvents(w, events);
};

/** Who may not list them sees none. */
function* seenReplicaSets(
  context: Context, deployment: Deployment,
): Story<Pick<ReplicaSets, 'older' | 'newest'>> {
  try {
    return yield* replicaSetsOf(context, deployment);
  } catch (error) {
    if (error instanceof ServerError) return { older: [], newest: undefined };
    throw error;
  }
}

const replicaSetsText = (sets: readonly ReplicaSet[]): string =>
  sets.length === 0 ? '<none>' : sets.map(({ metadata, spec, status }) =>
    `${metadata.name} (${status?.replicas ?? 0}/${spec?.replicas ?? 1} replicas created)`).join(', ');

export interface ReplicaSets {
  readonly all: readonly ReplicaSet[];
  /** All but the newest. */
  readonly older: readonly ReplicaSet[];
  /** The one whose template is the Deployment's own. */
  readonly newest: ReplicaSet | undefined;
}

/** A Deployment's ReplicaSets (deploymentutil.GetAllReplicaSetsInChunks). */
export function* replicaSetsOf(context: Context, deployment: Deployment): Story<ReplicaSets> {
  const { metadata, spec } = deployment;
  const list: JsonObject = yield* context.request({
    path: `/apis/apps/v1/namespaces/${metadata.namespace ?? ''}/replicasets`,
    query: { labelSelector: selectorText(spec?.selector), limit: '500' },
  });
  const all = (itemsOf(list) as unknown as readonly ReplicaSet[])
    .filter((set) => set.metadata.ownerReferences?.some(
      ({ controller, uid }) => controller === true && uid === metadata.uid));
  const byAge = all.toSorted((a, b) =>
    a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1
      : a.metadata.creationTimestamp > b.metadata.creationTimestamp ? 1
        : a.metadata.name < b.metadata.name ? -1 : 1);
  const newest = byAge.find((set) => isSameTemplate(set, deployment));
  return { all, older: all.filter((set) => set !== newest), newest };
}

function isSameTemplate(set: ReplicaSet, deployment: Deployment): boolean {
  const bare = (template: unknown) => {
    const { metadata, spec } = (template ?? {}) as { metadata?: JsonObject; spec?: JsonObject };
    const { 'pod-template-hash': _, ...labels } = (metadata?.['labels'] ?? {}) as JsonObject;
    return { metadata: { ...metadata, labels, creationTimestamp: null }, spec: spec ?? {} } as JsonObject;
  };
  return isDeepEqual(bare(set.spec?.template), bare(deployment.spec?.template));
}
