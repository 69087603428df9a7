import { describe, expect, it } from 'vitest';
import { offsetAt, timeZone } from '../../../api/time-zones.ts';
import { formatTime, parseTime } from '../../../kernel/calendar.ts';
import { look, meta, nowMs, ownedBy, secondsAgo } from '../testing.ts';
import { cronJobController } from './cronjob.ts';
import { mostRecent, parseSchedule, type Schedule } from './schedule.ts';

const zoneOf = (name: string) => timeZone(name) ?? { minutes: 0, rule: '' as const };
const scheduleOf = (text: string, zone = 'UTC') => parseSchedule(text, zoneOf(zone)) as Schedule;
const at = (text: string) => parseTime(text) ?? 0;

it.each([
  ['*/15 * * * *', 'UTC', '2025-01-01T10:07:30Z', '2025-01-01T10:15:00Z'],
  ['0 9 * * 1-5', 'UTC', '2025-01-03T09:00:00Z', '2025-01-06T09:00:00Z'],
  ['0 0 1 * *', 'UTC', '2025-01-31T23:59:59Z', '2025-02-01T00:00:00Z'],
  ['0 0 29 2 *', 'UTC', '2025-01-01T00:00:00Z', '2028-02-29T00:00:00Z'],
  ['0 0 13 * fri', 'UTC', '2025-01-01T00:00:00Z', '2025-01-03T00:00:00Z'],
  ['0 0 */13 * fri', 'UTC', '2025-01-01T00:00:00Z', '2025-01-03T00:00:00Z'],
  ['5-10/5 8 * jan,dec *', 'UTC', '2025-01-31T08:10:00Z', '2025-12-01T08:05:00Z'],
  ['@hourly', 'UTC', '2025-01-01T10:00:00Z', '2025-01-01T11:00:00Z'],
  ['@every 90s', 'UTC', '2025-01-01T10:00:00Z', '2025-01-01T10:01:30Z'],
  ['0 9 * * *', 'Asia/Kolkata', '2025-01-01T00:00:00Z', '2025-01-01T03:30:00Z'],
  ['0 9 * * *', 'Europe/Berlin', '2025-03-29T12:00:00Z', '2025-03-30T07:00:00Z'],
  ['0 0 * * *', 'America/New_York', '2025-03-09T06:00:00Z', '2025-03-10T04:00:00Z'],
  ['0 0 * * *', 'Etc/GMT-5', '2025-01-01T00:00:00Z', '2025-01-01T19:00:00Z'],
])('%s in %s after %s', (text, zone, after, next) => {
  expect(formatTime(scheduleOf(text, zone).next(at(after)) ?? 0)).toBe(next);
});

it('a day that never comes', () =>
  expect(scheduleOf('59 23 31 2 *').next(nowMs)).toBeUndefined());

it('summer time, north and south', () => {
  const hours = (zone: string, time: string) => offsetAt(zoneOf(zone), at(time)) / 60;
  expect(hours('Europe/London', '2025-07-01T00:00:00Z')).toBe(1);
  expect(hours('America/Los_Angeles', '2025-11-02T08:59:00Z')).toBe(-7);
  expect(hours('America/Los_Angeles', '2025-11-02T09:01:00Z')).toBe(-8);
  expect(hours('Australia/Sydney', '2025-01-01T00:00:00Z')).toBe(11);
  expect(hours('Australia/Sydney', '2025-07-01T00:00:00Z')).toBe(10);
});

it('counts what was missed', () => {
  const hourly = scheduleOf('@hourly');
  expect(mostRecent(hourly, nowMs - 1000, nowMs - 1)).toBeUndefined();
  expect(mostRecent(hourly, nowMs - 2 * 3_600_000, nowMs + 5)).toEqual({ at: nowMs, count: 2 });
  const far = mostRecent(hourly, nowMs - 500 * 3_600_000, nowMs);
  expect(far).toEqual({ at: nowMs, count: 500 });
});

// It is 12:00:00 and a second.
const now = nowMs + 1_000;
const cron = (spec: object = {}, status: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: meta('hello'),
  spec: {
    schedule: '*/15 * * * *', concurrencyPolicy: 'Allow', jobTemplate: { spec: { template: {} } },
    successfulJobsHistoryLimit: 1, failedJobsHistoryLimit: 1, ...spec,
  },
  status,
});
const job = (name: string, end?: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: meta(name, ownedBy('batch/v1', 'CronJob', 'hello')),
  spec: {},
  status: {
    startTime: secondsAgo(500),
    ...(end === undefined ? {} : { conditions: [{ type: end, status: 'True' }] }),
    ...(end === 'Complete' ? { completionTime: secondsAgo(400) } : {}),
  },
});
const active = (...names: string[]) => ({
  active: names.map((name) => ({ name, uid: `uid-${name}` })),
  lastScheduleTime: secondsAgo(900),
});
const due = `hello-${nowMs / 60_000}`;

describe('a CronJob', () => {
  it.each<[string, object[], string[], string[]]>([
    ['is due', [cron()], [`create Job x/${due}`], []],
    ['was served', [cron({}, { lastScheduleTime: secondsAgo(0) })], [], []],
    ['is suspended', [cron({ suspend: true })], [], []],
    ['waits for the one before', [cron({ concurrencyPolicy: 'Forbid' }, active('a')), job('a')], [],
      ['JobAlreadyActive: Not starting job because prior execution is running and ' +
        'concurrency policy is Forbid']],
    ['replaces the one before', [cron({ concurrencyPolicy: 'Replace' }, active('a')), job('a')],
      ['delete Job x/a', `create Job x/${due}`], []],
    ['runs beside the one before', [cron({}, active('a')), job('a')],
      [`create Job x/${due}`], []],
    ['saw it end', [cron({ suspend: true }, active('a')), job('a', 'Complete')], [],
      ['SawCompletedJob: Saw completed job: a, condition: Complete']],
    ['lost it', [cron({ suspend: true }, active('a'))], [],
      ['MissingJob: Active job went missing: a']],
    ['keeps no more than it should',
      [cron({ suspend: true }), job('a', 'Complete'), job('b', 'Complete'), job('c', 'Failed')],
      ['delete Job x/a'], []],
    ['of a zone that nobody knows', [cron({ timeZone: 'Mars/Olympus' })], [],
      ['UnknownTimeZone: invalid timeZone: "Mars/Olympus": unknown time zone Mars/Olympus']],
    ['of a day that never comes', [cron({ schedule: '59 23 31 2 *' })], [],
      ['InvalidSchedule: invalid schedule: 59 23 31 2 * : ' +
        'time difference between two schedules is less than 1 second']],
    ['comes too late', [cron({ startingDeadlineSeconds: 10, schedule: '59 11 * * *' })], [], []],
  ])('%s', (_, objects, writes, events) => {
    const looked = look(cronJobController, 'x/hello', objects, now);
    expect([looked.writes, looked.events]).toEqual([writes, events]);
  });

  it('sleeps until the next time, and a little', () => {
    const objects = [cron({}, { lastScheduleTime: secondsAgo(0) })];
    expect(look(cronJobController, 'x/hello', objects, now).requeueAfterMs).toBe(899_100);
  });

  it('remembers the last success', () => {
    const objects = [cron({ suspend: true }, active('a')), job('a', 'Complete')];
    expect(look(cronJobController, 'x/hello', objects, now).status)
      .toEqual({ lastScheduleTime: secondsAgo(900), lastSuccessfulTime: secondsAgo(400) });
  });
});
