import { civilTime } from '../../kernel/calendar.ts';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const two = (n: number) => String(n).padStart(2, '0');

/** strftime's usual part, in UTC. */
export function formatDate(epochMs: number, format: string): string {
  const t = civilTime(epochMs);
  const { weekday } = t;
  const values: Readonly<Record<string, string>> = {
    Y: String(t.year),
    m: two(t.month),
    d: two(t.day),
    e: String(t.day).padStart(2),
    H: two(t.hour),
    M: two(t.minute),
    S: two(t.second),
    a: (days[weekday] ?? '').slice(0, 3),
    A: days[weekday] ?? '',
    b: (months[t.month - 1] ?? '').slice(0, 3),
    B: months[t.month - 1] ?? '',
    s: String(Math.floor(epochMs / 1000)),
    Z: 'UTC',
    z: '+0000',
    n: '\n',
    t: '\t',
    '%': '%',
    F: `${t.year}-${two(t.month)}-${two(t.day)}`,
    T: `${two(t.hour)}:${two(t.minute)}:${two(t.second)}`,
    N: String(epochMs % 1000).padStart(3, '0') + '000000',
  };
  return format.replaceAll(/%([A-Za-z%])/g, (whole, letter: string) => values[letter] ?? whole);
}
