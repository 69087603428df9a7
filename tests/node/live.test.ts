/** The app on a served world: one present for all pages, a past for each. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { appServer } from '../../src/cli/bridge/app-server.ts';
import { Present } from '../../src/cli/live/present.ts';
import { SharedWorld } from '../../src/cli/live/shared-world.ts';
import { PacedWorld } from '../../src/cli/paced-world.ts';
import type { Playback, ServedMessage, StageUpdate } from '../../src/worker/protocol.ts';
import { worldByName } from '../../src/world/index.ts';

const dist = mkdtempSync(path.join(tmpdir(), 'kubarium-dist-'));
beforeAll(() => writeFileSync(path.join(dist, 'index.html'), '<title>the page</title>'));

let ending: (() => void)[] = [];
afterEach(() => {
  for (const end of ending) end();
  ending = [];
});

/** A one-node world, served on a port of its own, at ten times the real speed. */
async function served(token?: string): Promise<{ address: string; world: SharedWorld }> {
  const definition = worldByName('one-node');
  if (definition === undefined) throw new Error('no world');
  const nobody = { sink: () => undefined, answer: () => undefined };
  const opening = { definition, seed: 1, epoch: 1_767_268_680_000, ...nobody };
  const world = new SharedWorld(opening, undefined);
  const paced = new PacedWorld(world, 10);
  const present = new Present(world, paced, 10);
  const host = '127.0.0.1';
  const options = { host, port: 0, present, ...(token === undefined ? {} : { token }) };
  const server: Server = appServer(dist, options);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  paced.start();
  ending.push(() => {
    present.stop();
    paced.stop();
    server.closeAllConnections();
    server.close();
  });
  return { world, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** A page: what it has seen, and its calls. */
class Page {
  readonly pods = new Map<string, string>();
  text = '';
  now = 0;
  playback: Playback | undefined;
  closed: number | undefined;
  private readonly socket: WebSocket;
  private readonly asked = new Map<number, (message: ServedMessage) => void>();
  private lastId = 0;

  constructor(address: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(`ws://${address}/live`, { headers });
    this.socket.on('message', (data) => this.hear(JSON.parse(String(data)) as ServedMessage));
    this.socket.on('close', (code) => (this.closed = code));
    this.socket.on('error', () => (this.closed = 0));
    ending.push(() => this.socket.terminate());
  }

  async call(call: string, ...words: unknown[]): Promise<unknown> {
    this.lastId += 1;
    const id = this.lastId;
    const answered = new Promise<ServedMessage>((resolve) => this.asked.set(id, resolve));
    this.say(JSON.stringify({ id, call, with: words }));
    const message = await answered;
    if (!('id' in message)) throw new Error('no answer');
    if (message.failed !== undefined) throw new Error(message.failed);
    return message.value;
  }

  say(text: string): void {
    this.socket.send(text);
  }

  type(text: string): Promise<unknown> {
    return this.call('act', { type: 'line', terminal: 'console', text });
  }

  private hear(message: ServedMessage): void {
    if (!('update' in message)) return this.asked.get(message.id)?.(message);
    this.take(message.update);
    this.playback = message.playback;
    this.say(JSON.stringify({ heard: message.count }));
  }

  private take(update: StageUpdate): void {
    if (update.reset) {
      this.pods.clear();
      this.text = '';
    }
    this.now = update.now;
    for (const { uid, name, status } of update.pods) this.pods.set(uid, `${name} ${status}`);
    for (const uid of update.removed) this.pods.delete(uid);
    for (const { text } of update.terminals) this.text += text;
  }

  has(pod: RegExp): boolean {
    return [...this.pods.values()].some((line) => pod.test(line));
  }
}

async function until(what: () => boolean): Promise<void> {
  await expect.poll(what, { timeout: 10_000, interval: 20 }).toBe(true);
}

describe('a served world', () => {
  it('is one for all its pages, and each may look back alone', async () => {
    const { address, world } = await served();
    const [anne, bob] = [new Page(address), new Page(address)];
    await until(() => anne.has(/^etcd-/) && bob.has(/^etcd-/));
    const before = world.now;
    await anne.type('kubectl create namespace seen; kubectl run web --image=nginx:1.27');
    await until(() => bob.has(/^web /) && bob.text.includes('pod/web created'));
    expect(anne.playback).toMatchObject({ isServed: true, canUndo: false, branches: [] });

    await anne.call('seek', before);
    await until(() => anne.now <= before && !anne.has(/^web /));
    expect(bob.has(/^web /)).toBe(true);
    expect(anne.playback?.isPlaying).toBe(false);
    expect(anne.playback?.until).toBeGreaterThan(before);

    // To the end as the page knows it: that is the present, which has gone on.
    const end = anne.playback?.until ?? 0;
    await until(() => world.now > end + 1_000);
    await anne.call('seek', end);
    await until(() => anne.has(/^web /) && anne.now > end + 1_000);
    await anne.call('step', -1);

    // What one does while one looks back is done in the present.
    await anne.type('kubectl delete pod web --now');
    await until(() => anne.text.includes('pod "web" deleted') && anne.now > before);
  });

  it('hands out its history, and pauses for all', async () => {
    const { address } = await served();
    const [anne, bob] = [new Page(address), new Page(address)];
    await until(() => anne.pods.size > 0 && bob.pods.size > 0);
    await anne.type('echo hello');
    await anne.call('pause');
    await until(() => bob.playback?.isPlaying === false);
    expect(await bob.call('export')).toMatchObject({
      format: 'kubarium-session',
      world: 'one-node',
      inputs: [{ input: { type: 'line', terminal: 'console', text: 'echo hello' } }],
    });
    await expect(anne.call('setPace', -1)).rejects.toThrow('a speed is from 0 to 1000');
    await expect(anne.call('undo')).rejects.toThrow('one history');
    await expect(anne.call('act', { type: 'api', client: 1 })).rejects.toThrow('no such input');
    await expect(anne.call('act', 'nonsense')).rejects.toThrow('no such input');
  });

  it.each(['nonsense', '{"id":1,"call":"constructor","with":[]}', '[]', '{"id":1}'])(
    'drops a page that says %s, and goes on',
    async (said) => {
      const { address, world } = await served();
      const [bad, good] = [new Page(address), new Page(address)];
      await until(() => bad.pods.size > 0 && good.pods.size > 0);
      bad.say(said);
      await until(() => bad.closed === 1007);
      const { now } = world;
      await until(() => good.now > now);
    },
  );

  it('is for its own page alone', async () => {
    const { address } = await served();
    const stranger = new Page(address, { origin: 'https://elsewhere.example' });
    await until(() => stranger.closed !== undefined);
    const rebound = await fetch(`http://${address}/`, { redirect: 'manual' });
    expect(rebound.headers.get('location')).toBe('/?served');
    expect(await (await fetch(`http://${address}/?served`)).text()).toContain('the page');
  });

  it('asks for a token, where it has one', async () => {
    const { address } = await served('s3cret');
    expect((await fetch(`http://${address}/?served`)).status).toBe(403);
    expect((await fetch(`http://${address}/?token=wrong`)).status).toBe(403);
    const moved = await fetch(`http://${address}/?token=s3cret`, { redirect: 'manual' });
    const cookie = (moved.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const page = new Page(address, { cookie });
    await until(() => page.pods.size > 0);
    const nobody = new Page(address);
    await until(() => nobody.closed !== undefined);
  });
});
