/** Who a request says that it asks: a name that somebody else's DNS made point here is not ours. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Whether the Host header is an address, `localhost`, or the host that was bound. */
export function isOwnHost({ headers }: IncomingMessage, bound: string): boolean {
  const name = (headers.host ?? '').replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  return isIP(name) !== 0 || name === 'localhost' || name === bound;
}
