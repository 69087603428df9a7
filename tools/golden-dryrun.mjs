// Every recorded document against the simulated server: what differs, by kind of difference.
// npx rolldown tools/golden-dryrun.mjs --format esm --platform node -o /tmp/golden.mjs && node /tmp/golden.mjs [-v]
import { readFileSync } from 'node:fs';
import { startRig } from '../src/k8s/apiserver/testing.ts';
import { kinds } from '../src/api/kinds/index.ts';
const isVerbose = process.argv.includes('-v');
const rig = startRig();
rig.create('/api/v1/namespaces', { metadata: { name: 'golden' } });
rig.create('/api/v1/namespaces/golden/serviceaccounts', { metadata: { name: 'default' } });
const counts = {};
const differences = new Map();
function count(key) { counts[key] = (counts[key] ?? 0) + 1; }
const drop = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'managedFields', 'selfLink']);
function clean(value, path = '') {
  if (Array.isArray(value)) return value.map((item) => clean(item, `${path}[]`));
  if (typeof value === 'string') return value.replace(/kube-api-access-\w{5}/, 'kube-api-access-X');
  if (typeof value !== 'object' || value === null) return value;
  const out = {};
  for (const key of Object.keys(value).sort()) {
    if (path === '.metadata' && drop.has(key)) continue;
    if (value[key] === null || value[key] === undefined) continue;
    out[key] = clean(value[key], `${path}.${key}`);
  }
  return out;
}
function diff(a, b, path, found) {
  if (JSON.stringify(a) === JSON.stringify(b)) return;
  const both = typeof a === 'object' && typeof b === 'object' && a !== null && b !== null;
  if (!both || Array.isArray(a) !== Array.isArray(b)) { found.push([path, a, b]); return; }
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) diff(a[key], b[key], `${path}.${Array.isArray(a) ? '#' : key}`, found);
}
let i = 0;
for (const line of readFileSync('tests/golden/examples-dryrun.jsonl', 'utf8').split('\n')) {
  if (line === '') continue;
  i += 1;
  const record = JSON.parse(line);
  if (record.code === 404) continue;
  const [apiVersion, kindName] = record.gvk;
  const kind = kinds.find((one) => one.kind === kindName && (one.group === '' ? one.version : `${one.group}/${one.version}`) === apiVersion);
  if (kind === undefined) { count(`unserved ${apiVersion} ${kindName}`); continue; }
  const root = kind.group === '' ? '/api/v1' : `/apis/${apiVersion}`;
  const ns = record.in.metadata?.namespace ?? 'golden';
  if (kind.namespaced && rig.request({ method: 'GET', path: `/api/v1/namespaces/${ns}` }).status === 404) {
    rig.create('/api/v1/namespaces', { metadata: { name: ns } });
    rig.create(`/api/v1/namespaces/${ns}/serviceaccounts`, { metadata: { name: 'default' } });
  }
  const path = kind.namespaced ? `${root}/namespaces/${ns}/${kind.plural}` : `${root}/${kind.plural}`;
  let answer;
  try {
    answer = rig.request({ method: 'POST', path, query: { dryRun: 'All', fieldValidation: 'Strict', fieldManager: 'kubectl-create' }, body: record.in });
  } catch (problem) { console.log('CRASH', i, record.src, record.gvk.join(' '), problem.stack.split('\n').slice(0, 4).join(' | ')); process.exit(1); }
  const wanted = record.out ?? record.status;
  if (answer.status !== record.code) { count('other code'); console.log('CODE', record.code, answer.status, record.gvk.join(' '), record.src, record.i, '\n   ', answer.body.message ?? '', '\n   ', wanted.message ?? ''); continue; }
  const found = [];
  diff(clean(wanted), clean(answer.body), '', found);
  if (found.length === 0) { count(`same ${record.code}`); continue; }
  count(`different ${record.code}`);
  for (const [p, a, b] of found) {
    const key = `${kindName} ${p}`;
    const known = differences.get(key);
    if (known) known.n += 1;
    else differences.set(key, { n: 1, a: JSON.stringify(a)?.slice(0, 300), b: JSON.stringify(b)?.slice(0, 300), src: record.src });
  }
}
console.log(counts);
for (const [key, { n, a, b, src }] of [...differences].sort((x, y) => y[1].n - x[1].n).slice(0, isVerbose ? 500 : 60)) console.log(n, key, '\n   wanted', a, '\n   got   ', b, isVerbose ? src : '');
