// Makes src/api/schema/*.json and src/api/types.gen.ts out of Kubernetes' own OpenAPI (v2, 1.33).
//
//   node tools/generate-schema.mjs [/work/shared/openapi/swagger-1.33.json]
//
// structure.json     what the simulation needs of every definition of the stable groups: types,
//                    required fields, list and map types, merge keys. Format: see src/api/schema.ts.
// structure-more.json  the same for kinds that come later (webhooks, CRDs, certificates, …).
// descriptions.json  the prose, for `explain` and the editor; loaded when first asked for.
// types.gen.ts       readonly interfaces.
//
// go-facts.json beside this file adds what OpenAPI leaves out (see go-facts.mjs).
import { readFileSync, writeFileSync } from 'node:fs';

const source = process.argv[2] ?? '/work/shared/openapi/swagger-1.33.json';
const { definitions } = JSON.parse(readFileSync(source, 'utf8'));
const facts = JSON.parse(readFileSync(new URL('go-facts.json', import.meta.url), 'utf8'));
const out = (name) => new URL(`../src/api/${name}`, import.meta.url);

const prefixes = [
  ['io.k8s.api.', ''],
  ['io.k8s.apimachinery.pkg.apis.', ''],
  ['io.k8s.apiextensions-apiserver.pkg.apis.', ''],
  ['io.k8s.kube-aggregator.pkg.apis.', ''],
];
const short = (name) => {
  for (const [from, to] of prefixes) if (name.startsWith(from)) return to + name.slice(from.length);
  return name;
};
const scalarRefs = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': 'q',
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': 't',
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': 'm',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'x',
  'io.k8s.apimachinery.pkg.runtime.RawExtension': 'o',
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': 'o',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': 'a',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': 'a',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': 'a',
  'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': 'a',
};
// Defaults that OpenAPI v3 states and v2 does not; keys of lists need them (server-side apply).
const defaults = {
  'core.v1.ContainerPort protocol': 'TCP',
  'core.v1.ServicePort protocol': 'TCP',
};
const refOf = (node) => node.$ref?.slice('#/definitions/'.length);

/** The code of a type: s i l d b y t m q x o a, `[…` a list, `{…` a map, `@name` a definition. */
function typeCode(node, reach) {
  const ref = refOf(node);
  if (ref !== undefined) {
    if (scalarRefs[ref]) return scalarRefs[ref];
    reach(ref);
    return `@${short(ref)}`;
  }
  if (node.type === 'array') return `[${typeCode(node.items, reach)}`;
  if (node.type === 'object') {
    return node.additionalProperties ? `{${typeCode(node.additionalProperties, reach)}` : 'o';
  }
  if (node.type === 'string') return node.format === 'byte' ? 'y' : 's';
  if (node.type === 'integer') return node.format === 'int64' ? 'l' : 'i';
  if (node.type === 'number') return 'd';
  if (node.type === 'boolean') return 'b';
  return 'a';
}

const wordOf = { atomic: 'A', set: 'S', granular: '' };
function options(node) {
  const list = [];
  const listType = node['x-kubernetes-list-type'];
  const mapType = node['x-kubernetes-map-type'];
  if (listType === 'map') list.push(`k=${node['x-kubernetes-list-map-keys'].join(',')}`);
  else if (listType ?? mapType) list.push(wordOf[listType ?? mapType]);
  const strategy = node['x-kubernetes-patch-strategy'];
  if (strategy) list.push(`p=${strategy}`);
  const key = node['x-kubernetes-patch-merge-key'];
  if (key) list.push(`m=${key}`);
  return list.filter(Boolean);
}

function goOptions(definition, field, code) {
  const fact = facts[definition]?.[field];
  if (fact === undefined) return [];
  const [presence, goType, values] = fact.split(' ');
  const plain = ['string', 'bool', 'int32', 'int64', 'float64'].includes(goType);
  const named =
    goType !== undefined && !plain && (/^[sild]$/.test(code) || /ResourceList$/.test(goType));
  return [
    presence === 'p' ? '' : presence,
    named ? `g=${goType}` : '',
    values ? `n=${values}` : '',
  ].filter(Boolean);
}

function structureOf(name, reach) {
  const { properties = {}, required = [], ...rest } = definitions[name];
  const fields = {};
  for (const [field, node] of Object.entries(properties)) {
    const code = typeCode(node, reach);
    const extra = [...options(node), ...goOptions(name, field, code)];
    const preset = defaults[`${short(name)} ${field}`];
    if (preset) extra.push(`d=${preset}`);
    fields[required.includes(field) ? `${field}*` : field] = [code, ...extra].join(';');
  }
  const gvk = rest['x-kubernetes-group-version-kind'];
  const meta = {};
  if (gvk?.length === 1) meta['='] = `${gvk[0].group}/${gvk[0].version}/${gvk[0].kind}`;
  if (rest['x-kubernetes-map-type'] === 'atomic') meta['~'] = 1;
  return { ...meta, ...fields };
}

function closure(roots, except = {}) {
  const found = {};
  const todo = [...roots];
  while (todo.length > 0) {
    const name = todo.pop();
    if (short(name) in found || short(name) in except) continue;
    found[short(name)] = structureOf(name, (ref) => todo.push(ref));
  }
  return Object.fromEntries(
    Object.keys(found)
      .sort()
      .map((name) => [name, found[name]]),
  );
}

