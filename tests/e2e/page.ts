/** How a test uses the page: by what a learner sees and reads. */
import type { Locator, Page } from '@playwright/test';
import { expect } from '@playwright/test';

/** Errors and warnings of the page: there must be none, of the content policy least of all. */
export function complaints(page: Page): string[] {
  const heard: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) heard.push(message.text());
  });
  page.on('pageerror', (error) => heard.push(error.message));
  return heard;
}

export async function openPage(page: Page, query = ''): Promise<void> {
  await page.goto(`./?lang=en&theme=abyss${query}`);
  await expect(page.locator('[data-tree="machine/worker-1"]')).toBeAttached();
  await expect(page.locator('div.screen')).toHaveAttribute('data-ready', 'true');
  await expect.poll(() => consoleText(page)).toContain('$');
}

/** What the console shows, as a screen reader is told. */
export async function consoleText(page: Page): Promise<string> {
  return page.evaluate(
    () => document.querySelector<HTMLElement>('.xterm-accessibility-tree')?.innerText ?? '',
  );
}

/** Types a command and waits for the prompt after it. */
export async function run(page: Page, command: string): Promise<void> {
  await page.locator('.xterm-helper-textarea').focus();
  await page.keyboard.type(`${command}\n`);
}

export async function setSpeed(page: Page, speed: string): Promise<void> {
  await page.getByLabel('Speed').selectOption(speed);
}

/** Lines of the stage's tree that begin with these words. */
export const onStage = (page: Page, words: string | RegExp): Locator =>
  page.getByRole('treeitem', { name: words });

export const readyPods = (page: Page, name: string): Locator =>
  page.locator('[data-tree]', { hasText: new RegExp(`^\\s*Pod ${name}.*1/1 Running`) });
