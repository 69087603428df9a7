import { defineKind } from '../kind.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { Event, EventsEvent } from '../types.gen.ts';
import { describeColumns, nameColumn, since, text, wide } from './columns.ts';
import { eventFields, toCoreEvent, toNewEvent } from './event-conversion.ts';
import { validateMetadata } from './metadata.ts';
import { storedVerbs } from './strategy.ts';

export const eventsEvent = defineKind<EventsEvent>({
  group: 'events.k8s.io',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.events.v1.Event',
  validate: validateMetadata({ namespaced: true, name: nameIsDnsSubdomain }),
  storedAs: {
    apiVersion: 'v1',
    toStored: toCoreEvent,
    fromStored: (object) => toNewEvent(object as Event),
    fields: eventFields,
  },
  selectableFields: ({ regarding, ...event }) => ({
    'regarding.kind': regarding?.kind ?? '',
    'regarding.namespace': regarding?.namespace ?? '',
    'regarding.name': regarding?.name ?? '',
    'regarding.uid': regarding?.uid ?? '',
    'regarding.apiVersion': regarding?.apiVersion ?? '',
    'regarding.resourceVersion': regarding?.resourceVersion ?? '',
    'regarding.fieldPath': regarding?.fieldPath ?? '',
    reason: event.reason ?? '',
    reportingController: event.reportingController ?? '',
    type: event.type ?? '',
  }),
  columns: describeColumns<EventsEvent>('events.events.k8s.io', [
    text('Last Seen', ({ series, deprecatedLastTimestamp, ...event }, { nowMs }) => since(
      series?.lastObservedTime ?? deprecatedLastTimestamp ?? event.eventTime, nowMs)),
    text('Type', ({ type }) => type ?? ''),
    text('Reason', ({ reason }) => reason ?? ''),
    text('Object', ({ regarding: { kind = '', name } = {} }) =>
      name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase()),
    wide('Subobject', ({ regarding }) => regarding?.fieldPath ?? ''),
    wide('Source', ({ deprecatedSource: from, reportingController, reportingInstance }) => {
      const instance = from?.host || reportingInstance;
      const component = from?.component || (reportingController ?? '');
      return instance ? `${component}, ${instance}` : component;
    }),
    text('Message', ({ note }) => (note ?? '').trim()),
    wide('First Seen', ({ deprecatedFirstTimestamp, eventTime }, { nowMs }) =>
      since(deprecatedFirstTimestamp ?? eventTime, nowMs)),
    wide('Count', ({ series, deprecatedCount }) => series?.count ?? (deprecatedCount || 1)),
    { ...nameColumn, priority: 1 },
  ]),
});
