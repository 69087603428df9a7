/** `kubectl create configmap` and `secret`. Follows kubectl pkg/cmd/create. */
import { isConfigMapKey, isEnvName } from '../../../api/name-rules.ts';
import type { JsonObject } from '../../../api/object.ts';
import { type Process, normal } from '../../../host/index.ts';
import { encodeBase64 } from '../../../api/base64.ts';
import { command, commandGroup } from '../command.ts';
import type { Context } from '../context.ts';
import { failed } from '../errors.ts';
import { type Labels, builtIn, create, givenNamespace, metadata, objectOf } from '../generate.ts';
import { createHelp } from '../help/create.gen.ts';
import { nameHash } from '../name-hash.ts';
import { oneName } from '../pairs.ts';
import { compactJson } from '../printers/json.ts';

const { configmap, secret } = createHelp.children;
const configMaps = builtIn('v1', 'ConfigMap', 'configmaps');
const secrets = builtIn('v1', 'Secret', 'secrets');

interface Sources {
  readonly 'from-file': readonly string[];
  readonly 'from-literal': readonly string[];
  readonly 'from-env-file': readonly string[];
}

export const createConfigMap = command(configmap, function* (context, { args }, flags) {
  const name = oneName(args, 'create configmap');
  const data = readData(context.process, flags);
  yield* create(context, {
    resource: configMaps, help: configmap, flags,
    object: objectOf(configMaps, {
      metadata: metadata(hashed(name, flags, { data, kind: 'ConfigMap', name }), givenNamespace(context)),
      ...(Object.keys(data).length === 0 ? {} : { data }),
    }),
  });
});

/** With `--append-hash`, the name and a digest of the content. */
const hashed = (
  name: string, flags: { readonly 'append-hash': boolean }, content: JsonObject,
): string => (flags['append-hash'] ? `${name}-${nameHash(compactJson(content))}` : name);

