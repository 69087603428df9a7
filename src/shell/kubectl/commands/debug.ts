/**
 * `kubectl debug`: a container added to a Pod, a changed copy of it, or a Pod on a node.
 * Follows kubectl pkg/cmd/debug/debug.go.
 */
import type { JsonObject } from '../../../api/object.ts';
import { createTwoWayPatch, strategicMerge } from '../../../api/patch/index.ts';
import type { Container, ContainerStatus, Pod, PodSpec } from '../../../api/types.gen.ts';
import { normal } from '../../../host/index.ts';
import type { Story } from '../../../kernel/index.ts';
import { type FlagsOf, type Words, command } from '../command.ts';
import type { Context } from '../context.ts';
import { containerOf, type DebugStyle, profileNames, withProfile } from '../debug-profiles.ts';
import { pathOf } from '../discovery.ts';
import { CommandError, bareMessage, failed } from '../errors.ts';
import { pods } from '../generate.ts';
import { debugHelp } from '../help/debug.gen.ts';
import { isImageName } from '../image-name.ts';
import { decodeYaml } from '../manifest/decode.ts';
import { attachIn } from '../attaching.ts';
import { type Info, fetchAll } from '../targets.ts';
import { withoutNulls } from '../three-way.ts';
import { watchUntil } from '../waiting.ts';
import { printLogs } from './logs.ts';

type DebugFlags = FlagsOf<(typeof debugHelp)['flags']>;

interface Debugging {
  readonly context: Context;
  readonly flags: DebugFlags;
  /** What stood after `--`. */
  readonly typed: readonly string[];
  readonly images: ReadonlyMap<string, string>;
  readonly custom: Partial<Container> | undefined;
}

export const debug = command(debugHelp, function* (context, { args, dash }: Words, flags) {
  const isSplit = dash >= 0 && args.length > dash;
  const names = isSplit ? args.slice(0, dash) : args;
  const typed = isSplit ? args.slice(dash) : [];
  if (!profileNames.includes(flags.profile)) throw failed(`unknown profile: ${flags.profile}`);
  const images = new Map(flags['set-image'].map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  }));
  const debugging = { context, flags, typed, images, custom: customOf(context, flags.custom) };
  check(debugging, names);
  const { infos, errors } = yield* fetchAll(context, {
    args: names.map((name) => (name.includes('/') ? name : `pods/${name}`)), filenames: flags.filename,
  }, { latest: true });
  for (const info of infos) yield* debugOne(debugging, info);
  if (errors[0] !== undefined) throw errors[0];
});

function customOf(context: Context, path: string): Partial<Container> | undefined {
  if (path === '') return undefined;
  const text = context.process.files.read(normal(path, context.process.cwd));
  if (text === undefined) {
    throw failed('must pass a container spec json file for custom profile: ' +
      `open ${path}: no such file or directory`);
  }
  const { value, problem } = decodeYaml(text);
  if (problem === undefined && value !== null && typeof value === 'object') {
    return value as Partial<Container>;
  }
  throw failed(`${path} does not contain a valid container spec: ${problem ?? 'it is no object'}`);
}

