import { expect, test } from '@playwright/test';
import { consoleText, onStage, openPage, run } from './page.ts';

test('a shared link opens the same history elsewhere', async ({ page, browser }) => {
  await openPage(page);
  await run(page, 'kubectl create deployment shared --image=nginx:1.27');
  await expect(onStage(page, /^Deployment shared/)).toBeAttached();
  await page.getByRole('button', { name: 'Share' }).click();
  await expect(page.locator('.notice')).toContainText('Link copied');
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain('#s=1');
  const elsewhere = await browser.newContext();
  const other = await elsewhere.newPage();
  await other.goto(link);
  await expect(onStage(other, /^Deployment shared/)).toBeAttached();
  await elsewhere.close();
});

test.describe('a link that cannot be opened leaves the own session as it is', () => {
  for (const [name, hash, said] of [
    ['damaged', '#s=1AAAA', 'damaged'],
    ['of another version', '#s=9AAAA', 'another version'],
  ] as const) {
    test(name, async ({ page }) => {
      await openPage(page);
      await run(page, 'kubectl create deployment mine --image=nginx:1.27');
      await expect(onStage(page, /^Deployment mine/)).toBeAttached();
      await page.waitForTimeout(1000);
      await page.goto('about:blank');
      await page.goto(`./${hash}`);
      await expect(page.locator('.notice')).toContainText(said);
      await expect(onStage(page, /^Deployment mine/)).toBeAttached();
    });
  }
});

test('language and theme change without touching anything else', async ({ page }) => {
  await openPage(page);
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type('kubectl get no');
  await page.getByRole('button', { name: '切换到简体中文' }).click();
  await expect(page.getByRole('tab', { name: '控制台' })).toBeVisible();
  await page.getByRole('button', { name: '海图' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'chart');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN');
  await expect.poll(() => consoleText(page)).toContain('kubectl get no');
  // The address asked for English; what was chosen since is what is kept.
  await page.goto('./');
  await expect(page.getByRole('tab', { name: '控制台' })).toBeVisible();
});

test('works without a network once it was opened', async ({ page, context }) => {
  await openPage(page);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await run(page, 'echo no network');
  await expect.poll(() => consoleText(page)).toMatch(/\nno network\s/);
  await page.getByRole('tab', { name: 'Editor' }).click();
  await expect(page.locator('.sheets .sheet').first()).toHaveAttribute('data-ready', 'true');
});
