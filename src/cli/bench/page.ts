/** The page's figures: what a first visit transfers, and when the cluster answers. */
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { staticServer } from '../bridge/static-files.ts';
import { type Figure, median } from './measure.ts';

const browsers = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];
const options = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const visits = 3;

interface Visit {
  readonly ms: number;
  readonly files: ReadonlySet<string>;
}

/** Empty where there is no built page (`npm start` builds it) or no Chromium. */
export async function firstLoad(root: string, bareMs: number): Promise<readonly Figure[]> {
  const executablePath = browsers.find((path) => path !== undefined && existsSync(path));
  if (executablePath === undefined || !existsSync(`${root}/index.html`)) return [];
  const { chromium } = await import('playwright');
  const server = staticServer(root);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const browser = await chromium.launch({ executablePath, args: options });
  const seen: Visit[] = [];
  try {
    for (let i = 0; i < visits; i += 1) {
      // What the service worker fetches for later is not of the first load.
      const context = await browser.newContext({ serviceWorkers: 'block' });
      seen.push(await visit(await context.newPage(), url));
      await context.close();
    }
  } finally {
    await browser.close();
    server.close();
  }
  const ms = median(seen.map((one) => one.ms));
  const bytes = median(seen.map(({ files }) => gzipped(root, files)));
  return [
    { name: 'first load, gzip', value: bytes / 1000, unit: 'kB', aim: '<= 250', bareSteps: 0 },
    { name: 'kubectl get nodes answers', value: ms / 1000, unit: 's', bareSteps: ms / bareMs },
  ];
}

type Page = Awaited<
  ReturnType<Awaited<ReturnType<(typeof import('playwright'))['chromium']['launch']>>['newPage']>
>;

/** From the address to the answer on the console, as a newcomer in a hurry would have it. */
async function visit(page: Page, url: string): Promise<Visit> {
  const files = new Set<string>();
  page.context().on('request', (request) => files.add(new URL(request.url()).pathname));
  const start = performance.now();
  await page.goto(url);
  const input = page.locator('.xterm-helper-textarea');
  await input.waitFor();
  await input.focus();
  await page.keyboard.type('kubectl get nodes');
  await page.keyboard.press('Enter');
  await page
    .locator('.xterm-rows > div', { hasText: /worker-2 +Ready/ })
    .first()
    .waitFor();
  return { ms: performance.now() - start, files: new Set(files) };
}

function gzipped(root: string, files: ReadonlySet<string>): number {
  let bytes = 0;
  for (const file of files) {
    const path = `${root}${file === '/' ? '/index.html' : file}`;
    if (existsSync(path)) bytes += gzipSync(readFileSync(path), { level: 9 }).length;
  }
  return bytes;
}
