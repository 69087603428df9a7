import { defineKind } from '../kind.ts';
import type { Event } from '../types.gen.ts';
import { describeColumns, nameColumn, since, text, wide } from './columns.ts';
import { validateEvent } from './event-validation.ts';
import { storedVerbs } from './strategy.ts';

export const event = defineKind<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.core.v1.Event',
  validate: validateEvent,
  selectableFields: ({ involvedObject, ...event }) => ({
    'involvedObject.kind': involvedObject?.kind ?? '',
    'involvedObject.namespace': involvedObject?.namespace ?? '',
    'involvedObject.name': involvedObject?.name ?? '',
    'involvedObject.uid': involvedObject?.uid ?? '',
    'involvedObject.apiVersion': involvedObject?.apiVersion ?? '',
    'involvedObject.resourceVersion': involvedObject?.resourceVersion ?? '',
    'involvedObject.fieldPath': involvedObject?.fieldPath ?? '',
    reason: event.reason ?? '',
    reportingComponent: event.reportingComponent ?? '',
    source: event.source?.component || (event.reportingComponent ?? ''),
    type: event.type ?? '',
  }),
  columns: describeColumns<Event>('events', [
    text('Last Seen', lastSeen),
    text('Type', ({ type }) => type ?? ''),
    text('Reason', ({ reason }) => reason ?? ''),
    text('Object', ({ involvedObject: { kind = '', name } }) =>
      name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()),
    wide('Subobject', ({ involvedObject }) => involvedObject?.fieldPath ?? ''),
    wide('Source', source),
    text('Message', ({ message }) => (message ?? '').trim()),
    wide('First Seen', (object, { nowMs }) => firstSeen(object, nowMs)),
    wide('Count', ({ series, count }) => series?.count ?? (count || 1)),
    { ...nameColumn, priority: 1 },
  ]),
});

/** Without times of its own, an event counts from the newer API's `eventTime`. */
const firstSeen = ({ firstTimestamp, eventTime }: Event, nowMs: number): string =>
  since(firstTimestamp ?? eventTime, nowMs);

function lastSeen(object: Event, { nowMs }: { nowMs: number }): string {
  if (object.series) return since(object.series.lastObservedTime, nowMs);
  return object.lastTimestamp ? since(object.lastTimestamp, nowMs) : firstSeen(object, nowMs);
}

function source({ source: from, reportingComponent, reportingInstance }: Event): string {
  const component = from?.component || (reportingComponent ?? '');
  const instance = from?.host || (reportingInstance ?? '');
  return instance === '' ? component : `${component}, ${instance}`;
}
