/** `journalctl -u NAME [-n N] [-f]`, with the short layout. */
import type { Story } from '../kernel/index.ts';
import { Inbox } from './inbox.ts';
import type { Machine } from './machine.ts';
import type { Process } from './process.ts';
import { type Program, select } from './program.ts';
import { type JournalLine, type Service, systemdOf } from './systemd-manager.ts';
import { journalTime } from './systemd-text.ts';

/** A line as journalctl shows it. */
export const journalText = ({ name }: Machine, { time, source, pid, text }: JournalLine): string =>
  `${journalTime(time)} ${name} ${source}[${pid}]: ${text}`;

/** Shows journals, and follows them. */
export const journalctl: Program = {
  name: 'journalctl',
  *main(process) {
    const systemd = systemdOf(process.machine);
    const { args, machine } = process;
    const value = (...names: string[]) => {
      for (const [i, word] of args.entries()) {
        if (names.includes(word)) return args[i + 1];
        const long = names.find((name) => name.startsWith('--') && word.startsWith(`${name}=`));
        if (long !== undefined) return word.slice(long.length + 1);
      }
      return undefined;
    };
    const flags = args.filter((word) => /^-[a-z]+$/.test(word)).join('');
    const follows = flags.includes('f') || args.includes('--follow');
    const name = value('-u', '--unit', '-xeu', '-fu', '-eu', '-xu');
    const services =
      systemd === undefined
        ? []
        : name === undefined
          ? [...systemd.services.values()]
          : [systemd.find(name)];
    const lines = () =>
      services.flatMap((service) => service?.journal ?? []).toSorted((a, b) => a.time - b.time);
    const asked = value('-n', '--lines');
    const count = asked === undefined ? (follows ? 10 : Infinity) : Number(asked);
    const all = lines();
    if (all.length === 0) process.print('-- No entries --\n');
    const shown = count === Infinity ? all : all.slice(all.length - Math.min(count, all.length));
    for (const line of shown) process.print(`${journalText(machine, line)}\n`);
    if (follows) yield* follow(process, services, lines);
    return 0;
  },
};

function* follow(
  process: Process,
  services: readonly (Service | undefined)[],
  lines: () => readonly JournalLine[],
): Story {
  const news = new Inbox<true>();
  const told = () => {
    if (news.size === 0) news.push(true);
  };
  let last = lines().at(-1);
  for (const service of services) service?.followers.add(told);
  try {
    for (;;) {
      yield* select([news]);
      const all = lines();
      const from = last === undefined ? 0 : all.lastIndexOf(last) + 1;
      for (const line of all.slice(from)) process.print(`${journalText(process.machine, line)}\n`);
      last = all.at(-1);
    }
  } finally {
    for (const service of services) service?.followers.delete(told);
  }
}
