/**
 * The scale of a workload: its replicas, and nothing else.
 * Follows pkg/registry/apps/deployment/storage/storage.go (ScaleREST).
 */
import type { Kind } from '../../../api/kind.ts';
import { ageDescription, nameDescription } from '../../../api/kinds/column-descriptions.ts';
import { ageColumn, integer, nameColumn } from '../../../api/kinds/columns.ts';
import type { ApiObject, Json, JsonObject } from '../../../api/object.ts';
import { invalid } from '../../../api/field.ts';
import { jsonPatch, mergePatch, strategicMerge } from '../../../api/patch/index.ts';
import {
  StatusError,
  badRequest,
  conflict,
  invalidObject,
  unsupportedMediaType,
} from '../../../api/status.ts';
import { type IncludeObject, buildTable, partialObject } from '../../../api/table.ts';
import type { Scale } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { beforeUpdate } from '../changes.ts';
import { type Exchange, answer, header, param } from '../exchange.ts';
import { formOf } from '../present.ts';
import { isObject, readData } from '../read-body.ts';
import type { Resource } from '../resource.ts';
import type { Entry } from '../stored.ts';
import { findEntry } from '../verbs/get.ts';
import { type WriteOptions, writeOptions } from '../write-options.ts';
import { type Changed, updateObject } from '../updating.ts';

const schema = 'io.k8s.api.autoscaling.v1.Scale';

export function* getScale(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const { object } = yield* findEntry(x, resource);
  return answer(x, 200, presented(x, scaleOf(resource, object)));
}

export function* updateScale(x: Exchange): Story<ApiResponse> {
  const data = readData(x);
  if (!isObject(data)) throw new StatusError(badRequest('not a Scale object'));
  return yield* write(x, writeOptions(x, 'UpdateOptions'), () => data);
}

export function* patchScale(x: Exchange): Story<ApiResponse> {
  const type = header(x, 'content-type').split(';')[0]?.trim() ?? '';
  const body = x.request.body ?? null;
  const merge = merges[type];
  if (merge === undefined) throw new StatusError(unsupportedMediaType(Object.keys(merges)));
  return yield* write(
    x,
    writeOptions(x, 'PatchOptions'),
    (scale) => merge(scale, body) as JsonObject,
  );
}

const merges: Readonly<Record<string, (scale: JsonObject, body: Json) => Json>> = {
  'application/json-patch+json': jsonPatch,
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': (scale, body) =>
    strategicMerge(schema, scale, body as JsonObject),
};

function* write(
  x: Exchange,
  options: WriteOptions,
  wanted: (scale: JsonObject) => JsonObject,
): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const { namespace, name } = x.route;
  const entry = yield* updateObject(x, {
    resource,
    key: resource.key(namespace, name),
    name,
    subresource: 'scale',
    options,
    change: (current) => rescaled(x, resource, current, wanted, options),
  });
  return answer(x, 200, presented(x, scaleOf(resource, entry.object)));
}

function* rescaled(
  x: Exchange,
  resource: Resource,
  current: Entry,
  wanted: (scale: JsonObject) => JsonObject,
  options: WriteOptions,
): Story<Changed> {
  const { kind } = resource;
  const scale = wanted(scaleOf(resource, current.object));
  const metadata = (scale['metadata'] ?? {}) as { resourceVersion?: string; name?: string };
  const { name, resourceVersion } = current.object.metadata;
  if (metadata.resourceVersion && metadata.resourceVersion !== resourceVersion) {
    throw new StatusError(conflict(kind, name));
  }
  const replicas = Number(((scale['spec'] ?? {}) as JsonObject)['replicas'] ?? 0);
  if (replicas < 0) {
    throw new StatusError(
      invalidObject({ group: 'autoscaling', kind: 'Scale' }, name, [
        invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
      ]),
    );
  }
  const next = kind.scale?.withReplicas(current.object, replicas) ?? current.object;
  return yield* beforeUpdate(x, resource, next, current, options);
}

/** As the client wants to see it: `kubectl get --subresource=scale` wants a Table. */
function presented(x: Exchange, scale: JsonObject): Json {
  const form = formOf(x);
  if (form === 'object') return scale;
  const object = scale as unknown as Scale;
  const { metadata } = object;
  if (form === 'metadata') return partialObject(metadata);
  return buildTable(scaleKind, [object], {
    nowMs: x.server.site.clock,
    includeObject: (param(x, 'includeObject') || 'Metadata') as IncludeObject,
    metadata: { resourceVersion: metadata.resourceVersion },
  }) as unknown as Json;
}

/** Just what a Table needs (printers.go, printScale). */
const scaleKind = {
  columns: [
    { ...nameColumn, description: nameDescription },
    {
      ...integer('Desired', ({ spec }: Scale) => spec?.replicas ?? 0),
      description: 'replicas is the desired number of instances for the scaled object.',
    },
    {
      ...integer('Available', ({ status }: Scale) => status?.replicas ?? 0),
      description: 'replicas is the actual number of observed instances of the scaled object.',
    },
    { ...ageColumn, description: ageDescription },
  ],
} as unknown as Kind;

function scaleOf({ kind }: Resource, object: ApiObject): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const rules = kind.scale;
  const replicas = rules?.replicas(object) ?? 0;
  const selector = rules?.selector(object) ?? '';
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid,
      resourceVersion,
      creationTimestamp,
    },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: rules?.statusReplicas(object) ?? 0,
      ...(selector === '' ? {} : { selector }),
    },
  };
}
