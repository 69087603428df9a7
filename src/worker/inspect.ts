/** Everything that is known of one thing on the stage, put together when it is clicked. */
import { since } from '../api/kinds/columns.ts';
import { type ApiObject, type Json } from '../api/object.ts';
import type { Event, Pod } from '../api/types.gen.ts';
import type { Machine } from '../host/index.ts';
import { yamlText } from '../shell/kubectl/printers/yaml.ts';
import type { World } from '../world/index.ts';
import { chartsOf } from './inspect/chart-view.ts';
import { componentCharts, reflectorTable } from './inspect/component.ts';
import { machineTables, podTables, processTable } from './inspect/tables.ts';
import { why } from './inspect/why.ts';
import type { Observer } from './observer/observer.ts';
import type { ChartView, EventLine, Inspection, Subject } from './protocol.ts';

/** A world and its watcher, at one moment. */
export interface Scene {
  readonly world: World;
  readonly observer: Observer;
}

/** Undefined when there is no such thing (any more). */
export function inspect(scene: Scene, subject: Subject): Inspection | undefined {
  switch (subject.type) {
    case 'object':
      return ofObject(scene, subject);
    case 'machine':
      return ofMachine(scene, subject);
    case 'component':
      return ofComponent(scene, subject);
  }
}

function ofObject(scene: Scene, subject: Subject & { type: 'object' }): Inspection | undefined {
  const { world, observer } = scene;
  const object = observer.objects.get(subject.uid);
  if (object === undefined) return undefined;
  const { namespace, name } = object.metadata;
  const key = namespace === undefined ? name : `${namespace}/${name}`;
  const isPod = object.kind === 'Pod';
  const node = isPod ? world.machines.get((object as Pod).spec?.nodeName ?? '') : undefined;
  return {
    subject,
    title: key,
    kind: object.kind,
    yaml: yamlOf(object),
    events: eventsOf(scene, object),
    charts: isPod && node !== undefined ? podCharts(object as Pod, node) : [],
    why: why(observer, object),
    tables: isPod ? podTables(object as Pod, node, observer.decisions.get(key)) : [],
  };
}

/** As `kubectl get -o yaml` prints it: without managedFields. */
function yamlOf(object: ApiObject): string {
  const { managedFields: _, ...metadata } = object.metadata;
  return yamlText({ ...object, metadata } as unknown as Json);
}

/** Events about an object, the oldest first, as `kubectl describe` lists them. */
function eventsOf({ world, observer }: Scene, { kind, metadata }: ApiObject): EventLine[] {
  const events: Event[] = [];
  for (const object of observer.objects.values()) {
    if (object.kind !== 'Event') continue;
    const { involvedObject: about } = object as Event;
    // A kubelet gives its Node's name for its uid.
    const isOfNode = kind === 'Node' && about.kind === 'Node' && about.name === metadata.name;
    if (about.uid === metadata.uid || isOfNode) events.push(object as Event);
  }
  const nowMs = world.plan.epoch + world.now;
  return events
    .toSorted((a, b) => (momentOf(a) < momentOf(b) ? -1 : momentOf(a) > momentOf(b) ? 1 : 0))
    .map((event) => ({
      type: event.type ?? '',
      reason: event.reason ?? '',
      age: since(momentOf(event), nowMs),
      from: event.source?.component || (event.reportingComponent ?? ''),
      message: (event.message ?? '').trim(),
      count: event.series?.count ?? event.count ?? 1,
    }));
}

const momentOf = ({ series, lastTimestamp, eventTime, metadata }: Event): string =>
  series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? '';

/** Its worker, its sandboxes, containers and probes, and the pulls that they wait for. */
function podCharts({ metadata, spec }: Pod, node: Machine): ChartView[] {
  const key = `${metadata.namespace ?? ''}/${metadata.name}`;
  const containers = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])];
  const pulls = new Set(containers.map(({ image }) => `pull ${image ?? ''}`));
  return chartsOf(node.site, (subject) => {
    const about = subject.slice(subject.indexOf(' ') + 1);
    return about === key || about.startsWith(`${key}/`) || pulls.has(subject);
  });
}

function ofMachine(scene: Scene, subject: Subject & { type: 'machine' }): Inspection | undefined {
  const { world, observer } = scene;
  const machine = world.machines.get(subject.name);
  if (machine === undefined) return undefined;
  const node = observer.find('Node', subject.name);
  return {
    subject,
    title: subject.name,
    kind: node === undefined ? 'Machine' : 'Node',
    yaml: node === undefined ? '' : yamlOf(node),
    events: node === undefined ? [] : eventsOf(scene, node),
    charts: chartsOf(machine.site, (about) => about === `lease ${subject.name}`),
    why: node === undefined ? [] : why(observer, node),
    tables: machine.isOn ? machineTables(machine) : [],
  };
}

function ofComponent(
  { world, observer }: Scene,
  subject: Subject & { type: 'component' },
): Inspection | undefined {
  const machine = world.machines.get(subject.machine);
  const view = observer.machines.get(subject.machine)?.components.get(subject.name);
  if (machine === undefined || view === undefined) return undefined;
  const processes = [...machine.processes.values()].filter(
    ({ program }) => program.name === subject.name,
  );
  const pod = observer.find('Pod', `kube-system/${subject.name}-${subject.machine}`);
  return {
    subject,
    title: `${subject.name} (${subject.machine})`,
    kind: pod === undefined ? 'Component' : 'Pod',
    yaml: pod === undefined ? '' : yamlOf(pod),
    events: pod === undefined ? [] : eventsOf({ world, observer }, pod),
    charts: processes.length === 0 ? [] : componentCharts(machine, subject.name),
    why: pod === undefined ? [] : why(observer, pod),
    tables: [processTable(processes), reflectorTable(machine, subject.name)].filter(
      ({ rows }) => rows.length > 0,
    ),
  };
}
