/** HTTP messages as they go over a wire, and back: what travels through a forwarded port is bytes. */
import { byteLength, bytesOf, textOf } from '../../kernel/bytes.ts';
import {
  type HttpRequest,
  httpRequest,
  type HttpResponse,
  httpResponse,
  isHttpRequest,
  isHttpResponse,
} from './http.ts';

/**
 * Payloads out of a client's text as it comes, piece by piece: requests where it speaks HTTP, any
 * other text as it is.
 */
export class RequestReader {
  private text = '';

  /** What is complete now. */
  *read(piece: string): Generator<HttpRequest | string> {
    this.text += piece;
    while (this.text !== '') {
      if (!mayBeRequest.test(this.text)) {
        const { text } = this;
        this.text = '';
        yield text;
        continue;
      }
      const found = cut(this.text);
      if (found === undefined) return;
      this.text = found.rest;
      const [method = 'GET', path = '/'] = found.first.split(' ');
      yield httpRequest(method, path, lowerCased(found.headers), found.body);
    }
  }
}

/** What begins like a request line, as far as it has come. */
const mayBeRequest = /^[A-Z]{1,16}(?:$| (?:$|[/*h][^\r\n]*(?:\r?$| HTTP\/1\.[01]\r\n)))/;

/**
 * Payloads out of a server's text: responses, or any other text as it is. A response that does not
 * say how long it is lasts until the server says no more.
 */
export class ResponseReader {
  private text = '';

  *read(piece: string): Generator<HttpResponse | string> {
    this.text += piece;
    while (this.text !== '') {
      if (!'HTTP/'.startsWith(this.text.slice(0, 5))) {
        const { text } = this;
        this.text = '';
        yield text;
        continue;
      }
      const found = cut(this.text);
      if (found === undefined || !hasLength.test(headOf(this.text))) return;
      this.text = found.rest;
      yield httpResponse(Number(found.first.split(' ')[1] ?? '0'), found.body, found.headers);
    }
  }

  /** The server says no more: what was still incomplete, its lines ended as they may be. */
  rest(): HttpResponse | string | undefined {
    const { text } = this;
    this.text = '';
    const head = headOf(text);
    if (!/^HTTP\/1\.[01] \d{3}/.test(text) || head === text) return text === '' ? undefined : text;
    const [first = '', ...lines] = head.trimEnd().split(/\r?\n/);
    return httpResponse(Number(first.split(' ')[1]), text.slice(head.length), headersOf(lines));
  }
}

/** A message up to its first empty line; all of it when there is none yet. */
const headOf = (text: string): string => /^[^]*?\n\r?\n/.exec(text)?.[0] ?? text;

const hasLength = /^(content-length|transfer-encoding):/im;

/** The text of a payload; undefined for what has none. */
export function textOfPayload(payload: unknown): string | undefined {
  if (typeof payload === 'string') return payload;
  if (isHttpRequest(payload)) return requestText(payload);
  return isHttpResponse(payload) ? responseText(payload) : undefined;
}

/** A response as it goes over the wire. */
export function responseText({ status, reason, headers, body }: HttpResponse): string {
  return `HTTP/1.1 ${status} ${reason}\r\n${headerLines(headers)}\r\n${body}`;
}

/** A request as it goes over the wire. */
export function requestText({ method, path, headers, body }: HttpRequest): string {
  const length = body === '' || headers['content-length'] !== undefined
    ? {}
    : { 'content-length': String(byteLength(body)) };
  return `${method} ${path} HTTP/1.1\r\n${headerLines({ ...headers, ...length })}\r\n${body}`;
}

const headerLines = (headers: Readonly<Record<string, string>>): string =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');

interface Cut {
  readonly first: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly rest: string;
}

/** The first message of a text; undefined while it is not complete. */
function cut(text: string): Cut | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = headersOf(lines);
  const { 'content-length': length = '0', 'transfer-encoding': coding } = lowerCased(headers);
  const after = text.slice(end + 4);
  if (coding?.toLowerCase() === 'chunked') {
    const whole = unchunked(after);
    return whole === undefined ? undefined : { first, headers, ...whole };
  }
  const size = Number(length) || 0;
  if (size === 0) return { first, headers, body: '', rest: after };
  const bytes = bytesOf(after);
  if (bytes.length < size) return undefined;
  const [body, rest] = [textOf(bytes.subarray(0, size)), textOf(bytes.subarray(size))];
  return { first, headers, body, rest };
}

/** A body that comes in chunks, each after its length. */
function unchunked(text: string): { body: string; rest: string } | undefined {
  const bytes = bytesOf(text);
  let body = '';
  for (let at = 0; ; ) {
    const end = lineEnd(bytes, at);
    if (end < 0) return undefined;
    const size = parseInt(textOf(bytes.subarray(at, end)), 16) || 0;
    const begin = end + 2;
    if (bytes.length < begin + size + 2) return undefined;
    if (size === 0) return { body, rest: textOf(bytes.subarray(begin + 2)) };
    body += textOf(bytes.subarray(begin, begin + size));
    at = begin + size + 2;
  }
}

function lineEnd(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] === 13 && bytes[at + 1] === 10) return at;
  }
  return -1;
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
  }
  return headers;
}

const lowerCased = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
