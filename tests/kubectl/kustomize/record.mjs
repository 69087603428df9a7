/**
 * Records what the real kubectl makes of the kustomizations in cases.txt:
 * `node tests/kubectl/kustomize/record.mjs [path of kubectl]`. Not run by the tests.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCases } from './cases.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const kubectl = process.argv[2] ?? '/usr/lib/google-cloud-sdk/bin/kubectl.1.33';

const goldens = {};
for (const { name, words, files } of readCases(readFileSync(here('cases.txt'), 'utf8'))) {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'kustomize-')));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  const { stdout, stderr, status } = spawnSync(kubectl, words, {
    cwd: home, env: { HOME: home, TZ: 'UTC', PATH: '' }, encoding: 'utf8',
  });
  const clean = (text) => text.replaceAll(home, '/root/here');
  goldens[name] = { out: clean(stdout), err: clean(stderr), code: status };
  rmSync(home, { recursive: true });
}
writeFileSync(here('golden.json'), `${JSON.stringify(goldens, null, 1)}\n`);
console.log(`${Object.keys(goldens).length} cases recorded`);
