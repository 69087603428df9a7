/**
 * A cron schedule, and the next moment after another that it names.
 * Follows robfig/cron v3 (parser.go, spec.go, constantdelay.go), which upstream uses.
 */
import { cronProblem } from '../../../api/kinds/cron-schedule.ts';
import { offsetAt, type TimeZone } from '../../../api/time-zones.ts';
import { civilTime } from '../../../kernel/calendar.ts';

interface Field {
  readonly values: ReadonlySet<number>;
  /** `*`: says nothing, so that the other of the two kinds of days decides. */
  readonly isStar: boolean;
}

export interface Schedule {
  /** The next moment after this one, in ms since 1970; undefined when there never is one. */
  next(afterMs: number): number | undefined;
}

const macros: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The schedule, or what is wrong with it. */
export function parseSchedule(text: string, zone: TimeZone): Schedule | string {
  const problem = cronProblem(text);
  if (problem !== undefined) return problem;
  const every = /^@every (\S+)$/.exec(text);
  if (every !== null) return constantDelay(durationMs(every[1] ?? ''));
  const fields = (macros[text] ?? text).trim().split(/\s+/);
  const [minute, hour, day, month, weekday] = [
    fieldOf(fields[0], 0, 59), fieldOf(fields[1], 0, 23), fieldOf(fields[2], 1, 31),
    fieldOf(fields[3], 1, 12, months), fieldOf(fields[4], 0, 6, weekdays),
  ] as const;
  return { next: (after) => nextOf({ minute, hour, day, month, weekday }, zone, after) };
}

const unitMs: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000 };

/** Whole seconds, at least one. */
function durationMs(text: string): number {
  let total = 0;
  for (const [, amount, unit = ''] of text.matchAll(/([\d.]+)([hms])(?!s)/g)) {
    total += Number(amount) * (unitMs[unit] ?? 0);
  }
  return Math.max(1_000, Math.floor(total / 1_000) * 1_000);
}

const constantDelay = (delay: number): Schedule => ({
  next: (after) => Math.floor(after / 1_000) * 1_000 + delay,
});

function fieldOf(
  text = '*', low: number, high: number, names: readonly string[] = [],
): Field {
  const values = new Set<number>();
  let isStar = false;
  const numberOf = (word: string) => {
    const at = names.indexOf(word.toLowerCase());
    return at < 0 ? Number(word) : at + low;
  };
  for (const part of text.split(',').filter(Boolean)) {
    const [range = '', stepText] = part.split('/');
    const step = Number(stepText ?? 1);
    const isAll = range === '*' || range === '?';
    const [from = '', to] = isAll ? [String(low), String(high)] : range.split('-');
    const first = numberOf(from);
    const last = to === undefined ? (stepText === undefined ? first : high) : numberOf(to);
    if (isAll && step === 1) isStar = true;
    for (let value = first; value <= last; value += step) values.add(value);
  }
  return { values, isStar };
}

interface Fields {
  readonly minute: Field;
  readonly hour: Field;
  readonly day: Field;
  readonly month: Field;
  readonly weekday: Field;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const farMs = 5 * 366 * dayMs;

/** Goes on by months, days, hours, minutes of the zone's own clock until all fields agree. */
function nextOf(fields: Fields, zone: TimeZone, after: number): number | undefined {
  let at = Math.floor(after / minuteMs) * minuteMs + minuteMs;
  const localOf = (moment: number) => moment + offsetAt(zone, moment) * minuteMs;
  while (at - after < farMs) {
    const local = localOf(at);
    const time = civilTime(local);
    if (!fields.month.values.has(time.month) || !hasDay(fields, time)) {
      at = midnight(at + dayMs - (((local % dayMs) + dayMs) % dayMs), localOf);
    } else if (!fields.hour.values.has(time.hour)) {
      at += hourMs - time.minute * minuteMs;
    } else if (!fields.minute.values.has(time.minute)) {
      at += minuteMs;
    } else return at;
  }
  return undefined;
}

/** A day on which clocks change is an hour longer or shorter. */
function midnight(at: number, localOf: (moment: number) => number): number {
  const { hour } = civilTime(localOf(at));
  if (hour === 1) return at - hourMs;
  return hour === 23 ? at + hourMs : at;
}

/** Both kinds of days must agree if one is a star; else one of them is enough. */
function hasDay(
  { day, weekday }: Fields, time: { readonly day: number; readonly weekday: number },
): boolean {
  const [isDay, isWeekday] = [day.values.has(time.day), weekday.values.has(time.weekday)];
  return day.isStar || weekday.isStar ? isDay && isWeekday : isDay || isWeekday;
}

/** What was missed between two moments. */
export interface Missed {
  /** The last moment that the schedule named. */
  readonly at: number;
  readonly count: number;
}

/** Undefined when the schedule named no moment after `from` and up to `now`. */
export function mostRecent(schedule: Schedule, from: number, now: number): Missed | undefined {
  const first = schedule.next(from);
  if (first === undefined || first > now) return undefined;
  const second = schedule.next(first);
  const gap = second === undefined ? Infinity : second - first;
  const count = Math.floor((now - first) / gap) + 1;
  // Far back, the count is an estimate: only the last stretch is walked through.
  let at = first;
  const from2 = Math.max(first, now - Math.min(gap, farMs) * 4);
  let next = count > 8 ? schedule.next(from2) : second;
  while (next !== undefined && next <= now) {
    at = next;
    next = schedule.next(at);
  }
  return { at, count };
}
