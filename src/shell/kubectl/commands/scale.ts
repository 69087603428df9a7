/** `kubectl scale`. Follows kubectl pkg/cmd/scale/scale.go and pkg/scale/scale.go. */
import { parseGoDuration } from '../../../api/duration.ts';
import type { JsonObject } from '../../../api/object.ts';
import { sleep } from '../../../host/index.ts';
import type { Story } from '../../../kernel/index.ts';
import { type FlagsOf, command } from '../command.ts';
import type { Context } from '../context.ts';
import { pathOf } from '../discovery.ts';
import { bareMessage, failed, isConflict, throwAll } from '../errors.ts';
import { scaleHelp } from '../help/scale.gen.ts';
import { requireFlags } from '../pairs.ts';
import { Reporter, dryRunOf } from '../printers/output.ts';
import { type Info, fetchAll, metadataOf } from '../targets.ts';

type ScaleFlags = FlagsOf<(typeof scaleHelp)['flags']>;

export const scale = command(scaleHelp, function* (context, { args }, flags) {
  requireFlags(flags, 'replicas');
  if (flags.replicas < 0) {
    throw failed('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
  }
  if (flags['current-replicas'] < -1) {
    throw failed('The --current-replicas must specify an integer of -1 or greater');
  }
  const reporter = new Reporter(context, flags, scaleHelp);
  const dryRun = dryRunOf(context, flags['dry-run']);
  const { infos, errors } = yield* fetchAll(context, {
    args, filenames: flags.filename, isRecursive: flags.recursive, kustomize: flags.kustomize,
    selector: flags.selector, allowsType: flags.all,
  });
  if (flags['resource-version'] !== '' && infos.length > 1) {
    throw failed('cannot use --resource-version with multiple resources');
  }
  if (infos.length === 0) {
    const why = errors.map(bareMessage).join(', ');
    throw failed(`no objects passed to scale${why === '' ? '' : ` ${why}`}`);
  }
  for (const info of infos) {
    if (dryRun !== 'client') yield* scaleOne(context, info, flags, dryRun === 'server');
    reporter.report(info.resource, info.object, 'scaled');
  }
  throwAll(errors);
});

const retryMs = 1000;
const retriesMax = 300;

function* scaleOne(context: Context, info: Info, flags: ScaleFlags, isDry: boolean): Story {
  const path = pathOf(info.resource, info.namespace, info.name, 'scale');
  const query = isDry ? { dryRun: 'All' } : {};
  for (let attempt = 1; ; attempt += 1) {
    try {
      yield* scaleOnce(context, path, flags, query);
      break;
    } catch (error) {
      if (!isConflict(error) || attempt === retriesMax) throw error;
      yield* sleep(retryMs);
    }
  }
  const timeoutMs = parseGoDuration(flags.timeout) ?? 0;
  if (timeoutMs <= 0 || isDry) return;
  if (!(yield* waitForReplicas(context, path, flags.replicas, timeoutMs))) {
    throw failed(`timed out waiting for ${JSON.stringify(info.name)} to be synced`);
  }
}

function* scaleOnce(
  context: Context, path: string, flags: ScaleFlags, query: Readonly<Record<string, string>>,
): Story {
  const { replicas } = flags;
  const current = flags['current-replicas'];
  const version = flags['resource-version'];
  if (current === -1 && version === '') {
    yield* context.request({
      method: 'PATCH', path, body: { spec: { replicas } }, query,
      contentType: 'application/merge-patch+json',
    });
    return;
  }
  const found = yield* context.request({ path });
  const { replicas: actual = 0 } = (found['spec'] ?? {}) as { replicas?: number };
  if (current !== -1 && actual !== current) {
    throw failed(`Expected replicas to be ${current}, was ${actual}`);
  }
  const actualVersion = metadataOf(found).resourceVersion;
  if (version !== '' && actualVersion !== version) {
    throw failed(`Expected resource version to be ${version}, was ${actualVersion}`);
  }
  yield* context.request({ method: 'PUT', path, query, body: { ...found, spec: { replicas } } });
}

// oxlint-disable-next-line max-params -- what, how many, how long
function* waitForReplicas(
  context: Context, path: string, replicas: number, timeoutMs: number,
): Story<boolean> {
  const until = context.process.site.now + timeoutMs;
  for (;;) {
    const found: JsonObject = yield* context.request({ path });
    const { replicas: wanted = 0 } = (found['spec'] ?? {}) as { replicas?: number };
    const { replicas: actual = 0 } = (found['status'] ?? {}) as { replicas?: number };
    // Somebody else scaled in between: there is nothing more to wait for.
    if (wanted !== replicas || actual === replicas) return true;
    if (context.process.site.now >= until) return false;
    yield* sleep(retryMs);
  }
}
