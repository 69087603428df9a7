/** The main job, as a newcomer does it: apply, watch, break, watch it heal, take it back, return. */
import { expect, test } from '@playwright/test';
import { complaints, consoleText, onStage, openPage, readyPods, run, setSpeed } from './page.ts';

test('apply, delete, kill, power off, rewind, reload', async ({ page }) => {
  test.setTimeout(180_000);
  const heard = complaints(page);
  await openPage(page);
  await expect(page.locator('.try')).toContainText('Give it something to run');
  await page.getByRole('button', { name: 'kubectl apply -f nginx-deployment.yaml' }).click();
  await expect.poll(() => consoleText(page)).toContain('deployment.apps/nginx-deployment created');
  await setSpeed(page, '10');
  await expect(readyPods(page, 'nginx-deployment')).toHaveCount(3);

  // A Pod is deleted from the stage: the command is typed, and another Pod takes its place.
  const victim = page.locator('g.pod[data-look=ready]:not([data-size=quiet])').first();
  const key = (await victim.getAttribute('data-key')) as string;
  await victim.click({ button: 'right', position: { x: 20, y: 12 } });
  await page.getByRole('menuitem', { name: 'Delete Pod' }).click();
  await expect.poll(() => consoleText(page)).toMatch(/kubectl delete pod nginx-deployment-\S+/);
  await expect(page.locator(`[data-tree="${key}"]`)).toHaveCount(0);
  await expect(readyPods(page, 'nginx-deployment')).toHaveCount(3);

  // A container is killed: the same Pod, one restart more.
  const second = page.locator('g.pod[data-look=ready]:not([data-size=quiet])').first();
  await second.click({ position: { x: 20, y: 12 } });
  await page.getByRole('button', { name: 'Kill container nginx' }).click();
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText('↻ 1');
  await page.keyboard.press('Escape');

  // A machine loses its power.
  await onStage(page, /^worker-1,/).focus();
  await page.keyboard.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Power off' }).click();
  await expect(onStage(page, /^worker-1,.*powered off/)).toBeAttached();
  await setSpeed(page, '100');
  await expect(onStage(page, /^worker-1,.*NotReady/)).toBeAttached();

  // Back to a moment at which all was well.
  const line = page.getByRole('slider', { name: 'Moment on the timeline' });
  await line.focus();
  await page.keyboard.press('Home');
  await expect(onStage(page, /^worker-1,(?!.*powered off)/)).toBeAttached();
  await expect(readyPods(page, 'nginx-deployment')).toHaveCount(0);
  await page.keyboard.press('End');
  await expect(onStage(page, /^worker-1,.*powered off/)).toBeAttached();

  // The page is where it was, after a reload.
  await page.waitForTimeout(1000);
  await page.reload();
  await expect(onStage(page, /^worker-1,.*powered off/)).toBeAttached();
  await expect.poll(() => consoleText(page)).toContain('kubectl delete pod');
  expect(heard).toEqual([]);
});

test('acting in the past forks, and the old branch stays reachable', async ({ page }) => {
  await openPage(page);
  await run(page, 'kubectl create deployment one --image=nginx:1.27');
  await expect(onStage(page, /^Deployment one/)).toBeAttached();
  await setSpeed(page, '10');
  await page.getByRole('slider', { name: 'Moment on the timeline' }).focus();
  await page.keyboard.press('Home');
  await expect(onStage(page, /^Deployment one/)).toHaveCount(0);
  await run(page, 'kubectl create deployment two --image=nginx:1.27');
  await expect(onStage(page, /^Deployment two/)).toBeAttached();
  await page.getByRole('button', { name: 'Branches' }).click();
  await page.locator('button.item', { hasText: 'First history' }).click();
  await expect(onStage(page, /^Deployment one/)).toBeAttached();
  await expect(onStage(page, /^Deployment two/)).toHaveCount(0);
});