function check({ context, flags, typed, images, custom }: Debugging, names: readonly string[]): void {
  const { image, container } = flags;
  const copies = flags['copy-to'] !== '';
  if (flags.attach && flags.changed.has('attach') && image === '' && container === '') {
    throw failed('you must specify --container or create a new container using --image in order to attach.');
  }
  if (copies && image === '' && images.size === 0 && typed.length === 0) {
    throw failed('you must specify --image, --set-image or command arguments.');
  }
  if (copies && typed.length > 0 && container === '' && image === '') {
    throw failed('you must specify an existing container or a new image when specifying args.');
  }
  if (!copies) checkAlone(flags, images);
  checkImages(image, images);
  if (names.length === 0 && flags.filename.length === 0) {
    throw failed('NAME or filename is required for debug');
  }
  const policy = flags['image-pull-policy'];
  if (!['Always', 'IfNotPresent', 'Never', ''].includes(policy)) {
    throw failed(`invalid image pull policy: ${policy}`);
  }
  if (flags.target !== '' && copies) {
    throw failed('--target is incompatible with --copy-to. Use --share-processes instead.');
  }
  if (flags.target !== '' && !flags.quiet) {
    context.print(`Targeting container ${JSON.stringify(flags.target)}. If you don't see processes ` +
      "from this container it may be because the container runtime doesn't support this feature.\n");
  }
  if (flags.tty && !flags.stdin) throw failed('-i/--stdin is required for containers with -t/--tty=true');
  const fixed = ['name', 'command', 'image', 'lifecycle', 'volumeDevices'] as const;
  if (custom !== undefined && fixed.some((field) => custom[field] !== undefined)) {
    throw failed('name, command, image, lifecycle and volume devices are not modifiable via custom profile');
  }
  if (flags.profile === 'legacy') {
    context.printError('--profile=legacy is deprecated and will be removed in the future. It is ' +
      'recommended to explicitly specify a profile, for example "--profile=general".\n');
  }
}

function checkAlone(flags: DebugFlags, images: ReadonlyMap<string, string>): void {
  const only = (name: string) => failed(`--${name} may only be used with --copy-to.`);
  if (flags.replace) throw only('replace');
  if (flags['same-node']) throw only('same-node');
  if (images.size > 0) throw only('set-image');
  if (flags.image === '') throw failed('you must specify --image when not using --copy-to.');
}

function checkImages(image: string, images: ReadonlyMap<string, string>): void {
  if (image !== '' && !isImageName(image)) {
    throw failed(`invalid image name ${JSON.stringify(image)}: invalid reference format`);
  }
  for (const [name, other] of images) {
    if (isImageName(other)) continue;
    throw failed(`invalid image name ${JSON.stringify(other)} for container ${JSON.stringify(name)}: ` +
      'invalid reference format');
  }
}

/** The Pod to look into, and the container that was made for it. */
interface Made {
  readonly pod: Pod;
  readonly container: string;
}

function* debugOne(debugging: Debugging, { object, resource }: Info): Story {
  const { context, flags } = debugging;
  let made: Made;
  if (resource.kind === 'Node') made = yield* onNode(debugging, object);
  else if (resource.kind !== 'Pod') {
    const { group, version, kind } = resource;
    const apiVersion = `${group}${group === '' ? '' : '/'}${version}`;
    throw failed(`${JSON.stringify(`${apiVersion === version ? `/${version}` : apiVersion}, Kind=${kind}`)} not supported by debug`);
  } else {
    const pod = object as unknown as Pod;
    made = flags['copy-to'] === '' ? yield* addTo(debugging, pod) : yield* copyOf(debugging, pod);
  }
  const attaches = flags.attach || (flags.stdin && !flags.changed.has('attach'));
  if (attaches && made.container !== '') yield* attachWhenReady(context, flags, made);
}

