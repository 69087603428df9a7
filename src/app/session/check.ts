/** Whether something read from a file, a link or the browser's store is a session of ours. */
import type { Refusal, SessionFile } from '../../worker/protocol.ts';

export const isRefusal = (result: SessionFile | Refusal): result is Refusal => 'error' in result;

/**
 * Refuses what is not ours, what is damaged, and what another version wrote: before the session
 * that is open is let go of. The director looks into the inputs themselves.
 */
export function checkSession(value: unknown): SessionFile | Refusal {
  if (!isRecord(value) || value['format'] !== 'kubarium-session') {
    return { error: 'damaged', detail: 'it does not say that it is a Kubarium session' };
  }
  if (value['version'] !== 1) {
    return { error: 'other-version', detail: `version ${String(value['version'])}` };
  }
  const wrong = firstWrong(value);
  if (wrong !== undefined) return { error: 'damaged', detail: `bad ${wrong}` };
  return value as unknown as SessionFile;
}

function firstWrong(value: Record<string, unknown>): string | undefined {
  if (typeof value['world'] !== 'string') return 'world';
  for (const name of ['seed', 'epoch', 'until']) {
    if (typeof value[name] !== 'number' || !Number.isFinite(value[name])) return name;
  }
  if (!areInputs(value['inputs'])) return 'inputs';
  const branches = value['branches'];
  if (branches === undefined) return undefined;
  if (!Array.isArray(branches)) return 'branches';
  return branches.every((each) => isRecord(each) && areInputs(each['inputs']))
    ? undefined
    : 'branches';
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function areInputs(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (each) =>
        isRecord(each) &&
        typeof each['at'] === 'number' &&
        isRecord(each['input']) &&
        typeof each['input']['type'] === 'string',
    )
  );
}

/** Reads a session out of text: a file that was dropped, for one. */
export function parseSession(text: string): SessionFile | Refusal {
  try {
    return checkSession(JSON.parse(text));
  } catch {
    return { error: 'damaged', detail: 'it is not JSON' };
  }
}
