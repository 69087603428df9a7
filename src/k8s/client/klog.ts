/**
 * Log lines as Kubernetes' components write them to stderr: severity, month and day, time, the
 * process's number, the place in the source, the message. Upstream: k8s.io/klog/v2.
 */
import type { Process } from '../../host/index.ts';
import { civilTime } from '../../kernel/calendar.ts';

/** @param place `server.go:153`. @param message quoted already, with its keys and values. */
export function klog(
  process: Process,
  severity: 'I' | 'W' | 'E' | 'F',
  place: string,
  message: string,
): void {
  const { clock, now } = process.site;
  const { month, day, hour, minute, second } = civilTime(clock);
  // The clock counts whole milliseconds; the rest of the moment gives the microseconds.
  const micros = (clock % 1000) * 1000 + Math.floor((now - Math.floor(now)) * 1000);
  const time = `${two(hour)}:${two(minute)}:${two(second)}.${String(micros).padStart(6, '0')}`;
  const pid = String(process.container === undefined ? process.pid : 1).padStart(7);
  process.printError(`${severity}${two(month)}${two(day)} ${time} ${pid} ${place}] ${message}\n`);
}

const two = (n: number): string => String(n).padStart(2, '0');
