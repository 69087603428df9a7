/**
 * What is said of a claim whose class ought to make it a volume: nobody here does.
 * Upstream: pkg/controller/volume/persistentvolume/pv_controller.go (provisionClaim).
 */
import { keyOf } from '../../../api/object.ts';
import type { PersistentVolumeClaim, StorageClass } from '../../../api/types.gen.ts';
import { type AboutEvent, classOfClaim, type View, type Write } from '../../client/index.ts';

const defaultAnnotation = 'storageclass.kubernetes.io/is-default-class';
const provisionerAnnotation = 'volume.kubernetes.io/storage-provisioner';
const oldProvisionerAnnotation = 'volume.beta.kubernetes.io/storage-provisioner';

export interface Provisioning {
  readonly event: AboutEvent;
  /** The claim learns who is to make its volume. */
  readonly write?: Write;
}

export function provisioning(
  claim: PersistentVolumeClaim, storageClass: StorageClass | undefined,
): Provisioning {
  const failed = (message: string): Provisioning => ({
    event: { about: claim, draft: { type: 'Warning', reason: 'ProvisioningFailed', message } },
  });
  if (storageClass === undefined) {
    return failed(`storageclass.storage.k8s.io "${classOfClaim(claim)}" not found`);
  }
  const { provisioner } = storageClass;
  if (provisioner.startsWith('kubernetes.io/')) {
    return failed(`no volume plugin matched name: ${provisioner}`);
  }
  const message = 'Waiting for a volume to be created either by the external provisioner ' +
    `'${provisioner}' or manually by the system administrator. If volume creation is delayed, ` +
    'please verify that the provisioner is running and correctly registered.';
  const event: AboutEvent = {
    about: claim, draft: { type: 'Normal', reason: 'ExternalProvisioning', message },
  };
  const { annotations } = claim.metadata;
  if (annotations?.[provisionerAnnotation] === provisioner) return { event };
  const named = {
    ...annotations, [provisionerAnnotation]: provisioner, [oldProvisionerAnnotation]: provisioner,
  };
  const body = { ...claim, metadata: { ...claim.metadata, annotations: named } };
  const because = `${provisioner} is to make a volume for ${claim.metadata.name}`;
  const write: Write = {
    verb: 'update', kind: 'PersistentVolumeClaim', key: keyOf(claim), body, because,
  };
  return { event, write };
}

/** A claim that says nothing of classes gets the default one, also when that came later. */
export function withDefaultClass(view: View, claim: PersistentVolumeClaim): Write | undefined {
  if (claim.spec.storageClassName !== undefined) return undefined;
  const classes = view
    .of('StorageClass').list()
    .filter(({ metadata }) => metadata.annotations?.[defaultAnnotation] === 'true')
    .toSorted((a, b) => (newestFirst(a) > newestFirst(b) ? -1 : 1));
  const [chosen] = classes;
  if (chosen === undefined) return undefined;
  const spec = { ...claim.spec, storageClassName: chosen.metadata.name };
  return {
    verb: 'update',
    kind: 'PersistentVolumeClaim',
    key: keyOf(claim),
    body: { ...claim, spec },
    because: `${chosen.metadata.name} is the default class`,
  };
}

const newestFirst = ({ metadata }: StorageClass): string =>
  `${metadata.creationTimestamp}/${metadata.name}`;