/** The container's own part, as flags give it. */
function containerFor({ flags, typed }: Debugging, name: string): Container {
  const env = flags.env.map((pair) => {
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  return {
    name, image: flags.image, terminationMessagePolicy: 'File',
    ...(env.length === 0 ? {} : { env }),
    ...(flags['image-pull-policy'] === '' ? {} : { imagePullPolicy: flags['image-pull-policy'] }),
    ...(flags.stdin ? { stdin: true } : {}), ...(flags.tty ? { tty: true } : {}),
    ...commandOf(flags, typed),
  };
}

function commandOf(flags: DebugFlags, typed: readonly string[]): Partial<Container> {
  if (typed.length === 0) return {};
  return flags['arguments-only'] ? { args: typed } : { command: typed };
}

/** Profile and custom profile on top of what was put together. */
function finished(
  { flags, custom }: Debugging, pod: Pod, container: string, style: DebugStyle,
): Pod {
  const keeps = (name: 'labels' | 'annotations' | 'liveness' | 'readiness' | 'startup' | 'init-containers') =>
    flags[`keep-${name}`];
  const next = withProfile(flags.profile, pod, { container, style, keeps });
  if (custom === undefined) return next;
  return containerOf(next, container, (one) => strategicMerge('core.v1.Container',
    one as unknown as JsonObject, { ...custom, name: container } as unknown as JsonObject) as unknown as Container);
}

/** An ephemeral container. */
function* addTo(debugging: Debugging, pod: Pod): Story<Made> {
  const { context, flags } = debugging;
  const name = nameFor(debugging, pod);
  const added = {
    ...containerFor(debugging, name),
    ...(flags.target === '' ? {} : { targetContainerName: flags.target }),
  };
  const { ephemeralContainers = [] } = pod.spec ?? {};
  const spec = { ...pod.spec, ephemeralContainers: [...ephemeralContainers, added] } as PodSpec;
  const wanted = finished(debugging, { ...pod, spec }, name, 'ephemeral');
  warnOfUser(context, wanted, name);
  const { namespace = '' } = pod.metadata;
  const patched = yield* context.request({
    method: 'PATCH', path: pathOf(pods, namespace, pod.metadata.name, 'ephemeralcontainers'),
    contentType: 'application/strategic-merge-patch+json',
    body: createTwoWayPatch('core.v1.Pod', pod as unknown as JsonObject, wanted as unknown as JsonObject),
  });
  return { pod: patched as unknown as Pod, container: name };
}

function* copyOf(debugging: Debugging, pod: Pod): Story<Made> {
  const { context, flags } = debugging;
  const { namespace = '', labels, annotations } = pod.metadata;
  const { pod: copied, container } = changedCopy(debugging, {
    apiVersion: 'v1', kind: 'Pod', spec: pod.spec,
    metadata: { name: flags['copy-to'], namespace, labels, annotations },
  } as unknown as Pod);
  warnOfUser(context, copied, container);
  const created = yield* context.request({
    method: 'POST', path: pathOf(pods, namespace), body: withoutNulls(copied as unknown as JsonObject),
  });
  if (flags.replace) {
    yield* context.request({
      method: 'DELETE', path: pathOf(pods, namespace, pod.metadata.name), body: { gracePeriodSeconds: 0 },
    });
  }
  return { pod: created as unknown as Pod, container };
}

function changedCopy(debugging: Debugging, pod: Pod): Made {
  const { flags, typed, images } = debugging;
  const { ephemeralContainers: _, nodeName, ...rest } = pod.spec as PodSpec;
  const containers = rest.containers.map((one) => {
    const image = images.get(one.name) ?? images.get('*');
    return image === undefined ? one : { ...one, image };
  });
  const copied: Pod = {
    ...pod,
    spec: {
      ...rest, containers, ...(flags['same-node'] && nodeName !== undefined ? { nodeName } : {}),
      ...(flags.changed.has('share-processes') ? { shareProcessNamespace: flags['share-processes'] } : {}),
    },
  };
  const known = containers.find(({ name }) => name === flags.container) ??
    rest.initContainers?.find(({ name }) => name === flags.container);
  if (known === undefined && flags.image === '') {
    if (images.size > 0) return { pod: copied, container: '' };
    throw failed('you must specify image when creating new container');
  }
  const name = known?.name ?? nameFor(debugging, copied);
  const { image: _image, terminationMessagePolicy: __, stdin: ___, tty: ____, ...own } = containerFor(debugging, name);
  const change = ({ args, stdin: _5, tty: _6, ...one }: Container): Container => ({
    ...one, ...(args === undefined || (typed.length > 0 && !flags['arguments-only']) ? {} : { args }), ...own,
    ...(flags.image === '' ? {} : { image: flags.image }),
    ...(flags.stdin ? { stdin: true } : {}), ...(flags.tty ? { tty: true } : {}),
  });
  const grown = known === undefined
    ? { ...copied, spec: { ...copied.spec, containers: [...containers, { name, terminationMessagePolicy: 'File' }] } }
    : copied;
  const wanted = containerOf(grown as Pod, name, change);
  return { pod: finished(debugging, wanted, name, 'copy'), container: name };
}

function* onNode(debugging: Debugging, node: JsonObject): Story<Made> {
  const { context, flags } = debugging;
  const nodeName = String((node['metadata'] as JsonObject)['name']);
  const container = flags.container || 'debugger';
  const name = `node-debugger-${nodeName}-${suffix(context)}`;
  if (!flags.quiet) {
    context.print(`Creating debugging pod ${name} with container ${container} on node ${nodeName}.\n`);
  }
  const pod = finished(debugging, {
    apiVersion: 'v1', kind: 'Pod', metadata: { name },
    spec: {
      containers: [containerFor(debugging, container)], nodeName, restartPolicy: 'Never',
      tolerations: [{ operator: 'Exists' }],
    },
  } as unknown as Pod, container, 'node');
  const created = yield* context.request({
    method: 'POST', path: pathOf(pods, context.namespace), body: withoutNulls(pod as unknown as JsonObject),
  });
  return { pod: created as unknown as Pod, container };
}

const letters = 'bcdfghjklmnpqrstvwxz2456789';

const suffix = ({ process: { site: { chance } } }: Context): string =>
  Array.from({ length: 5 }, () => letters[chance.below(letters.length)]).join('');

function nameFor({ context, flags }: Debugging, { spec }: Pod): string {
  if (flags.container !== '') return flags.container;
  const { containers = [], initContainers = [], ephemeralContainers = [] } = spec ?? {};
  const taken = [...containers, ...initContainers, ...ephemeralContainers].map(({ name }) => name);
  let name = '';
  while (name === '' || taken.includes(name)) name = `debugger-${suffix(context)}`;
  if (!flags.quiet) context.print(`Defaulting debug container name to ${name}.\n`);
  return name;
}

function warnOfUser(context: Context, pod: Pod, name: string): void {
  const runAsUser = pod.spec?.securityContext?.runAsUser ?? 0;
  const { containers = [], ephemeralContainers = [] } = pod.spec ?? {};
  const own = ([...containers, ...ephemeralContainers] as readonly Container[])
    .find((one) => one.name === name)?.securityContext;
  if (runAsUser === 0 || own === undefined || own.runAsUser === 0) return;
  if (own.privileged !== true && (own.capabilities?.add ?? []).length === 0) return;
  context.printError('Warning: Non-root user is configured for the entire target Pod, and some ' +
    'capabilities granted by debug profile may not work. Please consider using "--custom" with a ' +
    'custom profile that specifies "securityContext.runAsUser: 0".\n');
}

const statusOf = ({ status }: Pod, name: string): ContainerStatus | undefined =>
  [status?.initContainerStatuses, status?.containerStatuses, status?.ephemeralContainerStatuses]
    .flatMap((list) => list ?? []).find((one) => one.name === name);

/** Waits until the container runs, and joins it; one that has ended shows its log. */
function* attachWhenReady(context: Context, flags: DebugFlags, { pod, container }: Made): Story {
  const { name, namespace = '' } = pod.metadata;
  let found: Pod | undefined;
  const warned = new Set<string>();
  yield* watchUntil(context, { resource: pods, namespace, name }, (object) => {
    if (object === undefined) throw new CommandError('Error from server (NotFound): pods "" not found');
    found = object as unknown as Pod;
    const { running, terminated, waiting } = statusOf(found, container)?.state ?? {};
    if (running !== undefined || terminated !== undefined) return true;
    const message = waiting?.message ?? '';
    if (!flags.quiet && message !== '' && !warned.has(message)) {
      context.printError(`Warning: container ${container}: ${message}\n`);
    }
    warned.add(message);
    return false;
  });
  if (found === undefined) return;
  if (statusOf(found, container)?.state?.terminated !== undefined) {
    return yield* printLogs(context, { pod: found, container });
  }
  try {
    yield* attachIn(context, found, {
      container, stdin: flags.stdin, tty: flags.tty, quiet: flags.quiet,
    });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    context.printError(`warning: couldn't attach to pod/${name}, falling back to streaming logs: ` +
      `${bareMessage(error)}\n`);
    yield* printLogs(context, { pod: found, container });
  }
}
