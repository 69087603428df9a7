/** `kubectl set` and its subcommands. Follows kubectl pkg/cmd/set. */
import type { JsonObject } from '../../../api/object.ts';
import { parseToLabelSelector } from '../../../api/selectors.ts';
import type { Container } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { type Help, command, commandGroup } from '../command.ts';
import type { Context } from '../context.ts';
import { kindName, pathOf } from '../discovery.ts';
import { CommandError, ServerError, bareMessage, failed, failedAlways, throwAll } from '../errors.ts';
import { readResources } from '../generate.ts';
import { setHelp } from '../help/set.gen.ts';
import { splitPairs } from '../pairs.ts';
import { fieldAt, mapContainers, mapPodSpec, podSpecPath, withField } from '../pod-spec.ts';
import { Reporter, dryRunOf } from '../printers/output.ts';
import { type Info, fetchInfos, findSources, missingResource, mixedForms } from '../targets.ts';
import { patchBetween, patchType } from '../three-way.ts';
import { setEnv } from './set-env.ts';
import { setSubject } from './set-subject.ts';

const { children } = setHelp;

/** Flags that all of them have. */
export interface SetFlags {
  readonly filename: readonly string[];
  readonly recursive: boolean;
  readonly kustomize?: string;
  readonly all: boolean;
  readonly selector?: string;
  readonly local: boolean;
  readonly 'dry-run': string;
  readonly 'field-manager': string;
}

/** One `set` command's doing. */
export interface Change {
  readonly help: Help;
  readonly resources: readonly string[];
  readonly flags: SetFlags;
  /** What is said of a changed object: `image updated`. */
  readonly done: string;
  /** What is said to have failed: `image update to pod template`. */
  readonly what: string;
  /** The object as wanted; throws what is wrong with it. */
  readonly change: (object: JsonObject, info: Info) => JsonObject;
}

/** Fetches the objects, changes each, sends the patches. */
export function* setOn(context: Context, change: Change): Story {
  const { flags, resources, help } = change;
  const dryRun = dryRunOf(context, flags['dry-run']);
  if (flags.local && dryRun === 'server') {
    throw failed('cannot specify --local and --dry-run=server - did you mean --dry-run=client?');
  }
  const found = yield* findSources(context, {
    args: resources, filenames: flags.filename, isRecursive: flags.recursive,
    selector: flags.selector ?? '', selectAll: flags.all && resources.length < 2,
    isLocal: flags.local, allowsType: flags.all, kustomize: flags.kustomize ?? '',
  });
  const { infos, errors } = yield* fetchInfos(context, found, { latest: !flags.local });
  const reporter = new Reporter(context, flags, help, { isTyped: flags.local });
  const problems: CommandError[] = [...errors];
  for (const info of infos) {
    try {
      const object = flags.local ? typed(info.object) : info.object;
      const after = change.change(object, info);
      const patch = patchBetween(info.resource, object, after);
      if (Object.keys(patch).length === 0) continue;
      if (flags.local || dryRun === 'client') {
        reporter.report(info.resource, after, change.done);
        continue;
      }
      const answer = yield* context.request({
        method: 'PATCH', path: pathOf(info.resource, info.namespace, info.name), body: patch,
        contentType: patchType(info.resource),
        query: {
          dryRun: dryRun === 'server' ? 'All' : undefined, fieldManager: flags['field-manager'],
        },
      });
      reporter.report(info.resource, answer, change.done);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (error instanceof ServerError) {
        problems.push(failed(`failed to patch ${change.what}: ${bareMessage(error)}`));
      } else problems.push(error);
    }
  }
  throwAll(problems);
}

/** A file's object as Go's types have it: with the zero values that they always write. */
function typed(object: JsonObject): JsonObject {
  const path = podSpecPath(object);
  let result = withField(object, ['metadata', 'creationTimestamp'], null);
  if (path !== undefined) {
    const list = (key: string) => fieldAt(object, [...path, key]) as readonly JsonObject[] | undefined;
    for (const key of ['containers', 'initContainers']) {
      const containers = list(key)?.map((container) => ({ ...container, resources: container['resources'] ?? {} }));
      if (containers !== undefined) result = withField(result, [...path, key], containers);
    }
    if (path.length > 1) {
      result = withField(result, [...path.slice(0, -1), 'metadata', 'creationTimestamp'], null);
    }
  }
  if (object['kind'] === 'Deployment' && fieldAt(object, ['spec', 'strategy']) === undefined) {
    result = withField(result, ['spec', 'strategy'], {});
  }
  if (object['kind'] === 'Service') {
    const ports = (fieldAt(object, ['spec', 'ports']) ?? []) as readonly JsonObject[];
    const whole = ports.map((port) => ({ targetPort: 0, ...port }));
    result = withField(result, ['spec', 'ports'], whole.length === 0 ? undefined : whole);
    return { ...result, status: object['status'] ?? { loadBalancer: {} } };
  }
  return { ...result, status: object['status'] ?? {} };
}

