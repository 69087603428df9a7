/** What `kubectl describe` writes into: levels of indentation, columns at tabs. */
import { humanDuration } from '../../../api/duration.ts';
import { civilTime, parseTime } from '../../../kernel/calendar.ts';
import { TabWriter, describeTabs } from '../printers/tab-writer.ts';

export class DescribeWriter {
  /** Simulated now, in milliseconds since 1970: ages are relative to it. */
  readonly nowMs: number;
  private readonly tabs: TabWriter | undefined;
  private text = '';

  /** @param isTabbed false keeps the tabs, as `rollout history --revision` does. */
  constructor(nowMs: number, isTabbed = true) {
    this.nowMs = nowMs;
    this.tabs = isTabbed ? new TabWriter(describeTabs) : undefined;
  }

  write(level: number, text: string): void {
    if (this.tabs === undefined) this.text += '  '.repeat(level) + text;
    else this.tabs.write('  '.repeat(level) + text);
  }

  /** `Title:<tab>value`, and the end of the line. */
  field(level: number, title: string, value: string | number | boolean | undefined): void {
    this.write(level, `${title}:\t${value ?? ''}\n`);
  }

  /** Ends the columns so far. */
  flush(): void {
    if (this.tabs !== undefined) this.text += this.tabs.flush();
  }

  finish(): string {
    this.flush();
    return this.text;
  }

  /** How long ago, as humans say it. */
  since(time: string | null | undefined): string {
    return sinceText(this.nowMs, time);
  }
}

/** How long ago a moment was, as humans say it. */
export function sinceText(nowMs: number, time: string | null | undefined): string {
  const at = parseTime(time ?? '');
  return at === undefined ? '<unknown>' : humanDuration(nowMs - at);
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = [
  'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec',
];
const two = (value: number): string => String(value).padStart(2, '0');

/** Go's RFC1123Z: `Sat, 21 Nov 2026 11:33:31 +0000`. */
export function rfc1123(time: string | null | undefined): string {
  const at = parseTime(time ?? '');
  if (at === undefined) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const { year, month, day, hour, minute, second, weekday } = civilTime(at);
  const date = `${days[weekday] ?? ''}, ${two(day)} ${months[month - 1] ?? ''} ${year}`;
  return `${date} ${two(hour)}:${two(minute)}:${two(second)} +0000`;
}

/** Go's `%v` of a boolean in titles: `True`. */
export const trueFalse = (value: boolean | undefined): string => (value === true ? 'True' : 'False');

export const orNone = (text: string | undefined): string =>
  text === undefined || text === '' ? '<none>' : text;
