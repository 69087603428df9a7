/**
 * `vi`, `vim`, `nano`, `editor`: the file is shown by whoever shows the world (the trace's entry
 * `editing` asks for it; the input `edited` answers). On the terminal itself a few lines of ex
 * work: `:wq`, `:q!`, and what `sed` can do, such as `:%s/a/b/`.
 */
import {
  type Edited, Inbox, type Process, type Program, normal, openFiles, select,
} from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import { editLines } from './text.ts';

function* edit(process: Process): Story<number> {
  const name = process.args.slice(1).find((word) => !/^[-+]/.test(word));
  if (process.tty === undefined) {
    process.printError('Vim: Error reading input, exiting...\n');
    return 1;
  }
  const path = normal(name ?? 'noname', process.cwd);
  let text = process.files.read(path) ?? '';
  const done = new Inbox<Edited>();
  const opened = openFiles(process.machine);
  opened.set(path, done);
  const tell = (isOpen: boolean) => {
    const { name: machine } = process.machine;
    process.site.trace({ type: 'editing', machine, path, isOpen, file: { text } });
  };
  tell(true);
  process.onExit(() => {
    opened.delete(path);
    tell(false);
  });
  process.print(`"${name ?? ''}" ${text.split('\n').length - 1}L, ${text.length}B\n`);
  for (;;) {
    process.print(':');
    const found = yield* select([done, process.stdin]);
    if (found?.index === 0) {
      const { text: edited } = found.value as Edited;
      process.print('\n');
      if (edited !== undefined) process.files.write(path, edited);
      return 0;
    }
    const line = (found?.value as string | undefined)?.trim().replace(/^:/, '');
    if (line === undefined || /^q!?$/.test(line)) return 0;
    if (/^(wq?|x)!?$/.test(line)) {
      process.files.write(path, text);
      if (line.startsWith('w') && !line.includes('q')) continue;
      return 0;
    }
    text = command(process, line, text);
  }
}

/** One line of ex; without an address it means all lines, as `%` does. */
function command(process: Process, line: string, text: string): string {
  if (line === '') return text;
  if (line === '%p' || line === 'p') {
    process.print(text);
    return text;
  }
  const edited = editLines(text, line.replace(/^%/, ''));
  if (edited === undefined) process.print(`E492: Not an editor command: ${line}\n`);
  return edited ?? text;
}

const editor = (name: string): Program => ({ name, main: edit });

export const editors: readonly Program[] = ['vi', 'vim', 'nano', 'editor'].map(editor);
