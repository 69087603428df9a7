/** `kubectl config set-cluster`, `set-credentials`, `set-context`. */
import { encodeBase64 } from '../../../api/base64.ts';
import type { Json, JsonObject } from '../../../api/object.ts';
import { normal } from '../../../host/index.ts';
import { type FlagsOf, command } from '../command.ts';
import type { Context } from '../context.ts';
import { failed } from '../errors.ts';
import { configHelp } from '../help/config.gen.ts';
import { type ListName, saveConfig } from '../kubeconfig-file.ts';
import { helpError, loadLenient } from './config-shared.ts';

const { children } = configHelp;

type Value = Record<string, Json>;

/** Changes one entry; tells whether it was there before. */
function change(
  context: Context, list: ListName, name: string, edit: (value: Value) => void,
): boolean {
  const before = loadLenient(context);
  const old = before[list].find((entry) => entry.name === name);
  const value = { ...old?.value } as Value;
  edit(value);
  const entry = { ...old, name, value };
  saveConfig(context.process, context.flags.kubeconfig, {
    before, after: { ...before, [list]: [...before[list].filter((one) => one !== old), entry] },
  });
  return old !== undefined;
}

/** Copies the flags that were given. */
function copy(
  value: Value, flags: { readonly changed: ReadonlySet<string> }, names: readonly string[],
): void {
  const given = flags as unknown as JsonObject;
  for (const name of names) if (flags.changed.has(name)) value[name] = given[name] ?? null;
}

/** A path, or with `--embed-certs` what the file holds. */
function setFile(
  { process }: Context, value: Value, name: string, { path, embeds }: { path: string; embeds: boolean },
): void {
  const whole = path === '' ? '' : normal(path, process.cwd);
  if (embeds) {
    value[`${name}-data`] = encodeBase64(process.files.read(whole) ?? '');
    delete value[name];
    return;
  }
  value[name] = whole;
  if (path !== '') delete value[`${name}-data`];
}

function checkFile({ process }: Context, name: string, path: string): void {
  if (path === '' || process.files.stat(normal(path, process.cwd)) !== undefined) return;
  throw failed(`could not stat ${name} file ${path}: stat ${path}: no such file or directory`);
}

// oxlint-disable-next-line require-yield -- files only
export const setCluster = command(children['set-cluster'], function* (context, { args }, flags) {
  const [name] = args;
  if (name === undefined || args.length > 1) throw helpError(context, children['set-cluster'], args);
  const path = flags['certificate-authority'];
  const embeds = flags['embed-certs'];
  if (name === '') throw failed('you must specify a non-empty cluster name');
  if (flags['insecure-skip-tls-verify'] && path !== '') {
    throw failed('you cannot specify a certificate authority and insecure mode at the same time');
  }
  if (embeds) {
    if (path === '') throw failed('you must specify a --certificate-authority to embed');
    checkFile(context, 'certificate-authority', path);
  }
  change(context, 'clusters', name, (value) => {
    copy(value, flags, ['server', 'tls-server-name', 'insecure-skip-tls-verify', 'proxy-url']);
    if (flags['insecure-skip-tls-verify']) {
      delete value['certificate-authority'];
      delete value['certificate-authority-data'];
    }
    if (!flags.changed.has('certificate-authority')) return;
    setFile(context, value, 'certificate-authority', { path, embeds });
    if (path !== '') delete value['insecure-skip-tls-verify'];
  });
  context.print(`Cluster ${JSON.stringify(name)} set.\n`);
});

// oxlint-disable-next-line require-yield -- files only
export const setContext = command(children['set-context'], function* (context, { args }, flags) {
  if (args.length > 1) throw helpError(context, children['set-context'], args);
  const [given = ''] = args;
  if (given === '' && !flags.current) throw failed('you must specify a non-empty context name or --current');
  if (given !== '' && flags.current) throw failed('you cannot specify both a context name and --current');
  const name = flags.current ? loadLenient(context).currentContext : given;
  if (name === '') throw failed('no current context is set');
  const isOld = change(context, 'contexts', name, (value) =>
    copy(value, flags, ['cluster', 'user', 'namespace']));
  context.print(`Context ${JSON.stringify(name)} ${isOld ? 'modified' : 'created'}.\n`);
});

type CredentialFlags = FlagsOf<(typeof children)['set-credentials']['flags']>;

