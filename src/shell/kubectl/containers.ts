/** Which Pod and which container a command means (kubectl pkg/cmd/util/podcmd, polymorphichelpers). */
import type { JsonObject } from '../../api/object.ts';
import type { Pod } from '../../api/types.gen.ts';
import { isPodActive, isPodReady } from '../../api/kinds/pod/facts.ts';
import { formatLabels } from '../../api/selectors.ts';
import type { Story } from '../../kernel/index.ts';
import type { Context } from './context.ts';
import { selectorText } from './describe/workloads.ts';
import { type Resource, pathOf } from './discovery.ts';
import { CommandError, failed } from './errors.ts';
import { pods } from './generate.ts';
import { fieldAt } from './pod-spec.ts';
import { itemsOf, metadataOf } from './targets.ts';

const defaultKey = 'kubectl.kubernetes.io/default-container';

/** The container that is meant when none is named; says so when there are several. */
export function defaultContainer(
  context: Pick<Context, 'printError'>, pod: Pod, isQuiet = false,
): string {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const named = pod.metadata.annotations?.[defaultKey];
  const all = [...containers, ...initContainers, ...ephemeralContainers].map(({ name }) => name);
  if (named !== undefined && all.includes(named)) return named;
  const [first] = containers;
  if (first === undefined) throw failed(`no container found in pod ${pod.metadata.name}`);
  if (all.length > 1 && !isQuiet) {
    const names = [
      ...containers.map(({ name }) => name),
      ...initContainers.map(({ name }) => `${name} (init)`),
      ...ephemeralContainers.map(({ name }) => `${name} (ephem)`),
    ];
    context.printError(`Defaulted container "${first.name}" out of: ${names.join(', ')}\n`);
  }
  return first.name;
}

/** Whether a Pod has a container of any sort by this name. */
export const hasContainer = ({ spec }: Pod, container: string): boolean =>
  [...(spec?.containers ?? []), ...(spec?.initContainers ?? []), ...(spec?.ephemeralContainers ?? [])]
    .some(({ name }) => name === container);

/** `web`, `pod/web` or `deploy/web` as a Pod. */
export function* findPod(context: Context, word: string): Story<Pod> {
  const slash = word.indexOf('/');
  if (slash < 0) return (yield* context.get(pods, context.namespace, word)) as unknown as Pod;
  const resource = yield* context.resource(word.slice(0, slash));
  const object = yield* context.get(resource, context.namespace, word.slice(slash + 1));
  return yield* podOf(context, resource, object);
}

/** The Pod behind an object: itself, or the best of those it selects. */
export function* podOf(context: Context, resource: Resource, object: JsonObject): Story<Pod> {
  if (resource.kind === 'Pod' && resource.group === '') return object as unknown as Pod;
  const candidates = (yield* podsOf(context, resource, object, 'attach to')).toSorted(compareUse);
  const [best] = candidates;
  if (best === undefined) {
    throw new CommandError('error: timed out waiting for the condition');
  }
  return best;
}

const selecting = new Set([
  'DaemonSet', 'Deployment', 'Job', 'ReplicaSet', 'ReplicationController', 'Service', 'StatefulSet',
]);

/** The Pods that an object selects. */
// oxlint-disable-next-line max-params -- the words of a refusal
export function* podsOf(
  context: Context, { kind, version }: Resource, object: JsonObject,
  purpose: 'attach to' | 'get the logs from',
): Story<readonly Pod[]> {
  const selector = fieldAt(object, ['spec', 'selector']);
  if (selector === undefined || !selecting.has(kind)) {
    const type = `*${version}.${kind}`;
    throw failed(`cannot ${purpose} ${type}: ` + (kind === 'Service'
      ? `invalid service '${metadataOf(object).name}': Service is defined without a selector`
      : `selector for ${type} not implemented`));
  }
  const isPlain = kind === 'Service' || kind === 'ReplicationController';
  const labelSelector = isPlain ? formatLabels(selector as Readonly<Record<string, string>>) : selectorText(selector);
  const list = yield* context.request({
    path: pathOf(pods, metadataOf(object).namespace), query: { labelSelector },
  });
  return itemsOf(list) as unknown as readonly Pod[];
}

/** Those first that are of most use for logs: assigned, running, ready, oldest. */
function compareUse(a: Pod, b: Pod): number {
  const worth = (pod: Pod) =>
    Number(!!pod.spec?.nodeName) * 8 + Number(pod.status?.phase === 'Running') * 4 +
    Number(isPodReady(pod)) * 2 + Number(isPodActive(pod));
  const difference = worth(b) - worth(a);
  if (difference !== 0) return difference;
  const [x, y] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (x !== y) return x < y ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
