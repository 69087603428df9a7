/**
 * Kubeconfig files as client-go writes them: known fields only, entries by name, paths relative to
 * the file; and which file of several a change goes to. Follows client-go tools/clientcmd/config.go.
 */
import type { Json, JsonObject } from '../../api/object.ts';
import { type Process, normal } from '../../host/index.ts';
import { type Kubeconfig, type NamedEntry, configPaths, emptyConfig, readConfig } from './kubeconfig.ts';
import { yamlText } from './printers/yaml.ts';

export type ListName = 'clusters' | 'contexts' | 'users';

/** A field's type; `must`: written though it is empty. */
interface Field {
  readonly type: 'string' | 'boolean' | 'bytes' | 'path' | 'other';
  readonly must?: Json;
}

const text: Field = { type: 'string' };
const must = (value: Json, type: Field['type'] = 'string'): Field => ({ type, must: value });
const flag: Field = { type: 'boolean' };
const bytes: Field = { type: 'bytes' };
const path: Field = { type: 'path' };
const other: Field = { type: 'other' };

/** The fields of the three kinds of entries, in Go's order. */
export const entryFields: Readonly<Record<ListName, Readonly<Record<string, Field>>>> = {
  clusters: {
    server: must(''), 'tls-server-name': text, 'insecure-skip-tls-verify': flag,
    'certificate-authority': path, 'certificate-authority-data': bytes, 'proxy-url': text,
    'disable-compression': flag, extensions: other,
  },
  users: {
    'client-certificate': path, 'client-certificate-data': bytes, 'client-key': path,
    'client-key-data': bytes, token: text, tokenFile: path, as: text, 'as-uid': text,
    'as-groups': other, 'as-user-extra': other, username: text, password: text,
    'auth-provider': other, exec: other, extensions: other,
  },
  contexts: { cluster: must(''), user: must(''), namespace: text, extensions: other },
};

const execFields: Readonly<Record<string, Field>> = {
  command: must(''), args: must(null, 'other'), env: must(null, 'other'), apiVersion: text,
  installHint: text, provideClusterInfo: must(false, 'boolean'), interactiveMode: text,
};

/** An entry's value with the known fields only, in Go's order, without what is empty. */
export function typedEntry(list: ListName, value: JsonObject): JsonObject {
  const typed = typedFields(entryFields[list], value);
  const { exec } = typed;
  if (typeof exec !== 'object' || exec === null) return typed;
  return { ...typed, exec: withMode(typedFields(execFields, exec as JsonObject)) };
}

function typedFields(fields: Readonly<Record<string, Field>>, value: JsonObject): JsonObject {
  const typed: Record<string, Json> = {};
  for (const [name, field] of Object.entries(fields)) {
    const found = value[name];
    const isEmpty = found === undefined || found === null || found === '' || found === false;
    if (!isEmpty) typed[name] = found;
    else if (field.must !== undefined) typed[name] = field.must;
  }
  return typed;
}

/** Old versions of the exec API ask for a terminal if there is one. */
function withMode(exec: JsonObject): JsonObject {
  const isOld = /v1(alpha|beta)1$/.test(String(exec['apiVersion'] ?? ''));
  return isOld && exec['interactiveMode'] === undefined
    ? { ...exec, interactiveMode: 'IfAvailable' } : exec;
}

const keys = { clusters: 'cluster', users: 'user', contexts: 'context' } as const;

/** A kubeconfig as an object, its fields in Go's order. */
export function configObject(config: Kubeconfig): JsonObject {
  const listed = (list: ListName): Json => {
    const entries = config[list].toSorted((a, b) => (a.name < b.name ? -1 : 1));
    if (entries.length === 0) return null;
    return entries.map(({ name, value }) => ({ name, [keys[list]]: typedEntry(list, value) }));
  };
  return {
    kind: 'Config', apiVersion: 'v1', preferences: {}, clusters: listed('clusters'),
    users: listed('users'), contexts: listed('contexts'), 'current-context': config.currentContext,
  };
}

/** Changes the values of an entry's paths. */
function mapPaths(list: ListName, value: JsonObject, change: (path: string) => string): JsonObject {
  const changed = Object.entries(entryFields[list])
    .filter(([name, { type }]) => type === 'path' && typeof value[name] === 'string' && value[name] !== '')
    .map(([name]) => [name, change(value[name] as string)]);
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) };
}

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/'));

/** The config with paths that count from the root, as it is shown and used. */
export function withWholePaths(config: Kubeconfig): Kubeconfig {
  const whole = (list: ListName) => config[list].map((entry): NamedEntry => {
    const folder = folderOf(entry.origin ?? '/');
    return { ...entry, value: mapPaths(list, entry.value, (one) => normal(one, folder)) };
  });
  return { ...config, clusters: whole('clusters'), users: whole('users'), contexts: whole('contexts') };
}

/** Where new things go: the flag's file, or the first of the list that exists, or its last. */
export function defaultFile(process: Process, option: string): string {
  const paths = configPaths(process, option);
  return paths.find((one) => process.files.read(one) !== undefined) ?? paths.at(-1) ?? '';
}

/** Writes what differs between two states of the merged config, each into its own file. */
export function saveConfig(
  process: Process, option: string, { before, after }: { before: Kubeconfig; after: Kubeconfig },
): void {
  saveCurrent(process, option, { before, after });
  for (const list of ['contexts', 'clusters', 'users'] as const) {
    for (const entry of after[list]) {
      const old = before[list].find(({ name }) => name === entry.name);
      if (old !== undefined && old.value === entry.value) continue;
      editFile(process, old?.origin ?? defaultFile(process, option), (file) => ({
        ...file, [list]: [...file[list].filter(({ name }) => name !== entry.name), entry],
      }));
    }
    for (const { name, origin } of before[list]) {
      if (after[list].some((entry) => entry.name === name)) continue;
      editFile(process, origin ?? defaultFile(process, option), (file) => ({
        ...file, [list]: file[list].filter((entry) => entry.name !== name),
      }));
    }
  }
}

function saveCurrent(
  process: Process, option: string, { before, after }: { before: Kubeconfig; after: Kubeconfig },
): void {
  const { currentContext } = after;
  if (before.currentContext === currentContext) return;
  const setting = configPaths(process, option).find((one) =>
    (fileConfig(process, one)).currentContext !== '');
  const isCleared = currentContext === '' && option === '';
  editFile(process, (isCleared ? setting : undefined) ?? defaultFile(process, option),
    (file) => ({ ...file, currentContext }));
}

function fileConfig(process: Process, file: string): Kubeconfig {
  const content = process.files.read(file);
  return content === undefined ? emptyConfig : readConfig(content, file);
}

function editFile(
  process: Process, file: string, change: (config: Kubeconfig) => Kubeconfig,
): void {
  const changed = change(fileConfig(process, file));
  const folder = folderOf(file);
  const relative = (list: ListName) => changed[list].map((entry) => ({
    ...entry,
    value: mapPaths(list, entry.value, (one) =>
      one.startsWith(`${folder}/`) ? one.slice(folder.length + 1) : one),
  }));
  process.files.makeDirectory(folder);
  process.files.write(file, yamlText(configObject({
    ...changed, clusters: relative('clusters'), users: relative('users'),
  })));
}
