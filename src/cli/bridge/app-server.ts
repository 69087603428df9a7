/**
 * The app beside the API, on a port of its own: the built page's files, and a socket by which the
 * page sees the served world instead of opening one of its own.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { servePage } from '../live/page-line.ts';
import type { Present } from '../live/present.ts';
import type { KeyPair } from './certificates.ts';
import { listen } from './listen.ts';
import { isOwnHost } from './origin.ts';
import { hostInUrl } from './place.ts';
import { sendFile } from './static-files.ts';

export interface AppOptions {
  readonly host: string;
  readonly port: number;
  readonly present: Present;
  /** What a page must show, beyond loopback: it comes in the address, and stays in a cookie. */
  readonly token?: string;
  /** Beyond loopback nothing goes in the clear. */
  readonly tls?: KeyPair;
}

/** A message of a page is a command or a file; more is not ours. */
const mostMessageBytes = 8 * 1024 * 1024;

/** Takes away what another world's page, once served here, has left to answer in its place. */
const noWorker = `self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) await caches.delete(name);
  await self.registration.unregister();
  for (const page of await self.clients.matchAll({ type: 'window' })) page.navigate(page.url);
})()));
`;

/** Serves the page; gives the words for the line `app` of what `serve` prints. */
export async function serveApp(options: AppOptions): Promise<string> {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../dist');
  if (!existsSync(path.join(root, 'index.html'))) return 'not built (npm start builds it)';
  const { host, port, token, tls } = options;
  const got = await listen(appServer(root, options), { host, port, flag: 'port' });
  const address = `${tls === undefined ? 'http' : 'https'}://${hostInUrl(host)}:${got}/`;
  return token === undefined ? address : `${address}?token=${token}`;
}

/** The server of the page in a folder, and of the world that it shows. */
export function appServer(root: string, { present, token, host, tls }: AppOptions): Server {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostMessageBytes });
  const isAllowed = (message: IncomingMessage): boolean =>
    (token !== undefined || isOwnHost(message, host)) &&
    (token === undefined || isSame(cookieOf(message), token));
  const server = tls === undefined ? http.createServer() : https.createServer(tls);
  server.on('request', (message, out) => {
    if (message.method !== 'GET' && message.method !== 'HEAD') return plain(out, 405, 'GET only');
    const url = new URL(message.url ?? '/', 'http://localhost');
    const shown = url.searchParams.get('token');
    if (token !== undefined && shown !== null && isSame(shown, token)) {
      return moved(out, [`kubarium=${token}; HttpOnly; SameSite=Strict; Path=/`]);
    }
    if (!isAllowed(message)) return plain(out, 403, 'open the address that kubarium serve printed');
    if (url.pathname === '/' && !url.searchParams.has('served')) return moved(out, []);
    if (url.pathname === '/sw.js') return script(out, noWorker);
    void sendFile(root, url.pathname, out);
  });
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const isHere = new URL(message.url ?? '/', 'http://localhost').pathname === '/live';
    if (!isHere || !isAllowed(message) || !isSameOrigin(message)) {
      return void socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n');
    }
    sockets.handleUpgrade(message, socket, head, (page) => servePage(page, present));
  });
  return server;
}

/** No other site's page may drive the world with this browser's cookie, or from loopback. */
function isSameOrigin({ headers }: IncomingMessage): boolean {
  if (headers.origin === undefined) return true;
  try {
    return new URL(headers.origin).host === headers.host;
  } catch {
    return false;
  }
}

const cookieOf = ({ headers }: IncomingMessage): string =>
  /(?:^|; *)kubarium=([^;]*)/.exec(headers.cookie ?? '')?.[1] ?? '';

/** Compares in the same time whatever is equal. */
function isSame(shown: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(shown), digest(token));
}

function moved(out: ServerResponse, cookies: string[]): void {
  out.writeHead(302, { location: '/?served', 'cache-control': 'no-store', 'set-cookie': cookies });
  out.end();
}

function script(out: ServerResponse, text: string): void {
  out.writeHead(200, { 'content-type': 'text/javascript; charset=utf-8', 'cache-control': 'no-store' });
  out.end(text);
}

function plain(out: ServerResponse, status: number, text: string): void {
  out.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  out.end(`${text}\n`);
}
