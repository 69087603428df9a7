/** `kubectl rollout undo`. Follows kubectl pkg/polymorphichelpers/rollback.go. */
import { isDeepEqual } from '../../../api/equal.ts';
import type { JsonObject } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { pathOf } from '../discovery.ts';
import { ServerError, bareMessage, failed, throwAll } from '../errors.ts';
import { rolloutHelp } from '../help/rollout.gen.ts';
import { fieldAt } from '../pod-spec.ts';
import { type DryRun, Reporter, dryRunOf } from '../printers/output.ts';
import { type Info, metadataOf } from '../targets.ts';
import { lastAppliedKey } from '../three-way.ts';
import { rolledOut } from './rollout.ts';
import { type Revision, revisionsOf, templateText } from './rollout-history.ts';

const help = rolloutHelp.children.undo;

export const rolloutUndo = command(help, function* (context, { args }, flags) {
  const { infos, errors } = yield* rolledOut(context, args, flags);
  throwAll(errors);
  const dryRun = dryRunOf(context, flags['dry-run']);
  const reporter = new Reporter(context, flags, help);
  for (const info of infos) {
    const done = yield* undo(context, info, { toRevision: flags['to-revision'], dryRun });
    reporter.report(info.resource, info.object, done);
  }
});

const kept = [
  lastAppliedKey, 'deployment.kubernetes.io/revision', 'deployment.kubernetes.io/revision-history',
  'deployment.kubernetes.io/desired-replicas', 'deployment.kubernetes.io/max-replicas',
  'deprecated.deployment.rollback.to',
];

function* undo(
  context: Context, info: Info, { toRevision, dryRun }: { toRevision: number; dryRun: DryRun },
): Story<string> {
  const { kind, group } = info.resource;
  if (!['Deployment', 'DaemonSet', 'StatefulSet'].includes(kind)) {
    throw failed(`no rollbacker has been implemented for "${kind}${group === '' ? '' : `.${group}`}"`);
  }
  const revisions = yield* revisionsOf(context, info);
  const target = targetOf(info, revisions, toRevision);
  if (dryRun === 'client') {
    const text = templateText(context, target);
    return kind === 'Deployment' ? text : `will roll back to ${text}`;
  }
  if (fieldAt(info.object, ['spec', 'paused']) === true) {
    throw failed("you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' " +
      'and try again');
  }
  const template = withoutHash(target.template as unknown as JsonObject);
  if (isDeepEqual(template, withoutHash(fieldAt(info.object, ['spec', 'template']) as JsonObject))) {
    return `skipped rollback (current template already matches revision ${toRevision})`;
  }
  try {
    yield* context.request({
      method: 'PATCH', path: pathOf(info.resource, info.namespace, info.name),
      query: { dryRun: dryRun === 'server' ? 'All' : undefined },
      ...(kind === 'Deployment'
        ? { contentType: 'application/json-patch+json', body: jsonPatch(info, target, template) }
        : {
            contentType: 'application/strategic-merge-patch+json',
            body: { spec: { template: { ...template, $patch: 'replace' } } },
          }),
    });
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
    throw failed(`failed restoring revision ${toRevision}: ${bareMessage(error)}`);
  }
  return 'rolled back';
}

function jsonPatch(info: Info, target: Revision, template: JsonObject) {
  const own = metadataOf(info.object).annotations ?? {};
  const old = metadataOf(target.object).annotations ?? {};
  const annotations: Record<string, string> = {};
  for (const key of kept) if (own[key] !== undefined) annotations[key] = own[key];
  for (const [key, value] of Object.entries(old)) if (!kept.includes(key)) annotations[key] = value;
  return [
    { op: 'replace', path: '/spec/template', value: template },
    { op: 'replace', path: '/metadata/annotations', value: annotations },
  ];
}

function targetOf(info: Info, revisions: readonly Revision[], toRevision: number): Revision {
  if (toRevision !== 0) {
    const found = revisions.find(({ number }) => number === toRevision);
    if (found === undefined) throw failed(`unable to find specified revision ${toRevision} in history`);
    return found;
  }
  const previous = revisions.at(-2);
  if (previous !== undefined) return previous;
  throw failed(info.resource.kind === 'Deployment'
    ? `no rollout history found for deployment ${JSON.stringify(info.name)}`
    : 'no last revision to roll back to');
}

/** The template without what its controller adds to it. */
function withoutHash(template: JsonObject): JsonObject {
  const metadata = (template['metadata'] ?? {}) as JsonObject;
  const { 'pod-template-hash': _, ...labels } = (metadata['labels'] ?? {}) as JsonObject;
  return { ...template, metadata: { ...metadata, labels } };
}
