/** The few pages of the world outside: they come without a connection that could be watched. */
import { type Process, sleep } from '../../../host/index.ts';
import { type HttpResponse, httpResponse } from '../../../host/net/http.ts';
import type { Story } from '../../../kernel/index.ts';
import type { WebAddress } from './url.ts';

/** What a server far away takes to answer, in ms. */
const farMs = 120;

/** The answer of a server outside; undefined where none is known. */
export function* fetchOutside(
  process: Process,
  { scheme, authority, path }: WebAddress,
): Story<HttpResponse | undefined> {
  const page = process.machine.web(`${scheme}://${authority}${path}`);
  if (page === undefined) return undefined;
  yield* sleep(farMs);
  return httpResponse(200, page, { 'Content-Type': 'text/plain; charset=utf-8' });
}
