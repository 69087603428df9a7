/**
 * Durations as people and as Go write them.
 * Follows apimachinery pkg/util/duration/duration.go and Go's time.Duration. All in milliseconds.
 */

/** Ages in tables: `45s`, `5m30s`, `3h`, `2d4h`, `400d`; `<invalid>` for the far future. */
export function humanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 120) return `${seconds}s`;
  const minutes = Math.trunc(seconds / 60);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.trunc(minutes / 60);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.trunc(hours / 24);
  if (hours < 192) return withRest(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.trunc(days / 365);
  return days < 2920 ? withRest(years, 'y', days % 365, 'd') : `${years}y`;
}

/** One unit only: `45s`, `5m`, `3h`, `2d`, `1y`. */
export function shortHumanDuration(ms: number): string {
  const seconds = Math.trunc(ms / 1000);
  if (seconds < -1) return '<invalid>';
  if (seconds < 0) return '0s';
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) return `${Math.trunc(seconds / 60)}m`;
  const hours = Math.trunc(seconds / 3_600);
  if (hours < 24) return `${hours}h`;
  return hours < 8_760 ? `${Math.trunc(hours / 24)}d` : `${Math.trunc(hours / 8_760)}y`;
}

const withRest = (big: number, unit: string, rest: number, small: string): string =>
  rest === 0 ? `${big}${unit}` : `${big}${unit}${rest}${small}`;

/** Go's `time.Duration` text: `1h2m3.5s`, `1.234s`, `250ms`, `15.625µs`, `0s`. */
export function formatGoDuration(ms: number): string {
  const nanos = Math.round(Math.abs(ms) * 1e6);
  if (nanos === 0) return '0s';
  const sign = ms < 0 ? '-' : '';
  if (nanos < 1e3) return `${sign}${nanos}ns`;
  if (nanos < 1e6) return `${sign}${decimal(nanos, 3)}µs`;
  if (nanos < 1e9) return `${sign}${decimal(nanos, 6)}ms`;
  const minutes = Math.floor(nanos / 6e10);
  const rest = `${decimal(nanos - minutes * 6e10, 9)}s`;
  if (minutes === 0) return sign + rest;
  if (minutes < 60) return `${sign}${minutes}m${rest}`;
  return `${sign}${Math.floor(minutes / 60)}h${minutes % 60}m${rest}`;
}

/** `nanos` over 10 to the power of `places`, exactly, without trailing zeros. */
function decimal(nanos: number, places: number): string {
  const digits = String(nanos).padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return digits.slice(0, -places) + (fraction === '' ? '' : `.${fraction}`);
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};
const goDuration = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const goPart = /(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g;

/** Go's `time.ParseDuration` in milliseconds, e.g. of `1h30m`; undefined if it is none. */
export function parseGoDuration(text: string): number | undefined {
  if (/^[+-]?0$/.test(text)) return 0;
  if (!goDuration.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(goPart)) {
    ms += Number(count) * (unitMs[unit ?? ''] ?? 0);
  }
  return text.startsWith('-') ? -ms : ms;
}
