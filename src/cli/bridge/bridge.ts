/**
 * The HTTP bridge: a world's API on a port of this machine, for real clients. Each of their
 * connections is one connection to the simulated API server; what is said is translated, never
 * answered here (but for what cannot be said in the world: bodies that are no JSON, or too large,
 * and more requests at once than a real server would take).
 */
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ApiRequest, Credential } from '../../k8s/client/wire.ts';
import { type ApiLink, Caller } from './api-link.ts';
import type { KeyPair } from './certificates.ts';
import { admin, Door, loopback } from './door.ts';
import { HttpAnswer, sendWhole } from './http-answer.ts';
import { InFlight, type InFlightLimits, tooMany, usualLimits } from './in-flight.ts';
import { formOf } from './negotiate.ts';
import { readBody, readBytes, readHead } from './request.ts';
import { Readers } from './readers.ts';
import { Refused } from './status.ts';
import { refuse, upgrade } from './upgrade.ts';

/** Answers paths that are not Kubernetes'; false when it is none of its own. */
export type OtherPaths = (
  message: IncomingMessage,
  out: ServerResponse,
  credential: Credential | undefined,
) => boolean;

const noOthers: OtherPaths = () => false;

export interface BridgeOptions {
  /** Who may come in; usually programs of this machine, and whoever says nothing is the admin. */
  readonly door?: Door;
  /** The server's own certificate, and that of the authority whose clients it believes. */
  readonly tls?: KeyPair & { readonly ca: string };
  readonly limits?: Partial<BridgeLimits>;
}

export interface BridgeLimits extends InFlightLimits {
  /** Real ms for a request's head; then for all of it. */
  readonly headMs: number;
  readonly requestMs: number;
  /** Real ms that a connection may be idle. */
  readonly idleMs: number;
  readonly connections: number;
  /** Bytes that may wait for slow readers, all together. */
  readonly waitingBytes: number;
}

/** Times as in apiserver pkg/server/secure_serving.go and its `--request-timeout`. */
const usual: BridgeLimits = {
  ...usualLimits,
  headMs: 32_000,
  requestMs: 60_000,
  idleMs: 90_000,
  connections: 10_000,
  waitingBytes: 256 * 1024 * 1024,
};

/** Real ms for a client to notice that it is refused. */
const lingerMs = 500;

export function makeBridge(
  link: ApiLink,
  others: OtherPaths = noOthers,
  options: BridgeOptions = {},
): Server {
  const limits = { ...usual, ...options.limits };
  const door = options.door ?? new Door({ otherwise: admin, names: loopback });
  const clientOf = clients(link);
  const inFlight = new InFlight(limits);
  const server = newServer(options.tls, limits);
  const readers = new Readers(limits.waitingBytes);
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: Duplex) =>
    readers.add(socket),
  );
  server.on('request', (message, out) => {
    try {
      const credential = door.enter(message);
      if (others(message, out, credential)) return;
      const head = readHead(message, credential);
      const leave = inFlight.enter(head);
      if (leave === undefined) return finish(message, out, tooMany);
      out.once('close', leave);
      void answer({ client: clientOf(message.socket), inFlight, head }, message, out);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      finish(message, out, problem.response);
    }
  });
  server.on('upgrade', (message, socket, head) => {
    try {
      const request = readHead(message, door.enter(message));
      upgrade(clientOf(socket).caller, { message, socket, head }, request);
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      refuse(socket, problem.response);
    }
  });
  server.on('clientError', unreadable);
  return server;
}

function newServer(tls: BridgeOptions['tls'], limits: BridgeLimits): Server {
  const options = {
    keepAliveTimeout: limits.idleMs,
    headersTimeout: limits.headMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(5_000, limits.headMs),
    // A command for exec is in the URL, and may be long.
    maxHeaderSize: 128 * 1024,
    keepAlive: true,
    keepAliveInitialDelay: 180_000,
    noDelay: true,
  };
  const server =
    tls === undefined
      ? http.createServer(options)
      : https.createServer({ ...options, ...tls, requestCert: true, rejectUnauthorized: false });
  server.maxConnections = limits.connections;
  // Who has said all that it wants to say may still want to hear.
  (server as Server & { httpAllowHalfOpen: boolean }).httpAllowHalfOpen = true;
  return server;
}

/** A client for each connection; when the API server drops the one, the other is dropped, too. */
function clients(link: ApiLink): (socket: Duplex) => Client {
  const known = new WeakMap<Duplex, Client>();
  return (socket) => {
    const kept = known.get(socket);
    if (kept !== undefined) return kept;
    const caller = new Caller(link, () => socket.destroy());
    const client = { caller, answers: new Set<HttpAnswer>() };
    known.set(socket, client);
    socket.once('close', () => caller.close());
    // Who sends no more hears whole answers, but nobody waits at the end of a stream.
    socket.once('end', () => client.answers.forEach((answer) => answer.halfClosed()));
    return client;
  };
}

/** One connection, and what it waits for. */
interface Client {
  readonly caller: Caller;
  readonly answers: Set<HttpAnswer>;
}

interface Work {
  readonly client: Client;
  readonly inFlight: InFlight;
  readonly head: ApiRequest;
}

async function answer(
  { client: { caller, answers }, inFlight, head }: Work,
  message: IncomingMessage,
  out: ServerResponse,
): Promise<void> {
  out.on('error', () => out.destroy());
  try {
    formOf(message);
    const body = readBody(head, await readBytes(message, inFlight));
    if (out.destroyed) return;
    const listener = new HttpAnswer(out);
    const call = caller.call(body === undefined ? head : { ...head, body }, listener);
    listener.tooSlow = () => call.cancel();
    answers.add(listener);
    out.once('close', () => {
      answers.delete(listener);
      call.cancel();
    });
  } catch (problem) {
    if (!(problem instanceof Refused)) return void out.destroy();
    finish(message, out, problem.response);
  }
}

/** Answers without having read the body: then the connection cannot be used again. */
function finish(message: IncomingMessage, out: ServerResponse, response: Refused['response']): void {
  out.on('error', () => out.destroy());
  if (!message.complete && hasBody(message)) {
    out.shouldKeepAlive = false;
    linger(message.socket);
  }
  sendWhole(out, response);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

/**
 * Closes for writing first, as Go's net/http does: what a client still sends would otherwise make
 * its system throw our answer away unread.
 */
function linger(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    const alarm = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(alarm));
  };
}

/** What is no HTTP is told so, as Go's net/http does. */
function unreadable(problem: NodeJS.ErrnoException, socket: Duplex): void {
  const isTimeout = problem.code === 'ERR_HTTP_REQUEST_TIMEOUT' || problem.code === 'ECONNRESET';
  if (!socket.writable || isTimeout) return void socket.destroy();
  const isLarge = problem.code === 'HPE_HEADER_OVERFLOW';
  const text = isLarge ? '431 Request Header Fields Too Large' : '400 Bad Request';
  socket.end(
    `HTTP/1.1 ${text}\r\ncontent-type: text/plain; charset=utf-8\r\nconnection: close\r\n\r\n${text}`,
  );
}
