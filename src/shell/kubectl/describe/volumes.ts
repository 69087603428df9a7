/** Volumes as describe shows them. Follows kubectl pkg/describe/describe.go describeVolumes. */
import type { Volume } from '../../../api/types.gen.ts';
import type { DescribeWriter } from './writer.ts';

type Lines = readonly (readonly [string, string | number | boolean | undefined])[];

export function writeVolumes(w: DescribeWriter, volumes: readonly Volume[] = [], space = ''): void {
  if (volumes.length === 0) {
    w.write(0, `${space}Volumes:\t<none>\n`);
    return;
  }
  w.write(0, `${space}Volumes:\n`);
  for (const volume of volumes) {
    w.write(1, `${space === '' ? '' : ' '}${volume.name}:\n`);
    const lines = linesOf(volume);
    if (lines === undefined) w.write(1, '<unknown>\n');
    else for (const [title, value] of lines) w.field(2, title, value);
    if (volume.downwardAPI !== undefined) writeItems(w, volume.downwardAPI.items ?? []);
  }
}

function writeItems(
  w: DescribeWriter, items: NonNullable<NonNullable<Volume['downwardAPI']>['items']>,
): void {
  w.write(2, 'Items:\n');
  for (const { fieldRef, resourceFieldRef, path } of items) {
    if (fieldRef !== undefined) w.write(3, `${fieldRef.fieldPath} -> ${path}\n`);
    if (resourceFieldRef !== undefined) w.write(3, `${resourceFieldRef.resource} -> ${path}\n`);
  }
}

/** A volume's kind and where its data are; undefined: of a kind that is not known here. */
export function linesOf(volume: Volume): Lines | undefined {
  const { hostPath, emptyDir, secret, configMap, persistentVolumeClaim: claim, nfs } = volume;
  if (hostPath !== undefined) {
    return [['Type', 'HostPath (bare host directory volume)'], ['Path', hostPath.path],
      ['HostPathType', hostPath.type ?? '<none>']];
  }
  if (emptyDir !== undefined) {
    return [['Type', "EmptyDir (a temporary directory that shares a pod's lifetime)"],
      ['Medium', emptyDir.medium], ['SizeLimit', emptyDir.sizeLimit ?? '<unset>']];
  }
  if (secret !== undefined) {
    return [['Type', 'Secret (a volume populated by a Secret)'], ['SecretName', secret.secretName],
      ['Optional', secret.optional ?? false]];
  }
  if (configMap !== undefined) {
    return [['Type', 'ConfigMap (a volume populated by a ConfigMap)'], ['Name', configMap.name],
      ['Optional', configMap.optional ?? false]];
  }
  if (nfs !== undefined) {
    return [['Type', 'NFS (an NFS mount that lasts the lifetime of a pod)'], ['Server', nfs.server],
      ['Path', nfs.path], ['ReadOnly', nfs.readOnly ?? false]];
  }
  if (claim !== undefined) {
    return [
      ['Type', 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)'],
      ['ClaimName', claim.claimName], ['ReadOnly', claim.readOnly ?? false]];
  }
  return linesOfOthers(volume);
}

function linesOfOthers({ downwardAPI, projected, csi, image, gitRepo, ephemeral }: Volume) {
  if (downwardAPI !== undefined) {
    return [['Type', 'DownwardAPI (a volume populated by information about the pod)']] as const;
  }
  if (projected !== undefined) return projectedLines(projected);
  if (gitRepo !== undefined) {
    return [['Type', 'GitRepo (a volume that is pulled from git when the pod is created)'],
      ['Repository', gitRepo.repository], ['Revision', gitRepo.revision]] as const;
  }
  if (csi !== undefined) {
    return [['Type', 'CSI (a Container Storage Interface (CSI) volume source)'], ['Driver', csi.driver],
      ['FSType', csi.fsType], ['ReadOnly', csi.readOnly ?? false]] as const;
  }
  if (image !== undefined) {
    return [['Type', 'Image (a container image or OCI artifact)'], ['Reference', image.reference],
      ['PullPolicy', image.pullPolicy]] as const;
  }
  if (ephemeral !== undefined) {
    return [['Type', 'EphemeralVolume (an inline specification for a volume that gets created and ' +
      'deleted with the pod)']] as const;
  }
  return undefined;
}

function projectedLines({ sources = [] }: NonNullable<Volume['projected']>): Lines {
  return [
    ['Type', 'Projected (a volume that contains injected data from multiple sources)'] as const,
    ...sources.flatMap(({ secret, downwardAPI, configMap, serviceAccountToken: token }): Lines => {
      if (secret !== undefined) {
        return [['SecretName', secret.name], ['Optional', secret.optional ?? false]];
      }
      if (downwardAPI !== undefined) return [['DownwardAPI', true]];
      if (configMap !== undefined) {
        return [['ConfigMapName', configMap.name], ['Optional', configMap.optional ?? false]];
      }
      return token === undefined ? [] : [['TokenExpirationSeconds', token.expirationSeconds]];
    }),
  ];
}
