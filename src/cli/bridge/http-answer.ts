/** Writes the answer to one HTTP request: whole, or as a stream of events or text. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { constants, gzip } from 'node:zlib';
import type { ApiResponse, WatchEvent } from '../../k8s/client/wire.ts';
import { bytesOf as bytesOfText } from '../../kernel/bytes.ts';
import { yamlText } from '../../shell/kubectl/printers/yaml.ts';
import type { Listener } from './api-link.ts';
import { type Form, formOf } from './negotiate.ts';
import { Refused } from './status.ts';
import { eventFrame, eventText, jsonText, prettyText, shapeOf } from './text.ts';

/** What may wait for a reader that is slow; then its watch ends, and it lists again. */
const waitingBytesMost = 4 * 1024 * 1024;

/** How long a reader may take for what was still waiting when its stream was ended, in ms. */
const drainMs = 10_000;

/** Smaller answers are not worth it: responsewriters' defaultGzipThresholdBytes. */
const gzipBytesLeast = 128 * 1024;

export class HttpAnswer implements Listener {
  /** Called when the stream is ended from this side, because its reader is too slow. */
  tooSlow: (() => void) | undefined;
  private readonly out: ServerResponse;
  private isStream = false;

  constructor(out: ServerResponse) {
    this.out = out;
  }

  response(response: ApiResponse, isStream: boolean): void {
    const { out } = this;
    if (out.headersSent || out.destroyed) return;
    if (!isStream) return sendWhole(out, response);
    this.isStream = true;
    out.writeHead(response.status, { ...headersOf(response), ...auditOf(out.req) });
    out.flushHeaders();
    // What came with the head is the first of the stream.
    if (typeof response.body === 'string' && response.body !== '') this.write(response.body);
  }

  event(event: WatchEvent): void {
    const { out } = this;
    const { socket } = out;
    // Old clients know no chunks; and a request in a row waits for those before it.
    if (socket === null || !out.chunkedEncoding || out.writableEnded) {
      return this.write(eventText(event));
    }
    socket.write(eventFrame(event));
    this.bound();
  }

  data(_channel: number, text: string): void {
    this.write(textBytes(text));
  }

  end(): void {
    if (!this.out.writableEnded) this.out.end();
  }

  /** The client has ended its side of the connection. */
  halfClosed(): void {
    if (!this.isStream) return;
    this.tooSlow?.();
    this.end();
  }

  private write(text: string | Buffer): void {
    const { out } = this;
    if (out.destroyed || out.writableEnded) return;
    out.write(text);
    this.bound();
  }

  /** Ends the stream of who does not read it. */
  private bound(): void {
    const { out } = this;
    if (out.writableLength <= waitingBytesMost) return;
    this.tooSlow?.();
    out.end();
    const alarm = setTimeout(() => out.destroy(), drainMs);
    out.once('close', () => clearTimeout(alarm));
  }
}

/** The whole of an answer, in the form that the client has asked for. */
export function sendWhole(out: ServerResponse, response: ApiResponse): void {
  const form = formOrPlain(out.req);
  const bytes = bytesOf(response, form);
  const headers: Record<string, string> = { ...headersOf(response), ...auditOf(out.req) };
  if (form.isYaml && isData(response)) headers['content-type'] = 'application/yaml';
  if (!form.isGzip || bytes.length <= gzipBytesLeast || !isData(response)) {
    return finish(out, response.status, headers, bytes);
  }
  gzip(bytes, { level: constants.Z_BEST_SPEED }, (problem, packed) => {
    if (problem !== null) return void out.destroy();
    headers['content-encoding'] = 'gzip';
    headers['vary'] = 'Accept-Encoding';
    finish(out, response.status, headers, packed);
  });
}

function finish(
  out: ServerResponse,
  status: number,
  headers: Record<string, string>,
  bytes: Buffer,
): void {
  if (out.destroyed || out.headersSent) return;
  out.writeHead(status, { ...headers, 'content-length': bytes.length });
  out.end(out.req.method === 'HEAD' ? undefined : bytes);
}

/** A refusal, too, is written in some form. */
function formOrPlain(message: IncomingMessage): Form {
  try {
    return formOf(message);
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem;
    return { isYaml: false, isPretty: true, isGzip: false };
  }
}

/** An object of the API, and no text. */
const isData = ({ body }: ApiResponse): boolean => typeof body === 'object' && body !== null;

const plainForm: Form = { isYaml: false, isPretty: false, isGzip: false };

/** Text of protobuf has one character for each byte. */
export function bytesOf(response: ApiResponse, form: Form = plainForm): Buffer {
  const { headers, body } = response;
  const isBinary = (headers?.['content-type'] ?? '').includes('protobuf');
  if (typeof body === 'string') return isBinary ? Buffer.from(body, 'latin1') : textBytes(body);
  if (body === null || body === undefined) return Buffer.alloc(0);
  if (form.isYaml) return Buffer.from(yamlText(shapeOf(body)));
  return Buffer.from(form.isPretty ? prettyText(body) : `${jsonText(body)}\n`);
}

/** Only what is beyond UTF-8 takes the long way. */
const textBytes = (text: string): Buffer =>
  /[\ud800-\udfff]/.test(text) ? Buffer.from(bytesOfText(text)) : Buffer.from(text);

export function headersOf({ headers, body }: ApiResponse): Record<string, string> {
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json';
  return { 'cache-control': 'no-cache, private', 'content-type': type, ...headers };
}

/** The client's own number for its request, or one that nobody else has. */
function auditOf({ headers }: IncomingMessage): { 'audit-id': string } {
  const given = headers['audit-id'];
  return { 'audit-id': typeof given === 'string' && given !== '' ? given : randomUUID() };
}
