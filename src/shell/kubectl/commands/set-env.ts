/** `kubectl set env`. Follows kubectl pkg/cmd/set/set_env.go. */
import { isEnvName } from '../../../api/name-rules.ts';
import type { EnvVar } from '../../../api/types.gen.ts';
import { decodeBase64 } from '../../../api/base64.ts';
import type { JsonObject } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { failed, isNotFound, throwAll } from '../errors.ts';
import { setHelp } from '../help/set.gen.ts';
import { splitPairs } from '../pairs.ts';
import { fieldAt, mapContainers, mapPodSpec, podSpecPath } from '../pod-spec.ts';
import { type Info, fetchAll } from '../targets.ts';
import { isNamed, needResources, noPodTemplate, pairOrResource, setOn } from './set.ts';

const help = setHelp.children.env;

export const setEnv = command(help, function* (context, { args }, flags) {
  const { resources, pairs } = splitPairs(args, 'environment variable');
  needResources(resources, flags);
  pairOrResource(resources);
  const { set, remove } = readEnv([...flags.env, ...pairs]);
  const sources = flags.from === '' ? [] : yield* envFrom(context, flags.from, flags);
  if (flags.list || flags.resolve) {
    const { infos, errors } = yield* fetchAll(context, {
      args: resources, filenames: flags.filename, isLocal: flags.local, selectAll: flags.all,
      selector: flags.selector,
    }, { latest: !flags.local });
    const change = { added: [...sources, ...set], remove, overwrite: flags.overwrite };
    for (const info of infos) {
      yield* listEnv(context, info, { pattern: flags.containers, isResolved: flags.resolve, change });
    }
    return throwAll(errors);
  }
  const added = [...sources, ...set];
  yield* setOn(context, {
    help, resources, flags, done: 'env updated', what: 'env update to pod template',
    change: (object, info) => {
      let count = 0;
      const after = mapPodSpec(object, (spec) =>
        mapContainers(spec, ({ name }) => isNamed(name, flags.containers), (container) => {
          count += 1;
          const env = changed(container.env ?? [], { added, remove, overwrite: flags.overwrite });
          const { env: _, ...rest } = container;
          return env.length === 0 ? rest : { ...container, env };
        }));
      if (after === undefined) throw noPodTemplate(object, info);
      if (count === 0) {
        context.printError(`Warning: ${String(object['kind'])}/${nameOf(object)} does not have any ` +
          `containers matching ${JSON.stringify(flags.containers)}\n`);
      }
      return after;
    },
  });
});

const nameOf = (object: JsonObject): string => String((object['metadata'] as JsonObject)['name']);

function readEnv(pairs: readonly string[]) {
  const set: EnvVar[] = [];
  const remove: string[] = [];
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at > 0) {
      const name = pair.slice(0, at);
      const problems = isEnvName(name);
      if (problems.length > 0) {
        throw failed(`${JSON.stringify(name)} is not a valid key name: ${problems.join(';')}`);
      }
      set.push({ name, value: pair.slice(at + 1) });
    }
    else if (pair.endsWith('-')) remove.push(pair.slice(0, -1));
    else throw failed(`environment variables must be of the form key=value`);
  }
  if (set.some(({ name }) => remove.includes(name))) {
    throw failed('can not both modify and remove the same environment variable in the same command');
  }
  return { set, remove };
}

interface EnvChange {
  readonly added: readonly EnvVar[];
  readonly remove: readonly string[];
  readonly overwrite: boolean;
}

function changed(
  env: readonly EnvVar[], { added, remove, overwrite }: EnvChange,
): readonly EnvVar[] {
  let result = [...env];
  for (const one of added) {
    const index = result.findIndex(({ name }) => name === one.name);
    const old = result[index];
    if (old === undefined) result.push(one);
    else if (overwrite) result[index] = one;
    else throw failed(`'${one.name}' already has a value (${old.value ?? ''}), and --overwrite is false`);
  }
  result = result.filter(({ name }) => !remove.includes(name));
  return result;
}

interface FromFlags {
  readonly prefix: string;
  readonly keys: readonly string[];
}

/** `--from=configmap/x`: one variable for each of its keys. */
function* envFrom(context: Context, from: string, { prefix, keys }: FromFlags) {
  const { infos, errors } = yield* fetchAll(context, { args: [from] });
  throwAll(errors);
  return infos.flatMap(({ object, resource, name }): EnvVar[] => {
    if (resource.kind !== 'Secret' && resource.kind !== 'ConfigMap') {
      throw failed(`unsupported resource specified in --from`);
    }
    const data = Object.keys((object['data'] ?? {}) as JsonObject).sort();
    return data.filter((key) => keys.length === 0 || keys.includes(key)).map((key) => {
      const ref = { name, key };
      const plain = key.toUpperCase().replace(/[^A-Z0-9_]/g, '_');
      if (plain !== key.toUpperCase()) context.printError(`Warning: key ${key} transferred to ${plain}\n`);
      return {
        name: prefix + plain,
        valueFrom: resource.kind === 'Secret' ? { secretKeyRef: ref } : { configMapKeyRef: ref },
      };
    });
  });
}

interface Listing {
  readonly pattern: string;
  /** `--resolve`: what references lead to. */
  readonly isResolved: boolean;
  /** What would be changed is listed as if it were. */
  readonly change: EnvChange;
}

function* listEnv(
  context: Context, { object, resource, name, namespace }: Info, { pattern, isResolved, change }: Listing,
): Story {
  const path = podSpecPath(object);
  if (path === undefined) return;
  for (const key of ['containers', 'initContainers']) {
    const containers = (fieldAt(object, [...path, key]) ?? []) as readonly { name: string; env?: readonly EnvVar[] }[];
    for (const container of containers.filter((one) => isNamed(one.name, pattern))) {
      context.print(`# ${resource.kind} ${name}, container ${container.name}\n`);
      for (const variable of changed(container.env ?? [], change)) {
        const value = isResolved ? yield* resolved(context, namespace, variable) : undefined;
        context.print(value === undefined ? `${envText(variable)}\n` : `${variable.name}=${value}\n`);
      }
    }
  }
}

/** What a reference to a ConfigMap or a Secret leads to. */
function* resolved(
  context: Context, namespace: string, { valueFrom }: EnvVar,
): Story<string | undefined> {
  const isSecret = valueFrom?.secretKeyRef !== undefined;
  const ref = valueFrom?.secretKeyRef ?? valueFrom?.configMapKeyRef;
  if (ref === undefined) return undefined;
  try {
    const path = `/api/v1/namespaces/${namespace}/${isSecret ? 'secrets' : 'configmaps'}/${ref.name ?? ''}`;
    const { data } = (yield* context.request({ path })) as { data?: Readonly<Record<string, string>> };
    const value = data?.[ref.key];
    return isSecret ? decodeBase64(value ?? '') : value;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function envText({ name, value = '', valueFrom }: EnvVar): string {
  if (valueFrom === undefined) return `${name}=${value}`;
  const { secretKeyRef, configMapKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  if (secretKeyRef !== undefined) return `# ${name} from secret ${secretKeyRef.name ?? ''}, key ${secretKeyRef.key}`;
  if (configMapKeyRef !== undefined) return `# ${name} from configmap ${configMapKeyRef.name ?? ''}, key ${configMapKeyRef.key}`;
  if (fieldRef !== undefined) return `# ${name} from field path ${fieldRef.fieldPath}`;
  return `# ${name} from resource field ${resourceFieldRef?.resource ?? ''}`;
}
