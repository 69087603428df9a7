/** When the simulation itself breaks: what to say, and what to keep for the report. */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SessionFile } from '../world/index.ts';

/** The exit code of a world that broke (EX_SOFTWARE of sysexits.h). */
export const crashCode = 70;

/** Tells of the crash, keeps the session that leads to it, and gives the exit code. */
export async function crashed(problem: unknown, session: SessionFile): Promise<number> {
  const file = path.join(tmpdir(), `kubarium-crash-${process.pid}.json`);
  const text = problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
  process.stderr.write(`kubarium: the simulation broke: this is our mistake, not yours\n${text}\n`);
  await writeFile(file, `${JSON.stringify(session)}\n`, { mode: 0o600 });
  process.stderr.write(`the session that leads here is in ${file}: please report it\n`);
  return crashCode;
}
