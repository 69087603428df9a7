/** The program `kubarium`. */
import { type CliCommand, Mistake, readWords } from './command.ts';
import { bench } from './commands/bench.ts';
import { exec } from './commands/exec.ts';
import { replay } from './commands/replay.ts';
import { run } from './commands/run.ts';
import { serve } from './commands/serve.ts';

const commands: readonly CliCommand[] = [run, replay, serve, exec, bench];

process.exitCode = await main(process.argv.slice(2));
// A world's timers and open connections must not keep an ended command alive.
await flushed();
process.exit();

async function main(argv: readonly string[]): Promise<number> {
  const [name = '--help', ...rest] = argv;
  if (name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(help());
    return 0;
  }
  const command = commands.find((each) => each.name === name);
  try {
    if (command === undefined) throw new Mistake(`unknown command "${name}"\n\n${help()}`);
    if (isHelpAsked(rest)) {
      process.stdout.write(helpOf(command));
      return 0;
    }
    return await command.run(readWords(command, rest));
  } catch (problem) {
    if (!(problem instanceof Mistake)) throw problem;
    process.stderr.write(`kubarium: ${problem.message.trimEnd()}\n`);
    return problem.code;
  }
}

function isHelpAsked(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

function help(): string {
  const lines = commands.map(({ usage, about }) => `  kubarium ${usage}\n      ${about}\n`);
  return `Kubarium: a whole Kubernetes cluster, simulated.\n\n${lines.join('')}`;
}

const helpOf = ({ usage, about }: CliCommand): string => `${about}\n\nusage: kubarium ${usage}\n`;

/** Pipes are written to behind our back: what was printed must be out before the end. */
async function flushed(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
}
