/** Moments worth a mark on the timeline. */
import { isPodReady } from '../../api/kinds/pod/facts.ts';
import type { ApiObject } from '../../api/object.ts';
import type { Event, Pod } from '../../api/types.gen.ts';
import type { TraceEntry } from '../../kernel/index.ts';
import type { Tick } from '../protocol.ts';

/** Kinds whose birth and end are marked. */
const marked = new Set([
  'Pod',
  'Deployment',
  'ReplicaSet',
  'DaemonSet',
  'StatefulSet',
  'Job',
  'Service',
  'Namespace',
]);

/** @param previous the object before this write. */
export function tickOf(
  { at, record }: TraceEntry,
  openAt: number,
  previous: ApiObject | undefined,
): Tick | undefined {
  if (at < openAt) return undefined;
  if (record.type === 'input') return { at, kind: 'input', what: String(record['what']) };
  if (record.type === 'fault') return { at, kind: 'fault', what: String(record['what']) };
  if (record.type !== 'write') return undefined;
  const object = record['object'] as ApiObject;
  if (object.kind === 'Event') return warningOf(at, object as Event, record['verb']);
  if (object.kind === 'Node') return undefined;
  if (!marked.has(object.kind)) return undefined;
  const { uid, name } = object.metadata;
  const what = `${object.kind} ${name}`;
  if (record['verb'] === 'create') return { at, kind: 'created', what, uid };
  if (record['verb'] === 'delete' && record['gone'] !== false)
    return { at, kind: 'deleted', what, uid };
  const wasReady = previous !== undefined && isPodReady(previous as Pod);
  if (object.kind === 'Pod' && !wasReady && isPodReady(object as Pod)) {
    return { at, kind: 'ready', what: `${what} Ready`, uid };
  }
  return undefined;
}

function warningOf(at: number, event: Event, verb: unknown): Tick | undefined {
  if (event.type !== 'Warning' || verb !== 'create') return undefined;
  const { kind, name, uid } = event.involvedObject;
  const isNode = event.reason === 'NodeNotReady' && kind === 'Node';
  return {
    at,
    kind: isNode ? 'node' : 'warning',
    what: `${event.reason ?? ''} ${kind ?? ''} ${name ?? ''}`,
    ...(uid === undefined ? {} : { uid }),
  };
}
