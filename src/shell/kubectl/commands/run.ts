/** `kubectl run`. Follows kubectl pkg/cmd/run/run.go and pkg/generate/versioned/run.go. */
import type { JsonObject } from '../../../api/object.ts';
import { mergePatch, strategicMerge } from '../../../api/patch/index.ts';
import { parseGoDuration } from '../../../api/duration.ts';
import type { Pod } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { type FlagsOf, type Words, command } from '../command.ts';
import type { Context } from '../context.ts';
import { pathOf } from '../discovery.ts';
import { CommandError, bareMessage, failed, silently } from '../errors.ts';
import { decodeYaml } from '../manifest/decode.ts';
import { runHelp } from '../help/run.gen.ts';
import { isImageName } from '../image-name.ts';
import {
  type Labels, create, givenNamespace, metadata, objectOf, pods, readPairs, services,
} from '../generate.ts';
import { requireFlags, usageError } from '../pairs.ts';
import { dryRunOf } from '../printers/output.ts';
import { attachIn } from '../attaching.ts';
import { withMetadata } from '../targets.ts';
import { watchUntil } from '../waiting.ts';
import { printLogs } from './logs.ts';

type RunFlags = FlagsOf<(typeof runHelp)['flags']>;

export const run = command(runHelp, function* (context, words, flags) {
  requireFlags(flags, 'image');
  const dryRun = dryRunOf(context, flags['dry-run']);
  const name = checked(words, flags, dryRun !== 'none');
  // The real one asks which resources there are before it makes one.
  yield* context.resources();
  const pod = overridden(context, podOf(context, name, words, flags), flags);
  if (flags.expose) {
    yield* exposePod(context, name, flags);
    // Both kubectl and its printer put a separator here.
    if (flags.output === 'yaml') context.print('---\n---\n');
  }
  const isAttached = flags.attach || (flags.stdin && !flags.changed.has('attach'));
  const quiet = { ...flags, 'save-config': flags['save-config'] };
  if (isAttached && dryRun === 'none' && flags.output === '') {
    yield* runAttached(context, { name, pod, flags });
    return;
  }
  yield* create(context, {
    resource: pods, object: pod, help: runHelp, flags: quiet, fieldManager: 'kubectl-run',
    // Overrides are read as a Pod: what that does not have is dropped here already.
    ...(flags.overrides === '' ? {} : { fieldValidation: 'Ignore' }),
  });
});

function checked({ args, dash }: Words, flags: RunFlags, isDry: boolean): string {
  const [name] = args;
  if (name === undefined || dash === 0) throw usageError('NAME is required for run', 'run');
  if (!['Always', 'OnFailure', 'Never', ''].includes(flags.restart)) {
    throw usageError(`invalid restart policy: ${flags.restart}`, 'run');
  }
  const pullPolicy = flags['image-pull-policy'];
  if (!['', 'Always', 'IfNotPresent', 'Never'].includes(pullPolicy)) {
    throw usageError(`invalid image pull policy: ${pullPolicy}`, 'run');
  }
  const isAttached = flags.attach || flags.stdin;
  if (flags.rm && !isAttached) {
    throw usageError('--rm should only be used for attached containers', 'run');
  }
  if (flags.tty && !flags.stdin) throw usageError('-i/--stdin is required for containers with -t/--tty=true', 'run');
  if (flags.expose && flags.port === '') throw usageError('--port must be set when exposing a service', 'run');
  if (isAttached && isDry) {
    throw usageError("--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)", 'run');
  }
  if (flags.image === '') throw failed('--image is required');
  if (!isImageName(flags.image)) {
    throw failed(`Invalid image name ${JSON.stringify(flags.image)}: invalid reference format`);
  }
  return name;
}

function podOf(context: Context, name: string, { args }: Words, flags: RunFlags): JsonObject {
  const rest = args.slice(1);
  const labels: Labels = flags.labels === ''
    ? { run: name } : readPairs(flags.labels, (pair) => `unexpected label spec: ${pair}`);
  const annotations = readPairs(flags.annotations.join(','), (pair) => `invalid annotation format: ${pair}`);
  const env = flags.env.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw failed(`invalid env: ${pair}`);
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  const container = {
    name, image: flags.image,
    ...(flags.command && rest.length > 0 ? { command: rest } : {}),
    ...(!flags.command && rest.length > 0 ? { args: rest } : {}),
    ...(flags.port === '' ? {} : { ports: [{ containerPort: portOf(flags.port) }] }),
    ...(env.length === 0 ? {} : { env }),
    resources: {},
    ...(flags['image-pull-policy'] === '' ? {} : { imagePullPolicy: flags['image-pull-policy'] }),
    ...(flags.privileged ? { securityContext: { privileged: true } } : {}),
    ...(flags.stdin ? { stdin: true, stdinOnce: !flags['leave-stdin-open'] } : {}),
    ...(flags.tty ? { tty: true } : {}),
  };
  return objectOf(pods, {
    metadata: metadata(name, { ...givenNamespace(context), labels, annotations }),
    spec: { containers: [container], restartPolicy: flags.restart || 'Always', dnsPolicy: 'ClusterFirst' },
    status: {},
  });
}

function portOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw failed(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function overridden(context: Context, pod: JsonObject, flags: RunFlags): JsonObject {
  if (flags.overrides === '') return pod;
  const { value, problem } = decodeYaml(flags.overrides);
  if (problem !== undefined || value === null || typeof value !== 'object') {
    throw failed('Invalid JSON Patch');
  }
  const type = flags['override-type'];
  if (!['strategic', 'merge', 'json'].includes(type)) throw failed(`invalid override type: ${type}`);
  const patch = value as JsonObject;
  const merged = flags['override-type'] === 'strategic'
    ? strategicMerge('core.v1.Pod', pod, patch) : (mergePatch(pod, patch) as JsonObject);
  return context.settings.isNamespaceGiven
    ? withMetadata(merged, { namespace: context.namespace }) : merged;
}

function* exposePod(context: Context, name: string, flags: RunFlags): Story {
  const port = portOf(flags.port);
  const labels = flags.labels === '' ? { run: name } : readPairs(flags.labels, (pair) => `unexpected label spec: ${pair}`);
  yield* create(context, {
    resource: services, help: runHelp, flags, fieldManager: 'kubectl-run',
    object: objectOf(services, {
      metadata: metadata(name, givenNamespace(context)),
      spec: { ports: [{ protocol: 'TCP', port, targetPort: port }], selector: labels },
      status: { loadBalancer: {} },
    }),
  });
}

interface Attached {
  readonly name: string;
  readonly pod: JsonObject;
  readonly flags: RunFlags;
}

/** A container that ended before it could be joined has left its log. */
function* attachOrFollow(
  context: Context, { name, pod, flags }: Omit<Attached, 'pod'> & { readonly pod: Pod },
): Story {
  try {
    yield* attachIn(context, pod, { ...flags, container: name });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    context.printError(
      `warning: couldn't attach to pod/${name}, falling back to streaming logs: ` +
        `${bareMessage(error)}\n`,
    );
    yield* printLogs(context, { pod, container: name });
  }
}

/** Creates the Pod, waits for it, joins its streams, and removes it with `--rm`. */
function* runAttached(context: Context, { name, pod, flags }: Attached): Story {
  const { namespace } = context;
  yield* context.request({
    method: 'POST', path: pathOf(pods, namespace), body: pod, query: { fieldManager: 'kubectl-run' },
  });
  const isStarted = (object: JsonObject | undefined): boolean => {
    if (object === undefined) throw failed(`pods ${JSON.stringify(name)} not found`);
    const { status } = object as unknown as Pod;
    if (status?.phase === 'Succeeded' || status?.phase === 'Failed') return true;
    return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  };
  const watched = { resource: pods, namespace, name };
  const untilMs = context.process.site.now + (parseGoDuration(flags['pod-running-timeout']) ?? 60_000);
  try {
    if (!(yield* watchUntil(context, watched, isStarted, untilMs))) {
      throw failed('timed out waiting for the condition');
    }
    const found = (yield* context.get(pods, namespace, name)) as unknown as Pod;
    const isOver = found.status?.phase === 'Succeeded' || found.status?.phase === 'Failed';
    if (isOver) yield* printLogs(context, { pod: found, container: name });
    else yield* attachOrFollow(context, { name, pod: found, flags });
    const code = flags.restart === 'Always' || flags.restart === ''
      ? 0 : yield* exitCodeOf(context, { namespace, name });
    if (code !== 0) throw new CommandError(`pod ${namespace}/${name} terminated (Error)`, code);
  } finally {
    if (flags.rm) {
      yield* context.request({
        method: 'DELETE', path: pathOf(pods, namespace, name), body: { propagationPolicy: 'Background' },
      });
      if (!flags.quiet) context.print(`pod "${name}" deleted\n`);
    }
  }
}

function* exitCodeOf(
  context: Context, { namespace, name }: { namespace: string; name: string },
): Story<number> {
  let code = 0;
  yield* watchUntil(context, { resource: pods, namespace, name }, (object) => {
    if (object === undefined) throw silently();
    const { status } = object as unknown as Pod;
    const ended = status?.containerStatuses?.find((one) => one.name === name)?.state?.terminated;
    if (ended !== undefined) code = ended.exitCode;
    return status?.phase === 'Succeeded' || status?.phase === 'Failed';
  });
  return code;
}

