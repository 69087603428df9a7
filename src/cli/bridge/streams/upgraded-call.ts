/** One upgraded request: the world's answer becomes a transport's bytes, and the other way round. */
import type { ApiRequest, ApiResponse, WatchEvent } from '../../../k8s/client/wire.ts';
import { channels } from '../../../k8s/client/wire.ts';
import { ByteDecoder, bytesOf } from '../../../kernel/bytes.ts';
import type { Call, Listener } from '../api-link.ts';
import { LineDiscipline } from './line-discipline.ts';
import type { Transport, WorldSide } from './transport.ts';

/** How an upgrade is told to the client; undefined when its handshake fails after all. */
export type Accept = (world: WorldSide) => Transport | undefined;

export class UpgradedCall implements Listener, WorldSide {
  call: Call | undefined;
  private readonly accept: Accept;
  private readonly refuse: (response: ApiResponse) => void;
  private readonly taken: (bytes: number) => void;
  private readonly decoders = new Map<number, ByteDecoder>();
  private readonly discipline: LineDiscipline | undefined;
  private transport: Transport | undefined;
  private isAnswered = false;

  /** @param taken is told how many bytes went into the world. */
  // oxlint-disable-next-line max-params -- a request, and the ends of its connection
  constructor(
    request: ApiRequest,
    accept: Accept,
    refuse: (response: ApiResponse) => void,
    taken: (bytes: number) => void,
  ) {
    this.taken = taken;
    this.accept = accept;
    this.refuse = refuse;
    if (isTerminal(request)) {
      this.discipline = new LineDiscipline(
        (text) => this.call?.data(channels.stdin, text),
        (text) => this.transport?.send(channels.stdout, bytesOf(text)),
      );
    }
  }

  response(response: ApiResponse, isStream: boolean): void {
    if (this.isAnswered) return;
    this.isAnswered = true;
    if (!isStream) return this.refuse(response);
    this.transport = this.accept(this);
    if (this.transport === undefined) this.call?.cancel();
  }

  event(_event: WatchEvent): void {
    // Watches are never upgraded.
  }

  data(channel: number, text: string, isEnd: boolean): void {
    const isShown = this.discipline !== undefined && channel === channels.stdout;
    const shown = isShown ? LineDiscipline.shown(text) : text;
    if (shown !== '') this.transport?.send(channel, bytesOf(shown));
    if (isEnd) this.transport?.endOf(channel);
  }

  end(): void {
    this.transport?.close();
  }

  received(channel: number, bytes: Uint8Array, isEnd = false): void {
    this.taken(bytes.length);
    const decoder = this.decoders.get(channel) ?? new ByteDecoder();
    this.decoders.set(channel, decoder);
    const text = decoder.write(bytes, isEnd);
    if (this.discipline !== undefined && channel === channels.stdin) {
      this.discipline.typed(text);
      if (!isEnd) return;
      return this.call?.data(channel, '', true);
    }
    if (text !== '' || isEnd) this.call?.data(channel, text, isEnd);
  }

  gone(): void {
    this.call?.cancel();
  }
}

/** Keys come from one, and go to one. */
function isTerminal({ path, query }: ApiRequest): boolean {
  const isCommand = /\/(?:exec|attach)$/.test(path);
  const has = (name: string) => /^(?:1|t|true)$/i.test(String(query?.[name] ?? ''));
  return isCommand && has('tty') && has('stdin');
}
