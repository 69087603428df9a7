/** `kubarium serve`: a world in real time, its API for real clients, and the app. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TraceEntry } from '../../kernel/index.ts';
import { makeBridge } from '../bridge/bridge.ts';
import { execPaths } from '../bridge/exec-path.ts';
import { staticServer } from '../bridge/static-files.ts';
import { type CliCommand, Mistake, numberFlag, textFlag, type Words } from '../command.ts';
import { crashed } from '../crash.ts';
import { openWorld, reasonOf, sessionOf, worldOf } from '../open-world.ts';
import { PacedWorld } from '../paced-world.ts';
import { Scripts } from '../scripts.ts';

export const serve: CliCommand = {
  name: 'serve',
  usage:
    'serve [--port P] [--api-port P] [--http] [--world W] [--speed X] [--seed N] [--save FILE]',
  about: "Serve a world's API on loopback for kubectl and other clients, and the app beside it.",
  flags: {
    port: 'a port',
    'api-port': 'a port',
    http: true,
    world: 'a world',
    speed: 'a factor',
    seed: 'a whole number',
    save: 'a file',
  },
  run: runServe,
};

const host = '127.0.0.1';

async function runServe(words: Words): Promise<number> {
  if (words.positional.length > 0) throw new Mistake(`usage: kubarium ${serve.usage}`);
  const { definition, seed } = worldOf(words);
  const epoch = Math.floor(Date.now() - definition.openAt);
  const sink = (entry: TraceEntry) => scripts.take(entry);
  const opening = { definition, seed, epoch, sink };
  // Both need the other: the world answers, and what comes in enters it.
  const scripts: Scripts = new Scripts((input) => paced.enter(input));
  const world = openWorld({
    ...opening,
    answer: (client, message) => paced.answer(client, message),
  });
  const file = textFlag(words, 'save');
  const paced = new PacedWorld(world, numberFlag(words, 'speed', 1), file !== undefined);
  const bridge = makeBridge(paced, execPaths(scripts));
  const apiPort = await listen(bridge, numberFlag(words, 'api-port', 6443), 'api-port');
  const url = `http://${host}:${apiPort}`;
  const app = await serveApp(numberFlag(words, 'port', 8080));
  paced.start();
  console.log(`world       ${definition.name}, seed ${seed}`);
  console.log(`API         ${url}`);
  console.log(`kubeconfig  ${await writeKubeconfig(url)}`);
  console.log(`app         ${app}`);
  console.log('Ctrl-C ends it.');
  const problem = await interrupted();
  paced.stop();
  if (problem !== undefined) {
    return await crashed(problem, sessionOf(opening, paced.inputs, paced.now));
  }
  if (file !== undefined) {
    await writeFile(file, `${JSON.stringify(sessionOf(opening, paced.inputs, paced.now))}\n`);
  }
  bridge.closeAllConnections();
  return 0;
}

/** The port that was got: 0 asks for any. */
async function listen(server: Server, port: number, flag: string): Promise<number> {
  return await new Promise((resolve, reject) => {
    server.once('error', (problem) => {
      const hint = `choose another with --${flag}`;
      reject(new Mistake(`port ${port} cannot be had: it is ${reasonOf(problem)}; ${hint}`, 1));
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

async function serveApp(port: number): Promise<string> {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../dist');
  if (!existsSync(path.join(root, 'index.html'))) return 'not built (npm start builds it)';
  return `http://${host}:${await listen(staticServer(root), port, 'port')}/`;
}

/** For `kubectl --kubeconfig`: no credentials, since the bridge is loopback's own. */
async function writeKubeconfig(server: string): Promise<string> {
  const file = path.join(await mkdtemp(path.join(tmpdir(), 'kubarium-')), 'kubeconfig');
  const text = [
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    '- name: kubarium',
    '  cluster:',
    `    server: ${server}`,
    'users:',
    '- name: kubernetes-admin',
    '  user: {}',
    'contexts:',
    '- name: kubernetes-admin@kubarium',
    '  context:',
    '    cluster: kubarium',
    '    user: kubernetes-admin',
    'current-context: kubernetes-admin@kubarium',
    '',
  ];
  await writeFile(file, text.join('\n'), { mode: 0o600 });
  return file;
}

/** Until somebody ends it, or the simulation throws: then what it threw. */
const interrupted = (): Promise<unknown> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve(undefined));
    process.once('SIGTERM', () => resolve(undefined));
    process.once('uncaughtException', resolve);
  });
