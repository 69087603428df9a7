/** `kubectl drain`. Follows kubectl pkg/cmd/drain/drain.go and pkg/drain. */
import { formatGoDuration, parseGoDuration } from '../../../api/duration.ts';
import { parseSelector } from '../../../api/selectors.ts';
import { parseTime } from '../../../kernel/calendar.ts';
import type { Pod } from '../../../api/types.gen.ts';
import { sleep } from '../../../host/index.ts';
import type { Story } from '../../../kernel/index.ts';
import { type FlagsOf, command } from '../command.ts';
import type { Context } from '../context.ts';
import { CommandError, ServerError, bareMessage, failed, isNotFound, throwAll } from '../errors.ts';
import { drainHelp } from '../help/drain.gen.ts';
import { type DryRun, Reporter, dryRunOf } from '../printers/output.ts';
import { itemsOf } from '../targets.ts';
import { findNodes, setSchedulable } from './cordon.ts';

type DrainFlags = FlagsOf<(typeof drainHelp)['flags']>;

export const drain = command(drainHelp, function* (context, { args }, flags) {
  const podSelector = flags['pod-selector'];
  if (podSelector !== '' && !isSelector(podSelector)) {
    throw failed('--pod-selector=<pod_selector> must be a valid label selector');
  }
  const nodes = yield* findNodes(context, args, flags, 'drain');
  yield* setSchedulable(context, nodes, { flags, isCordon: true });
  const reporter = new Reporter(context, flags, drainHelp);
  const run = { context, flags, dryRun: dryRunOf(context, flags['dry-run']) };
  const fatal: CommandError[] = [];
  const pending: string[] = [];
  for (const node of nodes) {
    const errors = yield* drainNode(run, node.name);
    if (errors.length === 0) {
      reporter.report(node.resource, node.object, 'drained');
      continue;
    }
    context.printError(`error: unable to drain node ${JSON.stringify(node.name)} due to error: ` +
      `${together(errors)}, continuing command...\n`);
    fatal.push(...errors);
    pending.push(node.name);
  }
  if (pending.length === 0) return;
  context.printError(`There are pending nodes to be drained:\n${pending.map((n) => ` ${n}\n`).join('')}`);
  // These texts stand alone: kubectl prints an aggregate of them as it is.
  throwAll(fatal.map((error) => new CommandError(bareMessage(error))));
});

function isSelector(text: string): boolean {
  try {
    parseSelector(text);
    return true;
  } catch {
    return false;
  }
}

interface Run {
  readonly context: Context;
  readonly flags: DrainFlags;
  readonly dryRun: DryRun;
}

/** An aggregate's text (Go's errors in brackets). */
const together = (errors: readonly CommandError[]): string => {
  const texts = [...new Set(errors.map(bareMessage))];
  return texts.length === 1 ? (texts[0] ?? '') : `[${texts.join(', ')}]`;
};

function* drainNode(run: Run, node: string): Story<readonly CommandError[]> {
  const { context, flags, dryRun } = run;
  const found = yield* podsToDelete(run, node);
  if (found.errors.length > 0) return found.errors;
  if (found.warnings !== '') context.printError(`Warning: ${found.warnings}\n`);
  if (dryRun === 'client') {
    for (const pod of found.pods) context.print(`evicting pod ${nameOf(pod)} (dry run)\n`);
    return [];
  }
  const errors = flags['disable-eviction']
    ? yield* deletePods(run, found.pods) : yield* evictPods(run, found.pods);
  if (errors.length === 0) return [];
  const left = yield* podsToDelete(run, node);
  if (left.pods.length > 0) {
    context.printError(`There are pending pods in node ${JSON.stringify(node)} when an error ` +
      `occurred: ${together(errors)}\n${left.pods.map(({ metadata }) => `pod/${metadata.name}\n`).join('')}`);
  }
  return errors;
}

const nameOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name}`;

interface Verdict {
  readonly isDeleted: boolean;
  readonly warning?: string;
  readonly problem?: string;
}

const okay: Verdict = { isDeleted: true };

function* podsToDelete({ context, flags }: Run, node: string) {
  const list = yield* context.request({
    path: '/api/v1/pods',
    query: {
      fieldSelector: `spec.nodeName=${node}`, labelSelector: flags['pod-selector'] || undefined,
      limit: '500',
    },
  });
  const pods: Pod[] = [];
  const warnings = new Map<string, string[]>();
  const problems = new Map<string, string[]>();
  for (const pod of itemsOf(list) as unknown as readonly Pod[]) {
    const { isDeleted, warning, problem } = yield* judge(context, flags, pod);
    if (isDeleted) pods.push(pod);
    if (warning !== undefined) warnings.set(warning, [...(warnings.get(warning) ?? []), nameOf(pod)]);
    if (problem !== undefined) problems.set(problem, [...(problems.get(problem) ?? []), nameOf(pod)]);
  }
  const lines = (map: ReadonlyMap<string, readonly string[]>) =>
    [...map].map(([text, names]) => `${text}: ${names.join(', ')}`);
  return {
    pods,
    warnings: lines(warnings).join('; '),
    errors: lines(problems).map((line) => failed(`cannot delete ${line}`)),
  };
}

/** Applies upstream's filters in order; the last one asked decides. */
function* judge(context: Context, flags: DrainFlags, pod: Pod): Story<Verdict> {
  if (isSkipped(context, pod, flags)) return { isDeleted: false };
  const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
  const isOver = pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
  if (owner?.kind === 'DaemonSet' && !isOver) {
    const verdict = yield* judgeDaemonPod(context, flags, { pod, owner: owner.name });
    if (!verdict.isDeleted) return verdict;
  }
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) {
    return { isDeleted: false };
  }
  if (isOver) return okay;
  const hasLocal = (pod.spec?.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined);
  if (hasLocal && !flags['delete-emptydir-data']) {
    return {
      isDeleted: false,
      problem: 'Pods with local storage (use --delete-emptydir-data to override)',
    };
  }
  if (owner !== undefined) {
    return hasLocal ? { isDeleted: true, warning: 'deleting Pods with local storage' } : okay;
  }
  return flags.force
    ? { isDeleted: true, warning: 'deleting Pods that declare no controller' }
    : {
        isDeleted: false,
        problem: 'cannot delete Pods that declare no controller (use --force to override)',
      };
}

function* judgeDaemonPod(
  context: Context, flags: DrainFlags, { pod, owner }: { pod: Pod; owner: string },
): Story<Verdict> {
  const path = `/apis/apps/v1/namespaces/${pod.metadata.namespace ?? ''}/daemonsets/${owner}`;
  try {
    yield* context.request({ path });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    const message = bareMessage(error);
    return isNotFound(error) && flags.force
      ? { isDeleted: true, warning: message } : { isDeleted: false, problem: message };
  }
  return flags['ignore-daemonsets']
    ? { isDeleted: false, warning: 'ignoring DaemonSet-managed Pods' }
    : {
        isDeleted: false,
        problem: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)',
      };
}

/** Pods whose end is long overdue: `--skip-wait-for-delete-timeout`. */
function isSkipped({ nowMs }: Context, { metadata }: Pod, flags: DrainFlags): boolean {
  const seconds = flags['skip-wait-for-delete-timeout'];
  const deletedAt = parseTime(metadata.deletionTimestamp ?? '');
  return seconds > 0 && deletedAt !== undefined && (nowMs - deletedAt) / 1000 > seconds;
}

const retryMs = 5000;

function deleteOptions({ flags }: Run) {
  const grace = flags['grace-period'];
  return grace >= 0 ? { gracePeriodSeconds: grace } : {};
}

function* evictPods(run: Run, pods: readonly Pod[]): Story<readonly CommandError[]> {
  const { context, flags, dryRun } = run;
  const timeoutMs = parseGoDuration(flags.timeout) ?? 0;
  const untilMs = timeoutMs === 0 ? Infinity : context.process.site.now + timeoutMs;
  const errors: CommandError[] = [];
  const evicted: Pod[] = [];
  let waiting = pods;
  while (waiting.length > 0) {
    const again: Pod[] = [];
    for (const pod of waiting) {
      context.print(`evicting pod ${nameOf(pod)}${dryRun === 'server' ? ' (server dry run)' : ''}\n`);
    }
    for (const pod of waiting) {
      const outcome = yield* evict(run, pod);
      if (outcome === 'evicted') evicted.push(pod);
      else if (outcome === 'again') again.push(pod);
      else if (outcome !== 'gone') errors.push(outcome);
    }
    if (again.length > 0) yield* sleep(retryMs);
    if (again.length > 0 && context.process.site.now >= untilMs) {
      errors.push(...again.map(({ metadata }) => failed(`error when evicting pods/"${metadata.name}" ` +
        `-n "${metadata.namespace ?? ''}": global timeout reached: ${formatGoDuration(timeoutMs)}`)));
      break;
    }
    waiting = again;
  }
  if (dryRun === 'server') return errors;
  return [...errors, ...(yield* waitForDelete(run, evicted, { isEviction: true, untilMs }))];
}

function* evict(run: Run, pod: Pod): Story<'evicted' | 'gone' | 'again' | CommandError> {
  const { context, dryRun } = run;
  const { name, namespace = '' } = pod.metadata;
  try {
    yield* context.request({
      method: 'POST', path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
      body: {
        apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace },
        deleteOptions: {
          ...deleteOptions(run), ...(dryRun === 'server' ? { dryRun: ['All'] } : {}),
        },
      },
    });
    return 'evicted';
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    if (isNotFound(error)) return 'gone';
    const what = `pods/"${name}" -n "${namespace}"`;
    if (error.status.reason === 'TooManyRequests') {
      context.printError(`error when evicting ${what} (will retry after 5s): ${bareMessage(error)}\n`);
      return 'again';
    }
    return failed(`error when evicting ${what}: ${bareMessage(error)}`);
  }
}

function* deletePods(run: Run, pods: readonly Pod[]): Story<readonly CommandError[]> {
  const { context, flags } = run;
  const timeoutMs = parseGoDuration(flags.timeout) ?? 0;
  for (const { metadata } of pods) {
    const { name, namespace = '' } = metadata;
    try {
      yield* context.request({
        method: 'DELETE', path: `/api/v1/namespaces/${namespace}/pods/${name}`, body: deleteOptions(run),
      });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  const untilMs = timeoutMs === 0 ? Infinity : context.process.site.now + timeoutMs;
  return yield* waitForDelete(run, pods, { isEviction: false, untilMs });
}

function* waitForDelete(
  { context }: Run, pods: readonly Pod[],
  { isEviction, untilMs }: { isEviction: boolean; untilMs: number },
): Story<readonly CommandError[]> {
  let waiting = pods;
  for (;;) {
    const still: Pod[] = [];
    for (const pod of waiting) {
      const { name, namespace = '', uid } = pod.metadata;
      if (yield* isThere(context, `/api/v1/namespaces/${namespace}/pods/${name}`, uid)) still.push(pod);
      else context.print(`pod/${name} ${isEviction ? 'evicted' : 'deleted'}\n`);
    }
    if (still.length === 0) return [];
    if (context.process.site.now >= untilMs) {
      return still.map(({ metadata }) => failed(`error when waiting for pod "${metadata.name}" in ` +
        `namespace "${metadata.namespace ?? ''}" to terminate: global timeout reached`));
    }
    waiting = still;
    yield* sleep(1000);
  }
}

function* isThere(context: Context, path: string, uid: string): Story<boolean> {
  try {
    const found = (yield* context.request({ path })) as unknown as Pod;
    return found.metadata.uid === uid;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}
