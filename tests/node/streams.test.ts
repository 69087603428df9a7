/** exec, logs and watches over the bridge of a whole world. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { makeBridge } from '../../src/cli/bridge/bridge.ts';
import { PacedWorld } from '../../src/cli/paced-world.ts';
import { ConsoleWorld } from '../parity/worlds.ts';

class Served extends ConsoleWorld {
  readonly paced: PacedWorld = new PacedWorld(this.world, 1);
  readonly bridge = makeBridge(this.paced);
  constructor() {
    super((client, message) => this.paced.answer(client, message));
  }
}

const world = new Served();
let port = 0;

beforeAll(async () => {
  world.script('kubectl run box --image=busybox:1.36 -- sh -c "echo one; echo two; sleep 1000"');
  world.run(20_000);
  await new Promise<void>((resolve) => world.bridge.listen(0, '127.0.0.1', resolve));
  ({ port } = world.bridge.address() as AddressInfo);
  world.paced.start();
});
afterAll(() => {
  world.paced.stop();
  world.bridge.closeAllConnections();
  world.bridge.close();
});

const pod = '/api/v1/namespaces/default/pods/box';

interface Talk {
  readonly protocol: string;
  /** What came on each channel. */
  readonly heard: Readonly<Record<number, string>>;
  readonly closeCode: number;
}

async function talk(query: string, protocols: string[], say: Buffer[] = []): Promise<Talk> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${pod}/exec?${query}`, protocols);
  const heard: Record<number, string> = {};
  socket.on('open', () => say.forEach((frame) => socket.send(frame)));
  socket.on('message', (frame: Buffer) => {
    const channel = frame[0] ?? -1;
    heard[channel] = (heard[channel] ?? '') + frame.subarray(1).toString();
  });
  const closeCode = await new Promise<number>((resolve, reject) => {
    socket.on('close', resolve);
    socket.on('error', reject);
  });
  return { protocol: socket.protocol, heard, closeCode };
}

const v5 = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

test('exec: output, error output and the exit code each have a channel', async () => {
  const query = 'stdout=true&stderr=true&command=sh&command=-c&command=echo+out;echo+err+>%262;exit+3';
  const { protocol, heard, closeCode } = await talk(query, v5);
  expect(protocol).toBe('v5.channel.k8s.io');
  expect(heard[1]).toBe('out\n');
  expect(heard[2]).toBe('err\n');
  expect(JSON.parse(heard[3] ?? '')).toMatchObject({
    status: 'Failure',
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: '3' }] },
  });
  expect(closeCode).toBe(1000);
});

test('exec: standard input, split inside a character, until its channel is closed', async () => {
  const text = Buffer.from('héllo\n');
  const say = [
    Buffer.concat([Buffer.from([0]), text.subarray(0, 2)]),
    Buffer.concat([Buffer.from([0]), text.subarray(2)]),
    Buffer.from([255, 0]),
  ];
  const { heard } = await talk('stdin=true&stdout=true&command=cat', v5, say);
  expect(heard[1]).toBe('héllo\n');
  expect(JSON.parse(heard[3] ?? '')).toMatchObject({ status: 'Success' });
});

test('exec: what cannot be begun is refused with a Status', async () => {
  const query = 'stdout=true&container=nope&command=ls';
  const body = await new Promise<string>((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${pod}/exec?${query}`, v5);
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (more: string) => (text += more));
      answer.on('end', () => resolve(text));
    });
  });
  expect(JSON.parse(body)).toMatchObject({
    kind: 'Status',
    code: 400,
    message: 'container nope is not valid for pod box',
  });
});

test('logs are text', async () => {
  const answer = await fetch(`http://127.0.0.1:${port}${pod}/log`);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(await answer.text()).toBe('one\ntwo\n');
});

test('logs that are followed come as they are written, and end with their reader', async () => {
  const gone = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${port}${pod}/log?follow=true`, {
    signal: gone.signal,
  });
  const reader = answer.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(new TextDecoder().decode(value)).toContain('one\n');
  gone.abort();
});

test('a reader that reads nothing is let go, and memory stays bounded', { timeout: 60_000 }, async () => {
  const maps = '/api/v1/namespaces/default/configmaps';
  const request = http.get({ port, host: '127.0.0.1', path: `${maps}?watch=true` });
  const answer = await new Promise<http.IncomingMessage>((resolve) =>
    request.on('response', resolve),
  );
  answer.pause();
  const ended = new Promise<void>((resolve) => answer.on('close', resolve));
  const data = { big: 'x'.repeat(900_000) };
  for (let i = 0; i < 14; i += 1) {
    const made = await fetch(`http://127.0.0.1:${port}${maps}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ metadata: { name: `big-${i}` }, data }),
    });
    expect(made.status).toBe(201);
  }
  // What had been sent is still whole: the stream ends between two events.
  let text = '';
  answer.setEncoding('utf8').on('data', (more: string) => (text += more));
  answer.resume();
  await ended;
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  const events = lines.map((line) => (JSON.parse(line) as { type: string }).type);
  expect(events.length).toBeGreaterThan(0);
  expect(events.length).toBeLessThan(14);
});
