/** `kubectl kustomize`, case by case as the real one did it (record.mjs). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { KubectlRig } from '../rig.ts';
import { readCases } from './cases.mjs';

interface Golden {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

const here = new URL('.', import.meta.url).pathname;
const goldens = JSON.parse(readFileSync(`${here}golden.json`, 'utf8')) as Readonly<Record<string, Golden>>;
const cases = readCases(readFileSync(`${here}cases.txt`, 'utf8'));

/** Where things lie in memory is no part of an answer. */
const clean = (text: string): string => text.replace(/0xc[0-9a-f]+/g, '0xc000000000');

describe('kustomize', () => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', (name, { words, files }) => {
    const rig = new KubectlRig();
    rig.rig.machine.files.makeDirectory('/root/here');
    for (const [path, text] of Object.entries(files)) {
      const at = `/root/here/${path}`;
      rig.rig.machine.files.makeDirectory(at.slice(0, at.lastIndexOf('/')));
      rig.file(at, text);
    }
    rig.cwd = '/root/here';
    const { out, err, code } = rig.run(words);
    const { [name]: golden } = goldens;
    expect({ out, err: clean(err), code }).toEqual({ ...golden, err: clean(golden?.err ?? '') });
  });
});
