/** Redirections of one command. Follows POSIX.1-2017, 2.7. */
import { normal } from '../host/index.ts';
import type { Story } from '../kernel/index.ts';
import { expandText } from './expand.ts';
import type { Interpreter, Streams } from './interpreter.ts';
import { fileProblem, fileSink, inboxOf } from './streams.ts';
import type { Redirection } from './syntax.ts';

/** The streams after redirections; undefined (and a message) when a file cannot be opened. */
export function* redirect(
  shell: Interpreter, redirections: readonly Redirection[],
): Story<Streams | undefined> {
  let { stdin, stdout, stderr } = shell.streams;
  for (const { fd, operator, target } of redirections) {
    const text = yield* expandText(target, shell.expansion);
    if (operator === '<<') stdin = inboxOf(text);
    else if (operator === '<<<') stdin = inboxOf(`${text}\n`);
    else if (operator === '<') {
      const content =
        text === '/dev/null' ? '' : shell.process.files.read(normal(text, shell.process.cwd));
      if (content === undefined) {
        const entry = shell.process.files.stat(normal(text, shell.process.cwd));
        shell.complain(`${text}: ${fileProblem(entry === undefined ? 'ENOENT' : 'EISDIR')}`);
        return undefined;
      }
      stdin = inboxOf(content);
    } else if (operator === '>&' || operator === '<&') {
      if (fd === 2) stderr = text === '1' ? stdout : stderr;
      else if (fd === 1) stdout = text === '2' ? stderr : stdout;
    } else {
      const sink = fileSink(shell.process, text, operator.includes('>>'));
      if (typeof sink === 'string') {
        shell.complain(`${text}: ${sink}`);
        return undefined;
      }
      if (operator.startsWith('&')) stdout = stderr = sink;
      else if (fd === 2) stderr = sink;
      else stdout = sink;
    }
  }
  return { stdin, stdout, stderr };
}
