/**
 * What applying a manifest would change. The API server is asked, in a ghost of the world: another
 * engine that has come to the same moment. kubectl runs there, and the ghost is thrown away. So
 * the real world's history stays as it is.
 */
import type { ApiObject, Json, JsonObject } from '../api/object.ts';
import { minute } from '../kernel/index.ts';
import { yamlText } from '../shell/kubectl/printers/yaml.ts';
import { type SessionFile, worldByName } from '../world/bare.ts';
import { InlineEngine, momentAfter } from './engine.ts';
import type { DiffView, TimedInput } from './protocol.ts';

/** No script of the session has this number. */
const run = -1;
/** How long kubectl may take, simulated. */
const longest = minute;

/** Plays the session up to now once more for it. */
export function diffOf(session: SessionFile, now: number, manifest: string): DiffView {
  const definition = worldByName(session.world);
  if (definition === undefined) {
    return { error: `there is no world named ${session.world}`, objects: [] };
  }
  const { seed, epoch, inputs } = session;
  const engine = new InlineEngine({ definition, seed, epoch, inputs });
  engine.advance(now, { stopsAtInterest: false, isOver: () => false });
  return diffIn(engine, inputs, manifest);
}

/** @param engine a ghost: it is of no use for anything else afterwards. */
export function diffIn(
  engine: InlineEngine,
  inputs: readonly TimedInput[],
  manifest: string,
): DiffView {
  if (manifest.trim() === '') return { objects: [] };
  const ghost = new Ghost(engine.observer.objects.values());
  engine.sink = ({ record }) => {
    ghost.take(record);
    if (ghost.code !== undefined) engine.halt();
  };
  const script = 'kubectl apply --dry-run=server -o json -f -';
  const input = { type: 'script', run, script, stdin: manifest } as const;
  const past = inputs.filter(({ at }) => at <= engine.now);
  engine.follow([...past, { at: momentAfter(engine.now), input }]);
  engine.advance(engine.now + longest, { stopsAtInterest: false, isOver: () => false });
  return ghost.view();
}

/** Listens to the ghost: what kubectl prints. */
class Ghost {
  code: number | undefined;
  private readonly objects = new Map<string, ApiObject>();
  private printed = '';
  private complaint = '';

  /** @param before what etcd holds. */
  constructor(before: Iterable<ApiObject>) {
    for (const object of before) this.objects.set(keyOf(object), object);
  }

  take(record: Readonly<Record<string, unknown>>): void {
    if (record['run'] !== run) return;
    if (record['type'] === 'ran') this.code = Number(record['code']);
    else if (record['type'] === 'output') {
      if (record['stream'] === 'stdout') this.printed += String(record['text']);
      else this.complaint += String(record['text']);
    }
  }

  view(): DiffView {
    const objects = this.afters().map((after) => {
      const before = this.objects.get(keyOf(after));
      const { kind, metadata } = after;
      const place = metadata.namespace === undefined ? '' : `${metadata.namespace}/`;
      return {
        name: `${kind} ${place}${metadata.name}`,
        before: before === undefined ? '' : yaml(before),
        after: yaml(after),
      };
    });
    const error = this.error();
    return { ...(error === undefined ? {} : { error }), objects };
  }

  private error(): string | undefined {
    if (this.code === 0) return undefined;
    const said = this.complaint.trim();
    if (said !== '') return said;
    return this.code === undefined ? 'kubectl: no answer within a minute' : `exit ${this.code}`;
  }

  /** kubectl prints one object, or a List of them. */
  private afters(): readonly ApiObject[] {
    if (this.code !== 0 || this.printed.trim() === '') return [];
    const printed = JSON.parse(this.printed) as JsonObject;
    return printed['kind'] === 'List'
      ? (printed['items'] as unknown as readonly ApiObject[])
      : [printed as unknown as ApiObject];
  }
}

/** One object, in whichever of its versions it is shown. */
const keyOf = ({ apiVersion, kind, metadata }: ApiObject): string =>
  `${apiVersion.replace(/\/?v[^/]*$/, '')} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** Books that the server and `apply` keep for themselves, and nobody edits. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

function yaml(object: ApiObject): string {
  const {
    managedFields: _,
    annotations,
    ...metadata
  } = object.metadata as unknown as Record<string, Json>;
  const { [lastApplied]: __, ...others } = (annotations ?? {}) as JsonObject;
  const kept = Object.keys(others).length === 0 ? {} : { annotations: others };
  return yamlText({ ...object, metadata: { ...metadata, ...kept } } as unknown as Json);
}
