/**
 * What applying a manifest would change. The API server is asked, in a ghost of the world: the
 * session is played up to now once more, kubectl runs there, and the ghost is thrown away. So
 * the real world's history stays as it is.
 */
import type { ApiObject, Json, JsonObject } from '../api/object.ts';
import { grain, minute } from '../kernel/index.ts';
import { yamlText } from '../shell/kubectl/printers/yaml.ts';
import { type SessionFile, replay } from '../world/index.ts';
import type { DiffView } from './protocol.ts';

/** No script of the session has this number. */
const run = -1;
/** How long kubectl may take, simulated. */
const longest = minute;

export function diffOf(session: SessionFile, now: number, manifest: string): DiffView {
  if (manifest.trim() === '') return { objects: [] };
  const ghost = new Ghost();
  const world = replay(session, now, { sink: ({ record }) => ghost.take(record) });
  if (world === undefined)
    return { error: `there is no world named ${session.world}`, objects: [] };
  const at = world.now + grain;
  const script = 'kubectl apply --dry-run=server -o json -f -';
  world.enter({ at, input: { type: 'script', run, script, stdin: manifest } });
  ghost.freeze();
  const end = now + longest;
  while (ghost.code === undefined && world.shard.queue.nextAt <= end) world.shard.step(Infinity);
  return ghost.view();
}

/** Listens to the ghost: what etcd holds, and what kubectl prints. */
class Ghost {
  code: number | undefined;
  private readonly objects = new Map<string, ApiObject>();
  private isFrozen = false;
  private printed = '';
  private complaint = '';

  take(record: Readonly<Record<string, unknown>>): void {
    switch (record['type']) {
      case 'write':
        if (!this.isFrozen) this.write(record);
        return;
      case 'output':
        if (record['run'] !== run) return;
        if (record['stream'] === 'stdout') this.printed += String(record['text']);
        else this.complaint += String(record['text']);
        return;
      case 'ran':
        if (record['run'] === run) this.code = Number(record['code']);
    }
  }

  /** What is written from now on is not "before". */
  freeze(): void {
    this.isFrozen = true;
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

  private write({ verb, gone, object }: Readonly<Record<string, unknown>>): void {
    const written = object as ApiObject;
    if (verb === 'delete' && gone !== false) this.objects.delete(keyOf(written));
    else this.objects.set(keyOf(written), written);
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
