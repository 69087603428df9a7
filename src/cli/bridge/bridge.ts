/**
 * The HTTP bridge: a world's API on a loopback port, for real clients. Each of their connections
 * is one connection to the simulated API server; what is said is translated, never answered here
 * (but for what cannot be said in the world: bodies that are no JSON, or too large).
 */
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ApiLink, Caller } from './api-link.ts';
import { HttpAnswer, sendWhole } from './http-answer.ts';
import { readBody, readBytes, readHead } from './request.ts';
import { failure, Refused } from './status.ts';
import { refuse, upgrade } from './upgrade.ts';

/** Answers paths that are not Kubernetes'; false when it is none of its own. */
export type OtherPaths = (message: IncomingMessage, out: ServerResponse) => boolean;

const noOthers: OtherPaths = () => false;

export function makeBridge(link: ApiLink, others: OtherPaths = noOthers): Server {
  const callers = new WeakMap<Duplex, Caller>();
  const callerOf = (socket: Duplex): Caller => {
    const known = callers.get(socket);
    if (known !== undefined) return known;
    const caller = new Caller(link);
    callers.set(socket, caller);
    socket.once('close', () => caller.close());
    return caller;
  };
  // A command for exec is in the URL, and may be long.
  const options = { keepAliveTimeout: 60_000, maxHeaderSize: 128 * 1024 };
  const server = http.createServer(options, (message, out) => {
    if (!isOurs(message)) return sendWhole(out, foreign);
    if (others(message, out)) return;
    void answer(callerOf(message.socket), message, out);
  });
  server.on('upgrade', (message, socket, head) => {
    if (!isOurs(message)) return refuse(socket, foreign);
    try {
      upgrade(callerOf(socket), { message, socket, head }, readHead(message));
    } catch (problem) {
      if (!(problem instanceof Refused)) throw problem;
      refuse(socket, problem.response);
    }
  });
  server.on('clientError', (_problem, socket) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    else socket.destroy();
  });
  return server;
}

async function answer(
  caller: Caller,
  message: IncomingMessage,
  out: ServerResponse,
): Promise<void> {
  const { socket } = message;
  out.on('error', () => out.destroy());
  try {
    const head = readHead(message);
    const body = readBody(head, await readBytes(message));
    if (out.destroyed) return;
    const listener = new HttpAnswer(out);
    const call = caller.call(body === undefined ? head : { ...head, body }, listener);
    listener.tooSlow = () => call.cancel();
    out.once('close', () => call.cancel());
  } catch (problem) {
    if (!(problem instanceof Refused)) return void out.destroy();
    // The rest of the body is not read: the connection cannot be used again.
    out.shouldKeepAlive = message.complete;
    sendWhole(out, problem.response);
    if (!message.complete) out.once('finish', () => socket.destroySoon());
  }
}

const foreign = failure(403, 'Forbidden', 'only pages and programs of this machine may ask');

const isLoopback = (host: string): boolean =>
  /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);

/**
 * A page of another site must not reach the cluster through the learner's browser, be it by a
 * name that resolves to loopback or by a request across origins.
 */
function isOurs({ headers }: IncomingMessage): boolean {
  if (!isLoopback(headers.host ?? 'localhost')) return false;
  const { origin } = headers;
  return origin === undefined || isLoopback(origin.replace(/^https?:\/\//, ''));
}
