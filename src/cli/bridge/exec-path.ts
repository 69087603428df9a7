/**
 * POST /kubarium/v1/exec: a console command in the served world. The body is `{script, stdin?}`;
 * the answer is a line of JSON for each piece of output, `{stream, text}`, and at last `{code}`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Scripts } from '../scripts.ts';
import type { OtherPaths } from './bridge.ts';
import { isAdmin } from './door.ts';
import { sendWhole } from './http-answer.ts';
import { readBytes } from './request.ts';
import { failure, Refused } from './status.ts';

export const execPath = '/kubarium/v1/exec';

export interface ExecBody {
  readonly script: string;
  readonly stdin?: string;
}

/** One line of the answer. */
export type ExecLine =
  { readonly stream: 'stdout' | 'stderr'; readonly text: string } | { readonly code: number };

export const execPaths =
  (scripts: Scripts): OtherPaths =>
  (message, out, credential) => {
    if (message.url !== execPath) return false;
    // What is typed on the console is done as the console's own user.
    if (!isAdmin(credential)) throw new Refused(failure(403, 'Forbidden', onlyAdmin));
    void run(scripts, message, out);
    return true;
  };

const onlyAdmin = "the console is the cluster administrator's";

async function run(scripts: Scripts, message: IncomingMessage, out: ServerResponse): Promise<void> {
  try {
    const { script, stdin } = readExec(message, await readBytes(message));
    if (out.destroyed) return;
    out.writeHead(200, { 'content-type': 'application/x-ndjson' });
    out.flushHeaders();
    const say = (line: ExecLine) => out.destroyed || out.write(`${JSON.stringify(line)}\n`);
    const running = scripts.start(script, stdin, {
      printed: (stream, text) => say({ stream, text }),
      ended: (code) => {
        say({ code });
        out.end();
      },
    });
    out.once('close', () => running.interrupt());
  } catch (problem) {
    if (!(problem instanceof Refused)) return void out.destroy();
    sendWhole(out, problem.response);
  }
}

function readExec({ method, headers }: IncomingMessage, bytes: Buffer): ExecBody {
  if (method !== 'POST') throw new Refused(failure(405, 'MethodNotAllowed', 'POST it'));
  // A page cannot send this type across origins without asking first.
  if (headers['content-type'] !== 'application/json') {
    throw new Refused(failure(415, 'UnsupportedMediaType', 'the body must be application/json'));
  }
  const body = parsed(bytes.toString('utf8'));
  const { script, stdin } = body;
  if (typeof script !== 'string' || !['string', 'undefined'].includes(typeof stdin)) {
    throw new Refused(failure(400, 'BadRequest', 'the body must be {"script": TEXT, "stdin"?: TEXT}'));
  }
  return { script, ...(stdin === undefined ? {} : { stdin: stdin as string }) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
