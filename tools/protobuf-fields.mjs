// Numbers of the protobuf fields of Kubernetes' types, for the bodies that kubectl >= 1.32 sends.
//
//   node tools/protobuf-fields.mjs API_GIT_DIR APIMACHINERY_GIT_DIR [TAG] > src/cli/bridge/protobuf-fields.json
//
// Reads the tags of the structs in types.go (k8s.io/api and k8s.io/apimachinery, v0.33.1) and
// writes {message: "NUMBER FLAGS NAME TYPE;…"}. FLAGS: `*` pointer, `[` list, `{` map, `~` its
// fields are the parent's, `!` written even when zero. TYPE: s text, i integer, b boolean,
// y bytes, d double, or the name of a message. Only facts, no code.
import { execFileSync } from 'node:child_process';

const [apiDir, machineryDir, tag = 'v0.33.1'] = process.argv.slice(2);
const git = (dir, ...words) =>
  execFileSync('git', ['--git-dir', dir, ...words], { encoding: 'utf8', maxBuffer: 1e8 });

const packages = [
  ...[
    'admissionregistration', 'apps', 'authentication', 'authorization', 'autoscaling', 'batch',
    'certificates', 'coordination', 'core', 'discovery', 'events', 'flowcontrol', 'networking',
    'node', 'policy', 'rbac', 'scheduling', 'storage',
  ].map((group) => [apiDir, `${group}/v1`, `${group}/v1`]),
  [apiDir, 'autoscaling/v2', 'autoscaling/v2'],
  [machineryDir, 'pkg/apis/meta/v1', 'meta/v1'],
];

const basic = {
  string: 's', bool: 'b', int32: 'i', int64: 'i', int: 'i', uint32: 'i', uint64: 'i', uint8: 'i',
  float64: 'd', byte: 'i',
};
const known = {
  'metav1.Time': 'Time', 'metav1.MicroTime': 'MicroTime', 'metav1.Duration': 'Duration',
  'resource.Quantity': 'Quantity', 'intstr.IntOrString': 'IntOrString', 'types.UID': 's',
  'types.NodeName': 's', 'types.NamespacedName': 's', 'runtime.RawExtension': 'RawExtension',
  'types.PatchType': 's', Time: 'Time', MicroTime: 'MicroTime', Duration: 'Duration',
};
const alias = { v1: 'core/v1', apiv1: 'core/v1', metav1: 'meta/v1', corev1: 'core/v1', rbacv1: 'rbac/v1', authenticationv1: 'authentication/v1' };

const structs = new Map();
const named = new Map();
for (const [dir, path, name] of packages) {
  const files = git(dir, 'ls-tree', '--name-only', tag, `${path}/`).split('\n')
    .filter((file) => /types(_\w+)?\.go$|micro_time\.go$/.test(file));
  for (const file of files) read(name, git(dir, 'show', `${tag}:${file}`));
}

function read(pkg, text) {
  let fields;
  for (const line of text.split('\n')) {
    const open = /^type (\w+) struct \{/.exec(line);
    const other = /^type (\w+) ([\w.[\]*]+)$/.exec(line.replace(/\s*\/\/.*$/, '').trim());
    if (open) structs.set(`${pkg}.${open[1]}`, (fields = []));
    else if (line.startsWith('}')) fields = undefined;
    else if (!fields && other) named.set(`${pkg}.${other[1]}`, other[2]);
    else if (fields) {
      const field = /^\s+(?:(\w+)\s+)?([\w.[\]*]+)\s+`(.*)`/.exec(line);
      const number = /protobuf:"\w+,(\d+),/.exec(field?.[3] ?? '')?.[1];
      if (field && number) fields.push({ pkg, number, go: field[2], json: /json:"([^"]*)"/.exec(field[3])?.[1] ?? '' });
    }
  }
}

const typeOf = (pkg, go) => {
  if (basic[go]) return basic[go];
  if (known[go]) return known[go];
  const [prefix, local] = go.includes('.') ? go.split('.') : ['', go];
  const owner = prefix === '' ? pkg : (alias[prefix] ?? prefix);
  const full = `${owner}.${local}`;
  if (structs.has(full)) return full;
  const under = named.get(full);
  if (under === undefined) throw new Error(`${pkg}: what is ${go}?`);
  return typeOf(owner, under);
};

const expand = (pkg, go) => {
  const [prefix, local] = go.includes('.') ? go.split('.') : ['', go];
  const owner = prefix === '' ? pkg : (alias[prefix] ?? prefix);
  const under = named.get(`${owner}.${local}`);
  return under !== undefined && /^(map|\[)/.test(under) ? [owner, under, `${owner}.${local}`] : [pkg, go, ''];
};

function field({ pkg, number, go, json }) {
  const [name, ...options] = json.split(',');
  let flags = '';
  if (options.includes('inline') || name === '') flags += '~';
  if (!options.includes('omitempty')) flags += '!';
  let type = go;
  if (type.startsWith('*')) [flags, type] = [`${flags}*`, type.slice(1)];
  let [owner, under] = expand(pkg, type);
  // A named list is a message of its own, with the items as its first field.
  const isWrapped = under !== type && under.startsWith('[');
  const map = /^map\[[\w.]+\](.+)$/.exec(under);
  if (map) {
    let value = map[1];
    const [o, u] = expand(owner, value);
    const w = u.startsWith('[]') && value !== '[]byte';
    if (w) value = u.slice(2);
    return `${number} ${flags}{${w ? 'w' : ''} ${name} ${value === '[]byte' ? 'y' : typeOf(o, value)}`;
  }
  if (under === '[]byte') return `${number} ${flags} ${name} y`;
  const list = /^\[\](.+)$/.exec(under);
  if (list) {
    const item = list[1].replace(/^\*/, '');
    return `${number} ${flags}[${isWrapped ? 'w' : ''} ${name} ${typeOf(owner, item)}`;
  }
  return `${number} ${flags} ${name} ${typeOf(owner, under)}`;
}

const lines = [...structs].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, fields]) => {
  try {
    return fields.length === 0 ? [`${JSON.stringify(name)}: ""`] : [`${JSON.stringify(name)}: ${JSON.stringify(fields.map(field).join(';'))}`];
  } catch (problem) {
    console.error(`${name}: ${problem.message}`);
    return [];
  }
});
console.log(`{\n${lines.join(',\n')}\n}`);
