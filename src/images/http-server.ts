import type { Connection, Process } from '../host/index.ts';
import { type HttpRequest, type HttpResponse, isHttpRequest } from '../host/net/http.ts';

/**
 * Answers HTTP on a port with what `answer` makes of each request. False when the port is taken.
 * An answer of undefined is none at all: the connection stays silent.
 */
export function serveHttp(
  process: Process,
  port: number,
  answer: (request: HttpRequest, connection: Connection) => HttpResponse | undefined,
): boolean {
  const listener = process.net.listen(process, port, () => ({
    received: (payload, connection) => {
      if (!isHttpRequest(payload)) return;
      const response = answer(payload, connection);
      if (response === undefined) return;
      connection.send(response, `${response.status} ${response.reason}`);
    },
  }));
  return listener !== undefined;
}

/** The path without its query. */
export const pathOf = (request: HttpRequest): string => request.path.split('?')[0] ?? '/';

/** One value of the query, decoded. */
export function queryOf(request: HttpRequest, name: string): string | undefined {
  const query = request.path.split('?')[1] ?? '';
  for (const pair of query.split('&')) {
    const [key, value = ''] = pair.split('=');
    if (key === name) return unescapeQuery(value);
  }
  return undefined;
}

function unescapeQuery(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
