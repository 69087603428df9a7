/** From an HTTP request's bytes to the wire's request. */
import type { IncomingMessage } from 'node:http';
import { isTooDeep } from '../../api/depth.ts';
import type { Json } from '../../api/object.ts';
import type { ApiRequest, Credential, Method } from '../../k8s/client/wire.ts';
import { jsonProblem } from './json-problem.ts';
import { decodeProtobuf, ProtobufProblem } from './protobuf.ts';
import { failure, Refused } from './status.ts';

/** apiserver pkg/server/config.go MaxRequestBodyBytes. */
export const bodyBytesMost = 3 * 1024 * 1024;

/** What the API server reads; anything else would only fill the history. */
const wanted = /^(accept|content-type|user-agent|impersonate-.*|if-none-match)$/;

const methods: readonly string[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/** The request without its body. Throws `Refused` for a method or a target that is none. */
export function readHead(
  message: IncomingMessage,
  credential: Credential | undefined,
): ApiRequest {
  const method = message.method ?? 'GET';
  if (!methods.includes(method)) {
    throw new Refused(failure(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource'));
  }
  const target = message.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? {} : readQuery(target.slice(mark + 1));
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value === undefined || !wanted.test(name)) continue;
    const values = name.startsWith('impersonate-') ? message.headersDistinct[name] : undefined;
    headers[name] = values?.join('\n') ?? String(value);
  }
  return {
    method: method as Method,
    path,
    ...(Object.keys(query).length === 0 ? {} : { query }),
    headers,
    ...(credential === undefined ? {} : { credential }),
  };
}

/** Repeated keys become lists. */
export function readQuery(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const known = query[key];
    if (known === undefined) query[key] = value;
    else if (typeof known === 'string') query[key] = [known, value];
    else known.push(value);
  }
  return query;
}

/** The body's bytes; `Refused` once they are more than the API server takes. */
export async function readBytes(message: IncomingMessage, budget?: Budget): Promise<Buffer> {
  if (Number(message.headers['content-length'] ?? 0) > bodyBytesMost) throw new Refused(tooLarge);
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    await new Promise<void>((resolve, reject) => {
      message.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (budget !== undefined) budget.bodyBytes += chunk.length;
        if (size <= bodyBytesMost) return void chunks.push(chunk);
        // To leave an iteration would close the connection before it has its answer.
        message.removeAllListeners('data').pause();
        reject(new Refused(tooLarge));
      });
      message.once('end', resolve).once('error', reject);
      message.once('close', () => reject(new Error('the client has gone')));
    });
  } finally {
    if (budget !== undefined) budget.bodyBytes -= size;
  }
  return Buffer.concat(chunks);
}

/** What all bodies together take while they come in. */
export interface Budget {
  bodyBytes: number;
}

const tooLarge = failure(
  413,
  'RequestEntityTooLarge',
  `Request entity too large: limit is ${bodyBytesMost}`,
);

/** JSON and protobuf as data; YAML and anything else stays text. `Refused` for what is broken. */
export function readBody(request: ApiRequest, bytes: Buffer): Json | undefined {
  if (bytes.length === 0) return undefined;
  const type = (request.headers?.['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (type === 'application/vnd.kubernetes.protobuf') return readProtobuf(bytes);
  const text = bytes.toString('utf8');
  const isJson = type === '' || type === 'application/json' || type.endsWith('+json');
  // kubectl calls it YAML, but server-side apply's body is JSON text nearly always.
  if (!isJson && type !== 'application/apply-patch+yaml') return text;
  try {
    const data = JSON.parse(text) as Json;
    if (!isTooDeep(data)) return data;
    throw new Refused(failure(400, 'BadRequest', jsonProblem(request, type, text)));
  } catch (problem) {
    if (problem instanceof Refused) throw problem;
    if (!isJson) return text;
    throw new Refused(failure(400, 'BadRequest', jsonProblem(request, type, text)));
  }
}

function readProtobuf(bytes: Buffer): Json {
  try {
    const data = decodeProtobuf(bytes);
    if (!isTooDeep(data)) return data;
    throw new ProtobufProblem('proto: nesting too deep');
  } catch (problem) {
    // Nested so deep that it cannot be followed at all.
    const isEndless = problem instanceof RangeError;
    const isKnown = problem instanceof ProtobufProblem || problem instanceof SyntaxError;
    if (!isKnown && !isEndless) throw problem;
    const message = isEndless ? 'proto: nesting too deep' : problem.message;
    throw new Refused(failure(400, 'BadRequest', message));
  }
}
