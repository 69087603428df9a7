/** HTTP messages as text and back: what travels through a port-forward are bytes. */
import {
  type HttpRequest,
  httpRequest,
  type HttpResponse,
  httpResponse,
  utf8Length,
} from '../../host/net/http.ts';

/** A request out of its text; undefined while it is not complete. */
export function parseRequest(text: string): HttpRequest | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const [method = 'GET', path = '/'] = first.split(' ');
  const headers = headersOf(lines);
  const body = text.slice(end + 4);
  if (utf8Length(body) < Number(headers['content-length'] ?? '0')) return undefined;
  return httpRequest(method, path, headers, body);
}

/** A response as it goes over the wire. */
export function responseText({ status, reason, headers, body }: HttpResponse): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n${body}`;
}

/** A request as it goes over the wire. */
export function requestText({ method, path, headers, body }: HttpRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
}

/** A response out of its text. */
export function parseResponse(text: string): HttpResponse | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [first = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon)] = line.slice(colon + 1).trim();
  }
  return httpResponse(Number(first.split(' ')[1] ?? '0'), text.slice(end + 4), headers);
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  return headers;
}
