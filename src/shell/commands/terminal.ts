/** `test` as an executable, for those who run it without a shell; `cmp`; and what stty says. */
import type { Program } from '../../host/index.ts';
import { bytesOf } from '../../kernel/bytes.ts';
import { command, complain, readOperand } from '../command.ts';
import { evaluateTest } from '../test-expression.ts';

const test: Program = {
  name: 'test',
  *main(process) {
    const result = evaluateTest(process.args.slice(1), process, false);
    if (typeof result === 'string') return complain(process, result, 2);
    return result ? 0 : 1;
  },
};

const cmp = command('cmp', {}, function* (process, { operands: [a = '-', b = '-'], has }) {
  const [one, other] = [yield* readOperand(process, a), yield* readOperand(process, b)];
  if (one === undefined || other === undefined) return 2;
  if (one === other) return 0;
  const [left, right] = [bytesOf(one), bytesOf(other)];
  const at = left.findIndex((byte, i) => byte !== right[i]);
  if (at < 0 || at >= right.length) {
    if (at < 0 && left.length === right.length) return 0;
    if (!has('s')) process.printError(`cmp: EOF on ${left.length < right.length ? a : b}\n`);
    return 1;
  }
  const line = left.subarray(0, at).filter((byte) => byte === 10).length + 1;
  if (!has('s')) process.print(`${a} ${b} differ: char ${at + 1}, line ${line}\n`);
  return 1;
});

/** Lines and columns of the terminal. */
const stty = command('stty', {}, function* (process, { operands, has }) {
  const { tty } = process;
  if (tty === undefined) return complain(process, 'standard input: Not a tty');
  const { columns, rows = 24 } = tty;
  if (operands[0] === 'size') process.print(`${rows} ${columns}\n`);
  else {
    const size = has('a') ? ` rows ${rows}; columns ${columns};` : '';
    process.print(`speed 38400 baud;${size} line = 0;\n`);
  }
  return 0;
});

export const terminal: readonly Program[] = [test, cmp, stty];
