/**
 * `describe role`, `clusterrole`, `rolebinding`, `clusterrolebinding`.
 * Follows kubectl pkg/describe/describe.go and pkg/util/rbac/rbac.go.
 */
import type { ObjectMeta } from '../../../api/object.ts';
import type { Role, RoleBinding } from '../../../api/types.gen.ts';
import type { Describer } from './describer.ts';
import { byText, writeAnnotations, writeLabels } from './metadata.ts';
import type { DescribeWriter } from './writer.ts';

/** A rule of a Role. */
export type PolicyRule = NonNullable<Role['rules']>[number];

/** One line of the table: one resource (or URL), at most one name, and every verb for it. */
interface Line {
  readonly group: string;
  /** Undefined: a rule about a URL. */
  readonly resource: string | undefined;
  readonly names: readonly string[];
  readonly urls: readonly string[];
  readonly verbs: readonly string[];
}

/** Rules as the rows of a table: resources, URLs, names, verbs. */
export const ruleRows = (rules: readonly PolicyRule[]): readonly string[] =>
  byText(compact(rules.flatMap(brokenDown)), sortKey).map((line) =>
    `${resourceText(line)}\t${list(line.urls)}\t${list(line.names)}\t${list(line.verbs)}\n`);

// oxlint-disable-next-line require-yield -- a role's description needs nothing else
export const describeRole: Describer = function* (w, { object }) {
  const { metadata, rules = [] } = object as unknown as Role;
  writeNamed(w, metadata);
  w.write(0, 'PolicyRule:\n');
  w.write(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs\n');
  w.write(1, '---------\t-----------------\t--------------\t-----\n');
  for (const row of ruleRows(rules ?? [])) w.write(1, row);
};

// oxlint-disable-next-line require-yield -- a binding's description needs nothing else
export const describeRoleBinding: Describer = function* (w, { object }) {
  const { metadata, roleRef, subjects } = object as unknown as RoleBinding;
  writeNamed(w, metadata);
  w.write(0, 'Role:\n');
  w.field(1, 'Kind', roleRef.kind);
  w.field(1, 'Name', roleRef.name);
  w.write(0, 'Subjects:\n');
  w.write(1, 'Kind\tName\tNamespace\n');
  w.write(1, '----\t----\t---------\n');
  for (const { kind, name, namespace = '' } of subjects ?? []) {
    w.write(1, `${kind}\t${name}\t${namespace}\n`);
  }
};

/** Even a Role's description does not say its namespace. */
function writeNamed(w: DescribeWriter, { name, labels, annotations }: ObjectMeta): void {
  w.field(0, 'Name', name);
  writeLabels(w, 'Labels', labels);
  writeAnnotations(w, 'Annotations', annotations);
}

const list = (items: readonly string[]): string => `[${items.join(' ')}]`;

/** A rule as rules of one resource, one name and one verb each. */
function brokenDown(rule: PolicyRule): readonly Line[] {
  const { apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [], verbs } = rule;
  const names: readonly (readonly string[])[] =
    resourceNames.length === 0 ? [[]] : resourceNames.map((name) => [name]);
  const ofResources = apiGroups.flatMap((group) => resources.flatMap((resource) =>
    verbs.flatMap((verb) => names.map((name): Line =>
      ({ group, resource, names: name, urls: [], verbs: [verb] })))));
  const ofUrls = nonResourceURLs.flatMap((url) => verbs.map((verb): Line =>
    ({ group: '', resource: undefined, names: [], urls: [url], verbs: [verb] })));
  return [...ofResources, ...ofUrls];
}

/** Joins the verbs of equal resources; URLs stay as they are, one line a verb. */
function compact(lines: readonly Line[]): readonly Line[] {
  const simple = new Map<string, Line>();
  const others: Line[] = [];
  for (const line of lines) {
    if (line.resource === undefined) {
      others.push(line);
      continue;
    }
    const key = [line.group, line.resource, ...line.names].join('\n');
    const known = simple.get(key);
    if (known === undefined) simple.set(key, line);
    else simple.set(key, { ...known, verbs: [...new Set([...known.verbs, ...line.verbs])] });
  }
  return [...others, ...simple.values()];
}

/** Lines stand in the order of their rules' Go texts. */
const sortKey = ({ group, resource, names, urls, verbs }: Line): string =>
  `&PolicyRule{Verbs:${list(verbs)},APIGroups:${resource === undefined ? '[]' : `[${group}]`},` +
  `Resources:[${resource ?? ''}],ResourceNames:${list(names)},NonResourceURLs:${list(urls)},}`;

/** `deployments.apps/scale`. */
function resourceText({ group, resource }: Line): string {
  if (resource === undefined) return '';
  const slash = resource.indexOf('/');
  const [plural, subresource] =
    slash < 0 ? [resource, ''] : [resource.slice(0, slash), resource.slice(slash)];
  return `${plural}${group === '' ? '' : `.${group}`}${subresource}`;
}
