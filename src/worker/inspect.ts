/**
 * Everything that is known of one thing on the stage, put together when it is clicked: what the
 * watcher has of it, and what its machine tells (`look-at.ts`), wherever that runs.
 */
import { since } from '../api/kinds/columns.ts';
import { type ApiObject, type Json } from '../api/object.ts';
import type { Event, Pod } from '../api/types.gen.ts';
import { yamlText } from '../shell/kubectl/printers/yaml.ts';
import type { World } from '../world/bare.ts';
import { podTables } from './inspect/tables.ts';
import { why } from './inspect/why.ts';
import { type LookRequest, type Looked, lookAt } from './look-at.ts';
import type { Observer } from './observer/observer.ts';
import type { EventLine, Inspection, Subject } from './protocol.ts';

/** What is known without asking a machine. */
export interface Watched {
  readonly observer: Observer;
  /** Simulated ms since 1970-01-01 UTC. */
  readonly clock: number;
}

/** Which machine is to be asked, and what. */
export interface Question {
  readonly machine: string;
  readonly request: LookRequest;
}

/** In a world that is wholly here. Undefined when there is no such thing (any more). */
export function inspect(
  { world, observer }: { readonly world: World; readonly observer: Observer },
  subject: Subject,
): Inspection | undefined {
  const question = questionOf(observer, subject);
  const machine = world.machines.get(question?.machine ?? '');
  const looked =
    machine === undefined || question === undefined ? undefined : lookAt(machine, question.request);
  return inspection({ observer, clock: world.plan.epoch + world.now }, subject, looked);
}

/** What a machine must tell before a subject can be shown; undefined: nothing. */
export function questionOf(observer: Observer, subject: Subject): Question | undefined {
  if (subject.type === 'machine') return { machine: subject.name, request: { type: 'machine' } };
  if (subject.type === 'component') {
    return { machine: subject.machine, request: { type: 'component', name: subject.name } };
  }
  const object = observer.objects.get(subject.uid);
  if (object?.kind !== 'Pod') return undefined;
  const pod = object as Pod;
  const decision = decisionOf(observer, pod);
  return {
    machine: pod.spec?.nodeName ?? '',
    request: { type: 'pod', pod, ...(decision === undefined ? {} : { decision }) },
  };
}

/** Undefined when there is no such thing (any more). */
export function inspection(
  watched: Watched,
  subject: Subject,
  looked: Looked | undefined,
): Inspection | undefined {
  switch (subject.type) {
    case 'object':
      return ofObject(watched, subject, looked);
    case 'machine':
      return ofMachine(watched, subject, looked);
    case 'component':
      return ofComponent(watched, subject, looked);
  }
}

const decisionOf = (observer: Observer, { metadata }: Pod) =>
  observer.decisions.get(`${metadata.namespace ?? ''}/${metadata.name}`);

function ofObject(
  watched: Watched,
  subject: Subject & { type: 'object' },
  looked: Looked | undefined,
): Inspection | undefined {
  const { observer } = watched;
  const object = observer.objects.get(subject.uid);
  if (object === undefined) return undefined;
  const { namespace, name } = object.metadata;
  const pod = object.kind === 'Pod' ? (object as Pod) : undefined;
  // A Pod without a machine has tables all the same: its decision, its containers.
  const tables = pod === undefined ? [] : podTables(pod, undefined, decisionOf(observer, pod));
  return {
    subject,
    title: namespace === undefined ? name : `${namespace}/${name}`,
    kind: object.kind,
    yaml: yamlOf(object),
    events: eventsOf(watched, object),
    charts: looked?.charts ?? [],
    why: why(observer, object),
    tables: looked?.tables ?? tables,
  };
}

/** As `kubectl get -o yaml` prints it: without managedFields. */
function yamlOf(object: ApiObject): string {
  const { managedFields: _, ...metadata } = object.metadata;
  return yamlText({ ...object, metadata } as unknown as Json);
}

/** Events about an object, the oldest first, as `kubectl describe` lists them. */
function eventsOf({ observer, clock }: Watched, { kind, metadata }: ApiObject): EventLine[] {
  const events: Event[] = [];
  for (const object of observer.objects.values()) {
    if (object.kind !== 'Event') continue;
    const { involvedObject: about } = object as Event;
    // A kubelet gives its Node's name for its uid.
    const isOfNode = kind === 'Node' && about.kind === 'Node' && about.name === metadata.name;
    if (about.uid === metadata.uid || isOfNode) events.push(object as Event);
  }
  return events
    .toSorted((a, b) => (momentOf(a) < momentOf(b) ? -1 : momentOf(a) > momentOf(b) ? 1 : 0))
    .map((event) => ({
      type: event.type ?? '',
      reason: event.reason ?? '',
      age: since(momentOf(event), clock),
      from: event.source?.component || (event.reportingComponent ?? ''),
      message: (event.message ?? '').trim(),
      count: event.series?.count ?? event.count ?? 1,
    }));
}

const momentOf = ({ series, lastTimestamp, eventTime, metadata }: Event): string =>
  series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';

function ofMachine(
  watched: Watched,
  subject: Subject & { type: 'machine' },
  looked: Looked | undefined,
): Inspection | undefined {
  const { observer } = watched;
  if (!observer.machines.has(subject.name)) return undefined;
  const node = observer.find('Node', subject.name);
  return {
    subject,
    title: subject.name,
    kind: node === undefined ? 'Machine' : 'Node',
    yaml: node === undefined ? '' : yamlOf(node),
    events: node === undefined ? [] : eventsOf(watched, node),
    charts: looked?.charts ?? [],
    why: node === undefined ? [] : why(observer, node),
    tables: looked?.tables ?? [],
  };
}

function ofComponent(
  watched: Watched,
  subject: Subject & { type: 'component' },
  looked: Looked | undefined,
): Inspection | undefined {
  const { observer } = watched;
  const view = observer.machines.get(subject.machine)?.components.get(subject.name);
  if (view === undefined) return undefined;
  const pod = observer.find('Pod', `kube-system/${subject.name}-${subject.machine}`);
  return {
    subject,
    title: `${subject.name} (${subject.machine})`,
    kind: pod === undefined ? 'Component' : 'Pod',
    yaml: pod === undefined ? '' : yamlOf(pod),
    events: pod === undefined ? [] : eventsOf(watched, pod),
    charts: looked?.charts ?? [],
    why: pod === undefined ? [] : why(observer, pod),
    tables: looked?.tables ?? [],
  };
}
