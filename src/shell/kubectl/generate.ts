/** Objects that kubectl makes of flags, and how it sends them. */
import type { Json, JsonObject } from '../../api/object.ts';
import { canonicalQuantity, quantityProblem } from '../../api/quantity.ts';
import type { Story } from '../../kernel/index.ts';
import type { AnyFlags, Help } from './command.ts';
import type { Call, Context } from './context.ts';
import { type Resource, pathOf } from './discovery.ts';
import { ServerError, bareMessage, failed } from './errors.ts';
import { Reporter, dryRunOf } from './printers/output.ts';
import { withLastApplied, withoutNulls } from './three-way.ts';

/** A built-in resource, without asking the server. */
export function builtIn(
  apiVersion: string, kind: string, plural: string, isNamespaced = true,
): Resource {
  const [version = '', group = ''] = apiVersion.split('/').reverse();
  return {
    group, version, kind, plural, singular: kind.toLowerCase(), shortNames: [], categories: [],
    verbs: [], isNamespaced, subresources: [],
  };
}

export const pods = builtIn('v1', 'Pod', 'pods');
export const services = builtIn('v1', 'Service', 'services');

export type Labels = Readonly<Record<string, string>>;

/** Go's zero metadata: fields in its order, with a creation time that is null. */
export const metadata = (
  name: string, parts: { namespace?: string; labels?: Labels; annotations?: Labels } = {},
): JsonObject => ({
  name,
  ...(parts.namespace === undefined ? {} : { namespace: parts.namespace }),
  creationTimestamp: null,
  ...(parts.labels === undefined ? {} : { labels: parts.labels }),
  ...(parts.annotations === undefined || Object.keys(parts.annotations).length === 0
    ? {} : { annotations: parts.annotations }),
});

/** The namespace, if a flag gave it: only then is it written into the object. */
export const givenNamespace = ({ settings }: Context): { namespace?: string } =>
  settings.isNamespaceGiven ? { namespace: settings.namespace } : {};

/** An object with its kind in front. */
export const objectOf = ({ group, version, kind }: Resource, fields: JsonObject): JsonObject =>
  ({ kind, apiVersion: group === '' ? version : `${group}/${version}`, ...fields });

export interface Creation {
  readonly resource: Resource;
  readonly object: JsonObject;
  readonly help: Help;
  readonly flags: object;
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
  /** What is said before the server's reason: `failed to create job`. */
  readonly failure?: string;
  /** What is said to be done; `created` unless given. */
  readonly done?: string;
}

/** Creates the object (unless it is a dry run) and says so. */
export function* create(context: Context, creation: Creation): Story<JsonObject> {
  const { resource, help } = creation;
  const flags = creation.flags as AnyFlags;
  const dryRun = dryRunOf(context, String(flags['dry-run'] ?? 'none'));
  const reporter = new Reporter(context, flags, help, { isTyped: dryRun === 'client' });
  let object = flags['save-config'] === true ? withLastApplied(creation.object) : creation.object;
  if (dryRun !== 'client') {
    object = yield* post(context, creation.failure ?? failures[resource.kind], {
      method: 'POST', path: pathOf(resource, context.namespace),
      body: withoutNulls(object),
      query: {
        dryRun: dryRun === 'server' ? 'All' : undefined,
        fieldManager: String(flags['field-manager'] || creation.fieldManager || 'kubectl-create'),
        fieldValidation: creation.fieldValidation ??
          (flags['validate'] === undefined ? undefined : 'Strict'),
      },
    });
  }
  reporter.report(resource, object, creation.done ?? 'created');
  return object;
}

/** Before the server's reason, where kubectl's `create` commands put words of their own. */
const failures: Readonly<Record<string, string>> = {
  Deployment: 'failed to create deployment:', Job: 'failed to create job:',
  CronJob: 'failed to create cronjob:', ConfigMap: 'failed to create configmap:',
  Secret: 'failed to create secret', ServiceAccount: 'failed to create serviceaccount:',
  Ingress: 'failed to create ingress:', RoleBinding: 'failed to create rolebinding:',
  ClusterRoleBinding: 'failed to create clusterrolebinding:', ResourceQuota: 'failed to create quota:',
  PodDisruptionBudget: 'failed to create poddisruptionbudgets:',
  PriorityClass: 'failed to create priorityclass:',
};

/** A request; what is wrong with it is told after kubectl's own words. */
export function* post(context: Context, failure: string | undefined, call: Call): Story<JsonObject> {
  try {
    return yield* context.request(call);
  } catch (error) {
    if (!(error instanceof ServerError) || failure === undefined || failure === '') throw error;
    throw failed(`${failure} ${bareMessage(error)}`);
  }
}

/** `a=b,c=d` as a map. */
export function readPairs(text: string, invalid: (pair: string) => string): Labels {
  const pairs: Record<string, string> = {};
  for (const pair of text.split(',').filter((one) => one !== '')) {
    const at = pair.indexOf('=');
    if (at < 1) throw failed(invalid(pair));
    pairs[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return pairs;
}

/** `cpu=100m,memory=1Gi` as quantities. */
export function readResources(text: string): Labels | undefined {
  if (text === '') return undefined;
  const list: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const [name = '', quantity, ...more] = pair.split('=');
    if (quantity === undefined || more.length > 0) {
      throw failed(`Invalid argument syntax ${pair}, expected <resource>=<value>`);
    }
    const problem = quantityProblem(quantity);
    if (problem !== undefined) throw failed(problem);
    list[name] = canonicalQuantity(quantity);
  }
  return list;
}

/** `80` as a number, `http` as a name. */
export const intOrString = (text: string): Json => (/^\d+$/.test(text) ? Number(text) : text);
