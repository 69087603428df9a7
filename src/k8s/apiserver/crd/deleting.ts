/**
 * The first deletion of a definition only marks it: its resources go first.
 * Follows apiextensions-apiserver pkg/registry/customresourcedefinition/etcd.go (Delete).
 */
import type { ApiObject } from '../../../api/object.ts';
import type { CustomResourceDefinition } from '../../../api/types.gen.ts';
import { cleanupFinalizer, terminating, withConditions } from './conditions.ts';

/** Finalizers of an object that is being deleted: a definition gets one more. */
export const withCleanup = (
  { kind, metadata }: ApiObject,
  finalizers: readonly string[],
): readonly string[] =>
  kind !== 'CustomResourceDefinition' ||
  metadata.deletionTimestamp !== undefined ||
  finalizers.includes(cleanupFinalizer)
    ? finalizers
    : [...finalizers, cleanupFinalizer];

const pending = terminating(
  'True',
  'InstanceDeletionPending',
  'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
);

/** A definition says that it is on its way out. */
export const asTerminating = (object: ApiObject, time: string): ApiObject =>
  object.kind === 'CustomResourceDefinition'
    ? (withConditions(object as CustomResourceDefinition, [pending], time) as ApiObject)
    : object;
