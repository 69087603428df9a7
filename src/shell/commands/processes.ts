/** Commands about processes. */
import { type Process, type Program, type Signal, signalNumbers } from '../../host/index.ts';
import { formatTime } from '../../kernel/calendar.ts';
import { command, complain } from '../command.ts';

/** Processes that somebody in this process's PID namespace sees. */
const visible = ({ machine, pidNamespace = 'host' }: Process): Process[] =>
  [...machine.processes.values()].filter(
    (other) => pidNamespace === 'host' || other.pidNamespace === pidNamespace,
  );

const commandLine = (process: Process) => process.args.join(' ') || process.program.name;

const ps = command('ps', { valued: 'op' }, function* (process, { has, operands }) {
  const isAll =
    process.container !== undefined || has('e') || has('A') || /a/.test(operands[0] ?? '');
  const shown = visible(process).filter((other) => isAll || other.tty === process.tty);
  if (process.container !== undefined) {
    process.print('PID   USER     TIME  COMMAND\n');
    const isHosts = process.pidNamespace === 'host';
    for (const other of shown) {
      const pid = isHosts ? other.pid : other.visiblePid;
      process.print(
        `${String(pid).padStart(5)} ${other.user.padEnd(8)}  0:00 ${commandLine(other)}\n`,
      );
    }
    return 0;
  }
  if (/u/.test(operands[0] ?? '') || has('u')) {
    process.print(userOriented(process, shown));
    return 0;
  }
  const isFull = has('f');
  process.print(
    isFull
      ? 'UID          PID    PPID  C STIME TTY          TIME CMD\n'
      : '    PID TTY          TIME CMD\n',
  );
  for (const other of shown) {
    const tty = (other.tty === undefined ? '?' : 'pts/0').padEnd(8);
    const started = startOf(other);
    process.print(
      isFull
        ? `${other.user.padEnd(8)} ${String(other.pid).padStart(7)} ${String(other.parent?.pid ?? 1).padStart(7)}  0 ${started} ${tty} 00:00:00 ${commandLine(other)}\n`
        : `${String(other.pid).padStart(7)} ${tty} 00:00:00 ${other.program.name}\n`,
    );
  }
  return 0;
});

/** The wall clock's hour and minute when it began. */
const startOf = ({ site, startedAt }: Process): string =>
  formatTime(site.clock - (site.now - startedAt)).slice(11, 16);

/** BSD's `ps aux`. What each process takes is kept by container only: no sizes here. */
const userOriented = (asked: Process, shown: readonly Process[]): string =>
  'USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n' +
  shown
    .map((one) => {
      const tty = (one.tty === undefined ? '?' : 'pts/0').padEnd(8);
      const state = (one === asked ? 'R+' : one.tty === undefined ? 'Ss' : 'S+').padEnd(4);
      return (
        `${one.user.padEnd(8)} ${String(one.pid).padStart(7)}  0.0  0.0      0     0 ${tty} ` +
        `${state} ${startOf(one)}   0:00 ${commandLine(one)}\n`
      );
    })
    .join('');

const pgrep = command('pgrep', {}, function* (process, { operands, has }) {
  const matches = new RegExp(operands[0] ?? '^$');
  const found = visible(process).filter(
    (other) =>
      other !== process && matches.test(has('f') ? commandLine(other) : other.program.name),
  );
  for (const other of found) {
    process.print(
      has('a') ? `${other.visiblePid} ${commandLine(other)}\n` : `${other.visiblePid}\n`,
    );
  }
  return found.length > 0 ? 0 : 1;
});

function killMatching(
  process: Process,
  isMatch: (other: Process) => boolean,
  signal: Signal,
): number {
  const found = visible(process).filter((other) => other !== process && isMatch(other));
  for (const other of found) other.kill(signal);
  return found.length;
}

const signalOf = (words: readonly string[]): Signal => {
  const wanted = words
    .find((word) => /^-(SIG)?([A-Z]+\d?|\d+)$/.test(word))
    ?.slice(1)
    .replace(/^SIG/, '');
  const found = Object.entries(signalNumbers).find(
    ([name, value]) => name === `SIG${wanted}` || String(value) === wanted,
  );
  return (found?.[0] ?? 'SIGTERM') as Signal;
};

const pkill: Program = {
  name: 'pkill',
  *main(process) {
    const words = process.args.slice(1);
    const pattern = new RegExp(words.findLast((word) => !word.startsWith('-')) ?? '^$');
    const isFull = words.includes('-f');
    const isMatch = (other: Process) =>
      pattern.test(isFull ? commandLine(other) : other.program.name);
    return killMatching(process, isMatch, signalOf(words)) > 0 ? 0 : 1;
  },
};

const killall: Program = {
  name: 'killall',
  *main(process) {
    const words = process.args.slice(1);
    const name = words.findLast((word) => !word.startsWith('-')) ?? '';
    if (killMatching(process, (other) => other.program.name === name, signalOf(words)) > 0)
      return 0;
    return complain(process, `${name}: no process found`);
  },
};

export const processes: readonly Program[] = [ps, pgrep, pkill, killall];
