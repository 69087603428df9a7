/** The events at the end of a description. Follows kubectl pkg/describe/describe.go. */
import type { JsonObject } from '../../../api/object.ts';
import type { Event } from '../../../api/types.gen.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import type { Story } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { CommandError } from '../errors.ts';
import { itemsOf } from '../targets.ts';
import { type DescribeWriter, sinceText } from './writer.ts';

/** Whose events are wanted. */
export interface Involved {
  readonly kind?: string;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string | undefined;
}

/** Events about an object; undefined when they may not be read. */
export function* findEvents(
  context: Context, { kind, name, namespace, uid }: Involved,
): Story<readonly Event[] | undefined> {
  const fields = [
    `involvedObject.name=${name}`, `involvedObject.namespace=${namespace}`,
    ...(kind === undefined ? [] : [`involvedObject.kind=${kind}`]),
    ...(uid === undefined ? [] : [`involvedObject.uid=${uid}`]),
  ];
  const path = namespace === '' ? '/api/v1/events' : `/api/v1/namespaces/${namespace}/events`;
  try {
    const list: JsonObject =
      yield* context.request({ path, query: { fieldSelector: fields.join(','), limit: '500' } });
    return itemsOf(list) as unknown as readonly Event[];
  } catch (error) {
    // Events that may not be seen are none.
    if (error instanceof CommandError) return [];
    throw error;
  }
}

export function writeEvents(w: DescribeWriter, events: readonly Event[] | undefined): void {
  if (events === undefined) return;
  if (events.length === 0) {
    w.write(0, 'Events:\t<none>\n');
    return;
  }
  w.flush();
  w.write(0, 'Events:\n  Type\tReason\tAge\tFrom\tMessage\n');
  w.write(1, '----\t------\t----\t----\t-------\n');
  for (const event of events.toSorted((a, b) => lastTime(a) - lastTime(b))) {
    const source = event.source?.component || event.reportingComponent;
    w.write(1, `${event.type ?? ''}\t${event.reason ?? ''}\t${ageText(w.nowMs, event)}\t${source ?? ''}\t` +
      `${(event.message ?? '').trim()}\n`);
  }
}

// The scheduler's events have an event time only: describe puts them first.
const lastTime = ({ lastTimestamp }: Event): number => parseTime(lastTimestamp ?? '') ?? 0;

/** When an event was last seen, in ms since 1970. */
export const lastSeen = ({ series, lastTimestamp, eventTime, firstTimestamp }: Event): number =>
  parseTime(series?.lastObservedTime || lastTimestamp || eventTime || firstTimestamp || '') ?? 0;

/** `5s`, or `5s (x3 over 2m)`. */
export function ageText(nowMs: number, event: Event): string {
  const first = sinceText(nowMs, event.eventTime || event.firstTimestamp);
  const { series, count = 0 } = event;
  if (series !== undefined && series !== null) {
    return `${sinceText(nowMs, series.lastObservedTime)} (x${series.count ?? 0} over ${first})`;
  }
  return count > 1 ? `${sinceText(nowMs, event.lastTimestamp)} (x${count} over ${first})` : first;
}
