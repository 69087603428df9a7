/** Writes the answer to one HTTP request: whole, or as a stream of events or text. */
import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../../api/object.ts';
import type { ApiResponse, WatchEvent } from '../../k8s/client/wire.ts';
import type { Listener } from './api-link.ts';

/** What may wait for a reader that is slow; then its watch ends, and it lists again. */
const waitingBytesMost = 4 * 1024 * 1024;

/** How long a reader may take for what was still waiting when its stream was ended, in ms. */
const drainMs = 10_000;

export class HttpAnswer implements Listener {
  /** Called when the stream is ended from this side, because its reader is too slow. */
  tooSlow: (() => void) | undefined;
  private readonly out: ServerResponse;

  constructor(out: ServerResponse) {
    this.out = out;
  }

  response(response: ApiResponse, isStream: boolean): void {
    const { out } = this;
    if (out.headersSent || out.destroyed) return;
    if (!isStream) return sendWhole(out, response);
    out.writeHead(response.status, headersOf(response));
    out.flushHeaders();
    // What came with the head is the first of the stream.
    if (typeof response.body === 'string' && response.body !== '') this.write(response.body);
  }

  event({ type, object }: WatchEvent): void {
    this.write(`{"type":"${type}","object":${jsonOf(object)}}\n`);
  }

  data(_channel: number, text: string): void {
    this.write(text);
  }

  end(): void {
    if (!this.out.writableEnded) this.out.end();
  }

  private write(text: string): void {
    const { out } = this;
    if (out.destroyed || out.writableEnded) return;
    out.write(text);
    if (out.writableLength <= waitingBytesMost) return;
    this.tooSlow?.();
    out.end();
    const alarm = setTimeout(() => out.destroy(), drainMs);
    out.once('close', () => clearTimeout(alarm));
  }
}

/** Objects are frozen and shared: many watchers of one write cost one text. */
const texts = new WeakMap<JsonObject, string>();

function jsonOf(object: JsonObject): string {
  const known = texts.get(object);
  if (known !== undefined) return known;
  const text = JSON.stringify(object);
  texts.set(object, text);
  return text;
}

/** The whole of an answer. Text of protobuf has one character for each byte. */
export function sendWhole(out: ServerResponse, response: ApiResponse): void {
  const bytes = bytesOf(response);
  out.writeHead(response.status, { ...headersOf(response), 'content-length': bytes.length });
  out.end(out.req.method === 'HEAD' ? undefined : bytes);
}

export function bytesOf({ headers, body }: ApiResponse): Buffer {
  const isBinary = (headers?.['content-type'] ?? '').includes('protobuf');
  if (typeof body === 'string') return Buffer.from(body, isBinary ? 'latin1' : 'utf8');
  if (body === null || body === undefined) return Buffer.alloc(0);
  return Buffer.from(`${JSON.stringify(body)}\n`);
}

export function headersOf({ headers, body }: ApiResponse): Record<string, string> {
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  return { 'cache-control': 'no-cache, private', 'content-type': type, ...headers };
}
