/** The repository checks its own manners: walls, determinism, sizes, names, lists. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Who may import whom. A folder sees itself and what is listed. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  api: ['kernel'],
  host: ['kernel'],
  k8s: ['kernel', 'api', 'host'],
  images: ['kernel', 'host', 'api', 'k8s/client'],
  shell: ['kernel', 'host', 'api', 'k8s/client'],
  world: ['kernel', 'host', 'api', 'k8s', 'images', 'shell'],
  worker: ['kernel', 'host', 'api', 'k8s', 'shell', 'world'],
  scene: ['worker/protocol'],
  app: ['worker/protocol', 'worker/director.worker', 'scene'],
  cli: ['kernel', 'host', 'api', 'k8s', 'shell', 'world', 'worker'],
};
/** Inside k8s programs meet only through the API: the import graph is the architecture diagram. */
const siblings: Readonly<Record<string, readonly string[]>> = {
  etcd: [],
  client: [],
  apiserver: ['etcd', 'client'],
  scheduler: ['client'],
  controllers: ['client'],
  kubelet: ['client'],
  'kube-proxy': ['client'],
  flannel: ['client'],
  'metrics-server': ['client'],
  'local-path': ['client'],
  coredns: ['client'],
};
/** Banned in the simulation, each with what to use instead. */
const banned: readonly (readonly [RegExp, string])[] = [
  [/\bMath\.random\b/, 'site.chance'],
  [/\bDate\.now\b|\bnew Date\(/, 'site.now, site.clock and kernel/calendar'],
  [/\basync\b|\bawait\b|\bPromise\b/, 'a story'],
  [/\blocaleCompare\b|\bIntl\./, 'comparison by code units'],
  [/\bstructuredClone\b/, 'sharing frozen objects'],
  [/\bsetTimeout\b|\bsetInterval\b|\bqueueMicrotask\b/, 'site.after'],
];
const headless = new Set(['kernel', 'api', 'host', 'k8s', 'images', 'shell', 'world', 'lesson']);
/** Folders whose every file is named in their index. */
const listed = ['api/kinds', 'shell/kubectl/commands', 'scene/layers', 'k8s/scheduler/plugins', 'images', 'world/invariants'];
const vague = /^(utils?|helpers?|common|misc|manager)\.(ts|svelte)$/;

const read = (path: string) => readFileSync(path, 'utf8');
const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => /\.(ts|svelte)$/.test(name) && !name.includes('node_modules'))
  .toSorted();
const sources = files.filter((file) => !/(\.test\.ts|\/testing\.ts|\.gen\.ts)$/.test(file));
const part = (file: string, at: number) => file.split('/')[at] ?? '';
const within = (file: string, folder: string) => `${file}/`.startsWith(`${folder}/`);

/** What a file imports from src, without extension; types from what they are made of. */
function imports(file: string): string[] {
  return [...read(`src/${file}`).matchAll(/(?: from|import) ?\(?\s*'(\.[^']*)'/g)].map(([, path = '']) =>
    posix.join(posix.dirname(file), path).replace(/\.\w+$/, ''),
  );
}

describe('walls', () => {
  it.each(sources)('%s imports downwards only', (file) => {
    const own = part(file, 0);
    const allowed = [own, ...(mayImport[own] ?? [])];
    expect(imports(file).filter((path) => !allowed.some((ok) => within(path, ok)))).toEqual([]);
  });
  it.each(sources.filter((file) => within(file, 'k8s')))('%s meets its siblings through the API', (file) => {
    const allowed = [part(file, 1), ...(siblings[part(file, 1)] ?? [])];
    const strangers = imports(file).filter((path) => within(path, 'k8s') && !allowed.includes(part(path, 1)));
    expect(strangers).toEqual([]);
  });
});

describe('determinism', () => {
  it.each(sources.filter((file) => headless.has(part(file, 0))))('%s', (file) => {
    const found = banned.filter(([what]) => what.test(read(`src/${file}`)));
    expect(found.map(([, instead]) => `use ${instead}`)).toEqual([]);
  });
});

describe('what one can hold in mind', () => {
  it.each(sources)('%s', (file) => {
    expect(part(file, file.split('/').length - 1)).not.toMatch(vague);
    // Tables of data and dictionaries are exempt.
    if (/words\/|-data\.ts$|facts\.ts$/.test(file)) return;
    expect(read(`src/${file}`).split('\n').length).toBeLessThanOrEqual(501);
  });
});

describe('lists', () => {
  it.each(listed)('%s/index.ts names every file', (folder) => {
    const index = read(`src/${folder}/index.ts`);
    const needed = readdirSync(`src/${folder}`)
      .filter((name) => statSync(`src/${folder}/${name}`).isFile())
      .filter((name) => name.endsWith('.ts') && name !== 'index.ts' && !name.includes('.test.'));
    expect(needed.filter((name) => !index.includes(`./${name}`) && !isPartOfAnother(folder, name))).toEqual([]);
  });
});

/** A file that a listed one is made of need not be listed itself. */
const isPartOfAnother = (folder: string, name: string): boolean =>
  readdirSync(`src/${folder}`).some(
    (other) =>
      other.endsWith('.ts') && other !== 'index.ts' && other !== name && !other.includes('.test.') &&
      read(`src/${folder}/${other}`).includes(`'./${name}'`),
  );

it('documents have one title each', () => {
  for (const path of ['README.md', 'src/ARCHITECTURE.md']) {
    expect(read(path).replaceAll(/```[\s\S]*?```/g, '').match(/^# /gm), path).toHaveLength(1);
  }
});
