/**
 * Records what the real kubectl answers to commands that need no server, or only discovery:
 * `node tests/kubectl/record-goldens.mjs [path of kubectl]`. Not run by the tests.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const kubectl = process.argv[2] ?? '/usr/lib/google-cloud-sdk/bin/kubectl.1.33';
const home = mkdtempSync(join(tmpdir(), 'kubectl-golden-'));
// The real one writes its own name into some texts.
spawnSync('ln', ['-s', kubectl, join(home, 'kubectl')]);

/** The least that `run` asks for: which resources there are. */
const resource = (name, kind) => ({
  resource: name, responseKind: { group: '', version: 'v1', kind }, scope: 'Namespaced',
  singularResource: kind.toLowerCase(), verbs: ['create', 'get', 'list'],
});
const discovery = {
  '/api': [{ metadata: {}, versions: [{ version: 'v1', resources: [resource('pods', 'Pod'), resource('services', 'Service')] }] }],
  '/apis': [],
};
const server = createServer((request, response) => {
  const items = discovery[new URL(request.url, 'http://x').pathname];
  response.writeHead(items ? 200 : 404, {
    'content-type': items ? 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList' : 'application/json',
  });
  response.end(JSON.stringify({ kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items }));
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const withServer = join(home, 'with-server');
mkdirSync(join(withServer, '.kube'), { recursive: true });
writeFileSync(join(withServer, '.kube/config'), `apiVersion: v1
kind: Config
current-context: t
contexts: [{name: t, context: {cluster: t, user: t}}]
clusters: [{name: t, cluster: {server: "http://127.0.0.1:${server.address().port}"}}]
users: [{name: t, user: {}}]
`);

/** `@` before a line: there is a server. A line that begins with `[` is a JSON list of words. */
function run(line) {
  const isServed = line.startsWith('@');
  const text = isServed ? line.slice(1) : line;
  const words = text.startsWith('[') ? JSON.parse(text) : text.split(' ');
  const child = spawn(join(home, 'kubectl'), words, {
    cwd: here('files'), env: { HOME: isServed ? withServer : home, TZ: 'UTC', PATH: home },
    stdio: ['ignore', 'pipe', 'pipe'], timeout: 20_000,
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  const clean = (text) => text.replaceAll(withServer, '/root').replaceAll(home, '/root')
    .replace(/[EW]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ /g, 'KLOG ');
  return new Promise((resolve) => child.on('close', (code) => resolve({ line, out: clean(out), err: clean(err), code })));
}

const lines = readFileSync(here('client-side.txt'), 'utf8').split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));
const goldens = [];
for (const line of lines) goldens.push(await run(line));
writeFileSync(here('goldens/client-side.json'), `${JSON.stringify(goldens, null, 1)}\n`);
rmSync(home, { recursive: true });
server.close();
console.log(`${goldens.length} commands recorded`);
