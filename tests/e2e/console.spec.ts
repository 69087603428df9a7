import { expect, test } from '@playwright/test';
import { complaints, consoleText, openPage, run, setSpeed } from './page.ts';

test('edits its line: history, completion, Ctrl-C, a paste', async ({ page }) => {
  const heard = complaints(page);
  await openPage(page);
  await setSpeed(page, '10');
  await run(page, 'echo one');
  await expect.poll(() => consoleText(page)).toMatch(/\none\s/);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Backspace');
  await page.keyboard.type('x');
  await page.keyboard.press('Enter');
  await expect.poll(() => consoleText(page)).toMatch(/\nonx\s/);
  await page.keyboard.type('kubectl descr');
  await page.keyboard.press('Tab');
  await expect.poll(() => consoleText(page)).toContain('kubectl describe ');
  await page.keyboard.press('Control+c');
  await run(page, 'echo after');
  await expect.poll(() => consoleText(page)).toMatch(/\nafter\s/);
  expect(heard).toEqual([]);
});

test('a paste of 5 MB is refused with a way on, and the world goes on', async ({ page }) => {
  await openPage(page);
  await page.locator('.xterm-helper-textarea').evaluate((field) => {
    const data = new DataTransfer();
    data.setData('text/plain', 'a: b\n'.repeat(1_000_000));
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true }));
  });
  await expect(page.locator('.notice')).toContainText('the console takes up to 64 kB');
  await run(page, 'echo still here');
  await expect.poll(() => consoleText(page)).toMatch(/\nstill here\s/);
});

test('plain text: the same console for a screen reader', async ({ page }) => {
  await openPage(page);
  await page.getByRole('button', { name: 'Plain text' }).click();
  await page.getByLabel('Command').fill('kubectl get nodes');
  await page.getByLabel('Command').press('Enter');
  await expect(page.getByRole('log')).toContainText(/worker-2\s+Ready/);
});

test('on a phone, commands run at a tap', async ({ browser }) => {
  const context = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
  });
  const page = await context.newPage();
  await page.goto('./?lang=en');
  await expect(page.locator('[data-tree="machine/worker-1"]')).toBeAttached();
  await page.locator('.chip').tap();
  await expect(
    page.locator('[data-tree]', { hasText: 'Deployment nginx-deployment' }),
  ).toBeAttached();
  await page.getByRole('navigation').getByRole('button', { name: 'Console' }).tap();
  await expect(page.getByRole('log')).toContainText('deployment.apps/nginx-deployment created');
  await expect(page.getByLabel('Command')).toBeInViewport();
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(isWide).toBe(false);
  await context.close();
});
