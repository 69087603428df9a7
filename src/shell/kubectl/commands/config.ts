/** `kubectl config`: what the files hold, and which context counts. Follows kubectl pkg/cmd/config. */
import type { Json, JsonObject } from '../../../api/object.ts';
import { normal } from '../../../host/index.ts';
import { encodeBase64 } from '../../../api/base64.ts';
import { command, commandGroup } from '../command.ts';
import type { Context } from '../context.ts';
import { CommandError, failed } from '../errors.ts';
import { configHelp } from '../help/config.gen.ts';
import { type Kubeconfig, type NamedEntry, loadConfig } from '../kubeconfig.ts';
import {
  type ListName, configObject, entryFields, saveConfig, withWholePaths,
} from '../kubeconfig-file.ts';
import { usageError } from '../pairs.ts';
import { printerFor } from '../printers/output.ts';
import { TabWriter, tableTabs } from '../printers/tab-writer.ts';
import { configSet, configUnset } from './config-property.ts';
import { setCluster, setContext, setCredentials } from './config-set.ts';
import { helpError, loadLenient, shownDefault } from './config-shared.ts';

const { children } = configHelp;

// oxlint-disable-next-line require-yield -- files only
const view = command(children.view, function* (context, { args }, flags) {
  if (args.length > 0) throw usageError(`unexpected arguments: [${args.join(' ')}]`, 'config view');
  const printer = printerFor(context, { ...flags, output: flags.output || 'yaml' }, children.view, true);
  let config = withWholePaths(loadLenient(context));
  if (flags.minify) config = minified(config, context);
  if (flags.flatten) config = flattened(config, context);
  else if (!flags.raw) config = mapEntries(config, hide);
  if (printer !== undefined) context.print(printer(configObject(config)));
});

function minified(config: Kubeconfig, context: Context): Kubeconfig {
  const name = context.flags.context || config.currentContext;
  if (name === '') throw failed('current-context must exist in order to minify');
  const found = config.contexts.find((entry) => entry.name === name);
  if (found === undefined) throw failed(`cannot locate context ${name}`);
  return {
    contexts: [found], currentContext: name,
    clusters: config.clusters.filter((entry) => entry.name === found.value['cluster']),
    users: config.users.filter((entry) => entry.name === found.value['user']),
  };
}

const mapEntries = (
  config: Kubeconfig, change: (list: ListName, value: JsonObject) => JsonObject,
): Kubeconfig => {
  const mapped = (list: ListName): readonly NamedEntry[] =>
    config[list].map((entry) => ({ ...entry, value: change(list, entry.value) }));
  return { ...config, clusters: mapped('clusters'), users: mapped('users') };
};

/** Secrets and long data are left out unless `--raw` asks for them. */
const hide = (list: ListName, value: JsonObject): JsonObject => Object.fromEntries(
  Object.entries(value).map(([name, one]): [string, Json] => {
    if (one === '') return [name, one ?? null];
    if (entryFields[list][name]?.type === 'bytes') return [name, 'DATA+OMITTED'];
    return [name, name === 'token' || name === 'password' ? 'REDACTED' : (one ?? null)];
  }));

/** Files become data. */
const flattened = (config: Kubeconfig, { process }: Context): Kubeconfig =>
  mapEntries(config, (list, value) => {
    const result: Record<string, Json> = { ...value } as Record<string, Json>;
    for (const [name, field] of Object.entries(entryFields[list])) {
      const file = value[name];
      if (field.type !== 'path' || name === 'tokenFile' || typeof file !== 'string' || file === '') continue;
      const text = process.files.read(normal(file, process.cwd));
      if (text === undefined) throw failed(`open ${file}: no such file or directory`);
      delete result[name];
      result[`${name}-data`] = encodeBase64(text);
    }
    return result;
  });

// oxlint-disable-next-line require-yield -- files only
const currentContext = command(children['current-context'], function* (context) {
  const { currentContext: name } = loadLenient(context);
  if (name === '') throw failed('current-context is not set');
  context.print(`${name}\n`);
});

