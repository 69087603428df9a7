/**
 * Volumes and claims stay until nobody uses them.
 * Follows plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go.
 */
import type { Plugin } from './plugin.ts';

const finalizers: Readonly<Record<string, string>> = {
  PersistentVolume: 'kubernetes.io/pv-protection',
  PersistentVolumeClaim: 'kubernetes.io/pvc-protection',
};

export const storageObjectInUseProtection: Plugin = {
  name: 'StorageObjectInUseProtection',
  handles: ({ operation, resource, subresource = '' }) =>
    operation === 'CREATE' && finalizers[resource.kind.kind] !== undefined && subresource === '',
  // oxlint-disable-next-line require-yield -- plugins are stories, whether or not they have to wait
  *admit({ resource }, object) {
    const own = finalizers[resource.kind.kind] as string;
    const all = object.metadata.finalizers ?? [];
    if (all.includes(own)) return object;
    return { ...object, metadata: { ...object.metadata, finalizers: [...all, own] } };
  },
};
