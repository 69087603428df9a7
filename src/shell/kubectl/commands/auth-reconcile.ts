/**
 * `kubectl auth reconcile`: makes roles and bindings have at least what the files say.
 * Follows kubectl pkg/cmd/auth/reconcile.go and component-helpers auth/rbac/reconciliation.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import type { JsonObject } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import { type FlagsOf, command } from '../command.ts';
import type { Context } from '../context.ts';
import { pathOf } from '../discovery.ts';
import { type CommandError, failed, isNotFound, throwAll } from '../errors.ts';
import { authHelp } from '../help/auth.gen.ts';
import { Reporter, dryRunOf } from '../printers/output.ts';
import { type Info, fetchAll, metadataOf, withMetadata } from '../targets.ts';

const help = authHelp.children.reconcile;
type Flags = FlagsOf<(typeof help)['flags']>;

interface Rule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Subject {
  readonly kind: string;
  readonly apiGroup?: string;
  readonly name: string;
  readonly namespace?: string;
}

/** What was done to one object, and what it lacked or had too much. */
interface Result {
  readonly object: JsonObject;
  readonly operation: 'none' | 'create' | 'update' | 'recreate';
  readonly isProtected: boolean;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

const kinds = new Set(['Role', 'ClusterRole', 'RoleBinding', 'ClusterRoleBinding']);

export const reconcile = command(help, function* (context, _words, flags) {
  if (flags.filename.length === 0 && flags.kustomize === '') throw failed('must specify one of -f and -k');
  const dryRun = dryRunOf(context, flags['dry-run']);
  if (dryRun === 'server') throw failed('--dry-run=server for command reconcile is not supported yet');
  // Objects stand for themselves: a file without a namespace has none.
  const { infos, errors } = yield* fetchAll(context, {
    args: [], isLocal: true, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
  });
  throwAll(errors);
  const reporter = new Reporter(context, flags, help);
  const problems: CommandError[] = [];
  for (const info of infos) {
    if (info.resource.group !== 'rbac.authorization.k8s.io' || !kinds.has(info.resource.kind)) continue;
    const isBinding = info.resource.kind.endsWith('Binding');
    const run = { context, flags, isDry: dryRun === 'client' };
    const isUnplaced = !info.resource.kind.startsWith('Cluster') && info.namespace === '';
    if (isUnplaced && !run.isDry) {
      problems.push(failed('resource name may not be empty'));
      continue;
    }
    const result = isBinding ? yield* reconcileBinding(run, info) : yield* reconcileRole(run, info);
    reporter.report(info.resource, result.object, 'reconciled');
    context.printError(resultText(result, isBinding ? 'subjects' : 'rules',
      isBinding ? flags['remove-extra-subjects'] : flags['remove-extra-permissions']));
  }
  throwAll(problems);
});

function resultText(
  { operation, isProtected, missing, extra }: Result, what: string, removes: boolean,
): string {
  if (operation === 'none') return '';
  const caveat = isProtected
    ? ', but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)' : '';
  const list = (title: string, lines: readonly string[]) => lines.length === 0
    ? '' : `\t${title}:\n${lines.map((line) => `\t\t${line}\n`).join('')}`;
  return `\treconciliation required ${operation}${caveat}\n` + list(`missing ${what} added`, missing) +
    (removes ? list(`extra ${what} removed`, extra) : '');
}

interface Run {
  readonly context: Context;
  readonly flags: Flags;
  readonly isDry: boolean;
}

const optOut = 'rbac.authorization.kubernetes.io/autoupdate';

function* existing({ context }: Run, info: Info): Story<JsonObject | undefined> {
  if (!info.resource.kind.startsWith('Cluster') && info.namespace === '') return undefined;
  try {
    return yield* context.get(info.resource, info.namespace, info.name);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Labels and annotations of the file win; others stay. */
function withFileMetadata(live: JsonObject, wanted: JsonObject): JsonObject {
  const [a, b] = [metadataOf(live), metadataOf(wanted)];
  const merged = (key: 'labels' | 'annotations') =>
    (a[key] === undefined && b[key] === undefined ? {} : { [key]: { ...a[key], ...b[key] } });
  return withMetadata(live, { ...merged('labels'), ...merged('annotations') });
}

function* send(run: Run, info: Info, object: JsonObject, isNew: boolean): Story<JsonObject> {
  if (run.isDry) return object;
  const { resource, namespace, name } = info;
  return yield* run.context.request({
    method: isNew ? 'POST' : 'PUT', path: pathOf(resource, namespace, isNew ? undefined : name), body: object,
  });
}

function* reconcileRole(run: Run, info: Info): Story<Result> {
  const wanted = (info.object['rules'] ?? []) as unknown as readonly Rule[];
  const live = yield* existing(run, info);
  if (live === undefined) {
    const object = yield* send(run, info, info.object, true);
    return { object, operation: 'create', isProtected: false, missing: wanted.map(ruleText), extra: [] };
  }
  const isProtected = metadataOf(live).annotations?.[optOut] === 'false';
  const owned = (live['rules'] ?? []) as unknown as readonly Rule[];
  const missing = uncovered(owned, wanted);
  const extra = uncovered(wanted, owned);
  const removes = run.flags['remove-extra-permissions'];
  const rules = removes && extra.length > 0 ? wanted : [...owned, ...missing];
  const after = { ...withFileMetadata(live, info.object), rules: rules as never };
  const isSame = isDeepEqual(after, live) || (missing.length === 0 && !(removes && extra.length > 0) &&
    isDeepEqual(metadataOf(after), metadataOf(live)));
  const told = { isProtected, missing: missing.map(ruleText), extra: extra.map(ruleText) };
  if (isSame) return { object: live, operation: 'none', ...told };
  const object = isProtected ? after : yield* send(run, info, after, false);
  return { object, operation: 'update', ...told };
}

function* reconcileBinding(run: Run, info: Info): Story<Result> {
  const wanted = (info.object['subjects'] ?? []) as unknown as readonly Subject[];
  const live = yield* existing(run, info);
  if (live === undefined) {
    const object = yield* send(run, info, info.object, true);
    return { object, operation: 'create', isProtected: false, missing: wanted.map(subjectText), extra: [] };
  }
  const isProtected = metadataOf(live).annotations?.[optOut] === 'false';
  const owned = (live['subjects'] ?? []) as unknown as readonly Subject[];
  const lacks = (list: readonly Subject[], one: Subject) =>
    !list.some((other) => subjectText(other) === subjectText(one));
  const missing = wanted.filter((one) => lacks(owned, one));
  const extra = owned.filter((one) => lacks(wanted, one));
  const told = { isProtected, missing: missing.map(subjectText), extra: extra.map(subjectText) };
  const removes = run.flags['remove-extra-subjects'];
  const subjects = removes && extra.length > 0 ? wanted : [...owned, ...missing];
  if (!isDeepEqual(live['roleRef'], info.object['roleRef'])) {
    const fresh = { ...info.object, subjects: subjects as never };
    if (!run.isDry && !isProtected) {
      const { resource, namespace, name } = info;
      yield* run.context.request({ method: 'DELETE', path: pathOf(resource, namespace, name), body: {} });
    }
    const object = isProtected ? fresh : yield* send(run, info, fresh, true);
    return { object, operation: 'recreate', ...told };
  }
  const after = { ...withFileMetadata(live, info.object), subjects: subjects as never };
  const hasChanged = missing.length > 0 || (removes && extra.length > 0) ||
    !isDeepEqual(metadataOf(after), metadataOf(live));
  if (!hasChanged) return { object: live, operation: 'none', ...told };
  const object = isProtected ? after : yield* send(run, info, after, false);
  return { object, operation: 'update', ...told };
}

/** The rules that others do not cover, each as one verb, group and resource. */
function uncovered(owned: readonly Rule[], wanted: readonly Rule[]): readonly Rule[] {
  return wanted.flatMap(brokenDown).filter((one) => !owned.some((rule) => covers(rule, one)));
}

const brokenDown = ({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: Rule): readonly Rule[] => [
  ...apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.flatMap((verb): Rule[] => {
    const one = { verbs: [verb], apiGroups: [group], resources: [resource] };
    return resourceNames.length === 0 ? [one] : resourceNames.map((name) => ({ ...one, resourceNames: [name] }));
  }))),
  ...nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ verbs: [verb], nonResourceURLs: [url] }))),
];