// oxlint-disable-next-line require-yield -- files only
const getContexts = command(children['get-contexts'], function* (context, { args }, flags) {
  if (flags.output !== '' && flags.output !== 'name') {
    throw failed(`--output ${flags.output} is not available in kubectl config get-contexts; ` +
      'resetting to default output format');
  }
  const config = loadLenient(context);
  const all = config.contexts.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const missing = args.filter((name) => !all.some((entry) => entry.name === name));
  const wanted = args.length === 0 ? all : all.filter(({ name }) => args.includes(name));
  if (flags.output === 'name') {
    for (const { name } of wanted) context.print(`${name}\n`);
  } else {
    const writer = new TabWriter(tableTabs);
    if (!flags['no-headers']) writer.write('CURRENT\tNAME\tCLUSTER\tAUTHINFO\tNAMESPACE\n');
    for (const { name, value } of wanted) {
      const cells = ['cluster', 'user', 'namespace'].map((key) => String(value[key] ?? ''));
      writer.write(`${name === config.currentContext ? '*' : ''}\t${name}\t${cells.join('\t')}\n`);
    }
    context.print(writer.flush());
  }
  if (missing.length > 0) {
    throw new CommandError(missing.map((name) => `error: context ${name} not found`).join('\n'));
  }
});

const names = (context: Context, list: ListName): string =>
  `NAME\n${loadLenient(context)[list].map(({ name }) => `${name}\n`).sort().join('')}`;

// oxlint-disable-next-line require-yield -- files only
const getClusters = command(children['get-clusters'], function* (context) {
  context.print(names(context, 'clusters'));
});

// oxlint-disable-next-line require-yield -- files only
const getUsers = command(children['get-users'], function* (context) {
  context.print(names(context, 'users'));
});

// oxlint-disable-next-line require-yield -- files only
const useContext = command(children['use-context'], function* (context, { args }) {
  const [name] = args;
  if (name === undefined || args.length > 1) throw helpError(context, children['use-context'], args);
  const before = loadLenient(context);
  if (!before.contexts.some((entry) => entry.name === name)) {
    throw failed(`no context exists with the name: ${JSON.stringify(name)}`);
  }
  saveConfig(context.process, context.flags.kubeconfig, { before, after: { ...before, currentContext: name } });
  context.print(`Switched to context ${JSON.stringify(name)}.\n`);
});

// oxlint-disable-next-line require-yield -- files only
const renameContext = command(children['rename-context'], function* (context, { args }) {
  const [from, to] = args;
  if (from === undefined || to === undefined || args.length > 2) {
    throw helpError(context, children['rename-context'], args);
  }
  const before = loadLenient(context);
  const file = shownDefault(context);
  const found = before.contexts.find(({ name }) => name === from);
  if (found === undefined) throw failed(`cannot rename the context ${JSON.stringify(from)}, it's not in ${file}`);
  if (before.contexts.some(({ name }) => name === to)) {
    throw failed(`cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} ` +
      `already exists in ${file}`);
  }
  saveConfig(context.process, context.flags.kubeconfig, {
    before,
    after: {
      ...before,
      contexts: [...before.contexts.filter((entry) => entry !== found), { ...found, name: to }],
      currentContext: before.currentContext === from ? to : before.currentContext,
    },
  });
  context.print(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
});

/** Takes an entry out of its file. */
function remove(context: Context, list: ListName, name: string, what: string): void {
  const { process, flags: { kubeconfig } } = context;
  const before = loadConfig(process, kubeconfig, true);
  const file = shownDefault(context);
  if (!before[list].some((entry) => entry.name === name)) {
    throw failed(`cannot delete ${what} ${name}, not in ${file}`);
  }
  if (list === 'contexts' && before.currentContext === name) {
    context.printError('warning: this removed your active context, use "kubectl config use-context" ' +
      'to select a different one\n');
  }
  saveConfig(process, kubeconfig, {
    before, after: { ...before, [list]: before[list].filter((entry) => entry.name !== name) },
  });
  context.print(`deleted ${what} ${name} from ${file}\n`);
}

// oxlint-disable-next-line require-yield -- files only
const deleteContext = command(children['delete-context'], function* (context, { args }) {
  const [name] = args;
  if (name === undefined || args.length > 1) helpError(context, children['delete-context'], args);
  else remove(context, 'contexts', name, 'context');
});

// oxlint-disable-next-line require-yield -- files only
const deleteCluster = command(children['delete-cluster'], function* (context, { args }) {
  const [name] = args;
  if (name === undefined || args.length > 1) helpError(context, children['delete-cluster'], args);
  else remove(context, 'clusters', name, 'cluster');
});

// oxlint-disable-next-line require-yield -- files only
const deleteUser = command(children['delete-user'], function* (context, { args }) {
  const [name] = args;
  if (name === undefined || args.length > 1) throw usageError('user to delete is required', 'config delete-user');
  remove(context, 'users', name, 'user');
});

export const config = commandGroup(configHelp, [
  currentContext, deleteCluster, deleteContext, deleteUser, getClusters, getContexts, getUsers,
  renameContext, configSet, setCluster, setContext, setCredentials, configUnset, useContext, view,
]);
