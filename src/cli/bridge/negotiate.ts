/**
 * In what form an answer is wanted. Follows apiserver pkg/endpoints/handlers/negotiation, behind
 * go-restful's own look at what a route produces. We do not write protobuf: who takes nothing
 * else is refused, where the real server would answer.
 */
import type { IncomingMessage } from 'node:http';
import { failure, Refused } from './status.ts';

export interface Form {
  readonly isYaml: boolean;
  readonly isPretty: boolean;
  readonly isGzip: boolean;
}

const written = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
const streamed = ['application/json', 'application/vnd.kubernetes.protobuf'];

/** The form of the answer; `Refused` (406) when there is none that the client would take. */
export function formOf(message: IncomingMessage): Form {
  const { headers, url = '/', method } = message;
  const isGzip = /(^|,) *gzip *(,|$)/.test(headers['accept-encoding'] ?? '');
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const isPretty = isForPeople(query, headers['user-agent'] ?? '') || path === '/version' || path === '/';
  const { accept } = headers;
  if (accept === undefined || accept === '' || !/^\/apis?(\/|$)/.test(path)) {
    return { isYaml: false, isPretty, isGzip };
  }
  const form = chosen(accept);
  if (form === undefined && isOfResource(path)) {
    throw new Refused(failure(406, 'NotAcceptable', notAcceptable(method, path)));
  }
  return { isYaml: form === 'yaml', isPretty, isGzip };
}

/** The first form that we write, in the client's order. */
function chosen(accept: string): 'json' | 'yaml' | undefined {
  const clauses = accept.split(',').map((text) => {
    const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((each) => each.startsWith('q='));
    return { type, weight: weight === undefined ? 1 : Number(weight.slice(2)) || 0 };
  });
  for (const { type } of clauses.toSorted((a, b) => b.weight - a.weight)) {
    if (type === 'application/yaml') return 'yaml';
    if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'json';
  }
  return undefined;
}

/** Logs, what runs in containers and what is proxied choose their own form. */
const isOfResource = (path: string): boolean =>
  /^\/(api|apis\/[^/]+)\/[^/]+\/[^/]/.test(path) &&
  !/\/(log|exec|attach|portforward|proxy)(\/|$)/.test(path);

function notAcceptable(method: string | undefined, path: string): string {
  const parts = path.split('/').slice(path.startsWith('/api/') ? 3 : 4);
  const below = parts[0] === 'namespaces' && parts.length > 2 ? parts.slice(2) : parts;
  const isList = method === 'GET' && below.length === 1;
  const streams = isList ? streamed.map((type) => `${type};stream=watch`) : [];
  const all = [...written, ...streams].join(', ');
  return `406: Not Acceptable\n\nAvailable representations: ${all}`;
}

/** apiserver's isPrettyPrint: asked for, or a tool that people look at. */
function isForPeople(query: string, agent: string): boolean {
  const asked = query.includes('pretty') ? new URLSearchParams(query).get('pretty') : '';
  if (asked !== null && asked !== '') return /^(1|t|true)$/i.test(asked);
  return /^(curl|Wget|Mozilla\/5\.0)/.test(agent);
}
