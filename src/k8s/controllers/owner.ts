/** Owner references. Upstream: apimachinery pkg/apis/meta/v1/controller_ref.go. */
import type { ApiObject, OwnerReference } from '../../api/object.ts';

/** The reference that makes `owner` the controller of whatever carries it. */
export const controllerReference = ({ apiVersion, kind, metadata }: ApiObject): OwnerReference => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});

/** The reference to the object's controller, if it has one. */
export const controllerRefOf = ({ metadata }: ApiObject): OwnerReference | undefined =>
  metadata.ownerReferences?.find((reference) => reference.controller);

export const isControlledBy = (object: ApiObject, owner: ApiObject): boolean =>
  controllerRefOf(object)?.uid === owner.metadata.uid;

export const isTerminating = ({ metadata }: ApiObject): boolean =>
  metadata.deletionTimestamp !== undefined;

/** An index that finds objects without a controller, by namespace. */
export const orphans = (object: ApiObject): readonly string[] =>
  controllerRefOf(object) === undefined ? [object.metadata.namespace ?? ''] : [];
