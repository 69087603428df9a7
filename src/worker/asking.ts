/** What the page asks of the moment that is shown, wherever the machines run. */
import { machineOf, namesObjects } from './complete.ts';
import type { Engine } from './engine.ts';
import { inspection, questionOf } from './inspect.ts';
import type { Completion, Inspection, Subject } from './protocol.ts';

export async function inspectAt(engine: Engine, subject: Subject): Promise<Inspection | undefined> {
  const { observer, epoch, now } = engine;
  const question = questionOf(observer, subject);
  const looked =
    question === undefined ? undefined : await engine.lookAt(question.machine, question.request);
  return inspection({ observer, clock: epoch + now }, subject, looked);
}

export async function completeAt(
  engine: Engine,
  terminal: string,
  line: string,
  cursor: number,
): Promise<Completion> {
  const machine = machineOf(engine.definition.machines, terminal);
  const objects = namesObjects(line) ? [...engine.observer.objects.values()] : [];
  const request = { type: 'complete', line, cursor, objects } as const;
  const looked = await engine.lookAt(machine, request);
  return looked?.completion ?? { from: cursor, candidates: [] };
}

/** Manifests and scripts in the learner's home directory. */
export function filesAt(engine: Engine | undefined): readonly string[] {
  const names = laptop(engine)?.files.list('/home/learner') ?? [];
  return names.filter((name) => /\.(ya?ml|json|sh|txt)$/.test(name));
}

export function readFileAt(engine: Engine | undefined, path: string): string | undefined {
  return laptop(engine)?.files.read(path.startsWith('/') ? path : `/home/learner/${path}`);
}

function laptop(engine: Engine | undefined) {
  const machines = [...(engine?.machines.values() ?? [])];
  return machines.find(({ description }) => description.role === 'workstation');
}
