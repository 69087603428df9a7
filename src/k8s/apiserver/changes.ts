/**
 * What updates and patches have in common: from the object as the client wants it to the object as
 * it may be written. Follows apiserver pkg/registry/rest/update.go (BeforeUpdate).
 */
import type { WriteContext } from '../../api/kind.ts';
import type { ApiObject, ObjectMeta } from '../../api/object.ts';
import { type FieldError, invalid } from '../../api/field.ts';
import { StatusError, conflict, invalidObject } from '../../api/status.ts';
import type { Story } from '../../kernel/index.ts';
import { runAdmission, runValidation } from './admission/index.ts';
import type { Exchange } from './exchange.ts';
import type { Resource } from './resource.ts';
import type { Entry } from './stored.ts';
import type { WriteOptions } from './write-options.ts';
import { type Changed } from './updating.ts';

/** Kinds that must not be overwritten blindly (AllowUnconditionalUpdate is false upstream). */
const conditional = new Set([
  'Lease',
  'RuntimeClass',
  'PodDisruptionBudget',
  'CSIDriver',
  'CSINode',
  'CSIStorageCapacity',
  'VolumeAttachment',
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'CustomResourceDefinition',
]);

/** Checks and completes a changed object. `wanted` has been decoded and has its defaults. */
export function* beforeUpdate(
  x: Exchange,
  resource: Resource,
  wanted: ApiObject,
  current: Entry,
  options: WriteOptions,
): Story<Changed> {
  const { kind } = resource;
  const previous = current.object;
  checkVersion(resource, wanted, previous);
  const subresource = x.route.subresource === 'status' ? 'status' : '';
  const admitted = yield* runAdmission({
    x,
    resource,
    operation: 'UPDATE',
    subresource,
    object: wanted,
    previous,
    options,
  });
  const complete = { ...admitted, metadata: keptMetadata(admitted.metadata, previous.metadata) };
  const allocated =
    subresource === 'status' || !isService(resource)
      ? complete
      : yield* x.server.addresses.allocate(x, resource, complete, previous, options.isDryRun);
  const context = writeContext(x);
  const prepared =
    kind.prepare === undefined
      ? allocated
      : kind.prepare(allocated, previous, subresource, context);
  const errors = kind.validate?.(prepared, previous, subresource, context) ?? [];
  if (errors.length > 0) {
    throw new StatusError(invalidObject(kind, prepared.metadata.name, errors));
  }
  if (kind.warnings !== undefined && subresource === '')
    x.warnings.push(...kind.warnings(prepared));
  yield* runValidation({
    x,
    resource,
    operation: 'UPDATE',
    subresource,
    object: prepared,
    previous,
    options,
  });
  return { object: prepared, tracked: wanted };
}

const isService = ({ kind }: Resource): boolean => kind.kind === 'Service' && kind.group === '';

/** What strategies may know of the request. */
export const writeContext = ({ user, route, server }: Exchange): WriteContext => ({
  user,
  nowMs: server.site.clock,
  subresource: route.subresource,
});

/** The client's version must be the one that is there; none at all means "whatever is there". */
function checkVersion(resource: Resource, wanted: ApiObject, previous: ApiObject): void {
  const { kind } = resource;
  const { name } = previous.metadata;
  const version = wanted.metadata.resourceVersion ?? '';
  const isConditional = kind.custom !== undefined || conditional.has(kind.kind);
  if ((version === '' || version === '0') && isConditional) {
    const error: FieldError = invalid(
      'metadata.resourceVersion',
      0,
      'must be specified for an update',
    );
    throw new StatusError(invalidObject({ group: kind.group, kind: kind.plural }, name, [error]));
  }
  if (version !== '' && version !== '0' && version !== previous.metadata.resourceVersion) {
    throw new StatusError(conflict(kind, name));
  }
  const uid = wanted.metadata.uid ?? '';
  if (uid !== '' && uid !== previous.metadata.uid) {
    throw new StatusError(
      conflict(
        kind,
        name,
        `Precondition failed: UID in precondition: ${uid}, ` +
          `UID in object meta: ${previous.metadata.uid}`,
      ),
    );
  }
}

/** What the client left out of what only the server may say. */
function keptMetadata(next: ObjectMeta, previous: ObjectMeta): ObjectMeta {
  const kept: Record<string, unknown> = {
    ...next,
    uid: next.uid || previous.uid,
    creationTimestamp: previous.creationTimestamp,
    resourceVersion: previous.resourceVersion,
  };
  for (const name of [
    'namespace',
    'generation',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const) {
    const value = name === 'namespace' ? (next.namespace ?? previous.namespace) : previous[name];
    if (value === undefined) delete kept[name];
    else kept[name] = value;
  }
  return kept as unknown as ObjectMeta;
}
