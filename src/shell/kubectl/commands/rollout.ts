/** `kubectl rollout` and its subcommands. Follows kubectl pkg/cmd/rollout. */
import { formatTime } from '../../../kernel/calendar.ts';
import type { JsonObject } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import { command, commandGroup } from '../command.ts';
import type { Context } from '../context.ts';
import { pathOf, resourceName } from '../discovery.ts';
import { CommandError, ServerError, bareMessage, failed, throwAll } from '../errors.ts';
import { rolloutHelp } from '../help/rollout.gen.ts';
import { fieldAt, withField } from '../pod-spec.ts';
import { Reporter } from '../printers/output.ts';
import { type Fetched, type Info, fetchAll } from '../targets.ts';
import { patchBetween, patchType } from '../three-way.ts';
import { rolloutHistory } from './rollout-history.ts';
import { rolloutStatus } from './rollout-status.ts';
import { rolloutUndo } from './rollout-undo.ts';

const { children } = rolloutHelp;

/** Flags that all subcommands have. */
interface CommonFlags {
  readonly filename: readonly string[];
  readonly recursive: boolean;
  readonly kustomize: string;
  readonly selector: string;
  readonly 'field-manager': string;
}

/** The objects of a rollout command, as the server has them. */
export function* rolledOut(
  context: Context, args: readonly string[], flags: Omit<CommonFlags, 'field-manager'>,
): Story<Fetched> {
  if (args.length === 0 && flags.filename.length === 0 && flags.kustomize === '') {
    throw failed('required resource not specified');
  }
  return yield* fetchAll(context, {
    args, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
    selector: flags.selector, allowsType: true,
  }, { latest: true });
}

/** What one of the simple subcommands does to each object. */
interface Action {
  readonly done: string;
  /** What is said when nothing changes. */
  readonly already: string;
  readonly kinds: readonly string[];
  readonly unsupported: string;
  readonly change: (object: JsonObject, context: Context) => JsonObject | string;
}

const isPaused = (object: JsonObject): boolean => fieldAt(object, ['spec', 'paused']) === true;

const pauseAction: Action = {
  done: 'paused', already: 'already paused', kinds: ['Deployment'],
  unsupported: 'pausing is not supported',
  change: (object) =>
    isPaused(object) ? 'is already paused' : withField(object, ['spec', 'paused'], true),
};

const resumeAction: Action = {
  done: 'resumed', already: 'already resumed', kinds: ['Deployment'],
  unsupported: 'resuming is not supported',
  change: (object) =>
    isPaused(object) ? withField(object, ['spec', 'paused'], undefined) : 'is not paused',
};

const restartedAt = ['spec', 'template', 'metadata', 'annotations', 'kubectl.kubernetes.io/restartedAt'];

const restartAction: Action = {
  done: 'restarted', already: 'already restarted',
  kinds: ['Deployment', 'DaemonSet', 'StatefulSet'], unsupported: 'restarting is not supported',
  change: (object, context) => isPaused(object)
    ? "can't restart paused deployment (run rollout resume first)"
    : withField(object, restartedAt, formatTime(context.nowMs)),
};

function* act(
  context: Context, args: readonly string[],
  { flags, action, reporter }: { flags: CommonFlags; action: Action; reporter: Reporter },
): Story {
  const { infos, errors } = yield* rolledOut(context, args, flags);
  if (infos.length === 0 && errors.length === 0) {
    context.printError(`No resources found in ${context.namespace} namespace.\n`);
    return;
  }
  const problems: CommandError[] = [...errors];
  for (const info of infos) {
    const outcome = action.kinds.includes(info.resource.kind)
      ? action.change(info.object, context) : action.unsupported;
    if (typeof outcome === 'string') {
      problems.push(failed(`${resourceName(info.resource)} ${JSON.stringify(info.name)} ${outcome}`));
      continue;
    }
    try {
      const { object, isChanged } = yield* send(context, info, outcome, flags['field-manager']);
      reporter.report(info.resource, object, isChanged ? action.done : action.already);
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      problems.push(failed(`failed to patch: ${bareMessage(error)}`));
    }
  }
  throwAll(problems);
}

function* send(context: Context, info: Info, after: JsonObject, fieldManager: string) {
  const body = patchBetween(info.resource, info.object, after);
  // Two restarts within one second are the same annotation, and so no change.
  if (Object.keys(body).length === 0) return { object: info.object, isChanged: false };
  const object = yield* context.request({
    method: 'PATCH', path: pathOf(info.resource, info.namespace, info.name), body,
    contentType: patchType(info.resource), query: { fieldManager },
  });
  return { object, isChanged: true };
}

const pause = command(children.pause, function* (context, { args }, flags) {
  const reporter = new Reporter(context, flags, children.pause);
  yield* act(context, args, { flags, action: pauseAction, reporter });
});

const resume = command(children.resume, function* (context, { args }, flags) {
  const reporter = new Reporter(context, flags, children.resume);
  yield* act(context, args, { flags, action: resumeAction, reporter });
});

const restart = command(children.restart, function* (context, { args }, flags) {
  const reporter = new Reporter(context, flags, children.restart);
  yield* act(context, args, { flags, action: restartAction, reporter });
});

export const rollout = commandGroup(rolloutHelp, [
  rolloutHistory, pause, restart, resume, rolloutStatus, rolloutUndo,
]);

