/** Too many, too much, too slow: the bridge bounds what it holds, and says so as upstream does. */
import net, { type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import type { ApiLink } from '../../src/cli/bridge/api-link.ts';
import { type BridgeOptions, makeBridge } from '../../src/cli/bridge/bridge.ts';
import type { ClientMessage, ServerMessage } from '../../src/k8s/client/wire.ts';
import { startBridge } from './rig.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** A world of our own: it keeps what it was asked, and says what we let it. */
class Silent implements ApiLink {
  readonly asked: { request: ClientMessage; answer: (message: ServerMessage) => void }[] = [];
  gone = 0;

  open(hear: (message: ServerMessage) => void) {
    return {
      send: (request: ClientMessage) => void this.asked.push({ request, answer: hear }),
      close: () => void (this.gone += 1),
    };
  }
}

async function listening(link: ApiLink, limits: BridgeOptions['limits']) {
  const bridge: Server = makeBridge(link, undefined, { ...(limits && { limits }) });
  await new Promise<void>((resolve) => bridge.listen(0, '127.0.0.1', resolve));
  closing.push(() => bridge.closeAllConnections(), () => bridge.close());
  return { bridge, port: (bridge.address() as AddressInfo).port };
}

const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** A client that sends this, and what it has heard. */
function client(port: number, text: string) {
  const socket: Socket = net.connect(port, '127.0.0.1');
  const heard = { socket, text: '', isClosed: false };
  socket.on('data', (chunk) => (heard.text += String(chunk)));
  socket.on('error', () => undefined);
  socket.on('close', () => (heard.isClosed = true));
  socket.write(text);
  closing.push(() => socket.destroy());
  return heard;
}

const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;
const post = (length: number) =>
  `POST /api/v1/namespaces/default/pods HTTP/1.1\r\nhost: 127.0.0.1\r\n` +
  `content-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

test('more requests at once than are allowed are told to come again', async () => {
  const world = new Silent();
  const { port } = await listening(world, { reading: 3, writing: 1 });
  const first = [1, 2, 3].map(() => client(port, get('/api/v1/pods')));
  await until(() => world.asked.length === 3);
  const fourth = client(port, get('/api/v1/pods'));
  await until(() => fourth.text.endsWith('later.\n'));
  expect(fourth.text).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
  expect(fourth.text).toMatch(/retry-after: 1\r\n/i);
  expect(fourth.text).toMatch(/\r\n\r\nToo many requests, please try again later\.\n$/);
  // Writes and streams are counted apart.
  client(port, `${post(2)}{}`);
  client(port, get('/api/v1/pods?watch=true'));
  client(port, get('/api/v1/namespaces/a/pods/b/log?follow=true'));
  await until(() => world.asked.length === 6);
  const write = client(port, `${post(2)}{}`);
  await until(() => write.text.includes('429'));
  // Whoever goes makes room.
  first[0]!.socket.resetAndDestroy();
  await until(() => world.gone === 1);
  fourth.socket.write(get('/api/v1/pods'));
  await until(() => world.asked.filter(({ request }) => request.type === 'request').length === 7);
});

test('an answer makes room, and the connection stays', async () => {
  const world = new Silent();
  const { port } = await listening(world, { reading: 1 });
  const one = client(port, get('/version'));
  for (let i = 1; i <= 5; i += 1) {
    await until(() => world.asked.length === i);
    const { request, answer } = world.asked[i - 1]!;
    answer({ type: 'response', id: request.id, response: { status: 200, body: `answer ${i}` } });
    await until(() => one.text.endsWith(`answer ${i}`));
    if (i < 5) one.socket.write(get('/version'));
  }
});

test('bodies that come in together are bounded, too', async () => {
  const world = new Silent();
  const { port } = await listening(world, { bodyBytes: 100_000 });
  client(port, post(200_000) + 'x'.repeat(150_000));
  const probe = async () => {
    const another = client(port, post(2));
    await until(() => another.text !== '' || another.socket.readyState === 'open');
    another.socket.write('{}');
    await until(() => another.text !== '' || world.asked.length > 0);
    return another.text;
  };
  let text = '';
  while (!text.includes('429')) {
    world.asked.length = 0;
    text = await probe();
  }
  expect(text).toContain('Too many requests');
});

test('connections beyond the bound are closed; the others are served', async () => {
  const rig = await startBridge({ limits: { connections: 5 } });
  closing.push(() => rig.close());
  const all = Array.from({ length: 12 }, () => client(rig.port, get('/readyz')));
  await until(() => all.every(({ text, isClosed }) => text !== '' || isClosed));
  expect(all.filter(({ text }) => text.includes('200 OK'))).toHaveLength(5);
  for (const { socket } of all) socket.destroy();
  await until(() => all.every(({ isClosed }) => isClosed));
  let later = client(rig.port, get('/readyz'));
  await until(() => later.text !== '' || later.isClosed);
  while (later.text === '') {
    later = client(rig.port, get('/readyz'));
    await until(() => later.text !== '' || later.isClosed);
  }
  expect(later.text).toContain('200 OK');
});

test('a flood of thousands is answered, every one, and the world goes on', async () => {
  const rig = await startBridge();
  closing.push(() => rig.close());
  const each = 50;
  const body = JSON.stringify({ metadata: { generateName: 'flood-' } });
  const create =
    'POST /api/v1/namespaces/default/configmaps HTTP/1.1\r\nhost: 127.0.0.1\r\n' +
    `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const all = Array.from({ length: 60 }, () => client(rig.port, create.repeat(each)));
  const codes = ({ text }: { text: string }) =>
    [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code);
  await until(() => all.every((one) => codes(one).length === each));
  const got = all.flatMap(codes);
  expect(got.filter((code) => code !== '201' && code !== '429')).toEqual([]);
  const made = rig.rig.list('/api/v1/namespaces/default/configmaps');
  expect(made.filter(({ metadata }) => metadata.name.startsWith('flood-'))).toHaveLength(
    got.filter((code) => code === '201').length,
  );
  expect((await fetch(`${rig.url}/readyz`)).status).toBe(200);
}, 30_000);

test('who does not read is dropped when all together hold too much', async () => {
  const world = new Silent();
  const { port } = await listening(world, { waitingBytes: 4_000_000 });
  const readers = Array.from({ length: 8 }, () => client(port, get('/api/v1/pods?watch=true')));
  await until(() => world.asked.length === 8);
  for (const { socket } of readers.slice(1)) socket.pause();
  const body = { a: 'x'.repeat(100_000) };
  for (const { request, answer } of world.asked) {
    answer({ type: 'response', id: request.id, response: { status: 200, body: '' }, isStream: true });
  }
  let sent = 0;
  while (world.gone < 4 && sent < 100) {
    sent += 1;
    for (const { request, answer } of world.asked) {
      answer({ type: 'event', id: request.id, event: { type: 'ADDED', object: { ...body } } });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  expect(world.gone).toBeGreaterThan(3);
  expect(readers[0]!.isClosed).toBe(false);
  await until(() => readers[0]!.text.length > sent * 100_000);
}, 20_000);
