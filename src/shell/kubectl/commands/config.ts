/** `kubectl config`. Follows kubectl pkg/cmd/config. */
import { parse } from 'yaml';
import type { JsonObject } from '../../../api/object.ts';
import { command, commandGroup } from '../command.ts';
import type { Context } from '../context.ts';
import { CommandError, failed } from '../errors.ts';
import { configHelp } from '../help/config.gen.ts';
import { type Kubeconfig, type NamedEntry, configPaths, loadConfig } from '../kubeconfig.ts';
import { usageError } from '../pairs.ts';
import { prettyJson } from '../printers/json.ts';
import { TabWriter, tableTabs } from '../printers/tab-writer.ts';
import { yamlText } from '../printers/yaml.ts';

const { children } = configHelp;

const load = (context: Context): Kubeconfig => loadConfig(context.process, context.flags.kubeconfig);

// oxlint-disable-next-line require-yield -- files only
const view = command(children.view, function* (context, _words, flags) {
  const config = load(context);
  const minified = flags.minify ? minify(config, context) : config;
  const shown = flags.raw ? minified : redacted(minified);
  const list = (entries: readonly NamedEntry[], key: string) =>
    entries.length === 0 ? null : entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map(({ name, value }) => ({ name, [key]: value }));
  const file: JsonObject = {
    apiVersion: 'v1', kind: 'Config', preferences: {}, 'current-context': shown.currentContext,
    clusters: list(shown.clusters, 'cluster'), contexts: list(shown.contexts, 'context'),
    users: list(shown.users, 'user'),
  };
  context.print(flags.output === 'json' ? `${prettyJson(file)}\n` : yamlText(file));
});

function minify(config: Kubeconfig, context: Context): Kubeconfig {
  const name = context.flags.context || config.currentContext;
  const found = config.contexts.find((entry) => entry.name === name);
  if (found === undefined) throw failed('current-context must exist in order to minify');
  return {
    contexts: [found], currentContext: name,
    clusters: config.clusters.filter((entry) => entry.name === found.value['cluster']),
    users: config.users.filter((entry) => entry.name === found.value['user']),
  };
}

/** Secrets are left out unless `--raw` asks for them. */
function redacted(config: Kubeconfig): Kubeconfig {
  const hide = (entries: readonly NamedEntry[]) => entries.map(({ name, value }) => ({
    name,
    value: Object.fromEntries(Object.entries(value).map(([key, one]) =>
      [key, key.endsWith('-data') ? (key.startsWith('certificate-authority') ? 'DATA+OMITTED' : 'DATA+OMITTED')
        : key === 'token' || key === 'password' ? 'REDACTED' : one])) as JsonObject,
  }));
  return { ...config, clusters: hide(config.clusters), users: hide(config.users) };
}

// oxlint-disable-next-line require-yield -- files only
const currentContext = command(children['current-context'], function* (context) {
  const { currentContext: name } = load(context);
  if (name === '') throw failed('current-context is not set');
  context.print(`${name}\n`);
});

// oxlint-disable-next-line require-yield -- files only
const getContexts = command(children['get-contexts'], function* (context, { args }, flags) {
  const config = load(context);
  const all = config.contexts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const missing = args.filter((name) => !all.some((entry) => entry.name === name));
  const wanted = args.length === 0 ? all : all.filter(({ name }) => args.includes(name));
  if (flags.output === 'name') {
    for (const { name } of wanted) context.print(`${name}\n`);
  } else {
    const writer = new TabWriter(tableTabs);
    if (!flags['no-headers']) writer.write('CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n');
    for (const { name, value } of wanted) {
      const cells = [value['cluster'], value['user'], value['namespace'] ?? ''].map(String);
      writer.write(`${name === config.currentContext ? '*' : ''}\t${name}\t${cells.join('\t')}\n`);
    }
    context.print(writer.flush());
  }
  if (missing.length > 0) {
    throw new CommandError(missing.map((name) => `error: context ${name} not found`).join('\n'));
  }
});

// oxlint-disable-next-line require-yield -- files only
const getClusters = command(children['get-clusters'], function* (context) {
  context.print(`NAME\n${load(context).clusters.map(({ name }) => `${name}\n`).sort().join('')}`);
});

// oxlint-disable-next-line require-yield -- files only
const getUsers = command(children['get-users'], function* (context) {
  context.print(`NAME\n${load(context).users.map(({ name }) => `${name}\n`).sort().join('')}`);
});

