/**
 * Deleting: at once, with a period of grace (Pods), or as far as finalizers let it.
 * Follows apiserver pkg/registry/generic/registry/store.go (Delete) and pkg/registry/rest/delete.go.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { type FieldError, invalid, notSupported } from '../../../api/field.ts';
import { StatusError, invalidObject, success } from '../../../api/status.ts';
import type { ApiResponse } from '../../client/wire.ts';
import type { Story } from '../../../kernel/index.ts';
import { runValidation } from '../admission/index.ts';
import { type DeleteOptions, deleteObject } from '../deletion.ts';
import { type Exchange, answer, intParam, param } from '../exchange.ts';
import { present, presentList } from '../present.ts';
import { isObject, readData } from '../read-body.ts';
import type { Resource } from '../resource.ts';
import { interestOf } from '../selection.ts';
import type { Entry } from '../stored.ts';
import { listEntries } from './list.ts';

/** Kinds whose deletion answers with the object that was, not with a Status. */
const returnsObject = new Set([
  'Namespace',
  'Pod',
  'PodTemplate',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'ResourceQuota',
  'Service',
  'ServiceAccount',
  'CSIDriver',
  'CSINode',
  'StorageClass',
  'VolumeAttachment',
]);

export function* deleteOne(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const { namespace, name } = x.route;
  const options = readOptions(x);
  yield* runValidation({ x, resource, operation: 'DELETE' });
  const { entry, isGone } = yield* deleteObject(
    x,
    resource,
    { key: resource.key(namespace, name), name },
    options,
  );
  return answer(x, 200, deletedBody(x, resource, entry, isGone));
}

function deletedBody(x: Exchange, resource: Resource, entry: Entry, isGone: boolean): Json {
  const { kind } = resource;
  if (!isGone || returnsObject.has(kind.kind)) return present(x, resource, entry);
  const { name, uid } = entry.object.metadata;
  const status = success({
    name,
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.plural,
    uid,
  });
  return status as unknown as Json;
}

/** Deletes one by one what a list would show; not all or nothing, as upstream's is not. */
export function* deleteCollection(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const options = readOptions(x);
  const { entries, metadata } = yield* listEntries(x, resource, interestOf(x, resource));
  for (const { key, object } of entries) {
    const target = { key, name: object.metadata.name };
    // Admission has its say of each, as of an object that is deleted alone.
    const { name, namespace = '' } = object.metadata;
    const one = { ...x, route: { ...x.route, name, namespace, verb: 'delete' } };
    yield* runValidation({ x: one, resource, operation: 'DELETE' });
    try {
      yield* deleteObject(x, resource, target, options);
    } catch (problem) {
      // Someone else was faster: it is gone, which is all that was asked for.
      if (!(problem instanceof StatusError) || problem.status.code !== 404) throw problem;
    }
  }
  return answer(x, 200, presentList(x, resource, entries, metadata));
}

const policies = ['Background', 'Foreground', 'Orphan'];

/** DeleteOptions: in the body, or else in the query. */
export function readOptions(x: Exchange): DeleteOptions {
  const data = x.request.body === undefined || x.request.body === null ? undefined : readData(x);
  const body: JsonObject = isObject(data) ? data : fromQuery(x);
  const { preconditions, orphanDependents, propagationPolicy, gracePeriodSeconds } = body;
  const dryRun =
    (body['dryRun'] as readonly string[] | undefined) ??
    (param(x, 'dryRun') === '' ? [] : [param(x, 'dryRun')]);
  const errors: FieldError[] = [];
  if (orphanDependents !== undefined && propagationPolicy !== undefined) {
    errors.push(
      invalid(
        'propagationPolicy',
        propagationPolicy,
        'orphanDependents and deletionPropagation cannot be both set',
      ),
    );
  }
  if (propagationPolicy !== undefined && !policies.includes(propagationPolicy as string)) {
    errors.push(
      notSupported('propagationPolicy', propagationPolicy, [
        'Background',
        'Foreground',
        'Orphan',
        'nil',
      ]),
    );
  }
  if (dryRun.some((one) => one !== 'All')) errors.push(notSupported('dryRun', dryRun, ['All']));
  if (errors.length > 0) {
    throw new StatusError(
      invalidObject({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', errors),
    );
  }
  return {
    isDryRun: dryRun.length > 0,
    gracePeriodSeconds: gracePeriodSeconds as number | undefined,
    policy:
      orphanDependents === undefined
        ? (propagationPolicy as DeleteOptions['policy'])
        : orphanDependents
          ? 'Orphan'
          : 'Background',
    preconditions: (preconditions ?? {}) as DeleteOptions['preconditions'],
  };
}

function fromQuery(x: Exchange): JsonObject {
  const policy = param(x, 'propagationPolicy');
  const grace = param(x, 'gracePeriodSeconds');
  return {
    ...(policy === '' ? {} : { propagationPolicy: policy }),
    ...(grace === '' ? {} : { gracePeriodSeconds: intParam(x, 'gracePeriodSeconds') }),
  };
}
