/** The kubeconfig that `serve` writes and `exec` reads: a context for each user. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { Mistake } from '../command.ts';
import { reasonOf } from '../open-world.ts';
import type { KeyPair } from './certificates.ts';

/** A user, and how it says who it is; neither: whoever comes. */
export interface ConfigUser {
  readonly name: string;
  readonly pair?: KeyPair;
  readonly token?: string;
}

export interface Config {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** The authority's certificate, as PEM. */
  readonly ca?: string;
  /** The first is the current context's. */
  readonly users: readonly ConfigUser[];
}

/** How we know a file of ours again. */
const mark = '# Written by kubarium serve.';

/** Writes the file (a new one when none is named) and gives its path. */
export async function saveKubeconfig(file: string | undefined, config: Config): Promise<string> {
  const at = file ?? path.join(await mkdtemp(path.join(tmpdir(), 'kubarium-')), 'kubeconfig');
  const there = await readFile(at, 'utf8').catch(() => undefined);
  if (there !== undefined && there !== '' && !there.startsWith(mark)) {
    throw new Mistake(`${at} is not one that kubarium wrote: choose another with --kubeconfig`, 1);
  }
  try {
    await writeFile(at, textOf(config), { mode: 0o600 });
  } catch (problem) {
    throw new Mistake(`cannot write ${at}: ${reasonOf(problem)}`, 1);
  }
  return at;
}

function textOf({ server, ca, users }: Config): string {
  const first = users[0]?.name ?? '';
  const lines = [
    mark,
    'apiVersion: v1',
    'kind: Config',
    'clusters:',
    '- name: kubarium',
    '  cluster:',
    ...(ca === undefined ? [] : [`    certificate-authority-data: ${base64(ca)}`]),
    `    server: ${server}`,
    'contexts:',
    ...users.flatMap(({ name }) => [
      `- name: ${JSON.stringify(`${name}@kubarium`)}`,
      '  context:',
      '    cluster: kubarium',
      `    user: ${JSON.stringify(name)}`,
    ]),
    `current-context: ${JSON.stringify(`${first}@kubarium`)}`,
    'preferences: {}',
    'users:',
    ...users.flatMap((user) => [`- name: ${JSON.stringify(user.name)}`, ...userLines(user)]),
  ];
  return `${lines.join('\n')}\n`;
}

function userLines({ pair, token }: ConfigUser): string[] {
  if (pair !== undefined) {
    return [
      '  user:',
      `    client-certificate-data: ${base64(pair.cert)}`,
      `    client-key-data: ${base64(pair.key)}`,
    ];
  }
  return token === undefined ? ['  user: {}'] : ['  user:', `    token: ${token}`];
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What the current context of a kubeconfig says, as far as `exec` needs it. */
export interface Access {
  readonly server: string;
  readonly ca?: string;
  readonly pair?: KeyPair;
  readonly token?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Reads a kubeconfig with its data in it, as `serve` writes them. */
export async function readAccess(file: string): Promise<Access> {
  const config = await readConfig(file);
  const context = named(config, 'contexts', 'context', config['current-context']);
  const cluster = named(config, 'clusters', 'cluster', context['cluster']);
  const user = named(config, 'users', 'user', context['user']);
  const server = cluster['server'];
  if (typeof server !== 'string') throw new Mistake(`${file} names no server`, 1);
  const ca = decoded(cluster['certificate-authority-data']);
  const cert = decoded(user['client-certificate-data']);
  const key = decoded(user['client-key-data']);
  const { token } = user;
  return {
    server,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined || key === undefined ? {} : { pair: { cert, key } }),
    ...(typeof token === 'string' ? { token } : {}),
  };
}

async function readConfig(file: string): Promise<Fields> {
  try {
    return fieldsOf(parse(await readFile(file, 'utf8')));
  } catch (problem) {
    throw new Mistake(`cannot read ${file}: ${reasonOf(problem)}`, 1);
  }
}

function named(config: Fields, list: string, field: string, name: unknown): Fields {
  const all = config[list];
  const found = Array.isArray(all) ? all.find((each) => fieldsOf(each)['name'] === name) : undefined;
  return fieldsOf(fieldsOf(found)[field]);
}

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};

const decoded = (data: unknown): string | undefined =>
  typeof data === 'string' ? Buffer.from(data, 'base64').toString('utf8') : undefined;
