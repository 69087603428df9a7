/**
 * exec, attach and port-forward for real clients, in every form that kubectl 1.27 to 1.33 and the
 * client libraries use: channels over WebSocket, SPDY/3.1 over HTTP, SPDY in a WebSocket. Follows
 * apiserver pkg/util/proxy/{streamtranslator,streamtunnel}.go and apimachinery
 * pkg/util/httpstream.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { ApiRequest, ApiResponse } from '../../k8s/client/wire.ts';
import type { Caller } from './api-link.ts';
import { bytesOf, headersOf } from './http-answer.ts';
import { failure } from './status.ts';
import type { Carrier } from './streams/spdy.ts';
import { spdyCommand, spdyPorts, type SpdyTransport } from './streams/spdy-channels.ts';
import {
  hear,
  socketCarrier,
  type Transport,
  webSocketCarrier,
  type WorldSide,
} from './streams/transport.ts';
import { type Accept, UpgradedCall } from './streams/upgraded-call.ts';
import { commandChannels, portChannels } from './streams/web-socket-channels.ts';

/** A request that wants its connection for a stream. */
export interface Upgrade {
  readonly message: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** How the two sides will speak, or why they cannot. */
type Form = { readonly accept: Accept } | { readonly refusal: ApiResponse };

const channelProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const commandProtocol = 'v4.channel.k8s.io';
const forwardProtocol = 'portforward.k8s.io';
const tunnelProtocol = `SPDY/3.1+${forwardProtocol}`;
/** The same without the slash, which WebSocket's own tokens may not have. */
const tunnelToken = tunnelProtocol.replace('/', '-');

const sockets = new WebSocketServer({
  noServer: true,
  handleProtocols: (offered) =>
    [tunnelToken, ...channelProtocols].find((name) => offered.has(name)) ?? false,
});
sockets.on('headers', (lines) => {
  lines.forEach((line, i) => (lines[i] = line.replace(tunnelToken, tunnelProtocol)));
});

/** Asks the API server; upgrades the connection when it begins a stream. */
export function upgrade(caller: Caller, asked: Upgrade, request: ApiRequest): void {
  const { message, socket } = asked;
  socket.on('error', () => socket.destroy());
  const form = formOf(asked, request);
  if ('refusal' in form) return refuse(socket, form.refusal);
  const protocol = message.headers['sec-websocket-protocol'];
  const headers = { ...request.headers };
  if (protocol !== undefined) headers['sec-websocket-protocol'] = protocol;
  const refused = (response: ApiResponse) => refuse(socket, response);
  const call = new UpgradedCall(request, form.accept, refused, braked(socket));
  socket.once('close', () => call.gone());
  call.call = caller.call({ ...request, headers }, call);
}

/** So much goes into the world at once; then the client waits for a moment. */
const gulpBytes = 1024 * 1024;
const pauseMs = 10;

function braked(socket: Duplex): (bytes: number) => void {
  let sum = 0;
  const goOn = () => {
    sum = 0;
    if (!socket.destroyed) socket.resume();
  };
  return (bytes) => {
    const isFull = sum <= gulpBytes && sum + bytes > gulpBytes;
    sum += bytes;
    if (!isFull) return;
    socket.pause();
    setTimeout(goOn, pauseMs);
  };
}

function formOf(asked: Upgrade, request: ApiRequest): Form {
  const { headers } = asked.message;
  const isForward = request.path.endsWith('/portforward');
  if (headers.upgrade?.toLowerCase() === 'websocket') {
    return isForward ? forwardOverWebSocket(asked, request) : commandOverWebSocket(asked);
  }
  if (headers.upgrade?.toUpperCase() === 'SPDY/3.1') return overSpdy(asked, request, isForward);
  return { refusal: failure(400, 'BadRequest', unsupported(asked.message)) };
}

const offeredBy = ({ headers }: IncomingMessage, name: string): string[] =>
  String(headers[name] ?? '')
    .split(/ *, */)
    .filter((word) => word !== '');

function commandOverWebSocket(asked: Upgrade): Form {
  const offered = offeredBy(asked.message, 'sec-websocket-protocol');
  if (!offered.some((name) => channelProtocols.includes(name))) {
    return { refusal: failure(400, 'BadRequest', unsupported(asked.message)) };
  }
  return { accept: (world) => opened(asked, (...ends) => commandChannels(...ends, world)) };
}

function forwardOverWebSocket(asked: Upgrade, { query }: ApiRequest): Form {
  const { headers } = asked.message;
  const offered = offeredBy(asked.message, 'sec-websocket-protocol');
  if (offered.includes(tunnelProtocol)) {
    headers['sec-websocket-protocol'] = tunnelToken;
    return { accept: (world) => opened(asked, (...ends) => tunnelled(...ends, world)) };
  }
  const ports = [query?.['ports'] ?? []].flat().flatMap((text) => text.split(','));
  const problem = portsProblem(ports);
  if (problem !== undefined) return { refusal: plain(400, problem) };
  const numbers = ports.map(Number);
  // The kubelet's own handler knows the fourth version at most.
  if (offered.includes(commandProtocol)) headers['sec-websocket-protocol'] = commandProtocol;
  return { accept: (world) => opened(asked, (...ends) => portChannels(...ends, world, numbers)) };
}

/** In the words of kubelet/cri/streaming/portforward/websocket.go. */
function portsProblem(ports: readonly string[]): string | undefined {
  if (ports.length === 0) return 'query parameter "port" is required';
  if (ports.includes('')) return 'query parameter "port" cannot be empty';
  for (const port of ports) {
    const quoted = JSON.stringify(port);
    if (!/^\d+$/.test(port)) {
      return `unable to parse ${quoted} as a port: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
    }
    if (Number(port) < 1) return `port ${quoted} must be > 0`;
    if (Number(port) > 65_535) {
      return `unable to parse ${quoted} as a port: strconv.ParseUint: parsing ${quoted}: value out of range`;
    }
  }
  return undefined;
}

function opened(
  { message, socket, head }: Upgrade,
  make: (webSocket: WebSocket, carrier: Carrier) => Transport,
): Transport | undefined {
  let made: Transport | undefined;
  sockets.handleUpgrade(message, socket, head, (webSocket) => {
    made = make(webSocket, webSocketCarrier(webSocket, socket));
  });
  return made;
}

/** SPDY's frames in a WebSocket's messages. */
function tunnelled(webSocket: WebSocket, carrier: Carrier, world: WorldSide): Transport {
  const transport = spdyPorts(carrier, world);
  const broken = () => webSocket.terminate();
  hear(webSocket, (bytes) => taken(transport, bytes, broken), () => world.gone());
  return transport;
}

function overSpdy(asked: Upgrade, { query }: ApiRequest, isForward: boolean): Form {
  const offered = offeredBy(asked.message, 'x-stream-protocol-version');
  const spoken = isForward ? forwardProtocol : commandProtocol;
  if (offered.length > 0 && !offered.includes(spoken)) {
    const text =
      `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(' ')}], ` +
      `server accepts [${spoken}]`;
    const headers = { 'x-accepted-stream-protocol-versions': spoken };
    return { refusal: { ...plain(403, text), headers } };
  }
  const protocol = offered.length > 0 ? spoken : undefined;
  return {
    accept: (world) =>
      begun(asked, protocol, (carrier) =>
        isForward ? spdyPorts(carrier, world) : spdyCommand(carrier, world, query ?? {}),
      ),
  };
}

function begun(
  { socket, head }: Upgrade,
  protocol: string | undefined,
  make: (carrier: Carrier) => SpdyTransport,
): Transport {
  const version = protocol === undefined ? '' : `X-Stream-Protocol-Version: ${protocol}\r\n`;
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\n' +
      `Connection: Upgrade\r\nUpgrade: SPDY/3.1\r\n${version}\r\n`,
  );
  const transport = make(socketCarrier(socket));
  const take = (bytes: Buffer) => taken(transport, bytes, () => socket.destroy());
  if (head.length > 0) socket.unshift(head);
  socket.on('data', take);
  socket.on('end', () => socket.end());
  return transport;
}

/** Bytes that are no SPDY end the connection, and nothing else. */
function taken(transport: SpdyTransport, bytes: Buffer, broken: () => void): void {
  try {
    transport.take(bytes);
  } catch {
    broken();
  }
}

const unsupported = ({ headers }: IncomingMessage): string =>
  `unable to upgrade: this server speaks ${channelProtocols.join(' and ')} over WebSocket ` +
  `and SPDY/3.1, not ${headers['sec-websocket-protocol'] ?? headers.upgrade ?? 'this protocol'}`;

const plain = (status: number, body: string): ApiResponse => ({ status, body });

/** An answer on a connection that was to be upgraded and is not. */
export function refuse(socket: Duplex, response: ApiResponse): void {
  const bytes = bytesOf(response);
  const headers = { ...headersOf(response), 'content-length': String(bytes.length) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`HTTP/1.1 ${response.status} ${response.status}\r\n${lines.join('')}`);
  socket.end(Buffer.concat([Buffer.from('connection: close\r\n\r\n'), bytes]));
}
