/** `kubarium serve`: a world in real time, its API for real clients, and the app. */
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TraceEntry } from '../../kernel/index.ts';
import { serveApp } from '../bridge/app-server.ts';
import { makeBridge } from '../bridge/bridge.ts';
import { execPaths } from '../bridge/exec-path.ts';
import { listen } from '../bridge/listen.ts';
import { type CliCommand, Mistake, numberFlag, textFlag, type Words } from '../command.ts';
import { crashed } from '../crash.ts';
import { descriptions } from '../descriptions.ts';
import { Present } from '../live/present.ts';
import { SharedWorld } from '../live/shared-world.ts';
import { sessionOf, worldOf } from '../open-world.ts';
import { PacedWorld } from '../paced-world.ts';
import { Scripts } from '../scripts.ts';

export const serve: CliCommand = {
  name: 'serve',
  usage:
    'serve [--port P] [--api-port P] [--http] [--world W | --rig] [--speed X] [--seed N] ' +
    '[--save FILE]',
  about: "Serve a world's API on loopback for kubectl and other clients, and the app beside it.",
  flags: {
    port: 'a port',
    'api-port': 'a port',
    http: true,
    rig: true,
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
  const world = new SharedWorld(
    { ...opening, answer: (client, message) => paced.answer(client, message) },
    descriptions,
  );
  const file = textFlag(words, 'save');
  const speed = numberFlag(words, 'speed', 1);
  const paced = new PacedWorld(world, speed, file !== undefined);
  const present = new Present(world, paced, speed);
  const bridge = makeBridge(paced, execPaths(scripts));
  const apiPort = await listen(bridge, {
    host,
    port: numberFlag(words, 'api-port', 6443),
    flag: 'api-port',
  });
  const url = `http://${host}:${apiPort}`;
  const app = await serveApp({ host, port: numberFlag(words, 'port', 8080), present });
  paced.start();
  console.log(`world       ${definition.name}, seed ${seed}`);
  console.log(`API         ${url}`);
  console.log(`kubeconfig  ${await writeKubeconfig(url)}`);
  console.log(`app         ${app}`);
  console.log('Ctrl-C ends it.');
  const problem = await interrupted();
  paced.stop();
  present.stop();
  if (problem !== undefined) {
    return await crashed(problem, sessionOf(opening, paced.inputs, paced.now));
  }
  if (file !== undefined) {
    await writeFile(file, `${JSON.stringify(sessionOf(opening, paced.inputs, paced.now))}\n`);
  }
  bridge.closeAllConnections();
  return 0;
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
