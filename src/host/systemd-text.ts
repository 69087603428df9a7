/** Times and sizes as systemctl and journalctl print them; all in UTC. */
import { civilTime } from '../kernel/calendar.ts';

const months = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');
const days = 'Sun Mon Tue Wed Thu Fri Sat'.split(' ');
const two = (n: number): string => String(n).padStart(2, '0');

/** `Mon 2025-06-16 13:55:36 UTC`. */
export function statusTime(ms: number): string {
  const { year, month, day, hour, minute, second, weekday } = civilTime(ms);
  return (
    `${days[weekday]} ${year}-${two(month)}-${two(day)} ` +
    `${two(hour)}:${two(minute)}:${two(second)} UTC`
  );
}

/** `Jun 16 13:55:36`. */
export function journalTime(ms: number): string {
  const { month, day, hour, minute, second } = civilTime(ms);
  return `${months[month - 1]} ${two(day)} ${two(hour)}:${two(minute)}:${two(second)}`;
}

/** `3s`, `1min 20s`, `2h 5min`, `3 days`: systemd's format_timestamp_relative. */
export function since(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3_600) {
    return seconds < 600
      ? `${Math.floor(seconds / 60)}min ${seconds % 60}s`
      : `${Math.floor(seconds / 60)}min`;
  }
  if (seconds < 86_400)
    return `${Math.floor(seconds / 3_600)}h ${Math.floor(seconds / 60) % 60}min`;
  const whole = Math.floor(seconds / 86_400);
  return `${whole} day${whole === 1 ? '' : 's'}`;
}
