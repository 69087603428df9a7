import type { Server } from 'node:net';
import { Mistake } from '../command.ts';
import { reasonOf } from '../open-world.ts';

/** Where to listen; `flag` is what the user would change. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly flag: string;
}

/**
 * Connections that may wait to be accepted, as many as Go asks for. With Node's own 511 a crowd that
 * connects at once is partly reset.
 */
export const backlogMost = 4096;

/** The port that was got: 0 asks for any. */
export async function listen(server: Server, { host, port, flag }: Place): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', (problem) => {
      const hint = `choose another with --${flag}`;
      reject(new Mistake(`port ${port} cannot be had: it is ${reasonOf(problem)}; ${hint}`, 1));
    });
    server.listen({ port, host, backlog: backlogMost }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}
