/**
 * Events are stored as the core group's; events.k8s.io has newer names for the same fields.
 * Follows pkg/apis/events/v1/conversion.go.
 */
import type { Json, JsonObject } from '../object.ts';
import type { Event, EventsEvent } from '../types.gen.ts';

/** events.k8s.io → core. */
const names: Readonly<Record<string, string>> = {
  note: 'message',
  regarding: 'involvedObject',
  reportingController: 'reportingComponent',
  deprecatedSource: 'source',
  deprecatedFirstTimestamp: 'firstTimestamp',
  deprecatedLastTimestamp: 'lastTimestamp',
  deprecatedCount: 'count',
};
const back = Object.fromEntries(Object.entries(names).map(([newer, core]) => [core, newer]));

function renamed(object: object, map: Readonly<Record<string, string>>, version: string): object {
  const next: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object as JsonObject)) {
    if (value !== undefined) next[map[key] ?? key] = value;
  }
  return { ...next, apiVersion: version };
}

export const toCoreEvent = (event: EventsEvent): Event =>
  renamed({ ...event, regarding: event.regarding ?? {} }, names, 'v1') as Event;

export const toNewEvent = (event: Event): EventsEvent =>
  renamed(event, back, 'events.k8s.io/v1') as EventsEvent;

/** What field selectors of events.k8s.io name. */
export const eventFields: Readonly<Record<string, string>> = Object.fromEntries(
  ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
    (field) => [`regarding.${field}`, `involvedObject.${field}`],
  ),
);
