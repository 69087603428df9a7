/** `kubectl create deployment`, `job`, `cronjob`. Follows kubectl pkg/cmd/create. */
import type { JsonObject } from '../../../api/object.ts';
import { type Words, command } from '../command.ts';
import type { Context } from '../context.ts';
import { failed, throwAll } from '../errors.ts';
import { goPackage } from '../discovery.ts';
import { builtIn, create, givenNamespace, metadata, objectOf } from '../generate.ts';
import { createHelp } from '../help/create.gen.ts';
import { oneName, requireFlags } from '../pairs.ts';
import { fieldAt } from '../pod-spec.ts';
import { fetchAll, metadataOf } from '../targets.ts';

const { children } = createHelp;
const deployments = builtIn('apps/v1', 'Deployment', 'deployments');
const jobs = builtIn('batch/v1', 'Job', 'jobs');
const cronJobs = builtIn('batch/v1', 'CronJob', 'cronjobs');

/** The name, and the words after `--`. */
function split({ args, dash }: Words, path: string) {
  const before = dash < 0 ? args : args.slice(0, dash);
  const after = dash < 0 ? [] : args.slice(dash);
  // Without dashes the words after the name are the command, too.
  const [name, ...rest] = before;
  if (name === undefined || (dash >= 0 && rest.length > 0)) oneName(before, path);
  return { name: name ?? '', typed: [...rest, ...after] };
}

export const createDeployment = command(children.deployment, function* (context, words, flags) {
  requireFlags(flags, 'image');
  const { dash, args } = words;
  const name = oneName(dash < 0 ? args : args.slice(0, dash), 'create deployment');
  const typed = dash < 0 ? [] : args.slice(dash);
  if (flags.image.length > 1 && typed.length > 0) {
    throw failed('cannot specify multiple --image options and command');
  }
  const containers = flags.image.map((image) => ({
    name: containerName(image), image,
    ...(typed.length > 0 ? { command: typed } : {}),
    ...(flags.port >= 0 ? { ports: [{ containerPort: flags.port }] } : {}),
    resources: {},
  }));
  const labels = { app: name };
  yield* create(context, {
    resource: deployments, help: children.deployment, flags,
    object: objectOf(deployments, {
      metadata: metadata(name, { ...givenNamespace(context), labels }),
      spec: {
        replicas: flags.replicas,
        selector: { matchLabels: labels },
        template: { metadata: { creationTimestamp: null, labels }, spec: { containers } },
        strategy: {},
      },
      status: {},
    }),
  });
});

/** `docker.io/library/nginx:1.14@sha256:…` is a container called `nginx`. */
function containerName(image: string): string {
  const last = image.slice(image.lastIndexOf('/') + 1);
  return last.replace(/@.*$/, '').replace(/:.*$/, '').toLowerCase()
    .replace(/[^a-z0-9-]/g, '-').replace(/^-+|-+$/g, '');
}

export const createJob = command(children.job, function* (context, words, flags) {
  const { name, typed } = split(words, 'create job');
  if (flags.image === '' && flags.from === '') {
    throw failed('either --image or --from must be specified');
  }
  if (flags.image !== '' && flags.from !== '') {
    throw failed('either --image or --from must be specified');
  }
  if (typed.length > 0 && flags.from !== '') {
    throw failed("cannot specify --from and command");
  }
  const object = flags.from === ''
    ? objectOf(jobs, {
        metadata: metadata(name, givenNamespace(context)),
        spec: { template: template(name, flags.image, { typed, restartPolicy: 'Never' }) },
        status: {},
      })
    : yield* jobFrom(context, name, flags.from);
  yield* create(context, { resource: jobs, help: children.job, flags, object });
});

const template = (
  name: string, image: string, { typed, restartPolicy }: { typed: readonly string[]; restartPolicy: string },
): JsonObject => ({
  metadata: { creationTimestamp: null },
  spec: {
    containers: [{ name, image, ...(typed.length > 0 ? { command: typed } : {}), resources: {} }],
    restartPolicy,
  },
});

/** A Job as a CronJob would make it now. */
function* jobFrom(context: Context, name: string, from: string) {
  const { infos, errors } = yield* fetchAll(context, { args: [from] });
  throwAll(errors);
  const [found] = infos;
  if (found === undefined || infos.length > 1) throw failed('from must be an existing cronjob');
  const { resource, object: cronJob, name: source } = found;
  if (resource.kind !== 'CronJob') {
    throw failed(`unknown object type *${goPackage(resource)}.${resource.kind}`);
  }
  const jobTemplate = (fieldAt(cronJob, ['spec', 'jobTemplate']) ?? {}) as JsonObject;
  const { labels, annotations = {} } = metadataOf(jobTemplate);
  const owner = {
    apiVersion: 'batch/v1', kind: 'CronJob', name: source, uid: metadataOf(cronJob).uid,
    controller: true,
  };
  return objectOf(jobs, {
    metadata: {
      ...metadata(name, {
        namespace: context.namespace, ...(labels === undefined ? {} : { labels }),
        annotations: { 'cronjob.kubernetes.io/instantiate': 'manual', ...annotations },
      }),
      ownerReferences: [owner],
    },
    spec: jobTemplate['spec'],
    status: {},
  });
}

export const createCronJob = command(children.cronjob, function* (context, words, flags) {
  const { name, typed } = split(words, 'create cronjob');
  requireFlags(flags, 'image', 'schedule');
  yield* create(context, {
    resource: cronJobs, help: children.cronjob, flags,
    object: objectOf(cronJobs, {
      metadata: metadata(name, givenNamespace(context)),
      spec: {
        schedule: flags.schedule,
        jobTemplate: {
          metadata: { name, creationTimestamp: null },
          spec: {
            template: template(name, flags.image, { typed, restartPolicy: flags.restart || 'OnFailure' }),
          },
        },
      },
      status: {},
    }),
  });
});
