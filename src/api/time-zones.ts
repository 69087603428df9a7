/**
 * Time zones by name, with today's rules for every year. Where the real API server reads the whole
 * tz database, this table has UTC, fixed offsets (`Etc/GMT-5`) and the zones of some great cities;
 * a name that is not here is said to be unknown.
 */
import { civilTime, daysSince1970 } from '../kernel/calendar.ts';

/** Offsets from UTC in minutes, then names; a letter before the offset is the summer-time rule. */
const table = `
0 UTC Etc/UTC Etc/GMT GMT Etc/UCT Zulu Etc/Zulu Universal Etc/Universal Africa/Abidjan Africa/Accra
e0 Europe/London Europe/Dublin Europe/Lisbon WET
e60 Europe/Paris Europe/Berlin Europe/Madrid Europe/Rome Europe/Amsterdam Europe/Brussels
e60 Europe/Vienna Europe/Zurich Europe/Stockholm Europe/Oslo Europe/Copenhagen Europe/Prague
e60 Europe/Warsaw Europe/Budapest Europe/Belgrade CET MET
e120 Europe/Athens Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Bucharest Europe/Sofia EET
60 Africa/Lagos Africa/Algiers
120 Africa/Johannesburg Africa/Maputo
180 Europe/Moscow Europe/Istanbul Africa/Nairobi Asia/Riyadh Asia/Baghdad
240 Asia/Dubai
300 Asia/Karachi Asia/Tashkent
330 Asia/Kolkata Asia/Calcutta
345 Asia/Kathmandu
360 Asia/Dhaka
420 Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh
480 Asia/Shanghai Asia/Hong_Kong Asia/Taipei Asia/Singapore Asia/Manila Australia/Perth PRC
540 Asia/Tokyo Asia/Seoul Japan
600 Australia/Brisbane
a600 Australia/Sydney Australia/Melbourne
n720 Pacific/Auckland NZ
u-300 America/New_York America/Toronto America/Detroit US/Eastern EST5EDT
u-360 America/Chicago US/Central CST6CDT
u-420 America/Denver US/Mountain MST7MDT
u-480 America/Los_Angeles America/Vancouver US/Pacific PST8PDT
u-540 America/Anchorage US/Alaska
-600 Pacific/Honolulu US/Hawaii
-420 America/Phoenix
-360 America/Mexico_City
-300 America/Bogota America/Lima EST
-180 America/Sao_Paulo America/Argentina/Buenos_Aires`;

/** What is known of a zone. */
export interface TimeZone {
  /** Minutes east of UTC, in winter. */
  readonly minutes: number;
  readonly rule: '' | 'e' | 'u' | 'a' | 'n';
}

let zones: ReadonlyMap<string, TimeZone> | undefined;

/** A zone by its name; undefined when the name is not known here. */
export function timeZone(name: string): TimeZone | undefined {
  const fixed = /^Etc\/GMT([+-])(\d{1,2})$/.exec(name);
  // West is plus there, as POSIX has it.
  if (fixed !== null && Number(fixed[2]) <= (fixed[1] === '-' ? 14 : 12)) {
    return { minutes: Number(fixed[2]) * (fixed[1] === '-' ? 60 : -60), rule: '' };
  }
  zones ??= new Map(table.trim().split('\n').flatMap(zonesOfLine));
  return zones.get(name);
}

function zonesOfLine(line: string): [string, TimeZone][] {
  const [first = '', ...names] = line.split(' ');
  const [, rule = '', minutes] = /^([a-z]?)(-?\d+)$/.exec(first) ?? [];
  const zone = { minutes: Number(minutes), rule: rule as TimeZone['rule'] };
  return names.map((name) => [name, zone]);
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** Minutes east of UTC at a moment (ms since 1970). */
export function offsetAt({ minutes, rule }: TimeZone, epochMs: number): number {
  if (rule === '') return minutes;
  const { year } = civilTime(epochMs);
  const [begin, end] = summerOf(rule, year, minutes);
  const isSummer = begin < end
    ? epochMs >= begin && epochMs < end
    : epochMs >= begin || epochMs < end;
  return isSummer ? minutes + 60 : minutes;
}

/** When summer time begins and ends in a year, as moments. */
function summerOf(rule: string, year: number, minutes: number): [number, number] {
  const local = (day: number, hour: number) => day * dayMs + (hour * 60 - minutes) * minuteMs;
  switch (rule) {
    // The last Sundays of March and October, at 1:00 UTC everywhere.
    case 'e':
      return [sundayFrom(year, 3, 25), sundayFrom(year, 10, 25)]
        .map((day) => day * dayMs + 60 * minuteMs) as [number, number];
    case 'u':
      return [local(sundayFrom(year, 3, 8), 2), local(sundayFrom(year, 11, 1), 1)];
    case 'a':
      return [local(sundayFrom(year, 10, 1), 2), local(sundayFrom(year, 4, 1), 2)];
    default:
      return [local(sundayFrom(year, 9, 24), 2), local(sundayFrom(year, 4, 1), 2)];
  }
}

/** The first Sunday from a date on, in days since 1970 (a Thursday). */
function sundayFrom(year: number, month: number, day: number): number {
  const days = daysSince1970(year, month, day);
  const weekday = (((days + 4) % 7) + 7) % 7;
  return days + ((7 - weekday) % 7);
}