function readData(process: Process, flags: Sources): Labels {
  const data: Record<string, string> = {};
  const add = (key: string, value: string) => {
    const problems = isConfigMapKey(key);
    if (problems.length > 0) {
      throw failed(`${JSON.stringify(key)} is not a valid key name for a ConfigMap: ${problems.join(',')}`);
    }
    if (data[key] !== undefined) {
      throw failed(`cannot add key ${JSON.stringify(key)}, another key by that name already exists in Data for ConfigMap`);
    }
    data[key] = value;
  };
  if (flags['from-env-file'].length > 0 && flags['from-file'].length + flags['from-literal'].length > 0) {
    throw failed('from-env-file cannot be combined with from-file or from-literal');
  }
  for (const literal of flags['from-literal']) {
    const at = literal.indexOf('=');
    if (at < 1) throw failed(`invalid literal source ${literal}, expected key=value`);
    add(literal.slice(0, at), literal.slice(at + 1).replace(/^(['"])(.*)\1$/, '$2'));
  }
  for (const source of flags['from-file']) addFiles(process, source, add);
  for (const path of flags['from-env-file']) addEnvironment(process, path, add);
  return data;
}

function addFiles(process: Process, source: string, add: (key: string, value: string) => void): void {
  const [first = '', second, ...more] = source.split('=');
  if (more.length > 0) {
    throw failed('key names or file paths cannot contain \'=\'');
  }
  if (second !== undefined && first === '') throw failed(`key name for file path ${second} missing`);
  if (second === '') throw failed(`file path for key name ${first} missing`);
  const path = second ?? first;
  const place = normal(path, process.cwd);
  const entry = process.files.stat(place);
  if (entry === undefined) throw failed(`error reading ${path}: no such file or directory`);
  if (entry.type === 'file') {
    add(second === undefined ? path.slice(path.lastIndexOf('/') + 1) : first, entry.text);
    return;
  }
  if (second !== undefined) {
    throw failed('cannot give a key name for a directory path');
  }
  for (const child of process.files.list(place) ?? []) {
    const text = process.files.read(`${place}/${child}`);
    if (text !== undefined && isConfigMapKey(child).length === 0) add(child, text);
  }
}

function addEnvironment(process: Process, path: string, add: (key: string, value: string) => void): void {
  const text = process.files.read(normal(path, process.cwd));
  if (text === undefined) throw failed(`error reading ${path}: no such file or directory`);
  for (const line of text.split('\n').map((one) => one.trimStart())) {
    if (line === '' || line.startsWith('#')) continue;
    const at = line.indexOf('=');
    const name = at < 0 ? line : line.slice(0, at);
    const problems = isEnvName(name);
    if (problems.length > 0) throw failed(`${JSON.stringify(name)} is not a valid key name: ${problems.join(';')}`);
    add(name, at < 0 ? (process.env[line] ?? '') : line.slice(at + 1));
  }
}

const encoded = (data: Labels): Labels =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encodeBase64(value)]));

const generic = command(secret.children.generic, function* (context, { args }, flags) {
  const name = oneName(args, 'create secret generic');
  const data = encoded(readData(context.process, flags));
  yield* create(context, {
    resource: secrets, help: secret.children.generic, flags,
    object: objectOf(secrets, {
      metadata: metadata(
        hashed(name, flags, { data, kind: 'Secret', name, type: flags.type }), givenNamespace(context),
      ),
      ...(Object.keys(data).length === 0 ? {} : { data }),
      ...(flags.type === '' ? {} : { type: flags.type }),
    }),
  });
});

const tls = command(secret.children.tls, function* (context, { args }, flags) {
  const name = oneName(args, 'create secret tls');
  if (flags.cert === '' || flags.key === '') throw failed('key and cert must be specified');
  const read = (path: string): string => {
    const text = context.process.files.read(normal(path, context.process.cwd));
    if (text === undefined) throw failed(`Cannot read file ${path}, open ${path}: no such file or directory`);
    return text;
  };
  const data = encoded({ 'tls.crt': read(flags.cert), 'tls.key': read(flags.key) });
  yield* create(context, {
    resource: secrets, help: secret.children.tls, flags,
    object: objectOf(secrets, {
      metadata: metadata(
        hashed(name, flags, { data, kind: 'Secret', name, type: 'kubernetes.io/tls' }),
        givenNamespace(context),
      ),
      data, type: 'kubernetes.io/tls',
    }),
  });
});

const dockerRegistry = command(secret.children['docker-registry'], function* (context, { args }, flags) {
  const name = oneName(args, 'create secret docker-registry');
  const data = { '.dockerconfigjson': encodeBase64(loginOf(context, flags)) };
  const type = 'kubernetes.io/dockerconfigjson';
  yield* create(context, {
    resource: secrets, help: secret.children['docker-registry'], flags,
    object: objectOf(secrets, {
      metadata: metadata(
        hashed(name, flags, { data, kind: 'Secret', name, type }), givenNamespace(context),
      ),
      data, type,
    }),
  });
});

interface Login {
  readonly 'from-file': readonly string[];
  readonly 'docker-server': string;
  readonly 'docker-username': string;
  readonly 'docker-password': string;
  readonly 'docker-email': string;
}

function loginOf(context: Context, flags: Login): string {
  const [file] = flags['from-file'];
  if (file !== undefined) {
    const path = file.slice(file.indexOf('=') + 1);
    const text = context.process.files.read(normal(path, context.process.cwd));
    if (text === undefined) throw failed(`error reading ${path}: no such file or directory`);
    return text;
  }
  const [username, password] = [flags['docker-username'], flags['docker-password']];
  if (username === '' || password === '') {
    throw failed('either --from-file or the combination of --docker-username, --docker-password and ' +
      '--docker-server is required');
  }
  const email = flags['docker-email'];
  return JSON.stringify({
    auths: {
      [flags['docker-server']]: {
        username, password, ...(email === '' ? {} : { email }),
        auth: encodeBase64(`${username}:${password}`),
      },
    },
  });
}

export const createSecret = commandGroup(secret, [dockerRegistry, generic, tls]);
