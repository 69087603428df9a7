/** The page by keyboard alone, and what it weighs before it is of use. */
import { readFileSync, readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@playwright/test';
import { onStage, openPage } from './page.ts';

test('walks the stage, opens what it finds, and comes back', async ({ page }) => {
  await openPage(page);
  await page.getByRole('tab', { name: 'Console' }).focus();
  await page.keyboard.press('s');
  await expect(page.locator(':focus')).toHaveAttribute('role', 'treeitem');
  await page.keyboard.press('ArrowDown');
  await expect(page.locator(':focus')).toContainText('laptop');
  await expect(page.locator('g.focus[data-kind=focused]')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('complementary', { name: 'Inspector' })).toContainText(
    'control-plane',
  );
  await page.keyboard.press('Escape');
  await expect(page.getByRole('complementary')).toHaveCount(0);
});

test('a menu by keyboard: opens, walks, closes, gives the focus back', async ({ page }) => {
  await openPage(page);
  const row = onStage(page, /^worker-2,/);
  await row.focus();
  await page.keyboard.press('Shift+F10');
  await expect(page.getByRole('menuitem').first()).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('menuitem').nth(1)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(row).toBeFocused();
});

test('nothing holds the focus captive, and everything that has it shows it', async ({ page }) => {
  await openPage(page);
  await page.locator('h1').click();
  const seen = new Set<string>();
  for (let step = 0; step < 40; step += 1) {
    if (await isInTerminal(page)) await page.keyboard.press('Control+m');
    await page.keyboard.press('Tab');
    seen.add(await page.evaluate(focused));
  }
  expect(seen.size).toBeGreaterThan(12);
});

function focused(): string {
  const element = document.activeElement;
  const name = element?.getAttribute('aria-label') ?? element?.textContent?.trim().slice(0, 20);
  return `${element?.tagName} ${name}`;
}

const isInTerminal = (page: import('@playwright/test').Page): Promise<boolean> =>
  page.evaluate(
    () =>
      document.activeElement?.closest('.xterm') !== null &&
      document.activeElement !== document.body,
  );

test('single-key shortcuts can be switched off, and never take what is typed', async ({ page }) => {
  await openPage(page);
  await page.getByRole('tab', { name: 'Console' }).focus();
  await page.keyboard.press('t');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'chart');
  await page.keyboard.press('?');
  await page.getByLabel('Single-key shortcuts').uncheck();
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Console' }).focus();
  await page.keyboard.press('t');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'chart');
});

test('less motion: no glides, and messages light their way instead of moving', async ({
  browser,
}) => {
  const context = await browser.newContext({ reducedMotion: 'reduce' });
  const page = await context.newPage();
  await openPage(page);
  await expect(page.locator('.stage')).not.toHaveClass(/glides/);
  await context.close();
});

test('the page is light: neither editor nor terminal before the first picture', () => {
  const html = readFileSync('dist/index.html', 'utf8');
  expect(html).not.toMatch(/monaco|screen-/);
  const first = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"/g)].map(
    (each) => each[1] as string,
  );
  const bytes = first.reduce(
    (sum, file) => sum + gzipSync(readFileSync(`dist/${file}`), { level: 9 }).length,
    0,
  );
  console.info(`${first.length} files, ${Math.round(bytes / 1024)} kB gzip`);
  expect(first.length).toBeGreaterThan(1);
  expect(bytes).toBeLessThan(92_000);
});

test('no fixture is shipped', () => {
  for (const file of readdirSync('dist/assets').filter((each) => each.startsWith('index'))) {
    expect(readFileSync(`dist/assets/${file}`, 'utf8')).not.toContain('mid-rollout');
  }
});
