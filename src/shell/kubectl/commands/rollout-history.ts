/** `kubectl rollout history`. Follows kubectl pkg/polymorphichelpers/history.go. */
import type { JsonObject } from '../../../api/object.ts';
import { strategicMerge } from '../../../api/patch/index.ts';
import type { ControllerRevision, Deployment, PodTemplateSpec } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { command } from '../command.ts';
import type { Context } from '../context.ts';
import { replicaSetsOf } from '../describe/deployment.ts';
import { writePodTemplate } from '../describe/pod-template.ts';
import { selectorText } from '../describe/workloads.ts';
import { DescribeWriter } from '../describe/writer.ts';
import { kindName } from '../discovery.ts';
import { failed, throwAll } from '../errors.ts';
import { rolloutHelp } from '../help/rollout.gen.ts';
import { fieldAt } from '../pod-spec.ts';
import { printerFor } from '../printers/output.ts';
import { TabWriter, describeTabs } from '../printers/tab-writer.ts';
import { type Info, itemsOf, metadataOf } from '../targets.ts';
import { rolledOut } from './rollout.ts';

const help = rolloutHelp.children.history;
const causeKey = 'kubernetes.io/change-cause';

/** One revision: its template, its cause, and the object that `-o` prints. */
export interface Revision {
  readonly number: number;
  readonly template: PodTemplateSpec;
  readonly cause: string | undefined;
  readonly object: JsonObject;
}

export const rolloutHistory = command(help, function* (context, { args }, flags) {
  if (flags.revision < 0) throw failed(`revision must be a positive integer: ${flags.revision}`);
  const { infos, errors } = yield* rolledOut(context, args, flags);
  const printer = printerFor(context, flags, help);
  for (const info of infos) {
    const revisions = yield* revisionsOf(context, info);
    const wanted = revisions.filter(({ number }) => flags.revision === 0 || number === flags.revision);
    if (flags.revision > 0 && wanted.length === 0) {
      throw failed('unable to find the specified revision');
    }
    if (printer !== undefined) for (const { object } of wanted) context.print(printer(object));
    else {
      const title = flags.revision > 0 ? `with revision #${flags.revision}` : '';
      const text = flags.revision > 0 ? templateText(context, wanted[0]) : historyText(revisions);
      context.print(`${kindName(info.resource)}/${info.name} ${title}\n${text}\n`);
    }
  }
  throwAll(errors);
});

/** The revisions of a Deployment, DaemonSet or StatefulSet, oldest first. */
export function* revisionsOf(context: Context, info: Info): Story<readonly Revision[]> {
  const { kind, group } = info.resource;
  if (kind === 'Deployment') return yield* ofDeployment(context, info);
  if (kind === 'DaemonSet' || kind === 'StatefulSet') return yield* ofRevisions(context, info);
  throw failed(`no history viewer has been implemented for "${kind}${group === '' ? '' : `.${group}`}"`);
}

function* ofDeployment(context: Context, { object }: Info): Story<readonly Revision[]> {
  const { all } = yield* replicaSetsOf(context, object as unknown as Deployment);
  return all.map((set) => {
    const { annotations = {} } = set.metadata;
    return {
      number: Number(annotations['deployment.kubernetes.io/revision'] ?? 0),
      template: set.spec?.template ?? ({} as PodTemplateSpec),
      cause: annotations[causeKey],
      object: set as unknown as JsonObject,
    };
  }).toSorted((a, b) => a.number - b.number);
}

function* ofRevisions(context: Context, { object, resource, namespace }: Info) {
  const list = yield* context.request({
    path: `/apis/apps/v1/namespaces/${namespace}/controllerrevisions`,
    query: { labelSelector: selectorText(fieldAt(object, ['spec', 'selector'])) },
  });
  const { uid } = metadataOf(object);
  return (itemsOf(list) as unknown as readonly ControllerRevision[])
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid))
    .map((revision): Revision => {
      const merged = strategicMerge(`apps.v1.${resource.kind}`, object, revision.data as JsonObject);
      return {
        number: revision.revision,
        template: fieldAt(merged as JsonObject, ['spec', 'template']) as PodTemplateSpec,
        cause: revision.metadata.annotations?.[causeKey],
        object: merged as JsonObject,
      };
    })
    .toSorted((a, b) => a.number - b.number);
}

function historyText(revisions: readonly Revision[]): string {
  if (revisions.length === 0) return 'No rollout history found.';
  const writer = new TabWriter(describeTabs);
  writer.write('REVISION\tCHANGE-CAUSE\n');
  for (const { number, cause } of revisions) writer.write(`${number}\t${cause || '<none>'}\n`);
  return writer.flush();
}

/** A template as it is printed without columns: kubectl leaves the tabs in. */
export function templateText(context: Context, revision: Revision | undefined): string {
  const writer = new DescribeWriter(context.nowMs, false);
  const { template, cause } = revision ?? {};
  const annotations = { ...template?.metadata?.annotations, ...(cause ? { [causeKey]: cause } : {}) };
  const shown = { ...template, metadata: { ...template?.metadata, annotations } } as PodTemplateSpec;
  writePodTemplate(writer, shown);
  return writer.finish();
}
