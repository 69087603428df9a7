/**
 * The server's side of SPDY/3.1 as kubectl speaks it (moby/spdystream): streams that the client
 * opens, each with headers, both ends closed on their own. Without flow control and priorities,
 * which that client does not use either.
 */
import { Unzlib } from 'fflate';
import { spdyDictionary } from './spdy-dictionary.ts';

/** What frames travel on: a socket, or a WebSocket's messages. */
export interface Carrier {
  write(bytes: Buffer): void;
  end(): void;
}

/** Who hears what comes on a stream. */
export interface StreamHandler {
  data(bytes: Buffer): void;
  /** The client sends no more. */
  ended(): void;
  /** The client wants no more either. */
  wasReset(): void;
}

const version = 0x8003;
const types = { open: 1, reply: 2, reset: 3, ping: 6, goAway: 7, window: 9 } as const;
const finFlag = 1;
const refusedStream = 3;

/** The most that a frame may hold: a client's own pieces are 32 KiB. */
const frameMost = 1024 * 1024;
/** The most that a block of headers may be, compressed and not. */
const blockMost = 64 * 1024;
/** Streams of one connection at once. */
const streamsMost = 4096;

/** One stream that the client has opened. */
export class SpdyStream {
  readonly id: number;
  readonly headers: Readonly<Record<string, string>>;
  handler: StreamHandler | undefined;
  isEnded = false;
  /** The client has said its last on it. */
  isHeard = false;
  private readonly carrier: Carrier;

  constructor(carrier: Carrier, id: number, headers: Readonly<Record<string, string>>) {
    this.carrier = carrier;
    this.id = id;
    this.headers = headers;
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.isEnded; at += pieceMost) {
      this.carrier.write(dataFrame(this.id, 0, bytes.subarray(at, at + pieceMost)));
    }
  }

  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.carrier.write(dataFrame(this.id, finFlag, new Uint8Array(0)));
  }
}

const pieceMost = 32 * 1024;

/** @param opened is told of each new stream; a text is the reason to refuse it. */
export class SpdyConnection {
  private readonly carrier: Carrier;
  private readonly opened: (stream: SpdyStream) => StreamHandler | undefined;
  private readonly streams = new Map<number, SpdyStream>();
  private readonly headers = new HeaderReader();
  private hasReplied = false;
  private pending: Buffer = Buffer.alloc(0);
  private isOver = false;

  constructor(carrier: Carrier, opened: (stream: SpdyStream) => StreamHandler | undefined) {
    this.carrier = carrier;
    this.opened = opened;
  }

  /** Bytes from the client. Throws when they are no SPDY. */
  received(bytes: Buffer): void {
    this.pending = this.pending.length === 0 ? bytes : Buffer.concat([this.pending, bytes]);
    while (this.pending.length >= 8 && !this.isOver) {
      const size = this.pending.readUIntBE(5, 3);
      if (size > frameMost) throw new Error(`a frame of ${size} bytes`);
      if (this.pending.length < 8 + size) return;
      const frame = this.pending.subarray(0, 8 + size);
      this.pending = this.pending.subarray(8 + size);
      this.frame(frame);
    }
  }

  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.carrier.write(controlFrame(types.goAway, 0, Buffer.alloc(8)));
    this.carrier.end();
  }

  private frame(frame: Buffer): void {
    const head = frame.readUInt32BE(0);
    const flags = frame[4] ?? 0;
    const body = frame.subarray(8);
    if (head < 0x8000_0000) return this.data(head, flags, body);
    if (head >>> 16 !== version) throw new Error('not SPDY/3.1');
    switch (head & 0xffff) {
      case types.open:
        return this.open(body, flags);
      case types.ping:
        return this.carrier.write(controlFrame(types.ping, 0, body));
      case types.reset:
        return this.reset(body.readUInt32BE(0));
      case types.goAway:
        this.carrier.end();
    }
  }

  private data(id: number, flags: number, body: Buffer): void {
    const stream = this.streams.get(id);
    if (stream === undefined) return;
    if (body.length > 0) {
      stream.handler?.data(body);
      const grown = Buffer.alloc(8);
      grown.writeUInt32BE(id, 0);
      grown.writeUInt32BE(body.length, 4);
      this.carrier.write(controlFrame(types.window, 0, grown));
    }
    if ((flags & finFlag) !== 0) this.heard(stream);
  }

  private open(body: Buffer, flags: number): void {
    const id = body.readUInt32BE(0) & 0x7fff_ffff;
    const headers = this.headers.read(body.subarray(10));
    const stream = new SpdyStream(this.carrier, id, headers);
    const handler = this.streams.size < streamsMost ? this.opened(stream) : undefined;
    if (handler === undefined) return this.carrier.write(resetFrame(id));
    stream.handler = handler;
    this.streams.set(id, stream);
    const reply = Buffer.concat([body.subarray(0, 4), emptyHeaders(this.hasReplied)]);
    this.hasReplied = true;
    this.carrier.write(controlFrame(types.reply, 0, reply));
    if ((flags & finFlag) !== 0) this.heard(stream);
  }

  private heard(stream: SpdyStream): void {
    if (stream.isHeard) return;
    stream.isHeard = true;
    stream.handler?.ended();
    if (stream.isEnded) this.streams.delete(stream.id);
  }

  private reset(id: number): void {
    const stream = this.streams.get(id);
    if (stream === undefined) return;
    this.streams.delete(id);
    stream.isEnded = true;
    stream.handler?.wasReset();
  }
}

function dataFrame(id: number, flags: number, bytes: Uint8Array): Buffer {
  const frame = Buffer.alloc(8 + bytes.length);
  frame.writeUInt32BE(id, 0);
  frame[4] = flags;
  frame.writeUIntBE(bytes.length, 5, 3);
  frame.set(bytes, 8);
  return frame;
}

function controlFrame(type: number, flags: number, body: Buffer): Buffer {
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt16BE(version, 0);
  frame.writeUInt16BE(type, 2);
  frame[4] = flags;
  frame.writeUIntBE(body.length, 5, 3);
  frame.set(body, 8);
  return frame;
}

function resetFrame(id: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt32BE(id, 0);
  body.writeUInt32BE(refusedStream, 4);
  return controlFrame(types.reset, 0, body);
}

/**
 * No headers, as a stored block of a zlib stream that needs no dictionary; after it the empty block
 * of a flush, without which Go's reader asks for more than there is.
 */
function emptyHeaders(isLater: boolean): Buffer {
  const block = Buffer.from([0, 4, 0, 0xfb, 0xff, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]);
  return isLater ? block : Buffer.concat([Buffer.from([0x78, 0x01]), block]);
}

/** Header blocks are one compressed stream through the whole connection. */
class HeaderReader {
  private inflated: Buffer = Buffer.alloc(0);
  private readonly inflater = new Unzlib({ dictionary: spdyDictionary }, (piece) => {
    if (piece.length > blockMost) throw new Error('headers too large');
    this.inflated = Buffer.concat([this.inflated, piece]);
  });

  read(block: Buffer): Record<string, string> {
    if (block.length > blockMost) throw new Error('headers too large');
    this.inflater.push(Uint8Array.from(block));
    const bytes = this.inflated;
    this.inflated = Buffer.alloc(0);
    const headers: Record<string, string> = {};
    let at = 4;
    const text = () => {
      const end = at + 4 + bytes.readUInt32BE(at);
      const found = bytes.toString('latin1', at + 4, end);
      at = end;
      return found;
    };
    for (let left = bytes.readUInt32BE(0); left > 0; left--) {
      const name = text().toLowerCase();
      headers[name] = text();
    }
    return headers;
  }
}