/** Changes the first kubeconfig file. */
function edit(context: Context, change: (file: Record<string, unknown>) => void): void {
  const [path = ''] = configPaths(context.process, context.flags.kubeconfig);
  const text = context.process.files.read(path);
  const file = ((text === undefined ? undefined : parse(text)) ?? {
    apiVersion: 'v1', kind: 'Config', preferences: {}, clusters: [], contexts: [], users: [], 'current-context': '',
  }) as Record<string, unknown>;
  change(file);
  context.process.files.makeDirectory(path.slice(0, path.lastIndexOf('/')));
  context.process.files.write(path, yamlText(file as unknown as JsonObject));
}

// oxlint-disable-next-line require-yield -- files only
const useContext = command(children['use-context'], function* (context, { args }) {
  const [name] = args;
  if (name === undefined || args.length > 1) throw usageError(`unexpected args: [${args.join(' ')}]`, 'config use-context');
  if (!load(context).contexts.some((entry) => entry.name === name)) {
    throw failed(`no context exists with the name: ${JSON.stringify(name)}`);
  }
  edit(context, (file) => (file['current-context'] = name));
  context.print(`Switched to context ${JSON.stringify(name)}.\n`);
});

interface Entry {
  readonly name: string;
  [part: string]: unknown;
}

/** The entry of a list, made if there is none; tells whether it was there. */
function entryOf(file: Record<string, unknown>, list: string, name: string, key: string) {
  const entries = (file[list] ?? []) as Entry[];
  file[list] = entries;
  const found = entries.find((entry) => entry.name === name);
  if (found !== undefined) return { value: (found[key] ??= {}) as Record<string, unknown>, isNew: false };
  const value: Record<string, unknown> = {};
  entries.push({ name, [key]: value });
  return { value, isNew: true };
}

// oxlint-disable-next-line require-yield -- files only
const setContext = command(children['set-context'], function* (context, { args }, flags) {
  const name = flags.current ? load(context).currentContext : args[0];
  if (name === undefined || args.length > 1) {
    throw usageError(`unexpected args: [${args.join(' ')}]`, 'config set-context');
  }
  if (flags.current && name === '') throw failed('no current context is set');
  let isNew = false;
  edit(context, (file) => {
    const entry = entryOf(file, 'contexts', name, 'context');
    ({ isNew } = entry);
    if (flags.changed.has('cluster')) entry.value['cluster'] = flags.cluster;
    if (flags.changed.has('user')) entry.value['user'] = flags.user;
    if (flags.changed.has('namespace')) entry.value['namespace'] = flags.namespace;
  });
  context.print(`Context ${JSON.stringify(name)} ${isNew ? 'created' : 'modified'}.\n`);
});

// oxlint-disable-next-line require-yield -- files only
const deleteContext = command(children['delete-context'], function* (context, { args }) {
  const [name = ''] = args;
  const [path = ''] = configPaths(context.process, context.flags.kubeconfig);
  const config = load(context);
  if (!config.contexts.some((entry) => entry.name === name)) {
    throw failed(`cannot delete context ${name}, not in ${path}`);
  }
  if (config.currentContext === name) {
    context.printError('warning: this removed your active context, use "kubectl config use-context" to select a different one\n');
  }
  edit(context, (file) => {
    file['contexts'] = (file['contexts'] as Entry[]).filter((entry) => entry.name !== name);
  });
  context.print(`deleted context ${name} from ${path}\n`);
});

// oxlint-disable-next-line require-yield -- files only
const setCluster = command(children['set-cluster'], function* (context, { args }, flags) {
  const [name] = args;
  if (name === undefined) throw usageError('Unexpected args: []', 'config set-cluster');
  edit(context, (file) => {
    const { value } = entryOf(file, 'clusters', name, 'cluster');
    if (flags.changed.has('server')) value['server'] = flags.server;
  });
  context.print(`Cluster ${JSON.stringify(name)} set.\n`);
});

// oxlint-disable-next-line require-yield -- files only
const setCredentials = command(children['set-credentials'], function* (context, { args }, flags) {
  const [name] = args;
  if (name === undefined) throw usageError('Unexpected args: []', 'config set-credentials');
  edit(context, (file) => {
    const { value } = entryOf(file, 'users', name, 'user');
    if (flags.changed.has('token')) value['token'] = flags.token;
  });
  context.print(`User ${JSON.stringify(name)} set.\n`);
});

export const config = commandGroup(configHelp, [
  currentContext, deleteContext, getClusters, getContexts, getUsers, setCluster, setContext,
  setCredentials, useContext, view,
]);
