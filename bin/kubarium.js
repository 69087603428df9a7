#!/usr/bin/env node
/** Runs the command line's program; builds it first when it is missing or older than its source. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const built = path.join(root, 'dist-node');
const program = path.join(built, 'kubarium.js');

if (!isFresh()) build();
await import(pathToFileURL(program).href);

function isFresh() {
  if (!existsSync(program)) return false;
  const builtAt = statSync(program).mtimeMs;
  const sources = ['src', 'vite.node.config.ts', 'package-lock.json'];
  return sources.every((source) => newestIn(path.join(root, source)) < builtAt);
}

/** When something in a folder was last changed. */
function newestIn(file) {
  const found = statSync(file);
  if (!found.isDirectory()) return found.mtimeMs;
  // The app and the scene are not of the program.
  const entries = readdirSync(file).filter((name) => !/\.test\.ts$|^(app|scene)$/.test(name));
  return Math.max(0, ...entries.map((name) => newestIn(path.join(file, name))));
}

function build() {
  const vite = path.join(root, 'node_modules/vite/bin/vite.js');
  if (!existsSync(vite)) {
    process.stderr.write('kubarium: its packages are not installed: run `npm ci` first\n');
    process.exit(1);
  }
  process.stderr.write('kubarium: building (only after a change)...\n');
  // Built beside and moved, so that two at once do not see each other's halves.
  const out = mkdtempSync(path.join(root, 'node_modules/.kubarium-'));
  const words = [vite, 'build', '-c', 'vite.node.config.ts', '--logLevel', 'warn'];
  const env = { ...process.env, KUBARIUM_OUT_DIR: out };
  const { status } = spawnSync(process.execPath, words, { cwd: root, env, stdio: ['ignore', 2, 2] });
  if (status !== 0) {
    rmSync(out, { recursive: true, force: true });
    process.stderr.write('kubarium: the build failed\n');
    process.exit(1);
  }
  const old = `${out}-old`;
  try {
    if (existsSync(built)) renameSync(built, old);
    renameSync(out, built);
  } catch (problem) {
    // Another one was faster: its build is as good.
    if (!existsSync(program)) throw problem;
  }
  rmSync(old, { recursive: true, force: true });
  rmSync(out, { recursive: true, force: true });
}