// oxlint-disable-next-line require-yield -- files only
export const setCredentials = command(children['set-credentials'], function* (context, { args }, flags) {
  const [name] = args;
  const help = children['set-credentials'];
  const refuse = (message: string) => helpError(context, help, args, message);
  if (name === undefined || args.length > 1) throw refuse(`unexpected args: [${args.join(' ')}]`);
  const provider = readPairs(flags['auth-provider-arg'], 'auth-provider-arg', refuse);
  const env = readPairs(flags['exec-env'], 'exec-env', refuse);
  checkCredentials(context, name, flags);
  change(context, 'users', name, (value) => {
    const embeds = flags['embed-certs'];
    for (const one of ['client-certificate', 'client-key'] as const) {
      if (flags.changed.has(one)) setFile(context, value, one, { path: flags[one], embeds });
    }
    copy(value, flags, ['token', 'username', 'password']);
    setProvider(value, flags, provider);
    setExec(value, flags, env);
    const [setsToken, setsBasic] = [flags.token !== '', flags.username !== '' || flags.password !== ''];
    if (setsBasic && !setsToken) delete value['token'];
    if (setsToken && !setsBasic) {
      delete value['username'];
      delete value['password'];
    }
  });
  context.print(`User ${JSON.stringify(name)} set.\n`);
});

interface Pairs {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
}

function readPairs(
  words: readonly string[], what: string, refuse: (message: string) => Error,
): Pairs {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  for (const word of words) {
    const at = word.indexOf('=');
    if (at > 0) set[word.slice(0, at)] = word.slice(at + 1);
    else if (at < 0 && word.endsWith('-') && word !== '-') remove.push(word.slice(0, -1));
    else throw refuse(`invalid ${what} format: ${word}`);
  }
  return { set, remove };
}

function checkCredentials(context: Context, name: string, flags: CredentialFlags): void {
  if (name === '') throw failed('you must specify a non-empty user name');
  if (flags.token !== '' && (flags.username !== '' || flags.password !== '')) {
    throw failed('you cannot specify more than one authentication method at the same time: ' +
      '--token, --username/--password');
  }
  if (flags['embed-certs']) {
    const [certificate, key] = [flags['client-certificate'], flags['client-key']];
    if (certificate === '' && key === '') {
      throw failed('you must specify a --client-certificate or --client-key to embed');
    }
    checkFile(context, 'client-certificate', certificate);
    checkFile(context, 'client-key', key);
  }
  const mode = flags['exec-interactive-mode'];
  const modes = ['IfAvailable', 'Never', 'Always'];
  if (flags.changed.has('exec-interactive-mode') && !modes.includes(mode)) {
    throw failed(`invalid interactive mode type, can be only ${modes.join(', ')}`);
  }
}

function setProvider(value: Value, flags: CredentialFlags, { set, remove }: Pairs): void {
  const old = value['auth-provider'] as { name: string; config?: Record<string, string> } | undefined;
  const name = flags.changed.has('auth-provider') ? flags['auth-provider'] : old?.name;
  if (name === undefined) return;
  const config = { ...(old?.name === name ? old.config : {}), ...set };
  for (const key of remove) delete config[key];
  value['auth-provider'] = { config: Object.keys(config).length === 0 ? null : config, name };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function setExec(value: Value, flags: CredentialFlags, { set, remove }: Pairs): void {
  const old = value['exec'] as JsonObject | undefined;
  if (old === undefined && !flags.changed.has('exec-command')) return;
  const exec: Value = { ...old } as Value;
  if (flags.changed.has('exec-command')) {
    exec['command'] = flags['exec-command'];
    delete exec['args'];
  }
  if (flags.changed.has('exec-api-version')) exec['apiVersion'] = flags['exec-api-version'];
  if (flags['exec-arg'].length > 0) exec['args'] = flags['exec-arg'].flatMap((one) => one.split(','));
  if (flags.changed.has('exec-interactive-mode')) exec['interactiveMode'] = flags['exec-interactive-mode'];
  if (flags.changed.has('exec-provide-cluster-info')) {
    exec['provideClusterInfo'] = flags['exec-provide-cluster-info'];
  }
  const env = ((exec['env'] ?? []) as unknown as readonly Variable[])
    .filter(({ name }) => !remove.includes(name))
    .map((one) => ({ ...one, value: set[one.name] ?? one.value }));
  const added = Object.keys(set).filter((name) => !env.some((one) => one.name === name))
    .map((name) => ({ name, value: set[name] ?? '' }));
  if (env.length + added.length > 0 || exec['env'] !== undefined) exec['env'] = [...env, ...added];
  value['exec'] = exec;
}