const early = new Set([
  '',
  'apps',
  'batch',
  'autoscaling',
  'policy',
  'networking.k8s.io',
  'discovery.k8s.io',
  'coordination.k8s.io',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'scheduling.k8s.io',
  'events.k8s.io',
  'node.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
]);
const roots = Object.entries(definitions).flatMap(([name, node]) => {
  const gvks = node['x-kubernetes-group-version-kind'] ?? [];
  const [gvk] = gvks;
  if (gvks.length !== 1 || /alpha|beta/.test(gvk.version) || gvk.kind.endsWith('List')) return [];
  return [{ name, ...gvk }];
});
const prefixOfMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.';
const first = closure([
  ...roots.filter(({ group }) => early.has(group)).map(({ name }) => name),
  `${prefixOfMeta}DeleteOptions`,
  `${prefixOfMeta}ListMeta`,
]);
const more = closure(
  roots.filter(({ group }) => !early.has(group)).map(({ name }) => name),
  first,
);

const lines = (data) =>
  `{\n${Object.entries(data)
    .map(([name, value]) => `"${name}":${JSON.stringify(value)}`)
    .join(',\n')}\n}\n`;
writeFileSync(out('schema/structure.json'), lines(first));
writeFileSync(out('schema/structure-more.json'), lines(more));

const longNames = Object.fromEntries(Object.keys(definitions).map((name) => [short(name), name]));
const all = { ...first, ...more };
writeFileSync(
  out('schema/descriptions.json'),
  lines(
    Object.fromEntries(
      Object.keys(all)
        .sort()
        .map((name) => {
          const { description = '', properties = {} } = definitions[longNames[name]];
          const fields = Object.entries(properties).map(([field, node]) => [
            field,
            node.description ?? '',
          ]);
          return [name, { '': description, ...Object.fromEntries(fields) }];
        }),
    ),
  ),
);

// --- types.gen.ts ---

const taken = new Map();
/** Bare names; where two groups share one, core's keeps it and the others wear their group's. */
function nameTypes() {
  const order = (name) =>
    name.startsWith('core.') ? 0 : name.startsWith('autoscaling.v1.') ? 2 : 1;
  const names = Object.keys(all).sort((a, b) => order(a) - order(b) || (a < b ? -1 : 1));
  const used = new Set(['ObjectMeta', 'OwnerReference', 'ManagedFieldsEntry']);
  for (const name of names) {
    const parts = name.split('.');
    const bare = parts.at(-1);
    const group = parts[0][0].toUpperCase() + parts[0].slice(1);
    const type = used.has(bare)
      ? `${group}${parts[1] === 'v1' ? '' : parts[1].toUpperCase()}${bare}`
      : bare;
    used.add(type);
    taken.set(name, type);
  }
  for (const name of ['ObjectMeta', 'OwnerReference', 'ManagedFieldsEntry'])
    taken.set(`meta.v1.${name}`, name);
}
nameTypes();

const scalarTypes = {
  s: 'string',
  y: 'string',
  t: 'string',
  m: 'string',
  q: 'string',
  i: 'number',
  l: 'number',
  d: 'number',
  b: 'boolean',
  x: 'number | string',
  o: 'JsonObject',
  a: 'Json',
};
function tsType(code) {
  if (code.startsWith('@')) return taken.get(code.slice(1));
  if (code.startsWith('[')) {
    const item = tsType(code.slice(1));
    return item.includes('|') ? `readonly (${item})[]` : `readonly ${item}[]`;
  }
  if (code.startsWith('{')) return `Readonly<Record<string, ${tsType(code.slice(1))}>>`;
  return scalarTypes[code];
}

function interfaceOf(name) {
  const { '=': gvk, '~': _, ...fields } = all[name];
  const [group, version, kind] = gvk?.split('/') ?? [];
  const apiVersion = group === '' ? version : `${group}/${version}`;
  const body = Object.entries(fields).map(([key, text]) => {
    const field = key.replace('*', '');
    const [code, ...flags] = text.split(';');
    if (gvk && field === 'apiVersion') return `  readonly apiVersion: '${apiVersion}';`;
    if (gvk && field === 'kind') return `  readonly kind: '${kind}';`;
    if (gvk && field === 'metadata' && code === '@meta.v1.ObjectMeta')
      return '  readonly metadata: ObjectMeta;';
    const always = key.endsWith('*') || (gvk && flags.includes('s'));
    const type = code === '@meta.v1.ObjectMeta' ? 'TemplateMeta' : tsType(code);
    return `  readonly ${/^\w+$/.test(field) ? field : `'${field}'`}${always ? '' : '?'}: ${type};`;
  });
  return `export interface ${taken.get(name)} {\n${body.join('\n')}\n}\n`;
}

const head = `/**
 * Kubernetes 1.33's kinds as types. Generated by tools/generate-schema.mjs: do not edit.
 * \`spec\` and \`status\` of a kind are always there where Go's structs always write them.
 */
import type { Json, JsonObject, ManagedFieldsEntry, ObjectMeta, OwnerReference } from './object.ts';

/** Metadata inside a template: labels, annotations and the like, no identity. */
export interface TemplateMeta
  extends Partial<Omit<ObjectMeta, 'creationTimestamp'>> {
  readonly creationTimestamp?: string | null;
}

export type { ManagedFieldsEntry, ObjectMeta, OwnerReference };
`;
const own = new Set(['ObjectMeta', 'OwnerReference', 'ManagedFieldsEntry']);
const interfaces = Object.keys(all)
  .filter((name) => !own.has(taken.get(name)))
  .map(interfaceOf);
writeFileSync(out('types.gen.ts'), `${head}\n${interfaces.join('\n')}`);
