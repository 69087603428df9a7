/** Job control on a terminal, line by line, as bash says it. */
import { expect, it } from 'vitest';
import { Terminal, executable } from '../host/index.ts';
import { loneMachine } from '../host/testing.ts';
import { commands } from './commands/index.ts';
import { shell } from './shell.ts';

const programs = new Map([
  ['sh', shell('sh')], ['bash', shell('bash')],
  ...commands.map((program) => [program.name, program] as const),
]);
const disk = Object.fromEntries(
  [...programs.keys()].map((name) => [`/usr/bin/${name}`, executable(name)]),
);

/** What is shown for lines typed ten seconds apart; `^C` is Ctrl-C. Prompts are `$ `. */
function typed(...lines: readonly string[]): string {
  const { shard, machine } = loneMachine(disk);
  machine.programs = programs;
  let shown = '';
  const terminal = new Terminal(80, (text) => (shown += text));
  machine.spawn({
    program: shell('bash'), args: ['-bash'], cwd: '/root', user: 'root',
    env: { HOME: '/root', PATH: '/usr/bin', PS1: '$ ' },
    stdin: terminal.input, stdout: terminal, tty: terminal,
  });
  let now = 0;
  const pass = () => shard.runUntil((now += 10_000));
  pass();
  for (const line of lines) {
    if (line === '^C') terminal.interrupt();
    else terminal.line(line);
    pass();
  }
  return shown.replace(/^(\[\d\]) \d+$/gm, '$1 PID');
}

it.each([
  ['a job that ends is told of at the next prompt', ['sleep 5 &', '', ''],
    '$ sleep 5 &\n[1] PID\n$ \n[1]+  Done                    sleep 5\n$ \n$ '],
  ['jobs by number and mark', ['sleep 100 &', 'sleep 200 | cat &', 'jobs'],
    '$ sleep 100 &\n[1] PID\n$ sleep 200 | cat &\n[2] PID\n$ jobs\n' +
    '[1]-  Running                 sleep 100 &\n[2]+  Running                 sleep 200 | cat &\n$ '],
  ['killed', ['sleep 100 | cat &', 'kill %1', 'pgrep sleep'],
    '$ sleep 100 | cat &\n[1] PID\n$ kill %1\n[1]+  Terminated              sleep 100 | cat\n' +
    '$ pgrep sleep\n$ '],
  ['by its process number', ['sleep 100 &', 'kill -9 $!', 'pgrep sleep'],
    '$ sleep 100 &\n[1] PID\n$ kill -9 $!\n[1]+  Killed                  sleep 100\n$ pgrep sleep\n$ '],
  ['brought back, and interrupted', ['sleep 100 &', 'fg', '^C', 'jobs'],
    '$ sleep 100 &\n[1] PID\n$ fg\nsleep 100\n^C\n$ jobs\n$ '],
  ['Ctrl-C ends a loop', ['while true; do echo on; sleep 15; done; echo never', '^C', 'echo $?'],
    '$ while true; do echo on; sleep 15; done; echo never\non\n^C\n$ echo $?\n130\n$ '],
  ['Ctrl-C ends a script with its command', ["sh -c 'sleep 100; echo no'", '^C'],
    "$ sh -c 'sleep 100; echo no'\n^C\n$ "],
  ['Ctrl-C leaves the background alone', ['sleep 100 &', 'sleep 50', '^C', 'jobs'],
    '$ sleep 100 &\n[1] PID\n$ sleep 50\n^C\n$ jobs\n[1]+  Running                 sleep 100 &\n$ '],
  ['Ctrl-C at wait', ['sleep 100 & wait', '^C', 'jobs'],
    '$ sleep 100 & wait\n[1] PID\n^C\n$ jobs\n[1]+  Running                 sleep 100 &\n$ '],
  ['lines typed before', ['echo one', 'echo two', '!!', '!1; echo more', '!nosuch', "echo '!!' a!b"],
    '$ echo one\none\n$ echo two\ntwo\n$ !!\necho two\ntwo\n$ !1; echo more\n' +
    'echo one; echo more\none\nmore\n$ !nosuch\n-bash: !nosuch: event not found\n' +
    "$ echo '!!' a!b\n!! a!b\n$ "],
  ['a pipeline complains in the shell’s name', ['echo | nosuch'],
    '$ echo | nosuch\n-bash: nosuch: command not found\n$ '],
  ['nohup', ['nohup echo kept', 'cat nohup.out'],
    "$ nohup echo kept\nnohup: ignoring input and appending output to 'nohup.out'\n" +
    '$ cat nohup.out\nkept\n$ '],
  ['an exit code', ['(sleep 1; exit 3) &', ''],
    '$ (sleep 1; exit 3) &\n[1] PID\n$ \n[1]+  Exit 3                  (sleep 1; exit 3)\n$ '],
  ['no such job', ['fg', 'bg', 'kill %3', 'kill 77', 'kill x', 'wait 77'],
    '$ fg\n-bash: fg: current: no such job\n$ bg\n-bash: bg: current: no such job\n' +
    '$ kill %3\n-bash: kill: %3: no such job\n$ kill 77\n-bash: kill: (77) - No such process\n' +
    '$ kill x\n-bash: kill: x: arguments must be process or job IDs\n' +
    '$ wait 77\n-bash: wait: pid 77 is not a child of this shell\n$ '],
])('%s', (_, lines, expected) => {
  expect(typed(...lines)).toBe(expected);
});
