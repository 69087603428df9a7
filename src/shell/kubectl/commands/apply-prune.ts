/** `kubectl apply --prune`. Follows kubectl pkg/cmd/apply/prune.go and pkg/util/prune. */
import type { Story } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { type Resource, groupVersion, kindName, pathOf, resourceOfKind } from '../discovery.ts';
import { failed } from '../errors.ts';
import { dryRunOf } from '../printers/output.ts';
import { type Info, listPages, itemsOf, metadataOf } from '../targets.ts';
import { lastAppliedKey } from '../three-way.ts';
import type { ApplyFlags } from './apply.ts';

/** What is pruned unless `--prune-allowlist` says otherwise, in upstream's order. */
const pruned = [
  'v1/ConfigMap', 'v1/Endpoints', 'v1/PersistentVolumeClaim', 'v1/Pod', 'v1/ReplicationController',
  'v1/Secret', 'v1/Service', 'batch/v1/Job', 'batch/v1/CronJob', 'networking.k8s.io/v1/Ingress',
  'apps/v1/DaemonSet', 'apps/v1/Deployment', 'apps/v1/ReplicaSet', 'apps/v1/StatefulSet',
  'v1/Namespace', 'v1/PersistentVolume',
];

const namespaceWarning = 'Deprecated: kubectl apply will no longer prune non-namespaced resources by ' +
  'default when used with the --namespace flag in a future release. To preserve the current ' +
  'behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.';

/** The kinds that are looked at: those of `--prune-allowlist`, or the usual ones. */
export function* prunableKinds(
  context: Context, allowed: readonly string[],
): Story<readonly Resource[]> {
  const malformed = allowed.find((kind) => kind.split('/').length !== 3);
  if (malformed !== undefined) {
    throw failed(`invalid GroupVersionKind format: ${malformed}, please follow <group/version/kind>`);
  }
  const resources = yield* context.resources();
  if (allowed.length === 0) context.logOnce('W', 'prune.go:71', namespaceWarning);
  const wanted = allowed.length > 0 ? allowed.map((kind) => kind.replace(/^(core)?\//, '')) : pruned;
  return wanted.flatMap((name) => {
    const slash = name.lastIndexOf('/');
    const [version, kind] = [name.slice(0, slash), name.slice(slash + 1)];
    const resource = resourceOfKind(resources, version, kind);
    if (resource !== undefined) return [resource];
    if (allowed.length === 0) return [];
    throw failed(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(version)}`);
  });
}

/** Deletes what was once applied and is in the files no more. */
export function* prune(
  context: Context, flags: ApplyFlags,
  { applied, prunable }: { applied: readonly Info[]; prunable: readonly Resource[] },
): Story {
  const kept = new Set(applied.map(({ object }) => metadataOf(object).uid));
  const namespaces = [...new Set(applied.map(({ namespace }) => namespace))].filter((n) => n !== '');
  const dryRun = dryRunOf(context, flags['dry-run']);
  for (const resource of prunable) {
    for (const namespace of resource.isNamespaced ? namespaces : ['']) {
      const pages = yield* listPages(context, {
        type: 'list', resource, namespace, labelSelector: flags.selector, fieldSelector: '',
      });
      for (const object of pages.flatMap(itemsOf)) {
        const { uid, name: itemName, annotations = {} } = metadataOf(object);
        if (kept.has(uid) || annotations[lastAppliedKey] === undefined) continue;
        if (dryRun !== 'client') {
          yield* context.request({
            method: 'DELETE', path: pathOf(resource, namespace, itemName),
            query: { dryRun: dryRun === 'server' ? 'All' : undefined },
            body: { propagationPolicy: 'Background' },
            because: `${groupVersion(resource)} ${itemName} is in the files no more`,
          });
        }
        const suffix = dryRun === 'none' ? '' : dryRun === 'client' ? ' (dry run)' : ' (server dry run)';
        context.print(`${kindName(resource)}/${itemName} pruned${suffix}\n`);
      }
    }
  }
}
