/** Time and power: paused and slow worlds answer, and an API server that is down is refused. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { serveApi } from '../../src/cli/bridge/serve-api.ts';
import { startPaced } from './rig.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(speed: number) {
  const { rig, paced } = startPaced({}, speed);
  const folder = await mkdtemp(path.join(tmpdir(), 'kubarium-test-'));
  const api = await serveApi(
    {
      host: '127.0.0.1',
      port: 0,
      isHttp: true,
      certs: undefined,
      kubeconfig: path.join(folder, 'config'),
      users: [],
    },
    paced,
    () => false,
  );
  paced.start();
  closing.push(() => api.stop(), () => paced.stop(), () => rm(folder, { recursive: true }));
  return { rig, paced, url: api.url };
}

/** What a client sees: a status, or its system's word. */
async function ask(url: string, path = '/readyz'): Promise<string> {
  try {
    const answer = await fetch(url + path, { headers: { connection: 'close' } });
    await answer.text();
    return String(answer.status);
  } catch (problem) {
    const { cause } = problem as { cause?: { code?: string } };
    return cause?.code ?? String(problem);
  }
}

async function until(url: string, wanted: string): Promise<void> {
  while ((await ask(url)) !== wanted) await new Promise((resolve) => setTimeout(resolve, 20));
}

test.each([0, 0.001, 1_000])('at speed %f hundreds of requests are answered', async (speed) => {
  const { rig, url } = await serve(speed);
  for (let i = 0; i < 200; i += 1) {
    const answer = await fetch(`${url}/api/v1/namespaces/default/configmaps`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { name: `a-${i}` } }),
    });
    expect(answer.status).toBe(201);
    await answer.text();
  }
  expect(rig.list('/api/v1/namespaces/default/configmaps').length).toBeGreaterThanOrEqual(200);
});

test('a paused world rests while nobody asks', async () => {
  const { rig, url } = await serve(0);
  await ask(url);
  const before = rig.shard.now;
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(rig.shard.now).toBe(before);
});

test('an API server that has ended refuses connections, until there is one again', async () => {
  const { rig, url } = await serve(1);
  await until(url, '200');
  const watch = await fetch(`${url}/api/v1/pods?watch=true`);
  const ended = watch.text().then(
    () => 'whole',
    () => 'cut off',
  );
  rig.apiserver.kill('SIGKILL');
  await until(url, 'ECONNREFUSED');
  expect(await ended).toBe('cut off');
  rig.startApiserver();
  await until(url, '200');
});

test('so does a machine without power: nobody waits for an answer that cannot come', async () => {
  const { rig, url } = await serve(1);
  await until(url, '200');
  const pending = fetch(`${url}/api/v1/pods?watch=true`).then((answer) => answer.text());
  rig.run(50);
  rig.machine.switchOff();
  await expect(pending).rejects.toThrow(/terminated|fetch failed/);
  await until(url, 'ECONNREFUSED');
  rig.machine.switchOn();
  rig.startEtcd();
  rig.startApiserver();
  await until(url, '200');
});
