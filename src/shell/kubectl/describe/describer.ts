/** What describers work with, and what most of them begin with. */
import type { JsonObject, ObjectMeta } from '../../../api/object.ts';
import type { Event, Pod } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import type { Resource } from '../discovery.ts';
import { itemsOf } from '../targets.ts';
import { findEvents } from './events.ts';
import { writeAnnotations, writeLabels } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';

/** One object to describe. */
export interface Subject {
  readonly context: Context;
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
  readonly object: JsonObject;
  readonly showEvents: boolean;
}

/** Writes a kind's description. */
export type Describer = (w: DescribeWriter, subject: Subject) => Story;

/** Name, namespace, labels, annotations. */
export function writeHead(w: DescribeWriter, { name, namespace, labels, annotations }: ObjectMeta): void {
  w.field(0, 'Name', name);
  if (namespace !== undefined) w.field(0, 'Namespace', namespace);
  writeLabels(w, 'Labels', labels);
  writeAnnotations(w, 'Annotations', annotations);
}

/** The events about the subject itself. */
export function* eventsOf(
  { context, resource, object, namespace, name, showEvents }: Subject,
): Story<readonly Event[] | undefined> {
  if (!showEvents) return undefined;
  const { uid } = object['metadata'] as unknown as ObjectMeta;
  return yield* findEvents(context, { kind: resource.kind, name, namespace, uid });
}

/** How many Pods of a controller are in which phase: `3 Running / 0 Waiting / …`. */
export function* podsStatus(
  { context, namespace }: Subject, labelSelector: string, uid: string,
): Story<string> {
  const list = yield* context.request({
    path: `/api/v1/namespaces/${namespace}/pods`, query: { labelSelector, limit: '500' },
  });
  const counts = { Running: 0, Pending: 0, Succeeded: 0, Failed: 0, Unknown: 0 };
  for (const pod of itemsOf(list) as unknown as readonly Pod[]) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (owner?.uid === uid) counts[(pod.status?.phase ?? 'Pending') as keyof typeof counts] += 1;
  }
  return `${counts.Running} Running / ${counts.Pending} Waiting / ` +
    `${counts.Succeeded} Succeeded / ${counts.Failed} Failed`;
}
