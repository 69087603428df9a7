/** Commands of a few lines: options, autoscale. */
import type { JsonObject } from '../../../api/object.ts';
import { type Command, command } from '../command.ts';
import { clusterInfo } from './cluster-info.ts';
import { failed, throwAll } from '../errors.ts';
import { builtIn, create, givenNamespace, metadata, objectOf } from '../generate.ts';
import { autoscaleHelp } from '../help/autoscale.gen.ts';
import { completion } from './completion.ts';
import { optionsHelp } from '../help/options.gen.ts';
import { plugin } from './plugin.ts';
import { homeOf } from '../kubeconfig.ts';
import { requireFlags } from '../pairs.ts';
import { fetchAll } from '../targets.ts';
import { top } from './top.ts';
import { optionsText } from '../usage.ts';

// oxlint-disable-next-line require-yield -- a text only
const options = command(optionsHelp, function* (context) {
  context.print(`${optionsText(homeOf(context.process))}\n`);
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
    if (!resource.subresources.includes('scale')) {
      const { group, version, plural, kind } = resource;
      const why = resource.subresources.includes('scale') ? '' : ': could not find scale subresource for ' +
        `${group}/${version}, Resource=${plural} in discovery information`;
      throw failed(`cannot autoscale a ${kind}${why}`);
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
  autoscale, clusterInfo, top, completion, plugin, options,
];
