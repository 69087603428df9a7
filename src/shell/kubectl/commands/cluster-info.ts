/** `kubectl cluster-info` and its dump. Follows kubectl pkg/cmd/clusterinfo. */
import type { Json, JsonObject } from '../../../api/object.ts';
import type { Pod, Service } from '../../../api/types.gen.ts';
import { normal } from '../../../host/index.ts';
import type { Story } from '../../../kernel/index.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { CommandError, bareMessage } from '../errors.ts';
import { clusterInfoHelp } from '../help/cluster-info.gen.ts';
import { printerFor } from '../printers/output.ts';
import { itemsOf } from '../targets.ts';

const dump = command(clusterInfoHelp.children.dump, function* (context, _words, flags) {
  const printer = printerFor(context, flags, clusterInfoHelp.children.dump, true);
  const writeOut = outputOf(context, flags['output-directory']);
  const ending = { json: '.json', yaml: '.yaml' }[flags.output] ?? '.txt';
  const list = function* (path: string, file: string): Story<JsonObject> {
    const found = yield* context.request({ path });
    if (printer !== undefined) writeOut(`${file}${ending}`, printer(withoutKinds(found)));
    return found;
  };
  yield* list('/api/v1/nodes', 'nodes');
  for (const namespace of yield* namespacesOf(context, flags)) {
    for (const [file, path] of lists) {
      const found = yield* list(path.replace('{}', namespace), `${namespace}/${file}`);
      if (file !== 'pods') continue;
      for (const pod of itemsOf(found) as unknown as readonly Pod[]) {
        writeOut(`${namespace}/${pod.metadata.name}/logs.txt`, yield* logsOf(context, pod));
      }
    }
  }
  const folder = flags['output-directory'];
  if (folder !== '' && folder !== '-') context.print(`Cluster info dumped to ${folder}\n`);
});

const lists: readonly (readonly [string, string])[] = [
  ['events', '/api/v1/namespaces/{}/events'],
  ['replication-controllers', '/api/v1/namespaces/{}/replicationcontrollers'],
  ['services', '/api/v1/namespaces/{}/services'],
  ['daemonsets', '/apis/apps/v1/namespaces/{}/daemonsets'],
  ['deployments', '/apis/apps/v1/namespaces/{}/deployments'],
  ['replicasets', '/apis/apps/v1/namespaces/{}/replicasets'],
  ['pods', '/api/v1/namespaces/{}/pods'],
];

/** Items of Go's typed lists say nothing of their kind: the server does not send it. */
const withoutKinds = (list: JsonObject): JsonObject => {
  const { kind, apiVersion, metadata, items } = list;
  const bare = (items as readonly JsonObject[] | undefined)?.map(
    ({ kind: _, apiVersion: __, ...rest }) => rest as JsonObject);
  return { kind, apiVersion, metadata, items: (bare ?? null) as Json };
};

function* namespacesOf(
  context: Context, flags: { readonly 'all-namespaces': boolean; readonly namespaces: readonly string[] },
): Story<readonly string[]> {
  if (flags['all-namespaces']) {
    const found = yield* context.request({ path: '/api/v1/namespaces' });
    return itemsOf(found).map((one) => String((one['metadata'] as JsonObject)['name']));
  }
  return flags.namespaces.length > 0 ? flags.namespaces : ['kube-system', context.namespace];
}

/** A file below the folder, or standard output. */
function outputOf({ process }: Context, folder: string): (file: string, text: string) => void {
  if (folder === '' || folder === '-') return (_file, text) => process.print(text);
  return (file, text) => {
    const path = `${normal(folder, process.cwd)}/${file}`;
    process.files.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    process.files.write(path, text);
  };
}

function* logsOf(context: Context, { metadata, spec }: Pod): Story<string> {
  const { name, namespace = '' } = metadata;
  let text = '';
  for (const container of [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]) {
    const what = `logs for container ${container.name} of pod ${namespace}/${name} ====\n`;
    text += `==== START ${what}`;
    try {
      const path = `/api/v1/namespaces/${namespace}/pods/${name}/log`;
      text += String(yield* context.answer({ path, query: { container: container.name } }));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      text += `Request log error: ${bareMessage(error)}\n`;
    }
    text += `==== END ${what}`;
  }
  return text;
}

export const clusterInfo = command(clusterInfoHelp, function* (context) {
  const { server } = context.settings;
  const end = "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n";
  let services: readonly Service[];
  try {
    yield* context.resources();
    const list = yield* context.request({
      path: `/api/v1/namespaces/${context.flags.namespace || 'kube-system'}/services`,
      query: { labelSelector: 'kubernetes.io/cluster-service=true' },
    });
    services = itemsOf(list) as unknown as readonly Service[];
  } catch (error) {
    context.print(end);
    throw error;
  }
  context.print(`Kubernetes control plane is running at ${server}\n`);
  for (const { metadata: { name, namespace = '', labels = {} }, spec } of services) {
    const title = labels['kubernetes.io/name'] ?? name;
    const [port] = spec?.ports ?? [];
    const link = `${server}/api/v1/namespaces/${namespace}/services/${name}${port?.name ? `:${port.name}` : ''}/proxy`;
    context.print(`${title} is running at ${link}\n`);
  }
  context.print(end);
}, [dump]);
