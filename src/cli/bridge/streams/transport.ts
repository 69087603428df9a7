/** What an upgraded request runs on: channels of bytes between a client and the world. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Carrier } from './spdy.ts';

/** The client's side of a stream, as the world's side speaks to it. */
export interface Transport {
  send(channel: number, bytes: Uint8Array): void;
  /** Nothing more comes on this channel. */
  endOf(channel: number): void;
  /** All is said. */
  close(): void;
}

/** The world's side of a stream, as a client's transport speaks to it. */
export interface WorldSide {
  received(channel: number, bytes: Uint8Array, isEnd?: boolean): void;
  /** The client has gone. */
  gone(): void;
}

/**
 * What may wait for a client that does not read. A file out of the world comes as one piece: that is
 * no sign of a slow reader. (What waits for all of them together is bounded elsewhere.)
 */
const waitingBytesMost = 64 * 1024 * 1024;

/** So much goes into one message, as with Go's io.Copy: clients have limits of their own. */
export const pieceMost = 32 * 1024;

export const socketCarrier = (socket: Duplex): Carrier => ({
  write: (bytes) => {
    if (!socket.writable) return;
    socket.write(bytes);
    if (socket.writableLength > waitingBytesMost) socket.destroy();
  },
  end: () => socket.end(),
});

/**
 * Ends the connection right behind its last frame, as Go's servers do: a client that waits for its
 * system to tell of more would not look at frames that TLS has brought it already.
 */
export const webSocketCarrier = (webSocket: WebSocket, socket: Duplex): Carrier => ({
  write: (bytes) => {
    if (webSocket.readyState !== webSocket.OPEN) return;
    webSocket.send(bytes);
    if (webSocket.bufferedAmount > waitingBytesMost) webSocket.terminate();
  },
  end: () => {
    webSocket.close(1000);
    socket.end();
  },
});

/** A WebSocket's messages as bytes, until it is gone. */
export function hear(webSocket: WebSocket, take: (bytes: Buffer) => void, gone: () => void): void {
  webSocket.on('error', () => webSocket.terminate());
  webSocket.on('close', gone);
  webSocket.on('message', (data) => take(data as Buffer));
}
