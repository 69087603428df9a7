import { type ChildProcess, spawn } from 'node:child_process';
import { expect, test } from '@playwright/test';
import { complaints, consoleText, onStage, run } from './page.ts';

let serving: ChildProcess | undefined;
test.afterEach(() => serving?.kill('SIGINT'));

/** Starts `kubarium serve`; gives the lines that it prints, by their first word. */
function serve(): Promise<Map<string, string>> {
  const words = ['bin/kubarium.js', 'serve', '--http', '--port', '0', '--api-port', '0'];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  serving = child;
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (data: Buffer) => {
      printed += data.toString();
      if (!printed.includes('Ctrl-C')) return;
      const lines = printed.matchAll(/^(\w+) +(.*)$/gm);
      resolve(new Map([...lines].map(([, name, value]) => [name ?? '', value ?? ''])));
    });
    child.on('exit', () => reject(new Error(`serve ended: ${printed}`)));
  });
}

test('the page beside a served API shows that world, live and in the past', async ({ page }) => {
  const printed = await serve();
  const heard = complaints(page);
  await page.goto(printed.get('app') ?? '');
  await expect(page.locator('[data-tree="machine/worker-1"]')).toBeAttached();
  await expect.poll(() => consoleText(page)).toContain('$');

  // Somebody else writes: the page sees it.
  const pods = `${printed.get('API')}/api/v1/namespaces/default/pods`;
  const body = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'from-outside' },
    spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
  });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(pods, { method: 'POST', headers, body });
  expect(answer.status).toBe(201);
  await expect(onStage(page, /^Pod from-outside.*Running/)).toBeAttached();

  // The page acts: the API sees it.
  await run(page, 'kubectl delete pod from-outside --now');
  await expect.poll(async () => (await fetch(`${pods}/from-outside`)).status).toBe(404);
  await expect(onStage(page, /^Pod from-outside/)).toHaveCount(0);

  await page.getByRole('button', { name: 'Step back' }).click();
  await page.getByRole('button', { name: 'Back to the latest moment' }).click();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();

  expect(heard).toEqual([]);
  serving?.kill('SIGINT');
  await expect(page.locator('.notice')).toContainText('cannot be reached');
});
