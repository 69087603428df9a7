/** `kubectl rollout status`. Follows kubectl pkg/polymorphichelpers/rollout_status.go. */
import { parseGoDuration } from '../../../api/duration.ts';
import type { JsonObject } from '../../../api/object.ts';
import type { DaemonSet, Deployment, StatefulSet } from '../../../api/types.gen.ts';
import { command } from '../command.ts';
import { failed, throwAll } from '../errors.ts';
import { rolloutHelp } from '../help/rollout.gen.ts';
import { watchUntil } from '../waiting.ts';
import { rolledOut } from './rollout.ts';

const help = rolloutHelp.children.status;

/** What is said of an object, and whether there is more to wait for. */
interface Progress {
  readonly text: string;
  readonly isDone: boolean;
}

const waiting = (text: string): Progress => ({ text: `${text}\n`, isDone: false });
const done = (text: string): Progress => ({ text: `${text}\n`, isDone: true });

export const rolloutStatus = command(help, function* (context, { args }, flags) {
  if (flags.revision < 0) throw failed(`revision must be a positive integer: ${flags.revision}`);
  const { infos, errors } = yield* rolledOut(context, args, flags);
  if (infos.length === 0) {
    throwAll(errors);
    context.printError(`No resources found in ${context.namespace} namespace.\n`);
    return;
  }
  for (const info of infos) {
    const { kind, group } = info.resource;
    const view = viewers[kind];
    if (view === undefined) {
      throw failed(`no status viewer has been implemented for ${kind}${group === '' ? '' : `.${group}`}`);
    }
    const timeoutMs = parseGoDuration(flags.timeout) ?? 0;
    const untilMs = timeoutMs === 0 ? Infinity : context.process.site.now + timeoutMs;
    const isOver = (object: JsonObject | undefined): boolean => {
      if (object === undefined) throw failed('object has been deleted');
      const progress = view(object, flags.revision);
      context.print(progress.text);
      return progress.isDone || !flags.watch;
    };
    if (!(yield* watchUntil(context, info, isOver, untilMs))) {
      throw failed('timed out waiting for the condition');
    }
  }
  throwAll(errors);
});

type Viewer = (object: JsonObject, revision: number) => Progress;

const deploymentProgress: Viewer = (object, revision) => {
  const { metadata, spec, status = {} } = object as unknown as Deployment;
  const actual = Number(metadata.annotations?.['deployment.kubernetes.io/revision'] ?? 0);
  if (revision > 0 && revision !== actual) {
    throw failed(`desired revision (${revision}) is different from the running revision (${actual})`);
  }
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0)) {
    return waiting('Waiting for deployment spec update to be observed...');
  }
  const name = JSON.stringify(metadata.name);
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    throw failed(`deployment ${name} exceeded its progress deadline`);
  }
  const head = `Waiting for deployment ${name} rollout to finish:`;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const wanted = spec?.replicas;
  if (wanted !== undefined && updatedReplicas < wanted) {
    return waiting(`${head} ${updatedReplicas} out of ${wanted} new replicas have been updated...`);
  }
  if (replicas > updatedReplicas) {
    return waiting(`${head} ${replicas - updatedReplicas} old replicas are pending termination...`);
  }
  if (availableReplicas < updatedReplicas) {
    return waiting(`${head} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`);
  }
  return done(`deployment ${name} successfully rolled out`);
};

const onlyRolling = () => failed('rollout status is only available for RollingUpdate strategy type');

const daemonSetProgress: Viewer = (object) => {
  const { metadata, spec, status } = object as unknown as DaemonSet;
  if (spec?.updateStrategy?.type !== 'RollingUpdate') throw onlyRolling();
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) {
    return waiting('Waiting for daemon set spec update to be observed...');
  }
  const name = JSON.stringify(metadata.name);
  const { updatedNumberScheduled = 0, desiredNumberScheduled = 0, numberAvailable = 0 } = status ?? {};
  const head = `Waiting for daemon set ${name} rollout to finish:`;
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return waiting(`${head} ${updatedNumberScheduled} out of ${desiredNumberScheduled} ` +
      'new pods have been updated...');
  }
  if (numberAvailable < desiredNumberScheduled) {
    return waiting(`${head} ${numberAvailable} of ${desiredNumberScheduled} updated pods are available...`);
  }
  return done(`daemon set ${name} successfully rolled out`);
};

const statefulSetProgress: Viewer = (object) => {
  const { metadata, spec, status } = object as unknown as StatefulSet;
  if (spec?.updateStrategy?.type !== 'RollingUpdate') throw onlyRolling();
  const observed = status?.observedGeneration ?? 0;
  if (observed === 0 || (metadata.generation ?? 0) > observed) {
    return waiting('Waiting for statefulset spec update to be observed...');
  }
  const { readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0 } = status ?? {};
  const wanted = spec.replicas;
  if (wanted !== undefined && readyReplicas < wanted) {
    return waiting(`Waiting for ${wanted - readyReplicas} pods to be ready...`);
  }
  const rolling = spec.updateStrategy.rollingUpdate;
  if (rolling !== undefined) {
    const { partition } = rolling;
    if (wanted !== undefined && partition !== undefined && updatedReplicas < wanted - partition) {
      return waiting(`Waiting for partitioned roll out to finish: ${updatedReplicas} out of ` +
        `${wanted - partition} new pods have been updated...`);
    }
    return done(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  if (status?.updateRevision !== status?.currentRevision) {
    return waiting(`waiting for statefulset rolling update to complete ${updatedReplicas} pods at ` +
      `revision ${status?.updateRevision ?? ''}...`);
  }
  return done(`statefulset rolling update complete ${currentReplicas} pods at revision ` +
    `${status?.currentRevision ?? ''}...`);
};

const viewers: Readonly<Record<string, Viewer>> = {
  Deployment: deploymentProgress,
  DaemonSet: daemonSetProgress,
  StatefulSet: statefulSetProgress,
};
