/**
 * The scale of a custom resource, by the paths that its definition names.
 * Follows apiextensions-apiserver pkg/registry/customresource/etcd.go (ScaleREST).
 */
import type { Kind } from '../kind.ts';
import type { ApiObject, Json, JsonObject } from '../object.ts';
import type { CustomResourceSubresourceScale } from '../types.gen.ts';
import { isObject } from './json-schema.ts';
import { fieldNames, findAll } from './simple-path.ts';

type Scale = NonNullable<Kind['scale']>;

export function customScale(scale: CustomResourceSubresourceScale): Scale {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  return {
    replicas: (object) => numberAt(specReplicasPath, object),
    statusReplicas: (object) => numberAt(statusReplicasPath, object),
    selector: (object) => {
      const value = labelSelectorPath === undefined ? '' : valueAt(labelSelectorPath, object);
      return typeof value === 'string' ? value : '';
    },
    withReplicas: (object, replicas) =>
      setAt(
        object as unknown as JsonObject,
        fieldNames(specReplicasPath),
        replicas,
      ) as unknown as ApiObject,
  };
}

const valueAt = (path: string, object: ApiObject): Json | undefined =>
  findAll(path, object as unknown as Json)[0];

function numberAt(path: string, object: ApiObject): number {
  const value = valueAt(path, object);
  return typeof value === 'number' ? value : 0;
}

function setAt(object: JsonObject, names: readonly string[], value: Json): JsonObject {
  const [name, ...rest] = names;
  if (name === undefined) return object;
  const below = object[name];
  const next = rest.length === 0 ? value : setAt(isObject(below) ? below : {}, rest, value);
  return { ...object, [name]: next };
}
