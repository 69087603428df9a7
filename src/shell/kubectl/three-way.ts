/**
 * What `kubectl apply` works with: the last-applied annotation and the patch between three states.
 * Follows kubectl pkg/util/apply.go and pkg/cmd/apply/patcher.go.
 */
import { lastAppliedKey, withLastApplied } from '../../api/last-applied.ts';
import type { Json, JsonObject } from '../../api/object.ts';
import { createThreeWayMergePatch, createTwoWayPatch, strategicDiff } from '../../api/patch/index.ts';
import { createMergePatch } from '../../api/patch/index.ts';
import { hasDefinition } from '../../api/schema.ts';
import { sleep } from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import type { Context } from './context.ts';
import { type Resource, pathOf, resourceAndKind } from './discovery.ts';
import { ServerError, bareMessage, isConflict } from './errors.ts';
import { compactJson, isList } from './printers/json.ts';
import { type Info, metadataOf } from './targets.ts';

export { lastAppliedKey, withLastApplied };

/** What was last applied, as the annotation has it; empty when there is none. */
export function lastApplied(object: JsonObject): JsonObject {
  const text = metadataOf(object).annotations?.[lastAppliedKey];
  return text === undefined ? {} : (JSON.parse(text) as JsonObject);
}

/** The name of the schema of a built-in kind; undefined for others. */
export function definitionOf({ group, version, kind }: Resource): string | undefined {
  const name = `${group === '' ? 'core' : group.split('.')[0]}.${version}.${kind}`;
  return hasDefinition(name) ? name : undefined;
}

/** The patch that `apply` sends. */
export function patchToApply(
  resource: Resource, current: JsonObject, modified: JsonObject,
): JsonObject {
  const definition = definitionOf(resource);
  const original = lastApplied(current);
  return definition === undefined
    ? createThreeWayMergePatch(original, modified, current)
    : strategicDiff(definition, original, modified, current);
}

/** The patch between two states of one object (set, edit, taint, cordon). */
export function patchBetween(
  resource: Resource, before: JsonObject, after: JsonObject,
): JsonObject {
  const definition = definitionOf(resource);
  return definition === undefined
    ? createMergePatch(before, after) : createTwoWayPatch(definition, before, after);
}

/** The media type of the patches above. */
export const patchType = (resource: Resource): string =>
  definitionOf(resource) === undefined
    ? 'application/merge-patch+json' : 'application/strategic-merge-patch+json';

/** The object without fields that are null. */
export function withoutNulls(object: JsonObject): JsonObject {
  const clean: Record<string, Json> = {};
  for (const [key, value] of Object.entries(object)) {
    if (value !== null && value !== undefined) clean[key] = cleaned(value);
  }
  return clean;
}

function cleaned(value: Json): Json {
  if (isList(value)) return value.map(cleaned);
  return value !== null && typeof value === 'object' ? withoutNulls(value) : value;
}

export interface ApplyOptions {
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly current: JsonObject;
  readonly modified: JsonObject;
  /** `--force`: deletes and creates again what cannot be patched. */
  readonly force: boolean;
}

const retriesMax = 5;
const retryMs = 1000;

/** Sends the patch; after a conflict makes a new one from the newest state. */
export function* applyPatch(
  context: Context, info: Info, patch: JsonObject, options: ApplyOptions,
): Story<JsonObject> {
  const path = pathOf(info.resource, info.namespace, info.name);
  for (let body = patch, attempt = 1; ; attempt += 1) {
    try {
      return yield* context.request({
        method: 'PATCH', path, body, query: options.query, contentType: patchType(info.resource),
      });
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      if (!isConflict(error) || attempt > retriesMax) {
        const isStuck = isConflict(error) || error.status.reason === 'Invalid';
        if (isStuck && options.force) return yield* replaceByForce(context, info, options);
        throw patchError(error, info, body);
      }
      if (attempt > 1) yield* sleep(retryMs);
      const current = yield* context.get(info.resource, info.namespace, info.name);
      body = patchToApply(info.resource, current, options.modified);
    }
  }
}

function patchError(error: ServerError, info: Info, patch: JsonObject): ServerError {
  if (error.status.reason === 'Invalid' && error.status.details !== undefined) return error;
  const { resource, namespace, name, source } = info;
  const quoted = JSON.stringify(source);
  return new ServerError({
    ...error.status,
    message: `error when applying patch:\n${compactJson(patch)}\nto:\n` +
      `${resourceAndKind(resource)}\n` +
      `Name: ${JSON.stringify(name)}, Namespace: ${JSON.stringify(namespace)}\n` +
      `for: ${quoted}: error when patching ${quoted}: ${bareMessage(error)}`,
  });
}

function* replaceByForce(context: Context, info: Info, { modified, query }: ApplyOptions) {
  const path = pathOf(info.resource, info.namespace, info.name);
  yield* context.request({
    method: 'DELETE', path, body: { propagationPolicy: 'Background', gracePeriodSeconds: 0 },
  });
  for (;;) {
    try {
      yield* context.request({ path });
    } catch (error) {
      if (error instanceof ServerError && error.status.reason === 'NotFound') break;
      throw error;
    }
    yield* sleep(1000);
  }
  return yield* context.request({
    method: 'POST', path: pathOf(info.resource, info.namespace), body: withoutNulls(modified), query,
  });
}
