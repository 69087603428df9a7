/** netcat as busybox has it: connect, listen, or only look whether a port is open (-z). */
import {
  type CloseReason,
  Inbox,
  type Process,
  type Program,
  select,
} from '../../../host/index.ts';
import { resolve } from '../../../host/net/resolver.ts';
import type { Story } from '../../../kernel/index.ts';
import { command, complain, type Words } from '../../command.ts';

const reasons: Readonly<Record<string, string>> = {
  refused: 'Connection refused',
  unreachable: 'Host is unreachable',
  timeout: 'Connection timed out',
};

type Happening =
  | { readonly type: 'opened' }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'closed'; readonly reason: CloseReason };

export const nc: Program = command('nc', { valued: 'pws' }, function* (process, words) {
  if (words.has('l')) return yield* listen(process, words);
  const [host, portText] = words.operands;
  const port = Number(portText);
  if (host === undefined || !Number.isInteger(port)) {
    process.printError('Usage: nc [-lzv] [-p PORT] [-w SEC] HOST PORT\n');
    return 1;
  }
  const ip = host === 'localhost' ? '127.0.0.1' : yield* resolve(process, host);
  if (ip === undefined) return complain(process, `bad address '${host}'`);
  return yield* dial(process, words, `${host} (${ip}:${port})`, { ip, port });
});

function* dial(
  process: Process,
  words: Words,
  shown: string,
  remote: { ip: string; port: number },
): Story<number> {
  const inbox = new Inbox<Happening>();
  const seconds = words.value('w');
  const connection = process.net.connect(
    process,
    remote,
    {
      opened: () => inbox.push({ type: 'opened' }),
      received: (payload) => inbox.push({ type: 'text', text: textOf(payload) }),
      closed: (reason) => inbox.push({ type: 'closed', reason }),
    },
    seconds === undefined ? {} : { timeoutMs: Number(seconds) * 1000 },
  );
  const first = (yield* select([inbox]))?.value as Happening | undefined;
  if (first?.type !== 'opened') {
    const reason = first?.type === 'closed' ? first.reason : 'timeout';
    if (words.has('v') || !words.has('z'))
      complain(process, `${shown}: ${reasons[reason] ?? reason}`);
    return 1;
  }
  if (words.has('v')) process.printError(`${shown} open\n`);
  if (!words.has('z')) yield* pump(process, inbox, (text) => connection.send(text, 'text'));
  connection.close();
  return 0;
}

function* listen(process: Process, words: Words): Story<number> {
  const port = Number(words.value('p') ?? words.operands.at(-1) ?? 0);
  const inbox = new Inbox<Happening>();
  let send: ((text: string) => void) | undefined;
  const listener = process.net.listen(process, port, (connection) => {
    send ??= (text) => connection.send(text, 'text');
    return {
      received: (payload) => inbox.push({ type: 'text', text: textOf(payload) }),
      closed: (reason) => inbox.push({ type: 'closed', reason }),
    };
  });
  if (listener === undefined) return complain(process, 'bind: Address already in use');
  yield* pump(process, inbox, (text) => send?.(text));
  return 0;
}

/** Standard input to the other side, the other side to standard output, until it closes. */
function* pump(process: Process, inbox: Inbox<Happening>, send: (text: string) => void): Story {
  let isInputOpen = true;
  for (;;) {
    const selected = yield* select(isInputOpen ? [inbox, process.stdin] : [inbox]);
    if (selected === undefined) return;
    if (selected.index === 1) {
      if (selected.value === undefined) isInputOpen = false;
      else send(selected.value as string);
      continue;
    }
    const happening = selected.value as Happening | undefined;
    if (happening === undefined || happening.type === 'closed') return;
    if (happening.type === 'text') process.print(happening.text);
  }
}

const textOf = (payload: unknown): string =>
  typeof payload === 'string' ? payload : `${JSON.stringify(payload)}\n`;
