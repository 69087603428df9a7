/** `date`: what time it is, or how another time is written. Clocks of machines are not set here. */
import type { Process } from '../../host/index.ts';
import { formatTime, parseTime } from '../../kernel/calendar.ts';
import { command, complain } from '../command.ts';
import { formatDate } from './date-format.ts';
import { quoted } from './gnu.ts';

export const date = command(
  'date',
  { valued: 'd', long: { date: 'd', utc: 'u', universal: 'u', 'iso-8601': 'I' } },
  function* (process, words) {
    const now = process.site.clock;
    const asked = words.value('d');
    const at = asked === undefined ? now : timeOf(asked, now);
    if (at === undefined) return complain(process, `invalid date ${quoted(process, asked ?? '')}`);
    const [first] = words.operands;
    if (first !== undefined && !first.startsWith('+')) return refuseToSet(process, first);
    const time = formatTime(at);
    if (words.has('I')) {
      const isWhole = words.has('s') || (words.value('I') ?? '').startsWith('s');
      process.print(isWhole ? `${time.slice(0, 19)}+00:00\n` : `${time.slice(0, 10)}\n`);
    } else process.print(`${formatDate(at, first?.slice(1) ?? '%a %b %e %H:%M:%S UTC %Y')}\n`);
    return 0;
  },
);

function refuseToSet(process: Process, text: string): number {
  const isTime = /^(\d{8}|\d{10}|\d{12})(\.\d\d)?$/.test(text);
  if (!isTime) return complain(process, `invalid date ${quoted(process, text)}`);
  return complain(process, 'cannot set date: Operation not permitted');
}

const unitMs: Readonly<Record<string, number>> = {
  sec: 1_000, second: 1_000, min: 60_000, minute: 60_000, hour: 3_600_000, day: 86_400_000,
  week: 604_800_000,
};
const relatives: Readonly<Record<string, number>> = {
  now: 0, today: 0, yesterday: -86_400_000, tomorrow: 86_400_000,
};

/** A point in time as people write it; undefined where it is none. */
function timeOf(text: string, now: number): number | undefined {
  const word = text.trim().toLowerCase();
  if (/^@-?\d+$/.test(word)) return Number(word.slice(1)) * 1000;
  if (relatives[word] !== undefined) return now + relatives[word];
  const [, count, unit = '', ago] = /^([-+]?\d+) *([a-z]+?)s?( ago)?$/.exec(word) ?? [];
  if (count !== undefined) {
    const ms = unitMs[unit];
    return ms === undefined ? undefined : now + Number(count) * ms * (ago === undefined ? 1 : -1);
  }
  const [, day, clock = '00:00', seconds = ':00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[t ](\d\d:\d\d)(:\d\d(?:\.\d+)?)?)?(?: *(z|utc|[-+]\d\d:\d\d))?$/.exec(word) ?? [];
  if (day === undefined) return undefined;
  return parseTime(`${day}T${clock}${seconds}${zone === 'utc' ? 'Z' : zone.toUpperCase()}`);
}
