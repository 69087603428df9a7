/** exec, logs and watches over the bridge of a whole world. */
import http from 'node:http';
import type net from 'node:net';
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
  world.script('kubectl run gone --image=busybox:1.36 --restart=Never -- true');
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

test('exec: any bytes, and a container that does not run', async () => {
  const bytes = Buffer.from(Array.from({ length: 512 }, (_, i) => i & 255));
  const say = [Buffer.concat([Buffer.from([0]), bytes]), Buffer.from([255, 0])];
  const socket = new WebSocket(`ws://127.0.0.1:${port}${pod}/exec?stdin=true&stdout=true&command=cat`, v5);
  const pieces: Buffer[] = [];
  socket.on('open', () => say.forEach((frame) => socket.send(frame)));
  socket.on('message', (frame: Buffer) => frame[0] === 1 && pieces.push(frame.subarray(1)));
  await new Promise((resolve) => socket.on('close', resolve));
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  // Who speaks v5 has been given its stream already; the others get an answer.
  const gone = pod.replace('/box', '/gone');
  const url = `127.0.0.1:${port}${gone}/exec?stdout=true&command=ls`;
  const told = new WebSocket(`ws://${url}`, v5);
  const verdict = await new Promise<string>((resolve) =>
    told.on('message', (frame: Buffer) => frame[0] === 3 && resolve(frame.subarray(1).toString())),
  );
  expect(JSON.parse(verdict)).toMatchObject({
    code: 500,
    reason: 'InternalError',
    message: 'Internal error occurred: unable to upgrade connection: container not found ("gone")',
  });
  const { status, body } = await spdy(`${gone}/exec?stdout=true&command=ls`);
  expect([status, body]).toEqual([500, 'container not found ("gone")']);
});

test('exec: the connection ends behind its last frame, also for who does not answer that', async () => {
  const request = http.request({
    port,
    host: '127.0.0.1',
    path: `${pod}/exec?stdout=true&command=echo&command=bye`,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      'sec-websocket-protocol': 'v4.channel.k8s.io',
    },
  });
  const pieces: Buffer[] = [];
  await new Promise<void>((resolve) => {
    request.on('upgrade', (_, socket, head) => {
      pieces.push(head);
      socket.on('data', (piece: Buffer) => pieces.push(piece)).on('end', resolve);
    });
    request.end();
  });
  const heard = Buffer.concat(pieces);
  expect(heard.includes('\x01bye\n')).toBe(true);
  expect(heard.subarray(-4).toString('hex')).toBe('880203e8');
});

test('exec: a large output comes whole, in messages of the size that Go makes', async () => {
  const url = `ws://127.0.0.1:${port}${pod}/exec?stdout=true&command=dd&command=if=/dev/zero&command=bs=1M&command=count=12`;
  const socket = new WebSocket(url, v5);
  let [sum, most] = [0, 0];
  socket.on('message', (frame: Buffer) => {
    if (frame[0] !== 1) return;
    sum += frame.length - 1;
    most = Math.max(most, frame.length - 1);
  });
  const code = await new Promise((resolve) => socket.on('close', resolve));
  expect([code, sum, most]).toEqual([1000, 12 * 1024 * 1024, 32 * 1024]);
});

/** Asks for SPDY and gives what came instead. */
const spdy = (path: string, protocol = 'v4.channel.k8s.io') =>
  new Promise<{ status: number | undefined; body: string; socket?: net.Socket }>((resolve) => {
    const request = http.request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path,
      headers: {
        connection: 'Upgrade',
        upgrade: 'SPDY/3.1',
        'x-stream-protocol-version': protocol,
      },
    });
    request.on('upgrade', (answer, socket) =>
      resolve({ status: answer.statusCode, body: '', socket: socket as net.Socket }),
    );
    request.on('response', (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (more: string) => (body += more));
      answer.on('end', () => resolve({ status: answer.statusCode, body }));
    });
    request.end();
  });

test('SPDY: another protocol is refused; nonsense ends the connection, and only that', async () => {
  const path = `${pod}/exec?stdout=true&command=ls`;
  expect(await spdy(path, 'v9.channel.k8s.io')).toMatchObject({
    status: 403,
    body: 'unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io], server accepts [v4.channel.k8s.io]',
  });
  const { status, socket } = await spdy(path);
  expect(status).toBe(101);
  const closed = new Promise((resolve) => socket?.on('close', resolve));
  socket?.resume().write(Buffer.from('80010001000000000000', 'hex'));
  await closed;
  const { heard } = await talk('stdout=true&command=echo&command=alive', v5);
  expect(heard[1]).toBe('alive\n');
});

test.each([
  ['', 'query parameter "port" is required'],
  ['ports=', 'query parameter "port" cannot be empty'],
  ['ports=80,x', 'unable to parse "x" as a port: strconv.ParseUint: parsing "x": invalid syntax'],
  ['ports=0', 'port "0" must be > 0'],
])('port-forward over WebSocket: ?%s', async (query, text) => {
  const body = await new Promise<string>((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${pod}/portforward?${query}`, v5);
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (more: string) => (body += more));
      answer.on('end', () => resolve(body));
    });
  });
  expect(body).toBe(text);
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
