import { expect, test } from '@playwright/test';
import { complaints, consoleText, onStage, openPage, run, setSpeed } from './page.ts';

test('writes a manifest with help, compares it, applies it, and loses nothing', async ({
  page,
}) => {
  const heard = complaints(page);
  await openPage(page);
  await setSpeed(page, '10');
  await page.getByRole('tab', { name: 'Editor' }).click();
  await expect(page.locator('.sheets .sheet').first()).toHaveAttribute('data-ready', 'true');
  const lines = page.locator('.monaco-editor .view-lines').first();
  await expect(lines).toContainText('Deployment');

  // What the schema knows is offered; what it does not know is marked.
  await lines.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('\n  minRead');
  await page.keyboard.press('Control+Space');
  await expect(page.locator('.suggest-widget.visible')).toContainText('minReadySeconds');
  await page.keyboard.press('Escape');
  await page.keyboard.type('x: 1');
  await expect(page.locator('.squiggly-error, .squiggly-warning').first()).toBeAttached();

  // What was typed survives a reload, though it was saved nowhere.
  await page.waitForTimeout(600);
  await page.reload();
  await page.getByRole('tab', { name: 'Editor' }).click();
  await expect(lines).toContainText('Deployment');
  await lines.click();
  await page.keyboard.press('Control+End');
  await expect(lines).toContainText('minReadx');
  await expect(page.getByRole('status').filter({ hasText: 'Not saved' })).toBeVisible();

  for (let line = 0; line < 2; line += 1) {
    await page.keyboard.press('Shift+Home');
    await page.keyboard.press('Shift+Home');
    await page.keyboard.press('Backspace');
  }
  await expect(lines).not.toContainText('minReadx');
  await page.getByRole('button', { name: 'Compare' }).click();
  await expect(page.locator('.monaco-diff-editor')).toBeVisible();
  await page.getByRole('button', { name: 'Back to editing' }).click();
  await page.getByRole('button', { name: 'Apply', exact: true }).click();
  await expect.poll(() => consoleText(page)).toContain('deployment.apps/nginx-deployment created');
  await expect(onStage(page, /^Deployment nginx-deployment/)).toBeAttached();
  expect(heard).toEqual([]);
});

test('kubectl edit opens its file here, and goes on when it is saved', async ({ page }) => {
  const heard = complaints(page);
  await openPage(page);
  await setSpeed(page, '10');
  await run(page, 'kubectl create deployment web --image=nginx:1.27');
  await expect(onStage(page, /^Deployment web/)).toBeAttached();
  await run(page, 'kubectl edit deployment web');
  const lines = page.locator('.monaco-editor .view-lines').first();
  await expect(lines).toContainText('Please edit the object below');
  await expect(page.getByText('kubectl waits for this file')).toBeVisible();

  // Saved as it is: nothing changes.
  await page.getByRole('button', { name: 'Save and close' }).click();
  await expect.poll(() => consoleText(page)).toContain('Edit cancelled, no changes made.');

  await run(page, 'kubectl edit deployment web');
  await expect(lines).toContainText('Please edit the object below');
  await lines.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+h');
  await page.keyboard.type('  replicas: 1');
  await page.keyboard.press('Tab');
  await page.keyboard.type('  replicas: 2');
  await page.keyboard.press('Control+Alt+Enter');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Save and close' }).click();
  await expect.poll(() => consoleText(page)).toContain('deployment.apps/web edited');
  await expect(onStage(page, /^Deployment web, 2 of 2 ready/)).toBeAttached();
  expect(heard).toEqual([]);
});
