/** netcat as busybox has it: connect, listen, or only look whether a port is open (-z). */
import {
  type CloseReason,
  type Connection,
  Inbox,
  type Process,
  type Program,
  type Selected,
  select,
} from '../../../host/index.ts';
import { RequestReader, ResponseReader, textOfPayload } from '../../../host/net/http-text.ts';
import { type HttpResponse, isHttpRequest, isHttpResponse } from '../../../host/net/http.ts';
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
  | { readonly type: 'payload'; readonly payload: unknown }
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
      received: (payload) => inbox.push({ type: 'payload', payload }),
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
  if (!words.has('z')) yield* pump(process, inbox, new Client(connection));
  connection.close();
  return 0;
}

/** It talks with who connects first, and then hears no others. */
function* listen(process: Process, words: Words): Story<number> {
  const port = Number(words.value('p') ?? words.operands.at(-1) ?? 0);
  const inbox = new Inbox<Happening>();
  let peer: Connection | undefined;
  const listener = process.net.listen(process, port, (connection) => {
    listener?.close();
    peer = connection;
    inbox.push({ type: 'opened' });
    return {
      received: (payload) => inbox.push({ type: 'payload', payload }),
      closed: (reason) => inbox.push({ type: 'closed', reason }),
    };
  });
  if (listener === undefined) return complain(process, 'bind: Address already in use');
  yield* select([inbox]);
  if (peer === undefined) return 1;
  yield* pump(process, inbox, new Answerer(peer));
  (peer as Connection).close();
  return 0;
}

/** One side of a talk: its text as the payloads of our network, where HTTP is one object a message. */
interface Speaker {
  /** Standard input has more. */
  say(text: string): void;
  /** Standard input has no more. */
  fallSilent(): void;
  heard(payload: unknown): void;
  /** Nothing more is to be said or heard. */
  readonly isDone: boolean;
}

class Client implements Speaker {
  isDone = false;
  private readonly reader = new RequestReader();
  private readonly connection: Connection;
  private isSilent = false;
  private isLast = false;
  private waitsFor = 0;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  say(text: string): void {
    // HTTP/1.0 knows one request a connection.
    if (/ HTTP\/1\.0\r?\n|^connection: *close\r?$/im.test(text)) this.isLast = true;
    for (const payload of this.reader.read(text)) {
      if (typeof payload !== 'string') this.waitsFor += 1;
      this.connection.send(payload, typeof payload === 'string' ? 'text' : payload.path);
    }
  }

  fallSilent(): void {
    this.isSilent = true;
  }

  heard(payload: unknown): void {
    if (isHttpResponse(payload)) this.waitsFor -= 1;
    this.isDone = this.isSilent && this.isLast && this.waitsFor === 0;
  }
}

class Answerer implements Speaker {
  private readonly reader = new ResponseReader();
  private readonly connection: Connection;
  private isSilent = false;
  private hasAnswered = false;
  private wasAsked = false;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  say(text: string): void {
    for (const payload of this.reader.read(text)) this.send(payload);
  }

  fallSilent(): void {
    const rest = this.reader.rest();
    if (rest !== undefined) this.send(rest);
    this.isSilent = true;
  }

  heard(payload: unknown): void {
    if (isHttpRequest(payload)) this.wasAsked = true;
  }

  get isDone(): boolean {
    return this.isSilent && this.hasAnswered && this.wasAsked;
  }

  private send(payload: HttpResponse | string): void {
    if (typeof payload !== 'string') this.hasAnswered = true;
    this.connection.send(payload, typeof payload === 'string' ? 'text' : `${payload.status}`);
  }
}

/** Standard input to the other side, the other side to standard output, until it closes. */
function* pump(process: Process, inbox: Inbox<Happening>, speaker: Speaker): Story {
  let isInputOpen = true;
  while (!speaker.isDone) {
    const selected: Selected | undefined = yield* select(isInputOpen ? [inbox, process.stdin] : [inbox]);
    if (selected === undefined) return;
    if (selected.index === 1) {
      isInputOpen = selected.value !== undefined;
      if (selected.value === undefined) speaker.fallSilent();
      else speaker.say(selected.value as string);
      continue;
    }
    const happening = selected.value as Happening | undefined;
    if (happening === undefined || happening.type === 'closed') return;
    if (happening.type !== 'payload') continue;
    process.print(textOf(happening.payload));
    speaker.heard(happening.payload);
  }
}

const textOf = (payload: unknown): string =>
  textOfPayload(payload) ?? `${JSON.stringify(payload)}\n`;
