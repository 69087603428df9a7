/**
 * Claims and Ingresses that name no class get the default one, the newest if there are several.
 * Follows plugin/pkg/admission/storage/storageclass/setdefault and network/defaultingressclass.
 */
import type { ApiObject } from '../../../api/object.ts';
import type { Ingress, PersistentVolumeClaim } from '../../../api/types.gen.ts';
import { objectsOf } from './namespace-contents.ts';
import type { Attributes, Plugin } from './plugin.ts';

const oldStorageClass = 'volume.beta.kubernetes.io/storage-class';
const oldIngressClass = 'kubernetes.io/ingress.class';

export const defaultStorageClass: Plugin = {
  name: 'DefaultStorageClass',
  handles: (attributes) => isNew(attributes, '', 'PersistentVolumeClaim'),
  // oxlint-disable-next-line require-yield -- plugins are stories, whether or not they have to wait
  *admit({ x }, object) {
    const { metadata, spec } = object as PersistentVolumeClaim;
    const isNamed = spec?.storageClassName !== undefined && spec.storageClassName !== null;
    if (isNamed || metadata.annotations?.[oldStorageClass] !== undefined) return object;
    const name = newestDefault(objectsOf(x.server, 'storageclasses.storage.k8s.io'), [
      'storageclass.kubernetes.io/is-default-class',
      'storageclass.beta.kubernetes.io/is-default-class',
    ]);
    if (name === undefined) return object;
    return { ...object, spec: { ...spec, storageClassName: name } } as ApiObject;
  },
};

export const defaultIngressClass: Plugin = {
  name: 'DefaultIngressClass',
  handles: (attributes) => isNew(attributes, 'networking.k8s.io', 'Ingress'),
  // oxlint-disable-next-line require-yield -- as above
  *admit({ x }, object) {
    const { metadata, spec } = object as Ingress;
    const isNamed = spec?.ingressClassName !== undefined && spec.ingressClassName !== null;
    if (isNamed || metadata.annotations?.[oldIngressClass] !== undefined) return object;
    const name = newestDefault(objectsOf(x.server, 'ingressclasses.networking.k8s.io'), [
      'ingressclass.kubernetes.io/is-default-class',
    ]);
    if (name === undefined) return object;
    return { ...object, spec: { ...spec, ingressClassName: name } } as ApiObject;
  },
};

const isNew = (
  { operation, resource: { kind }, subresource = '' }: Attributes,
  group: string,
  name: string,
): boolean =>
  operation === 'CREATE' && subresource === '' && kind.kind === name && kind.group === group;

/** By time, then by name. */
function newestDefault(
  classes: readonly ApiObject[],
  annotations: readonly string[],
): string | undefined {
  const defaults = classes.filter(({ metadata }) =>
    annotations.some((name) => metadata.annotations?.[name] === 'true'),
  );
  const [first] = defaults.toSorted(({ metadata: a }, { metadata: b }) => {
    if (a.creationTimestamp !== b.creationTimestamp) {
      return a.creationTimestamp > b.creationTimestamp ? -1 : 1;
    }
    return a.name < b.name ? -1 : 1;
  });
  return first?.metadata.name;
}
