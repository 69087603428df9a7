/** Dates as servers write them into their logs and headers; all in UTC. */
import { civilTime } from '../kernel/calendar.ts';

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const days = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const two = (n: number): string => String(n).padStart(2, '0');

const timeOf = (ms: number): string => {
  const { hour, minute, second } = civilTime(ms);
  return `${two(hour)}:${two(minute)}:${two(second)}`;
};

/** `10/Oct/2025:13:55:36 +0000`: the common log format. */
export function commonLogTime(ms: number): string {
  const { year, month, day } = civilTime(ms);
  return `${two(day)}/${months[month - 1]}/${year}:${timeOf(ms)} +0000`;
}

/** `2025/10/10 13:55:36`: nginx's error log, and Go's. */
export function slashTime(ms: number): string {
  const { year, month, day } = civilTime(ms);
  return `${year}/${two(month)}/${two(day)} ${timeOf(ms)}`;
}

/** `Fri, 10 Oct 2025 13:55:36 GMT`: HTTP's. */
export function httpTime(ms: number): string {
  const { year, month, day, weekday } = civilTime(ms);
  return `${days[weekday]}, ${two(day)} ${months[month - 1]} ${year} ${timeOf(ms)} GMT`;
}

/** `10 Oct 2025 13:55:36.123`: redis'. */
export function dayFirstTime(ms: number): string {
  const { year, month, day } = civilTime(ms);
  const millis = String(Math.floor(ms) % 1000).padStart(3, '0');
  return `${two(day)} ${months[month - 1]} ${year} ${timeOf(ms)}.${millis}`;
}

/** `Fri Oct 10 13:55:36.123456 2025`: Apache's error log. */
export function apacheTime(ms: number): string {
  const { year, month, day, weekday } = civilTime(ms);
  const micros = String((Math.floor(ms) % 1000) * 1000).padStart(6, '0');
  return `${days[weekday]} ${months[month - 1]} ${two(day)} ${timeOf(ms)}.${micros} ${year}`;
}

/** `1010 13:55:36.123456`: what stands behind the letter in a line of klog's. */
export function klogTime(ms: number): string {
  const { month, day } = civilTime(ms);
  const millis = String(Math.floor(ms) % 1000).padStart(3, '0');
  return `${two(month)}${two(day)} ${timeOf(ms)}.${millis}000`;
}
