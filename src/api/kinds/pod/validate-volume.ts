/**
 * What a Pod's volumes must look like.
 * Follows pkg/apis/core/validation/validation.go (ValidateVolumes, validateVolumeSource).
 */
import { at, child, duplicate, forbidden, invalid, notSupported, required } from '../../field.ts';
import { isDnsLabel } from '../../names.ts';
import type { Volume } from '../../types.gen.ts';
import { checkRequired, checkRule, checkShared, type Errors } from '../checks.ts';
import { checkDownwardFile, checkItems, checkMode, checkNoBacksteps } from './validate-files.ts';
import { checkProjected } from './validate-projected.ts';

/** The volumes that are well-formed, by name: what mounts may refer to. */
export type VolumeTable = ReadonlyMap<string, Volume>;

const noVolumes: VolumeTable = new Map();

/** Pushes what is wrong and returns the volumes that are right. */
export function checkVolumes(
  errors: Errors,
  volumes: readonly Volume[] | undefined,
  path: string,
): VolumeTable {
  if (volumes === undefined || volumes.length === 0) return noVolumes;
  const table = new Map<string, Volume>();
  for (const [index, volume] of volumes.entries()) {
    const itemPath = at(path, index);
    const before = errors.length;
    checkSource(errors, volume, itemPath);
    const namePath = child(itemPath, 'name');
    if (checkRequired(errors, namePath, volume.name)) {
      checkRule(errors, namePath, volume.name, isDnsLabel);
    }
    if (table.has(volume.name)) errors.push(duplicate(namePath, volume.name));
    if (errors.length === before) table.set(volume.name, volume);
  }
  return table;
}

type SourceCheck = (errors: Errors, source: never, path: string) => void;
type SourceName = Exclude<keyof Volume, 'name'>;

/** In the order in which upstream looks at them: later ones of two are the forbidden ones. */
const sources: readonly (readonly [SourceName, SourceCheck])[] = [
  ['emptyDir', () => undefined],
  ['hostPath', checkHostPath as SourceCheck],
  [
    'gitRepo',
    ((errors, { repository }: { repository: string }, path) => {
      checkRequired(errors, child(path, 'repository'), repository);
    }) as SourceCheck,
  ],
  ['gcePersistentDisk', requires('pdName')],
  ['awsElasticBlockStore', requires('volumeID')],
  ['secret', checkSecret as SourceCheck],
  ['nfs', checkNfs as SourceCheck],
  ['iscsi', requires('targetPortal', 'iqn')],
  ['glusterfs', requires('endpoints', 'path')],
  ['flocker', () => undefined],
  ['persistentVolumeClaim', requires('claimName')],
  ['rbd', requires('monitors', 'image')],
  ['cinder', requires('volumeID')],
  ['cephfs', requires('monitors')],
  ['quobyte', requires('registry', 'volume')],
  ['downwardAPI', checkDownward as SourceCheck],
  ['fc', () => undefined],
  ['flexVolume', requires('driver')],
  ['configMap', checkConfigMap as SourceCheck],
  ['azureFile', requires('secretName', 'shareName')],
  ['vsphereVolume', requires('volumePath')],
  ['photonPersistentDisk', requires('pdID')],
  ['portworxVolume', requires('volumeID')],
  ['azureDisk', requires('diskName', 'diskURI')],
  ['storageos', () => undefined],
  ['projected', checkProjected as SourceCheck],
  ['scaleIO', requires('gateway', 'system', 'volumeName')],
  ['csi', requires('driver')],
  ['ephemeral', checkEphemeral as SourceCheck],
  ['image', () => undefined],
];

function requires(...names: readonly string[]): SourceCheck {
  return (errors, source: Readonly<Record<string, unknown>>, path) => {
    for (const name of names) {
      const value = source[name];
      if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) {
        errors.push(required(child(path, name)));
      }
    }
  };
}

function checkSource(errors: Errors, volume: Volume, path: string): void {
  let count = 0;
  for (const [name, check] of sources) {
    const source = volume[name];
    if (source === undefined || source === null) continue;
    if (count > 0) {
      errors.push(forbidden(child(path, name), 'may not specify more than 1 volume type'));
    } else {
      count++;
      checkShared(errors, source as object, child(path, name), check as never);
    }
  }
  if (count === 0) errors.push(required(path, 'must specify a volume type'));
}

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

function checkHostPath(
  errors: Errors,
  { path: hostPath, type = '' }: NonNullable<Volume['hostPath']>,
  path: string,
): void {
  if (!checkRequired(errors, child(path, 'path'), hostPath)) return;
  checkNoBacksteps(errors, child(path, 'path'), hostPath);
  if (!hostPathTypes.includes(type)) {
    errors.push(notSupported(child(path, 'type'), type, hostPathTypes));
  }
}

function checkSecret(
  errors: Errors,
  { secretName, defaultMode, items }: NonNullable<Volume['secret']>,
  path: string,
): void {
  checkRequired(errors, child(path, 'secretName'), secretName);
  checkMode(errors, child(path, 'defaultMode'), defaultMode);
  checkItems(errors, items, child(path, 'items'));
}

function checkConfigMap(
  errors: Errors,
  { name, defaultMode, items }: NonNullable<Volume['configMap']>,
  path: string,
): void {
  checkRequired(errors, child(path, 'name'), name);
  checkMode(errors, child(path, 'defaultMode'), defaultMode);
  checkItems(errors, items, child(path, 'items'));
}

function checkNfs(
  errors: Errors,
  { server, path: exported }: NonNullable<Volume['nfs']>,
  path: string,
): void {
  checkRequired(errors, child(path, 'server'), server);
  checkRequired(errors, child(path, 'path'), exported);
  if (!exported.startsWith('/')) {
    errors.push(invalid(child(path, 'path'), exported, 'must be an absolute path'));
  }
}

function checkDownward(
  errors: Errors,
  { defaultMode, items }: NonNullable<Volume['downwardAPI']>,
  path: string,
): void {
  checkMode(errors, child(path, 'defaultMode'), defaultMode);
  for (const file of items ?? []) checkDownwardFile(errors, file, path);
}

function checkEphemeral(
  errors: Errors,
  { volumeClaimTemplate }: NonNullable<Volume['ephemeral']>,
  path: string,
): void {
  if (volumeClaimTemplate === undefined) errors.push(required(child(path, 'volumeClaimTemplate')));
}
