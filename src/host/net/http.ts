/**
 * HTTP as programs inside the simulation speak it: one plain object a message, over a connection.
 * nginx, the echo server, probes, curl, wget and health endpoints all use exactly these two shapes.
 */
import { byteLength } from '../../kernel/bytes.ts';

export interface HttpRequest {
  readonly type: 'http-request';
  readonly method: string;
  /** Path and query, as on the request line: `/healthz?verbose`. */
  readonly path: string;
  /** Lower-case names: host, user-agent, accept… */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface HttpResponse {
  readonly type: 'http-response';
  readonly status: number;
  /** `OK`, `Not Found`… */
  readonly reason: string;
  /** Names as the server writes them: `Content-Type`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request with the usual fields filled in. */
export function httpRequest(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): HttpRequest {
  return { type: 'http-request', method, path, headers, body };
}

/** A response with its reason phrase and its length filled in. */
export function httpResponse(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const reason = reasons[status] ?? '';
  const length = { 'Content-Length': String(utf8Length(body)) };
  return { type: 'http-response', status, reason, headers: { ...length, ...headers }, body };
}

/** True for a payload that is a request. */
export const isHttpRequest = (payload: unknown): payload is HttpRequest =>
  (payload as { type?: unknown } | null | undefined)?.type === 'http-request';

/** True for a payload that is a response. */
export const isHttpResponse = (payload: unknown): payload is HttpResponse =>
  (payload as { type?: unknown } | null | undefined)?.type === 'http-response';

/** Reason phrases of RFC 9110. */
export const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted',
  204: 'No Content',
  206: 'Partial Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  304: 'Not Modified',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  408: 'Request Timeout',
  409: 'Conflict',
  410: 'Gone',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** Bytes of a text. */
export const utf8Length = byteLength;
