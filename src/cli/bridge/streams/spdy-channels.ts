/**
 * Channels as SPDY streams. exec and attach: a stream for each channel, named by its `streamtype`.
 * port-forward: a pair of streams for each connection, named by `requestid`. Follows
 * kubelet/cri/streaming/remotecommand/httpstream.go and …/portforward/httpstream.go.
 */
import { type ApiRequest, channels } from '../../../k8s/client/wire.ts';
import { type Carrier, SpdyConnection, type SpdyStream, type StreamHandler } from './spdy.ts';
import type { Transport, WorldSide } from './transport.ts';

/** A transport, and where its client's bytes go. */
export interface SpdyTransport extends Transport {
  take(bytes: Buffer): void;
}

type Query = NonNullable<ApiRequest['query']>;

export function spdyCommand(carrier: Carrier, world: WorldSide, query: Query): SpdyTransport {
  const streams = new Map<number, SpdyStream>();
  const awaited = new Set(awaitedBy(query));
  /** What was said before all the client's streams were there. */
  let early: (() => void)[] | undefined = [];
  const begin = () => {
    const waiting = early ?? [];
    early = undefined;
    for (const say of waiting) say();
  };
  const connection = new SpdyConnection(carrier, (stream) => {
    const type = stream.headers['streamtype'] ?? '';
    const channel = Object.hasOwn(channels, type) ? channels[type as keyof typeof channels] : -1;
    if (channel < 0 || streams.has(channel)) return undefined;
    streams.set(channel, stream);
    // A stream is replied to before anything is said on it.
    if (awaited.delete(channel) && awaited.size === 0) queueMicrotask(begin);
    return {
      data: (bytes) => world.received(channel, bytes),
      ended: () => {
        if (channel === channels.stdin) world.received(channel, Buffer.alloc(0), true);
      },
      wasReset: () => undefined,
    };
  });
  const close = () => {
    for (const stream of streams.values()) stream.end();
    connection.close();
  };
  const send = (channel: number, bytes: Uint8Array) => streams.get(channel)?.write(bytes);
  return {
    take: (bytes) => connection.received(bytes),
    send: (channel, bytes) => {
      if (early === undefined) send(channel, bytes);
      else early.push(() => send(channel, bytes));
    },
    endOf: () => undefined,
    close: () => {
      if (early === undefined) close();
      else early.push(close);
    },
  };
}

/** The streams that the client will open, by what it asked for. */
function awaitedBy(query: Query): number[] {
  const has = (name: string) => /^(?:1|t|true)$/i.test(String(query[name] ?? ''));
  const { stdin, stdout, stderr, error, resize } = channels;
  return [
    error,
    ...(has('stdin') ? [stdin] : []),
    ...(has('stdout') ? [stdout] : []),
    ...(has('stderr') && !has('tty') ? [stderr] : []),
    ...(has('tty') ? [resize] : []),
  ];
}

interface Pair {
  readonly id: number;
  data?: SpdyStream;
  error?: SpdyStream;
}

export function spdyPorts(carrier: Carrier, world: WorldSide): SpdyTransport {
  const byRequest = new Map<string, Pair>();
  const byId = new Map<number, Pair>();
  let lastId = -1;
  const pairOf = (stream: SpdyStream): Pair => {
    const name = stream.headers['requestid'] ?? oldName(stream);
    const known = byRequest.get(name);
    if (known !== undefined) return known;
    const pair: Pair = { id: (lastId += 1) };
    byRequest.set(name, pair);
    byId.set(pair.id, pair);
    return pair;
  };
  const opened = (stream: SpdyStream): StreamHandler | undefined => {
    const { streamtype: type, port = '' } = stream.headers;
    if (!isPort(port) || (type !== 'data' && type !== 'error')) return undefined;
    const pair = pairOf(stream);
    if (pair[type] !== undefined) return undefined;
    pair[type] = stream;
    // The connection inside begins when both streams are there.
    if (pair.data !== undefined && pair.error !== undefined) {
      world.received(2 * pair.id + 1, Buffer.from(port));
    }
    if (type === 'error') return deaf;
    const end = () => world.received(2 * pair.id, Buffer.alloc(0), true);
    const data = (bytes: Buffer) => world.received(2 * pair.id, bytes);
    return { data, ended: end, wasReset: end };
  };
  const connection = new SpdyConnection(carrier, opened);
  const streamOf = (channel: number) =>
    byId.get(channel >> 1)?.[channel % 2 === 0 ? 'data' : 'error'];
  return {
    take: (bytes) => connection.received(bytes),
    send: (channel, bytes) => streamOf(channel)?.write(bytes),
    endOf: (channel) => {
      const pair = byId.get(channel >> 1);
      streamOf(channel)?.end();
      if (pair === undefined || channel % 2 === 1) return;
      byId.delete(pair.id);
      for (const [name, other] of byRequest) if (other === pair) byRequest.delete(name);
    },
    close: () => connection.close(),
  };
}

const deaf: StreamHandler = {
  data: () => undefined,
  ended: () => undefined,
  wasReset: () => undefined,
};

/** Clients before Kubernetes 1.2 open an error stream and then, as the next, that of data. */
const oldName = ({ id, headers }: SpdyStream): string =>
  String(headers['streamtype'] === 'data' ? id - 2 : id);

const isPort = (text: string): boolean =>
  /^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) < 65_536;