function covers(rule: Rule, one: Rule): boolean {
  const has = (list: readonly string[] = [], item = '') => list.includes('*') || list.includes(item);
  if (!has(rule.verbs, one.verbs?.[0])) return false;
  const [url] = one.nonResourceURLs ?? [];
  if (url !== undefined) {
    return (rule.nonResourceURLs ?? []).some((own) =>
      own === url || (own.endsWith('*') && url.startsWith(own.slice(0, -1))));
  }
  const [name] = one.resourceNames ?? [];
  const { resourceNames = [] } = rule;
  const isNamed = resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name));
  return isNamed && has(rule.apiGroups, one.apiGroups?.[0]) && hasResource(rule, one.resources?.[0] ?? '');
}

function hasResource({ resources = [] }: Rule, resource: string): boolean {
  const [, subresource] = resource.split('/');
  return resources.includes('*') || resources.includes(resource) ||
    (subresource !== undefined && resources.includes(`*/${subresource}`));
}

const brackets = (list: readonly string[] = []): string => `[${list.join(' ')}]`;

/** Go's `%+v` of a PolicyRule. */
const ruleText = ({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule): string =>
  `{Verbs:${brackets(verbs)} APIGroups:${brackets(apiGroups)} Resources:${brackets(resources)} ` +
  `ResourceNames:${brackets(resourceNames)} NonResourceURLs:${brackets(nonResourceURLs)}}`;

/** Go's `%+v` of a Subject. */
const subjectText = ({ kind, apiGroup = '', name, namespace = '' }: Subject): string =>
  `{Kind:${kind} APIGroup:${kind === 'ServiceAccount' ? '' : apiGroup} Name:${name} Namespace:${namespace}}`;
