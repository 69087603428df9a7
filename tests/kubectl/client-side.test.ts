/**
 * What needs no server: texts, flags, manifests made of flags, `--local` changes, output formats.
 * Each line of client-side.txt was run with the real kubectl (record-goldens.mjs).
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KubectlRig } from './rig.ts';

interface Golden {
  readonly line: string;
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

const here = new URL('.', import.meta.url).pathname;
const goldens = JSON.parse(readFileSync(`${here}goldens/client-side.json`, 'utf8')) as readonly Golden[];

/** Known differences, with reasons. */
const known: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(`${here}goldens/known-differences.json`, 'utf8'),
);

function rigFor(isServed: boolean): KubectlRig {
  const rig = new KubectlRig();
  copy(`${here}files`, '/root/files', rig);
  if (!isServed) {
    rig.rig.machine.files.remove('/root/.kube');
    rig.rig.server.power(false);
  }
  return rig;
}

function copy(from: string, to: string, rig: KubectlRig): void {
  rig.rig.machine.files.makeDirectory(to);
  for (const name of readdirSync(from)) {
    if (statSync(`${from}/${name}`).isDirectory()) copy(`${from}/${name}`, `${to}/${name}`, rig);
    else rig.file(`${to}/${name}`, readFileSync(`${from}/${name}`, 'utf8'));
  }
}

const clean = (text: string): string => text.replace(/[EW]\d{4} \d\d:\d\d:\d\d\.\d{6} +\d+ /g, 'KLOG ');

describe('as the real kubectl says it', () => {
  it.each(goldens.map((golden) => [golden.line, golden] as const))('%s', (line, golden) => {
    const isServed = line.startsWith('@');
    const text = isServed ? line.slice(1) : line;
    const words = text.startsWith('[') ? (JSON.parse(text) as string[]) : text.split(' ');
    const rig = rigFor(isServed);
    rig.cwd = '/root/files';
    const { out, err, code } = rig.run(words);
    const same = { out: clean(out), err: clean(err), code };
    const wanted = { out: golden.out, err: golden.err, code: golden.code };
    if (known[line] === undefined) expect(same).toEqual(wanted);
    else expect(same).not.toEqual(wanted);
  });
});
