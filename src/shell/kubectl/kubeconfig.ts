/**
 * kubeconfig files: where kubectl looks for them, how several merge, what the flags override, and
 * what a Pod without one falls back to. Follows client-go tools/clientcmd.
 */
import type { Json, JsonObject } from '../../api/object.ts';
import { type Process, normal } from '../../host/index.ts';
import { parseGoDuration } from '../../api/duration.ts';
import { decodeBase64 } from '../../api/base64.ts';
import { type Credential, certificateCredential } from '../../k8s/client/index.ts';
import type { GlobalFlags } from './command.ts';
import { CommandError, failed } from './errors.ts';
import { decodeYaml } from './manifest/decode.ts';

/** A named entry of a kubeconfig's clusters, contexts or users, as it stands in the file. */
export interface NamedEntry {
  readonly name: string;
  readonly value: JsonObject;
  /** The file it stands in. */
  readonly origin?: string;
}

/** One or more kubeconfig files, merged. */
export interface Kubeconfig {
  readonly clusters: readonly NamedEntry[];
  readonly contexts: readonly NamedEntry[];
  readonly users: readonly NamedEntry[];
  readonly currentContext: string;
}

/** Whom to talk to, as whom, and in which namespace. */
export interface ClientSettings {
  /** `https://192.168.56.10:6443`. */
  readonly server: string;
  readonly credential: Credential | undefined;
  readonly namespace: string;
  /** Whether the namespace came from a flag: then files may not contradict it. */
  readonly isNamespaceGiven: boolean;
  readonly impersonate: Readonly<Record<string, string>>;
}

export const emptyConfig: Kubeconfig = { clusters: [], contexts: [], users: [], currentContext: '' };

export const homeOf = ({ env, user }: Process): string =>
  env['HOME'] ?? (user === 'root' ? '/root' : `/home/${user}`);

/** The files that kubectl reads, in order of precedence. */
export function configPaths(process: Process, flag: string): readonly string[] {
  if (flag !== '') return [normal(flag, process.cwd)];
  const listed = (process.env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '');
  if (listed.length > 0) return listed.map((path) => normal(path, process.cwd));
  return [`${homeOf(process)}/.kube/config`];
}

/**
 * The merged kubeconfig; files that do not exist count as empty, unless named by the flag.
 * @param isLenient the flag's file, too, may be missing (`kubectl config` makes it).
 */
export function loadConfig(process: Process, flag: string, isLenient = false): Kubeconfig {
  let config = emptyConfig;
  for (const path of configPaths(process, flag)) {
    const text = process.files.read(path);
    if (text === undefined) {
      if (flag !== '' && !isLenient) throw failed(`stat ${flag}: no such file or directory`);
      continue;
    }
    config = merge(config, readConfig(text, path, shownPath(process, flag, path)));
  }
  return config;
}

/** A path as messages name it: as it was given. */
export function shownPath(process: Process, flag: string, path: string): string {
  if (flag !== '') return flag;
  const listed = (process.env['KUBECONFIG'] ?? '').split(':');
  return listed.find((one) => one !== '' && normal(one, process.cwd) === path) ?? path;
}

/** Reads one kubeconfig file; `shown` is what messages call it. */
export function readConfig(text: string, path: string, shown = path): Kubeconfig {
  const { value: data, problem } = decodeYaml(text);
  const why = problem === undefined ? shapeProblem(data) : `yaml: ${problem}`;
  if (why !== undefined) throw failed(`error loading config file ${JSON.stringify(shown)}: ${why}`);
  if (typeof data !== 'object' || data === null) return emptyConfig;
  const file = data as JsonObject;
  return {
    clusters: entries(file['clusters'], 'cluster', path),
    contexts: entries(file['contexts'], 'context', path),
    users: entries(file['users'], 'user', path),
    currentContext: typeof file['current-context'] === 'string' ? file['current-context'] : '',
  };
}

