/** What a fresh machine needs before anything can run. Plain Node: nothing is installed yet. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command with this terminal's streams; ends the process when it fails. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) fail(`${command}: ${result.error.message}`);
  if (result.status !== 0 && !options.mayFail) {
    fail(`${command} ${args.join(' ')} ended with ${result.status ?? result.signal}`);
  }
  return result;
}

export function fail(message) {
  console.error(`\n${message}`);
  process.exit(1);
}

/** Runs a tool out of node_modules. */
export const tool = (name, args, options) =>
  run(process.execPath, [join(root, 'node_modules', ...name.split('/')), ...args], options);

/** Installs the packages of package-lock.json, unless they are there already. */
export function installPackages() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Kubarium needs Node 20.19 or newer; this is ${process.version}.`);
  }
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  const stamp = join(root, 'node_modules', '.kubarium-lock');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  console.log('Installing packages (once)…');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { shell: process.platform === 'win32' });
  writeFileSync(stamp, lock);
}

const browsers = [
  process.env.CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

const findBrowser = () => browsers.find((path) => path && existsSync(path));

/** The path of a Chromium: the one that is there, Debian's package, or Playwright's download. */
export function installBrowser() {
  const found = findBrowser();
  if (found) return found;
  if (existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium for the browser tests (once)…');
    const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
    const [command, ...rest] = [...sudo, 'apt-get'];
    run(command, [...rest, 'update', '-qq'], { mayFail: true });
    run(command, [...rest, 'install', '-y', '-qq', 'chromium'], { mayFail: true });
    const installed = findBrowser();
    if (installed) return installed;
  }
  tool('playwright/cli.js', ['install', 'chromium']);
  const path = spawnSync(
    process.execPath,
    ['-e', "process.stdout.write(require('playwright').chromium.executablePath())"],
    { cwd: root, encoding: 'utf8' },
  );
  return path.stdout;
}
