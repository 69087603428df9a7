/** Commands of a few lines: cluster-info, top, options, plugin, completion, edit, autoscale. */
import type { JsonObject } from '../../../api/object.ts';
import type { Service } from '../../../api/types.gen.ts';
import { type Command, command, commandGroup } from '../command.ts';
import { kindName } from '../discovery.ts';
import { failed, throwAll } from '../errors.ts';
import { builtIn, create, givenNamespace, metadata, objectOf } from '../generate.ts';
import { autoscaleHelp } from '../help/autoscale.gen.ts';
import { clusterInfoHelp } from '../help/cluster-info.gen.ts';
import { completionHelp } from '../help/completion.gen.ts';
import { editHelp } from '../help/edit.gen.ts';
import { optionsHelp } from '../help/options.gen.ts';
import { pluginHelp } from '../help/plugin.gen.ts';
import { topHelp } from '../help/top.gen.ts';
import { homeOf } from '../kubeconfig.ts';
import { requireFlags, usageError } from '../pairs.ts';
import { fetchAll, findSources, itemsOf } from '../targets.ts';
import { optionsText } from '../usage.ts';

const clusterInfo = command(clusterInfoHelp, function* (context) {
  const { server } = context.settings;
  const end = "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n";
  let services: readonly Service[];
  try {
    yield* context.resources();
    const list = yield* context.request({
      path: '/api/v1/namespaces/kube-system/services',
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
});

function* topOf(): Generator<never, void, never> {
  throw failed('Metrics API not available');
}

const top = commandGroup(topHelp, [
  command(topHelp.children.node, topOf), command(topHelp.children.pod, topOf),
]);

// oxlint-disable-next-line require-yield -- a text only
const options = command(optionsHelp, function* (context) {
  context.print(`${optionsText(homeOf(context.process))}\n`);
});

// oxlint-disable-next-line require-yield -- a text only
const pluginList = command(pluginHelp.children.list, function* () {
  throw failed('unable to find any kubectl plugins in your PATH');
});

// oxlint-disable-next-line require-yield -- a text only
const completion = command(completionHelp, function* (_context, { args }) {
  const [shell] = args;
  if (shell === undefined) throw usageError('Shell not specified.', 'completion');
  if (args.length > 1) throw usageError('Too many arguments. Expected only the shell type.', 'completion');
  if (!['bash', 'fish', 'powershell', 'zsh'].includes(shell)) {
    throw usageError(`Unsupported shell type ${JSON.stringify(shell)}.`, 'completion');
  }
  throw failed('this console completes by itself: press Tab');
});

const edit = command(editHelp, function* (context, { args }, flags) {
  yield* findSources(context, { args, filenames: flags.filename, isRecursive: flags.recursive });
  throw failed('there is no editor in this terminal: write the object to a file with ' +
    '"kubectl get -o yaml", change it, and "kubectl replace -f" it');
});

const autoscalers = builtIn('autoscaling/v2', 'HorizontalPodAutoscaler', 'horizontalpodautoscalers');

const autoscale = command(autoscaleHelp, function* (context, { args }, flags) {
  requireFlags(flags, 'max');
  if (flags.max < 1) throw failed(`--max=MAXPODS is required and must be at least 1, max: ${flags.max}`);
  if (flags.max < flags.min) {
    throw failed(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${flags.max}, min: ${flags.min}`);
  }
  const { infos, errors } = yield* fetchAll(context, {
    args, filenames: flags.filename, isRecursive: flags.recursive,
  });
  throwAll(errors);
  for (const { resource, name } of infos) {
    if (!['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'].includes(resource.kind)) {
      throw failed(`cannot autoscale a ${kindName(resource)}`);
    }
    const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
    const metrics: readonly JsonObject[] = flags['cpu-percent'] < 0 ? [] : [{
      type: 'Resource',
      resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: flags['cpu-percent'] } },
    }];
    yield* create(context, {
      resource: autoscalers, help: autoscaleHelp, flags, fieldManager: 'kubectl-autoscale',
      done: 'autoscaled',
      object: objectOf(autoscalers, {
        metadata: metadata(flags.name || name, givenNamespace(context)),
        spec: {
          scaleTargetRef: { kind: resource.kind, name, apiVersion },
          ...(flags.min > 0 ? { minReplicas: flags.min } : {}), maxReplicas: flags.max,
          ...(metrics.length === 0 ? {} : { metrics }),
        },
        status: { desiredReplicas: 0, currentMetrics: null },
      }),
    });
  }
});

export const small: readonly Command[] = [
  edit, autoscale, clusterInfo, top, completion, commandGroup(pluginHelp, [pluginList]), options,
];
