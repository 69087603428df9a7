/**
 * kubectl against the real API server of the simulation (no controllers, no nodes): every file
 * in transcripts/ is one, `$ command` and all that it prints. `REWRITE=1` writes them anew;
 * read the difference as prose before you commit it.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Inbox } from '../../src/host/index.ts';
import { writeKubeconfig } from '../../src/k8s/client/index.ts';
import { type Rig, startRig } from '../../src/k8s/apiserver/testing.ts';
import { kubectl } from '../../src/shell/kubectl/kubectl.ts';

const here = new URL('transcripts/', import.meta.url).pathname;
const files = new URL('files/', import.meta.url).pathname;

function world(): Rig {
  const rig = startRig();
  const { files: disk } = rig.machine;
  disk.makeDirectory('/root/.kube');
  disk.write('/root/.kube/config', writeKubeconfig({
    clusterName: 'kubernetes', server: `https://${rig.server.ip}:${rig.server.port}`,
    userName: 'kubernetes-admin',
    subject: { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
  }));
  for (const name of ['deploy.yaml', 'svc.yaml']) {
    disk.write(`/root/${name}`, readFileSync(files + name, 'utf8'));
  }
  disk.write('/root/changed.yaml',
    readFileSync(`${files}deploy.yaml`, 'utf8').replace('replicas: 3', 'replicas: 5'));
  disk.write('/root/typo.yaml',
    'apiVersion: v1\nkind: Pod\nmetadata: {name: typo}\nspec: {containers: [{name: c, imagee: x}]}\n');
  disk.write('/root/unknown.yaml', 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\n');
  return rig;
}

function run(rig: Rig, line: string): string {
  let text = '';
  const write = (part: string) => ((text += part), true);
  const stdin = new Inbox<string>();
  stdin.close();
  const process = rig.machine.spawn({
    program: kubectl, args: line.split(' '), cwd: '/root', env: { HOME: '/root' }, stdin,
    stdout: { write, end: () => undefined }, stderr: { write, end: () => undefined },
  });
  for (let i = 0; i < 600 && process.isRunning; i += 1) rig.run(100);
  if (process.isRunning) process.kill('SIGINT');
  return `$ ${line}   # ${process.exitCode}\n${text}`;
}

describe('transcripts', () => {
  it.each(readdirSync(here).filter((name) => name.endsWith('.txt')))('%s', (name) => {
    const text = readFileSync(here + name, 'utf8');
    const rig = world();
    const lines = [...text.matchAll(/^\$ (.*?)(?: {3}# .*)?$/gm)].map((match) => match[1] ?? '');
    const printed = `${lines.map((line) => run(rig, line)).join('\n')}`;
    if (process.env['REWRITE'] !== undefined) writeFileSync(here + name, printed);
    else expect(printed).toBe(text);
  });
});
