/**
 * `-v=6` to `-v=10`: the requests and answers as client-go logs them, so that a learner sees what
 * kubectl asks. Follows client-go transport/round_trippers.go and rest/request.go.
 */
import type { Json } from '../../api/object.ts';
import type { ApiRequest, ApiResponse } from '../../k8s/client/index.ts';
import type { Context } from './context.ts';
import { compactJson } from './printers/json.ts';

const gates = [
  ['ClientsAllowCBOR', false], ['ClientsPreferCBOR', false], ['InOrderInformers', true],
  ['InformerResourceVersion', false], ['WatchListClient', false],
] as const;

/** What is logged before the first request. */
export function logStart(context: Context, paths: readonly string[]): void {
  const { v } = context.flags;
  if (v >= 6) {
    for (const path of paths) context.log('I', 'loader.go:402', `Config loaded from file:  ${path}`);
  }
  if (v < 1) return;
  for (const [gate, isOn] of gates) {
    context.log('I', 'envvar.go:172', `"Feature gate default state" feature="${gate}" enabled=${isOn}`);
  }
}

/** What is logged of a request before it is sent. */
export function logRequest(context: Context, request: ApiRequest, agent: string): void {
  const { v } = context.flags;
  if (v < 7) return;
  const { method, headers = {}, body } = request;
  const url = urlOf(context, request);
  if (v >= 8) context.log('I', 'helper.go:105', `"Request Body" body=${bodyText(body === undefined ? '' : compactJson(body), v)}`);
  const all = { ...headers, 'user-agent': agent };
  const what = v >= 9
    ? `curlCommand=<\n\tcurl -v -X${method} ${curlHeaders(all)} '${url}'\n >`
    : `verb="${method}" url="${url}" headers=${headersText(all)}`;
  context.log('I', 'round_trippers.go:527', `"Request" ${what}`);
}

/** What is logged of the answer; `ms` of simulated time after the request. */
export function logResponse(
  context: Context, request: ApiRequest, { response, ms }: { response: ApiResponse; ms: number },
): void {
  const { v } = context.flags;
  if (v < 6) return;
  const status = `status="${response.status} ${statusTexts[response.status] ?? ''}"`;
  const where = v === 6 || v >= 9 ? `verb="${request.method}" url="${urlOf(context, request)}" ` : '';
  const headers = v >= 8 ? ` headers=${headersText(response.headers ?? {})}` : '';
  context.log('I', 'round_trippers.go:632',
    `"Response" ${where}${status}${headers} milliseconds=${Math.floor(ms)}`);
  if (v >= 8) context.log('I', 'helper.go:105', `"Response Body" body=${bodyText(response.body, v)}`);
}

const statusTexts: Readonly<Record<number, string>> = {
  200: 'OK', 201: 'Created', 202: 'Accepted', 400: 'Bad Request', 401: 'Unauthorized',
  403: 'Forbidden', 404: 'Not Found', 405: 'Method Not Allowed', 406: 'Not Acceptable',
  409: 'Conflict', 410: 'Gone', 415: 'Unsupported Media Type', 422: 'Unprocessable Entity',
  429: 'Too Many Requests', 500: 'Internal Server Error', 503: 'Service Unavailable',
};

function urlOf({ settings }: Context, { path, query = {} }: ApiRequest): string {
  const pairs = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${queryEscape(key)}=${queryEscape(String(value))}`);
  return `${settings.server}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

/** Go's url.QueryEscape. */
const queryEscape = (text: string): string =>
  encodeURIComponent(text).replaceAll('%20', '+').replace(/[!'()*]/g, (char) =>
    `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

const titled = (name: string): string => name.replace(/(^|-)[a-z]/g, (part) => part.toUpperCase());

const sorted = (headers: Readonly<Record<string, string>>): readonly (readonly [string, string])[] =>
  Object.entries(headers).map(([name, value]) => [titled(name), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));

const headersText = (headers: Readonly<Record<string, string>>): string =>
  `<\n${sorted(headers).map(([name, value]) => `\t${name}: ${value}\n`).join('')} >`;

const curlHeaders = (headers: Readonly<Record<string, string>>): string =>
  sorted(headers).map(([name, value]) => ` -H "${name}: ${value}"`).join('');

/** Long bodies are cut, the shorter the lower the level. */
function bodyText(body: Json, v: number): string {
  const text = typeof body === 'string' ? body : `${compactJson(body)}\n`;
  const most = v >= 10 ? Infinity : v >= 9 ? 10_240 : 1_024;
  const cut = text.length > most
    ? `${text.slice(0, most)} [truncated ${text.length - most} chars]` : text;
  if (!cut.includes('\n')) return JSON.stringify(cut);
  return `<\n${cut.replace(/\n$/, '').replace(/^/gm, '\t')}\n >`;
}
