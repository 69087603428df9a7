/**
 * Dates as arithmetic: RFC 3339 texts from milliseconds since 1970 and back, always in UTC.
 * Days are counted in years that begin in March, so that the leap day comes last.
 */

/** `2025-01-02T03:04:05Z`; parts of a second are cut off. */
export const formatTime = (epochMs: number): string => `${dateTime(Math.floor(epochMs / 1000))}Z`;

/** `2025-01-02T03:04:05.123456Z`. */
export function formatMicroTime(epochMs: number): string {
  const micros = Math.floor(epochMs * 1000);
  const seconds = Math.floor(micros / 1_000_000);
  const rest = String(micros - seconds * 1_000_000).padStart(6, '0');
  return `${dateTime(seconds)}.${rest}Z`;
}

const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/** Milliseconds since 1970 of an RFC 3339 text; undefined if it is none, or no real date. */
export function parseTime(text: string): number | undefined {
  const parts = rfc3339.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zone = 'Z'] = parts;
  const [y, m, d] = [Number(year), Number(month), Number(day)];
  const [h, min, s] = [Number(hour), Number(minute), Number(second)];
  if (m < 1 || m > 12 || d < 1 || d > daysInMonth(y, m) || h > 23 || min > 59 || s > 59) {
    return undefined;
  }
  const seconds = daysSince1970(y, m, d) * 86_400 + h * 3_600 + min * 60 + s - offset(zone);
  return seconds * 1000 + Number(`0${fraction}`) * 1000;
}

/** A day of the civil calendar; `weekday` is 0 on Sundays. */
export interface CivilTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
}

/** The parts of a moment, in UTC. */
export function civilTime(epochMs: number): CivilTime {
  const seconds = Math.floor(epochMs / 1000);
  const days = Math.floor(seconds / 86_400);
  const rest = seconds - days * 86_400;
  return {
    ...civilDate(days),
    hour: Math.floor(rest / 3_600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    weekday: (((days + 4) % 7) + 7) % 7,
  };
}

/** `2025-01-02T03:04:05` of whole seconds. The last day is kept: most moments are near. */
function dateTime(seconds: number): string {
  const days = Math.floor(seconds / 86_400);
  if (days !== lastDay) {
    const { year, month, day } = civilDate(days);
    lastDay = days;
    lastDate = `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T`;
  }
  const rest = seconds - days * 86_400;
  const minutes = Math.floor(rest / 60);
  return `${lastDate}${two(Math.floor(rest / 3_600))}:${two(minutes % 60)}:${two(rest % 60)}`;
}
let lastDay = Number.NaN;
let lastDate = '';

const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** Seconds east of UTC: `+02:00` is 7200. */
function offset(zone: string): number {
  if (zone === 'Z' || zone === 'z') return 0;
  const seconds = Number(zone.slice(1, 3)) * 3_600 + Number(zone.slice(4, 6)) * 60;
  return zone.startsWith('-') ? -seconds : seconds;
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

const daysInMonth = (year: number, month: number): number =>
  month === 2 && isLeap(year) ? 29 : (monthDays[month - 1] ?? 0);

/** Days from 1970-01-01 to a date, by eras of 400 years (146,097 days). */
export function daysSince1970(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const days = ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear;
  return era * 146_097 + days - 719_468;
}

function civilDate(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const ofEra = shifted - era * 146_097;
  const year = Math.floor(
    (ofEra - Math.floor(ofEra / 1_460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) /
      365,
  );
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100));
  const slot = Math.floor((5 * ofYear + 2) / 153);
  const month = slot < 10 ? slot + 3 : slot - 9;
  const day = ofYear - Math.floor((153 * slot + 2) / 5) + 1;
  return { year: year + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
