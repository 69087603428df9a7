/** `kubarium serve`: a world in real time, its API for real clients, and the app. */
import { writeFile } from 'node:fs/promises';
import { toGrain, type TraceEntry } from '../../kernel/index.ts';
import { serveApp } from '../bridge/app-server.ts';
import type { KeyPair } from '../bridge/certificates.ts';
import { execPaths } from '../bridge/exec-path.ts';
import { type ApiOptions, checkApi, serveApi } from '../bridge/serve-api.ts';
import { readUser } from '../bridge/users.ts';
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
    'serve [--port P] [--api-port P] [--host ADDRESS] [--http] [--certs DIR] [--kubeconfig FILE] ' +
    '[--user NAME[:GROUP,...]]... [--world W | --rig] [--speed X] [--seed N] [--save FILE]',
  about: "Serve a world's API on loopback for kubectl and other clients, and the app beside it.",
  flags: {
    port: 'a port',
    'api-port': 'a port',
    host: 'an address: others than 127.0.0.1 are served to whoever has the token',
    http: true,
    certs: 'a folder for the certificate authority, to have it again',
    kubeconfig: 'a file to write',
    user: 'NAME[:GROUP,...]: one more user of the cluster',
    rig: true,
    world: 'a world',
    speed: 'a factor',
    seed: 'a whole number',
    save: 'a file',
  },
  run: runServe,
};

async function runServe(words: Words): Promise<number> {
  if (words.positional.length > 0) throw new Mistake(`usage: kubarium ${serve.usage}`);
  const { definition, seed } = worldOf(words);
  const options = apiOptions(words);
  checkApi(options);
  const epoch = Math.floor(Date.now() - definition.openAt);
  const sink = (entry: TraceEntry) => scripts.take(entry);
  const opening = { definition, seed, epoch, sink };
  // Both need the other: the world answers, and what comes in enters it.
  const scripts: Scripts = new Scripts((input) => paced.enter(input));
  const world = new SharedWorld(
    { ...opening, answer: (client, message) => paced.answer(client, message) },
    descriptions,
  );
  // To open it has taken a while: its clock is to be ours.
  world.runUntil(toGrain(Date.now() - epoch));
  const file = textFlag(words, 'save');
  const speed = numberFlag(words, 'speed', 1);
  const paced = new PacedWorld(world, speed, file !== undefined);
  const present = new Present(world, paced, speed);
  const api = await serveApi(options, paced, execPaths(scripts));
  const { host } = options;
  const guard = api.token === undefined ? {} : { token: api.token, ...tlsOf(api) };
  const app = await serveApp({ host, port: numberFlag(words, 'port', 8080), present, ...guard });
  paced.start();
  const lines = [
    `world       ${definition.name}, seed ${seed}`,
    `API         ${api.url}`,
    `kubeconfig  ${api.kubeconfig}`,
    ...options.users.map(({ commonName }) => `user        --context ${commonName}@kubarium`),
    ...(api.token === undefined ? [] : [`token       ${api.token}`]),
    `app         ${app}`,
    'Ctrl-C ends it.',
  ];
  console.log(lines.join('\n'));
  const problem = await interrupted();
  api.stop();
  paced.stop();
  present.stop();
  if (problem !== undefined) {
    return await crashed(problem, sessionOf(opening, paced.inputs, paced.now));
  }
  if (file !== undefined) {
    await writeFile(file, `${JSON.stringify(sessionOf(opening, paced.inputs, paced.now))}\n`);
  }
  return 0;
}

function apiOptions(words: Words): ApiOptions {
  return {
    host: textFlag(words, 'host') ?? '127.0.0.1',
    port: numberFlag(words, 'api-port', 6443),
    isHttp: words.flags['http'] === true,
    certs: textFlag(words, 'certs'),
    kubeconfig: textFlag(words, 'kubeconfig'),
    users: (words.values['user'] ?? []).map(readUser),
  };
}

const tlsOf = ({ tls }: { tls: KeyPair | undefined }) => (tls === undefined ? {} : { tls });

/** Until somebody ends it, or the simulation throws: then what it threw. */
const interrupted = (): Promise<unknown> =>
  new Promise((resolve) => {
    process.once('SIGINT', () => resolve(undefined));
    process.once('SIGTERM', () => resolve(undefined));
    process.once('uncaughtException', resolve);
  });
