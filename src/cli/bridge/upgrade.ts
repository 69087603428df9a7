/**
 * exec and attach over WebSocket: binary frames whose first byte is the channel, in the protocol
 * v5.channel.k8s.io (v4 without the closing of a channel). Follows apimachinery
 * pkg/util/remotecommand/constants.go and apiserver pkg/util/proxy.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ApiRequest, ApiResponse, WatchEvent } from '../../k8s/client/wire.ts';
import type { Call, Caller, Listener } from './api-link.ts';
import { bytesOf, headersOf } from './http-answer.ts';
import { failure } from './status.ts';

const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** The channel whose frames say that another one has ended. */
const closing = 255;

/** What a terminal that does not read may keep waiting. */
const waitingBytesMost = 8 * 1024 * 1024;

const sockets = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) => protocols.find((name) => offered.has(name)) ?? false,
});

/** Asks the API server; upgrades the connection when it begins a stream. */
export function upgrade(
  caller: Caller,
  { message, socket, head }: { message: IncomingMessage; socket: Duplex; head: Buffer },
  request: ApiRequest,
): void {
  socket.on('error', () => socket.destroy());
  const isWebSocket = message.headers.upgrade?.toLowerCase() === 'websocket';
  const offered = (message.headers['sec-websocket-protocol'] ?? '').split(/ *, */);
  const fits = isWebSocket && offered.some((name) => protocols.includes(name));
  const stream = new Channels(socket, (accepted) => {
    if (!fits) return refuse(socket, failure(400, 'BadRequest', unsupported(message)));
    sockets.handleUpgrade(message, socket, head, accepted);
  });
  stream.call = caller.call(request, stream);
}

const unsupported = ({ headers }: IncomingMessage): string =>
  `unable to upgrade: this server speaks ${protocols.join(' and ')} over WebSocket, ` +
  `not ${headers['sec-websocket-protocol'] ?? headers.upgrade ?? 'this protocol'}`;

/** An answer on a connection that was to be upgraded and is not. */
export function refuse(socket: Duplex, response: ApiResponse): void {
  const bytes = bytesOf(response);
  const headers = { ...headersOf(response), 'content-length': String(bytes.length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${response.status} ${response.status}\r\n${lines.join('')}`);
  socket.end(Buffer.concat([Buffer.from('connection: close\r\n\r\n'), bytes]));
}

/** One stream with its channels: between a WebSocket and the world. */
class Channels implements Listener {
  call: Call | undefined;
  private readonly socket: Duplex;
  private readonly accept: (accepted: (webSocket: WebSocket) => void) => void;
  private readonly decoders = new Map<number, StringDecoder>();
  private webSocket: WebSocket | undefined;
  private isRefused = false;

  constructor(socket: Duplex, accept: (accepted: (webSocket: WebSocket) => void) => void) {
    this.socket = socket;
    this.accept = accept;
    socket.once('close', () => this.call?.cancel());
  }

  response(response: ApiResponse, isStream: boolean): void {
    if (this.webSocket !== undefined || this.isRefused) return;
    if (!isStream) {
      this.isRefused = true;
      return refuse(this.socket, response);
    }
    this.accept((webSocket) => this.opened(webSocket));
    if (this.webSocket === undefined) this.call?.cancel();
  }

  event(_event: WatchEvent): void {
    // Watches are never upgraded.
  }

  data(channel: number, text: string): void {
    const { webSocket } = this;
    if (webSocket === undefined) return;
    webSocket.send(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
    if (webSocket.bufferedAmount > waitingBytesMost) webSocket.terminate();
  }

  end(): void {
    this.webSocket?.close(1000);
  }

  private opened(webSocket: WebSocket): void {
    this.webSocket = webSocket;
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('close', () => this.call?.cancel());
    webSocket.on('message', (frame: Buffer) => this.received(frame));
  }

  private received(frame: Buffer): void {
    const channel = frame[0];
    if (channel === undefined) return;
    if (channel === closing) return this.call?.data(frame[1] ?? 0, '', true);
    if (frame.length === 1) return;
    const decoder = this.decoders.get(channel) ?? new StringDecoder('utf8');
    this.decoders.set(channel, decoder);
    this.call?.data(channel, decoder.write(frame.subarray(1)));
  }
}
