/**
 * `npm test`: sets up, then everything that must hold: types, lint, unit and browser tests, the
 * built page in a real browser. `npm test -- PATTERN` runs the tests of matching files only.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fail, installBrowser, installPackages, root, tool } from './set-up.mjs';

installPackages();
process.env.CHROMIUM = installBrowser();

const patterns = process.argv.slice(2);
const results = join(root, 'node_modules', '.kubarium');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

const failures = [];
function step(name, command, args) {
  console.log(`\n── ${name}`);
  const { status } = tool(command, args, { mayFail: true });
  if (status !== 0) failures.push(name);
}

if (patterns.length === 0) {
  const tsc = '@typescript/native/bin/tsc';
  step('types of the simulation', tsc, ['-p', 'tsconfig.simulation.json', '--noEmit']);
  step('types of tools and tests', tsc, ['-p', 'tsconfig.node.json', '--noEmit']);
  step('types of the page', 'svelte-check/bin/svelte-check', ['--tsgo', '--tsconfig', './tsconfig.page.json', '--fail-on-warnings', '--output', 'human']);
  step('lint', 'oxlint/bin/oxlint', ['--deny-warnings']);
}
const vitest = join(results, 'vitest.json');
step('unit and browser tests', 'vitest/vitest.mjs', [
  'run', '--reporter=dot', '--reporter=json', `--outputFile.json=${vitest}`, ...patterns,
]);
if (patterns.length === 0) {
  step('build', 'vite/bin/vite.js', ['build', '--logLevel', 'warn']);
  process.env.PLAYWRIGHT_JSON_OUTPUT_NAME = join(results, 'e2e.json');
  process.env.E2E_PORT ??= '4471';
  step('the page in a browser', '@playwright/test/cli.js', ['test', '--reporter=list,json']);
}

const counts = existsSync(vitest) ? JSON.parse(readFileSync(vitest, 'utf8')) : {};
const browser = join(results, 'e2e.json');
const { stats = {} } = existsSync(browser) ? JSON.parse(readFileSync(browser, 'utf8')) : {};
const passed = (counts.numPassedTests ?? 0) + (stats.expected ?? 0);
const failed = (counts.numFailedTests ?? 0) + (stats.unexpected ?? 0);
console.log(`\n${passed} passed, ${Math.max(failed, failures.length)} failed`);
if (failures.length > 0) fail(`Failed: ${failures.join(', ')}`);
