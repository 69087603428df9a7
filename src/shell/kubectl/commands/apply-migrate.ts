/**
 * What client-side apply owned becomes server-side apply's: else fields that leave the manifest
 * would stay. Follows client-go util/csaupgrade/upgrade.go and kubectl pkg/cmd/apply/apply.go.
 */
import type { Json, JsonObject, ManagedFieldsEntry } from '../../../api/object.ts';
import type { Story } from '../../../kernel/index.ts';
import type { Context } from '../context.ts';
import { pathOf } from '../discovery.ts';
import { type Info, metadataOf } from '../targets.ts';
import { lastAppliedKey } from '../three-way.ts';

const clientSide = 'kubectl-client-side-apply';

/** Whether there was something to hand over; then what is to be applied must be sent again. */
export function* migrate(
  context: Context, info: Info, { object, manager }: { object: JsonObject; manager: string },
): Story<boolean> {
  const { managedFields = [], resourceVersion } = metadataOf(object);
  const owners = new Set([clientSide, ...managedFields.filter(ownsAnnotation).map((entry) => entry.manager ?? '')]);
  const upgraded = [...owners].reduce((entries, owner) => upgrade(entries, owner, manager), managedFields);
  if (upgraded === managedFields) return false;
  yield* context.request({
    method: 'PATCH', path: pathOf(info.resource, info.namespace, info.name),
    contentType: 'application/json-patch+json',
    body: [
      { op: 'replace', path: '/metadata/managedFields', value: upgraded as unknown as Json },
      { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion ?? '' },
    ],
  });
  return true;
}

const isUpdateBy = ({ operation, manager, subresource = '' }: ManagedFieldsEntry, name: string): boolean =>
  operation === 'Update' && manager === name && subresource === '';

const ownsAnnotation = (entry: ManagedFieldsEntry): boolean =>
  isUpdateBy(entry, entry.manager ?? '') &&
  JSON.stringify(entry.fieldsV1 ?? {}).includes(`f:${lastAppliedKey}`);

type Entries = readonly ManagedFieldsEntry[];

function upgrade(entries: Entries, owner: string, manager: string): Entries {
  const old = entries.filter((entry) => isUpdateBy(entry, owner));
  if (old.length === 0) return entries;
  const found = entries.find((entry) => entry.operation === 'Apply' && entry.manager === manager &&
    (entry.subresource ?? '') === '');
  const target = found ?? old[0];
  return entries.filter((entry) => entry === target || !old.includes(entry)).map((entry) => {
    if (entry !== target) return entry;
    const same = old.find(({ apiVersion }) => apiVersion === entry.apiVersion);
    const fieldsV1 = union((entry.fieldsV1 ?? {}) as JsonObject, (same?.fieldsV1 ?? {}) as JsonObject);
    return { ...entry, manager, operation: 'Apply' as const, fieldsV1: fieldsV1 as never };
  });
}

/** Two sets of fields as one. */
function union(a: JsonObject, b: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...a } as Record<string, Json>;
  for (const [key, value] of Object.entries(b)) {
    result[key] = union((result[key] ?? {}) as JsonObject, value as JsonObject);
  }
  return result;
}