/** What client-go's decoder says of a document that is no Config. */
function shapeProblem(data: Json | undefined): string | undefined {
  if (data === undefined || data === null) return undefined;
  if (typeof data !== 'object' || Array.isArray(data)) {
    const what = Array.isArray(data) ? 'array' : typeof data;
    return `couldn't get version/kind; json parse error: json: cannot unmarshal ${what} into Go value ` +
      'of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; ' +
      'Kind string "json:\\"kind,omitempty\\"" }';
  }
  const { kind = 'Config', apiVersion = 'v1' } = data as JsonObject;
  if (kind === 'Config' && apiVersion === 'v1') return undefined;
  return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} ` +
    'in scheme "k8s.io/client-go/tools/clientcmd/api/latest/latest.go:50"';
}

function entries(list: Json | undefined, key: string, origin: string): readonly NamedEntry[] {
  if (!Array.isArray(list)) return [];
  return (list as readonly JsonObject[]).map((entry) => ({
    name: String(entry['name']),
    value: (entry[key] ?? {}) as JsonObject,
    origin,
  }));
}

/** The first file to set a thing wins. */
const merge = (a: Kubeconfig, b: Kubeconfig): Kubeconfig => ({
  clusters: mergeEntries(a.clusters, b.clusters),
  contexts: mergeEntries(a.contexts, b.contexts),
  users: mergeEntries(a.users, b.users),
  currentContext: a.currentContext === '' ? b.currentContext : a.currentContext,
});

const mergeEntries = (a: readonly NamedEntry[], b: readonly NamedEntry[]): readonly NamedEntry[] =>
  [...a, ...b.filter(({ name }) => !a.some((other) => other.name === name))];

const find = (list: readonly NamedEntry[], name: string): JsonObject | undefined =>
  list.find((entry) => entry.name === name)?.value;

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

/** What the files and the flags come to. */
export function clientSettings(process: Process, flags: GlobalFlags): ClientSettings {
  const config = loadConfig(process, flags.kubeconfig);
  const contextName = flags.context === '' ? config.currentContext : flags.context;
  const context = find(config.contexts, contextName);
  if (context === undefined && contextName !== '') {
    const isEmpty = config.contexts.length + config.clusters.length + config.users.length === 0;
    throw isEmpty
      ? failed(`context ${JSON.stringify(contextName)} does not exist`)
      : new CommandError(`Error in configuration: context was not found for specified context: ${contextName}`);
  }
  const clusterName = flags.cluster === '' ? textOf(context?.['cluster']) : flags.cluster;
  const userName = flags.user === '' ? textOf(context?.['user']) : flags.user;
  const cluster = find(config.clusters, clusterName);
  const user = find(config.users, userName);
  if (user === undefined && flags.user !== '') {
    throw failed(`auth info ${JSON.stringify(userName)} does not exist`);
  }
  if (cluster === undefined && flags.cluster !== '') {
    const isEmpty = config.clusters.length === 0;
    throw failed(isEmpty ? `cluster ${JSON.stringify(clusterName)} does not exist`
      : `no server found for cluster ${JSON.stringify(clusterName)}`);
  }
  checkFlags(process, flags, { clusterName, userName });
  const inCluster = cluster === undefined && flags.server === '' ? podSettings(process) : undefined;
  const namespace = flags.namespace === '' ? textOf(context?.['namespace']) : flags.namespace;
  return {
    server: serverOf(flags.server || textOf(cluster?.['server']) || inCluster?.server || ''),
    credential: flags.token === ''
      ? (credentialOf(process, user) ?? inCluster?.credential)
      : { type: 'token', token: flags.token },
    namespace: namespace || inCluster?.namespace || 'default',
    isNamespaceGiven: flags.namespace !== '',
    impersonate: impersonation(flags),
  };
}

/** What client-go finds wrong with the flags that shape a connection. */
function checkFlags(
  process: Process, flags: GlobalFlags,
  { clusterName, userName }: { clusterName: string; userName: string },
): void {
  const timeout = flags['request-timeout'];
  if (!/^\d+$/.test(timeout) && parseGoDuration(timeout) === undefined) {
    throw failed('Invalid timeout value. Timeout must be a single integer in seconds, or an integer ' +
      'followed by a corresponding time unit (e.g. 1s | 2m | 3h)');
  }
  const isMissing = (path: string) =>
    path !== '' && process.files.read(normal(path, process.cwd)) === undefined;
  const unread = (what: string, path: string, of: string) => failed(
    `unable to read ${what} ${path} for ${of} due to open ${path}: no such file or directory`);
  const [authority, certificate, key] = [
    flags['certificate-authority'], flags['client-certificate'], flags['client-key'],
  ];
  if (isMissing(authority)) throw unread('certificate-authority', authority, clusterName);
  if (isMissing(certificate)) throw unread('client-cert', certificate, userName);
  if (isMissing(key)) throw unread('client-key', key, userName);
  if (flags.token !== '' && flags.username !== '') {
    throw failed(`more than one authentication method found for ${userName}; ` +
      'found [token basicAuth], only one is allowed');
  }
  if (flags.as === '' && (flags['as-group'].length > 0 || flags['as-uid'] !== '')) {
    throw failed(`requesting uid, groups or user-extra for ${userName} without impersonating a user`);
  }
}

function serverOf(text: string): string {
  if (text === '') return 'http://localhost:8080';
  return /^https?:\/\//.test(text) ? text.replace(/\/$/, '') : `http://${text}`;
}

/** What a container finds of its service account (client-go rest.InClusterConfig). */
function podSettings(process: Process) {
  const host = process.env['KUBERNETES_SERVICE_HOST'];
  const directory = '/var/run/secrets/kubernetes.io/serviceaccount';
  const token = process.files.read(`${directory}/token`);
  if (host === undefined || token === undefined) return undefined;
  return {
    server: `https://${host}:${process.env['KUBERNETES_SERVICE_PORT'] ?? '443'}`,
    credential: { type: 'token', token: token.trim() } satisfies Credential,
    namespace: process.files.read(`${directory}/namespace`) ?? '',
  };
}

function credentialOf(process: Process, user: JsonObject | undefined): Credential | undefined {
  if (user === undefined) return undefined;
  const token = textOf(user['token']);
  if (token !== '') return { type: 'token', token };
  const data = decodeBase64(textOf(user['client-certificate-data']));
  const path = textOf(user['client-certificate']);
  const text = path === '' ? data : process.files.read(path);
  return text === undefined ? undefined : certificateCredential(text);
}

function impersonation(flags: GlobalFlags): Readonly<Record<string, string>> {
  return {
    ...(flags.as === '' ? {} : { 'impersonate-user': flags.as }),
    ...(flags['as-group'].length === 0 ? {} : { 'impersonate-group': flags['as-group'].join('\n') }),
    ...(flags['as-uid'] === '' ? {} : { 'impersonate-uid': flags['as-uid'] }),
  };
}
