/** The API: requests a second inside a world and through the bridge, and one write to many watchers. */
import http, { type Server } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import type { ApiRequest, ServerMessage } from '../../k8s/client/wire.ts';
import { grain } from '../../kernel/index.ts';
import { World, worldByName } from '../../world/index.ts';
import { makeBridge } from '../bridge/bridge.ts';
import { admin } from '../bridge/door.ts';
import { usualEpoch } from '../open-world.ts';
import { PacedWorld } from '../paced-world.ts';
import { type Figure, median } from './measure.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const listed = 100;
const perRun = 2_000;
const runs = 5;

const configMap = (name: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { ...name, labels: { app: 'bench' } },
  data: { text: 'x'.repeat(400) },
});

type Verb = 'get' | 'list' | 'create';
const verbs: readonly Verb[] = ['get', 'list', 'create'];

const requests: Readonly<Record<Verb, ApiRequest>> = {
  get: { method: 'GET', path: `${configMaps}/a-1` },
  list: { method: 'GET', path: configMaps, query: { labelSelector: 'listed=yes' } },
  create: { method: 'POST', path: configMaps, body: configMap({ generateName: 'b-' }) },
};

/** A world, and a client in it that asks without waiting for a clock. */
class Inside {
  readonly world: World;
  hear: (client: number, message: ServerMessage) => void = () => undefined;
  private lastId = 0;

  constructor() {
    const definition = worldByName('three-nodes');
    if (definition === undefined) throw new Error('there is a default world');
    const answer = (client: number, message: ServerMessage) => this.hear(client, message);
    this.world = new World({ definition, seed: 1, epoch: usualEpoch, answer });
    this.world.runUntil(definition.openAt);
    for (let i = 0; i < listed; i += 1) {
      const { metadata, ...rest } = configMap({ name: `a-${i}` });
      const labels = { app: 'bench', listed: 'yes' };
      const body = { ...rest, metadata: { ...metadata, labels } };
      this.ask({ method: 'POST', path: configMaps, body });
    }
  }

  /** One after the other, as one connection's client would. */
  ask(request: ApiRequest, times = 1): void {
    let left = times;
    const next = () => this.send(1, request);
    this.hear = (_, message) => {
      if (message.type !== 'response') return;
      if (message.response.status >= 300) throw new Error(JSON.stringify(message.response.body));
      left -= 1;
      if (left > 0) next();
    };
    next();
    while (left > 0) this.world.runUntil(this.world.now + 1);
  }

  send(client: number, request: ApiRequest): void {
    const whole = { credential: admin, ...request };
    const message = { type: 'request', id: (this.lastId += 1), request: whole };
    this.world.enter({ at: this.world.now + grain, input: { type: 'api', client, message } });
  }
}

/** By the API server alone, as the cluster's own programs reach it. */
export function requestsInside(bareMs: number): readonly Figure[] {
  const inside = new Inside();
  return verbs.map((verb) => {
    const times = Array.from({ length: runs + 1 }, () => {
      const start = performance.now();
      inside.ask(requests[verb], perRun);
      return performance.now() - start;
    });
    return rate(`requests inside, ${nameOf(verb)}`, median(times.slice(1)), bareMs);
  });
}

const nameOf = (verb: Verb): string => (verb === 'list' ? `list of ${listed}` : verb);

const rate = (name: string, ms: number, bareMs: number): Figure => ({
  name,
  value: (perRun / ms) * 1_000,
  unit: 'req/s',
  bareSteps: ms / perRun / bareMs,
});

/** Over HTTP with connections that are kept, beside a server that only says `{}`. */
export async function requestsThroughBridge(bareMs: number): Promise<readonly Figure[]> {
  const inside = new Inside();
  const paced = new PacedWorld(inside.world, 1);
  inside.hear = (client, message) => paced.answer(client, message);
  paced.start();
  const echo = http.createServer((message, out) => {
    message.resume().once('end', () => out.end('{}'));
  });
  const bridge = makeBridge(paced);
  try {
    const figures: Figure[] = [];
    const echoed = await throughHttp(await portOf(echo), requests.get);
    figures.push(rate('http echo, no world', echoed, bareMs));
    const port = await portOf(bridge);
    for (const verb of verbs) {
      const ms = await throughHttp(port, requests[verb]);
      const figure = rate(`requests over HTTP, ${nameOf(verb)}`, ms, bareMs);
      figures.push({ ...figure, aim: `${(ms / echoed).toFixed(1)} echoes` });
    }
    return figures;
  } finally {
    paced.stop();
    for (const server of [echo, bridge]) {
      server.closeAllConnections();
      server.close();
    }
  }
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

const connections = 64;

/** The median time of a run of requests over several connections at once, in ms. */
async function throughHttp(port: number, request: ApiRequest): Promise<number> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  const query = new URLSearchParams(request.query as Record<string, string>).toString();
  const path = `${request.path}${query === '' ? '' : `?${query}`}`;
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const options = {
    port, path, agent, host: '127.0.0.1', method: request.method,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body ?? '') },
  };
  const one = () =>
    new Promise<void>((resolve, reject) => {
      http
        .request(options, (answer) => {
          if ((answer.statusCode ?? 500) >= 300) reject(new Error(`answer ${answer.statusCode}`));
          answer.resume().once('end', resolve);
        })
        .on('error', reject)
        .end(body);
    });
  const times: number[] = [];
  for (let run = 0; run <= runs; run += 1) {
    let left = perRun;
    const worker = async () => {
      for (; left > 0; ) {
        left -= 1;
        await one();
      }
    };
    const start = performance.now();
    await Promise.all(Array.from({ length: connections }, worker));
    times.push(performance.now() - start);
  }
  agent.destroy();
  return median(times.slice(1));
}

