import type { Process } from '../process.ts';
import type { Connection, Listener } from '../socket.ts';
import { type HttpRequest, type HttpResponse, isHttpRequest } from './http.ts';

/** Serves HTTP on a port, until the process ends; undefined when the port is taken. */
export function serveHttp(
  process: Process,
  port: number,
  answer: (request: HttpRequest, connection: Connection) => HttpResponse,
  ip?: string,
): Listener | undefined {
  return process.net.listen(
    process,
    port,
    () => ({
      received: (payload, connection) => {
        if (!isHttpRequest(payload)) return;
        const response = answer(payload, connection);
        connection.send(response, `${response.status} ${response.reason}`);
        if (payload.headers['connection'] === 'close') connection.close();
      },
    }),
    ip === undefined ? {} : { ip },
  );
}
