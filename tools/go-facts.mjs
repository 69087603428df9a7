// What OpenAPI does not say of Kubernetes' Go structs, and JSON shows: whether a field is always
// there, or left out when it is zero, and what its Go type is called in error texts.
//
//   node tools/go-facts.mjs API_GIT_DIR APIMACHINERY_GIT_DIR [TAG]  > tools/go-facts.json
//
// Reads types.go of k8s.io/api and k8s.io/apimachinery out of git clones (v0.33.1) and writes
// {definition: {field: "CODE TYPE"}}; CODE is p (pointer, or a list or map that is left out when
// empty), s (a struct that is always there), z (left out when zero), e (always there). TYPE is the
// Go type, as error texts name it; left out where it follows from OpenAPI. A third word lists the
// values of an enumeration. Only facts, no code.
import { execFileSync } from 'node:child_process';

const [apiDir, machineryDir, tag = 'v0.33.1'] = process.argv.slice(2);
const show = (dir, path) =>
  execFileSync('git', ['--git-dir', dir, 'show', `${tag}:${path}`], { encoding: 'utf8' });
const list = (dir) =>
  execFileSync('git', ['--git-dir', dir, 'ls-tree', '-r', '--name-only', tag], { encoding: 'utf8' })
    .split('\n')
    .filter((path) => /(^|\/)types\.go$/.test(path));

/** @type {Map<string, {pkg: string, structs: Map<string, any[]>, named: Map<string, string>}>} */
const packages = new Map();
const read = (prefix, pkg, text) => {
  const structs = new Map();
  const named = new Map();
  const enums = new Map();
  let current;
  let isEnum = false;
  for (const line of text.split('\n')) {
    const value = /^\s+\w+\s+(\w+)\s+= "([^"]*)"/.exec(line);
    if (value && !current && enums.has(value[1])) enums.get(value[1]).push(value[2]);
    if (/^\/\/ \+enum\b/.test(line)) isEnum = true;
    else if (!line.startsWith('//')) {
      const name = /^type (\w+) string/.exec(line);
      if (isEnum && name) enums.set(name[1], []);
      isEnum = false;
    }
    const open = /^type (\w+) struct \{/.exec(line);
    if (open) structs.set(open[1], (current = []));
    else if (line.startsWith('}')) current = undefined;
    else if (current) {
      const field = /^\s+(?:(\w+)\s+)?([*[\]\w.]+)\s+`.*json:"([^"]*)"/.exec(line);
      if (field) current.push({ type: field[2], json: field[3] });
    } else {
      const alias = /^type (\w+) (=\s*)?([\w[\].*]+)$/.exec(line);
      if (alias) named.set(alias[1], alias[3]);
    }
  }
  packages.set(prefix, { pkg, structs, named, enums });
};
for (const path of list(apiDir)) {
  const parts = path.split('/');
  if (parts.length !== 3) continue;
  read(`io.k8s.api.${parts[0]}.${parts[1]}`, parts[1], show(apiDir, path));
}
read('io.k8s.apimachinery.pkg.apis.meta.v1', 'v1', show(machineryDir, 'pkg/apis/meta/v1/types.go'));

const scalars = new Set(['string', 'bool', 'int', 'int32', 'int64', 'uint32', 'float64', 'byte']);
const elsewhere = { 'types.UID': 'string', 'types.NodeName': 'string', 'v1.IPFamily': 'string' };
const base = (pack, name, depth = 0) => {
  if (name in elsewhere) return elsewhere[name];
  const aliasOf = pack.named.get(name);
  return aliasOf === undefined || depth > 3 ? name : base(pack, aliasOf, depth + 1);
};
const qualify = (pack, type) =>
  type
    .replace(/(^|\]|\*)([A-Z]\w*)/g, (_, before, name) => `${before}${pack.pkg}.${name}`)
    .replace(/metav1\./g, 'v1.')
    .replace(/corev1\.|autoscalingv1\./g, 'v1.');

const facts = {};
for (const [prefix, pack] of packages) {
  const collect = (name, out) => {
    for (const { type, json } of pack.structs.get(name) ?? []) {
      const [key, ...options] = json.split(',');
      if (options.includes('inline') && key === '') {
        collect(type.replace(/^\*/, ''), out);
        continue;
      }
      if (key === '' || key === '-') continue;
      const omit = options.includes('omitempty');
      const simple = base(pack, type);
      const isScalar = scalars.has(simple);
      const isList =
        /^(\[|map)/.test(simple) ||
        simple === 'ResourceList' ||
        /(^|\.)(ResourceList|FieldsV1Bytes)$/.test(simple);
      const code =
        type.startsWith('*') || (isList && omit)
          ? 'p'
          : isScalar
            ? omit
              ? 'z'
              : 'e'
            : isList
              ? 'e'
              : 's';
      const bare = type.replace(/^\*/, '');
      const shown =
        isScalar && bare !== simple
          ? qualify(pack, bare)
          : isScalar || bare.startsWith('map[string]string')
            ? ''
            : qualify(pack, bare);
      const values = pack.enums.get(bare) ?? [];
      const listed = values.length === 0 ? '' : ` ${values.filter(Boolean).sort().join('|')}`;
      out[key] = shown === '' ? code : `${code} ${shown}${listed}`;
    }
    return out;
  };
  for (const name of pack.structs.keys()) facts[`${prefix}.${name}`] = collect(name, {});
}
for (const name of Object.keys(facts)) if (/v\d(alpha|beta)/.test(name)) delete facts[name];
const lines = Object.keys(facts)
  .sort()
  .map((name) => `"${name}": ${JSON.stringify(facts[name])}`);
process.stdout.write(`{\n${lines.join(',\n')}\n}\n`);
