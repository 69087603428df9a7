/**
 * The 118 recorded transcripts, told to our cluster by our kubectl. What differs stands in
 * `scenarios/differences.txt` (REWRITE=1 writes it anew), each with its reason in `reasons.ts`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { unifiedDiff } from '../../src/shell/kubectl/unified-diff.ts';
import { ConsoleWorld } from '../parity/worlds.ts';
import { comparable, type Transcript, transcriptsOf } from './scenario-text.ts';
import { reasonOf } from './scenarios/reasons.ts';

const folder = path.join(import.meta.dirname, 'scenarios');
const recorded = transcriptsOf(readFileSync(path.join(folder, 'recorded.txt'), 'utf8'));

/** Images that the simulated registries do not have: what is said of them needs no more than pause. */
const absent = /(image: "?)(us-docker\S+gb-frontend:v5|registry\.istio\S+|us-central1\S+|quay\.io\/fluentd\S+)("?)/g;

/** A manifest that can run here: probes of what is absent would fail. */
function runnable(text: string): string {
  const isProbed = text.includes('online-boutique-ci');
  const images = text.replace(/busybox:\S+@sha256:\w+/g, 'busybox:1.28').replace(absent, '$1registry.k8s.io/pause:3.10$3');
  return isProbed ? images.replaceAll(/^( +)(readiness|liveness)Probe:\n(\1 .*\n)+/gm, '') : images;
}

/** What takes its time, and for how many seconds the recording, or what it needs here, then waits. */
const settling: readonly (readonly [RegExp, number])[] = [
  [/apply .*job\.yaml/, 60],
  [/^kubectl (autoscale|taint|delete deploy)/, 20],
  [/^kubectl (apply|create|scale|uncordon|run)/, 8],
];

function play(world: ConsoleWorld, { command }: Transcript): Transcript {
  const line = command
    .replace(/\bw([12])\b/g, 'worker-$1')
    .replace(/--overrides=(\S+)/, "--overrides='$1'");
  const { stdout, stderr, code } = world.script(line);
  world.run(1_000 * (settling.find(([pattern]) => pattern.test(command))?.[1] ?? 0));
  return { command, code, output: (stdout + stderr).trimEnd() };
}

function differences(): Map<string, string> {
  const world = new ConsoleWorld();
  for (const name of readdirSync(folder)) {
    if (/\.ya?ml$/.test(name)) world.file(name, runnable(readFileSync(path.join(folder, name), 'utf8')));
  }
  for (const name of ['cert.pem', 'key.pem']) {
    world.file(name, readFileSync(path.join(folder, name), 'utf8'));
  }
  const found = new Map<string, string>();
  for (const [i, theirs] of recorded.entries()) {
    const ours = play(world, theirs);
    const text = (each: Transcript, isRecorded: boolean): string =>
      [`exit ${each.code}`, ...comparable(each.output, each.command, isRecorded)].join('\n');
    const diff = unifiedDiff(text(theirs, true), text(ours, false));
    if (diff !== '') found.set(`${i + 1}. ${theirs.command}`, diff);
  }
  return found;
}

describe('the recorded transcripts', () => {
  const found = differences();

  it('differ from ours as they did', () => {
    const text = [...found].map(([name, diff]) => `$ ${name}\n# ${reasonOf(name)}\n${diff}\n`).join('');
    const file = path.join(folder, 'differences.txt');
    if (process.env['REWRITE'] === '1') writeFileSync(file, text);
    else expect(text).toBe(readFileSync(file, 'utf8'));
  });

  it('are all there', () => expect(recorded).toHaveLength(118));

  it.each(recorded.map(({ command }, i) => `${i + 1}. ${command}`))('%s', (name) => {
    expect(found.has(name) ? reasonOf(name) : 'equal').not.toBe('');
    expect(found.has(name) || reasonOf(name) === '').toBe(true);
  });
});