/** What is said of an object that makes no Pods. */
export const noPodTemplate = (object: JsonObject, { resource, name }: Info): CommandError =>
  failedAlways(`${resource.verbs.length === 0 ? kindName(resource) : resource.plural}/${name} the object is not a pod or does not have a pod template: ` +
    `*v1.${String(object['kind'])}`);

/** `deploy/web A`: a word that is neither a pair nor a resource of that form. */
export function pairOrResource(resources: readonly string[]): void {
  const [first = '', ...rest] = resources;
  if (first.includes('/') && rest.length > 0) throw failed(mixedForms);
}

/** Refuses to go on without resources or pairs. */
export function needResources(
  resources: readonly string[], { filename, kustomize }: SetFlags,
): void {
  if (resources.length === 0 && filename.length === 0 && !kustomize) {
    throw failed('one or more resources must be specified as <resource> <name> or <resource>/<name>');
  }
}

const image = command(children.image, function* (context, { args }, flags) {
  const { resources, pairs } = splitPairs(args, 'image');
  if (pairs.length === 0 && resources.length > 0) {
    pairOrResource(resources);
    throw failed('at least one image update is required');
  }
  const images = pairs.map((pair) => pair.split('=') as [string, string]);
  yield* setOn(context, {
    help: children.image, resources, flags, done: 'image updated', what: 'image update to pod template',
    change: (object, info) => {
      const found = new Set<string>();
      const after = mapPodSpec(object, (spec) => images.reduce((now, [name, wanted]) =>
        mapContainers(now, (container) => name === '*' || container.name === name, (container) => {
          found.add(name);
          return { ...container, image: wanted };
        }), spec));
      if (after === undefined) throw noPodTemplate(object, info);
      const missing = images.filter(([name]) => !found.has(name));
      if (missing.length > 0) {
        throw failed(missing.map(([name]) =>
          `unable to find container named ${JSON.stringify(name)}`).join('\nerror: '));
      }
      return after;
    },
  });
});

const resources = command(children.resources, function* (context, { args }, flags) {
  const [limits, requests] = [readResources(flags.limits), readResources(flags.requests)];
  if (args.length === 0 && flags.filename.length === 0) throw failed(missingResource);
  if (limits === undefined && requests === undefined) {
    throw failed('you must specify an update to requests or limits (in the form of --requests/--limits)');
  }
  const matches = ({ name }: Container) => isNamed(name, flags.containers);
  yield* setOn(context, {
    help: children.resources, resources: args, flags, done: 'resource requirements updated',
    what: 'resources update to pod template',
    change: (object, info) => {
      let count = 0;
      const after = mapPodSpec(object, (spec) => mapContainers(spec, matches, (container) => {
        count += 1;
        return { ...container, resources: withAmounts(container, limits, requests) };
      }));
      if (after === undefined) throw noPodTemplate(object, info);
      if (count === 0) throw failed(`unable to find container named ${flags.containers}`);
      return after;
    },
  });
});

function withAmounts(
  { resources: old = {} }: Container,
  limits: Readonly<Record<string, string>> | undefined,
  requests: Readonly<Record<string, string>> | undefined,
): NonNullable<Container['resources']> {
  const merged = (now: Readonly<Record<string, string>> | undefined, more: typeof limits) =>
    more === undefined ? now : Object.fromEntries(
      Object.entries({ ...now, ...more }).filter(([, quantity]) => quantity !== '0'));
  const [newLimits, newRequests] = [merged(old.limits, limits), merged(old.requests, requests)];
  return {
    ...old,
    ...(newLimits === undefined ? {} : { limits: newLimits }),
    ...(newRequests === undefined ? {} : { requests: newRequests }),
  };
}

/** Whether a container's name is meant by a pattern: `*`, a name, or names with stars. */
export const isNamed = (name: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(name);

const selector = command(children.selector, function* (context, { args }, flags) {
  if (args.length === 0) throw failed('one selector is required');
  const wanted = parseToLabelSelector(args.at(-1) ?? '');
  yield* setOn(context, {
    help: children.selector, resources: args.slice(0, -1), flags, done: 'selector updated',
    what: 'selector update',
    change: (object) => {
      if (object['kind'] !== 'Service') throw failed('setting a selector is only supported for Services');
      return withField(object, ['spec', 'selector'], wanted.matchLabels ?? {});
    },
  });
});

const serviceAccount = command(children.serviceaccount, function* (context, { args }, flags) {
  const name = args.at(-1);
  if (name === undefined) throw failed('serviceaccount is required');
  yield* setOn(context, {
    help: children.serviceaccount, resources: args.slice(0, -1), flags,
    done: 'serviceaccount updated', what: 'ServiceAccountName',
    change: (object, info) => {
      const after = mapPodSpec(object, (spec) => ({ ...spec, serviceAccountName: name }));
      if (after === undefined) throw noPodTemplate(object, info);
      return after;
    },
  });
});

export const set = commandGroup(setHelp, [setEnv, image, resources, selector, serviceAccount, setSubject]);