const writes = 21;

/** From a write to the last of its watchers' events, in the world. */
export function fanOutInside(bareMs: number, watchers = 5_000): Figure {
  const inside = new Inside();
  let heard = 0;
  inside.hear = (_, message) => {
    if (message.type === 'event' || message.type === 'response') heard += 1;
  };
  const { world } = inside;
  for (let client = 2; client < watchers + 2; client += 1) {
    const query = { watch: 'true', labelSelector: 'app=bench,listed!=yes' };
    inside.send(client, { method: 'GET', path: configMaps, query });
  }
  while (heard < watchers) world.runUntil(world.now + 1);
  const times: number[] = [];
  for (let i = 0; i < writes; i += 1) {
    heard = 0;
    const start = performance.now();
    inside.send(1, { method: 'POST', path: configMaps, body: configMap({ name: `fan-${i}` }) });
    while (heard <= watchers) world.runUntil(world.now + 0.5);
    times.push(performance.now() - start);
  }
  return fanOut(`write to ${watchers} watchers`, median(times), watchers, bareMs);
}

const fanOut = (name: string, ms: number, watchers: number, bareMs: number): Figure => ({
  name,
  value: ms,
  unit: 'ms',
  bareSteps: ms / watchers / bareMs,
});

/** The same over as many HTTP connections, whose clients are in this process, too. */
export async function fanOutThroughBridge(bareMs: number, watchers = 1_000): Promise<Figure> {
  const inside = new Inside();
  const paced = new PacedWorld(inside.world, 1);
  inside.hear = (client, message) => paced.answer(client, message);
  paced.start();
  const bridge = makeBridge(paced);
  const port = await portOf(bridge);
  const clients: Awaited<ReturnType<typeof watchClient>>[] = [];
  // Not all at once: so many connections do not wait to be accepted.
  while (clients.length < watchers) {
    const some = Math.min(100, watchers - clients.length);
    clients.push(...(await Promise.all(Array.from({ length: some }, () => watchClient(port)))));
  }
  const times: number[] = [];
  for (let i = 0; i < writes; i += 1) {
    const heard = Promise.all(clients.map(({ next }) => next()));
    const start = performance.now();
    const body = JSON.stringify(configMap({ name: `fan-${i}` }));
    const headers = { 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${port}${configMaps}`;
    const { status } = await fetch(url, { method: 'POST', headers, body });
    if (status !== 201) throw new Error(`answer ${status}`);
    await heard;
    times.push(performance.now() - start);
  }
  for (const { socket } of clients) socket.destroy();
  paced.stop();
  bridge.closeAllConnections();
  bridge.close();
  return fanOut(`write to ${watchers} HTTP watchers`, median(times), watchers, bareMs);
}

/** A watch of everything that comes, on a plain socket: `next` is one more chunk's arrival. */
async function watchClient(port: number): Promise<{ socket: Socket; next: () => Promise<void> }> {
  const socket = net.connect(port, '127.0.0.1');
  let waiting: (() => void) | undefined;
  const next = () => new Promise<void>((resolve, reject) => ([waiting, failed] = [resolve, reject]));
  let failed: ((problem: Error) => void) | undefined;
  socket.on('data', () => waiting?.());
  socket.on('error', (problem) => failed?.(problem));
  const opened = next();
  socket.write(
    `GET ${configMaps}?watch=true&labelSelector=app%3Dbench,listed!%3Dyes HTTP/1.1\r\n` +
      'host: 127.0.0.1\r\n\r\n',
  );
  await opened;
  return { socket, next };
}
