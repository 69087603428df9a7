/**
 * What a Pod's volumes must look like.
 * Follows pkg/apis/core/validation/validation.go (ValidateVolumes, validateVolumeSource).
 */
import { at, child, duplicate, forbidden, invalid, notSupported, required } from '../../field.ts';
import { isDnsLabel } from '../../names.ts';
import type { DownwardAPIVolumeFile, KeyToPath, Volume, VolumeProjection } from '../../types.gen.ts';
import { checkRequired, checkRule, checkShared, type Errors } from '../checks.ts';
import { checkFieldRef, checkResourceFieldRef, volumeFieldPaths } from './validate-downward.ts';

/** The volumes that are well-formed, by name: what mounts may refer to. */
export type VolumeTable = ReadonlyMap<string, Volume>;

const noVolumes: VolumeTable = new Map();

/** Pushes what is wrong and returns the volumes that are right. */
export function checkVolumes(
  errors: Errors, volumes: readonly Volume[] | undefined, path: string,
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
  ['gitRepo', ((errors, { repository }: { repository: string }, path) => {
    checkRequired(errors, child(path, 'repository'), repository);
  }) as SourceCheck],
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
  '', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate',
  'Socket',
];

function checkHostPath(
  errors: Errors, { path: hostPath, type = '' }: NonNullable<Volume['hostPath']>, path: string,
): void {
  if (!checkRequired(errors, child(path, 'path'), hostPath)) return;
  checkNoBacksteps(errors, child(path, 'path'), hostPath);
  if (!hostPathTypes.includes(type)) {
    errors.push(notSupported(child(path, 'type'), type, hostPathTypes));
  }
}

const modeMessage = 'must be a number between 0 and 0777 (octal), both inclusive';

function checkMode(errors: Errors, path: string, mode: number | undefined): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777)) errors.push(invalid(path, mode, modeMessage));
}

function checkSecret(
  errors: Errors, { secretName, defaultMode, items }: NonNullable<Volume['secret']>, path: string,
): void {
  checkRequired(errors, child(path, 'secretName'), secretName);
  checkMode(errors, child(path, 'defaultMode'), defaultMode);
  checkItems(errors, items, child(path, 'items'));
}

function checkConfigMap(
  errors: Errors, { name, defaultMode, items }: NonNullable<Volume['configMap']>, path: string,
): void {
  checkRequired(errors, child(path, 'name'), name);
  checkMode(errors, child(path, 'defaultMode'), defaultMode);
  checkItems(errors, items, child(path, 'items'));
}

function checkItems(errors: Errors, items: readonly KeyToPath[] | undefined, path: string): void {
  if (items === undefined) return;
  for (const [index, { key, path: target, mode }] of items.entries()) {
    const itemPath = at(path, index);
    checkRequired(errors, child(itemPath, 'key'), key);
    checkRequired(errors, child(itemPath, 'path'), target);
    checkUnreservedPath(errors, child(itemPath, 'path'), target);
    checkMode(errors, child(itemPath, 'mode'), mode);
  }
}

function checkNfs(
  errors: Errors, { server, path: exported }: NonNullable<Volume['nfs']>, path: string,
): void {
  checkRequired(errors, child(path, 'server'), server);
  checkRequired(errors, child(path, 'path'), exported);
  if (!exported.startsWith('/')) {
    errors.push(invalid(child(path, 'path'), exported, 'must be an absolute path'));
  }
}

function checkDownward(
  errors: Errors, { defaultMode, items }: NonNullable<Volume['downwardAPI']>, path: string,
): void {
  checkMode(errors, child(path, 'defaultMode'), defaultMode);
  for (const file of items ?? []) checkDownwardFile(errors, file, path);
}

/** Upstream names the volume, not the item. */
function checkDownwardFile(errors: Errors, file: DownwardAPIVolumeFile, path: string): void {
  checkRequired(errors, child(path, 'path'), file.path);
  checkUnreservedPath(errors, child(path, 'path'), file.path);
  const { fieldRef, resourceFieldRef } = file;
  if (fieldRef) {
    checkFieldRef(errors, fieldRef, volumeFieldPaths, child(path, 'fieldRef'));
    if (resourceFieldRef) {
      errors.push(invalid(path, 'resource',
        'fieldRef and resourceFieldRef can not be specified simultaneously'));
    }
  } else if (resourceFieldRef) {
    checkResourceFieldRef(errors, resourceFieldRef, child(path, 'resourceFieldRef'), true);
  } else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  checkMode(errors, child(path, 'mode'), file.mode);
}

function checkProjected(
  errors: Errors, { defaultMode, sources: parts = [] }: NonNullable<Volume['projected']>, path: string,
): void {
  checkMode(errors, child(path, 'defaultMode'), defaultMode);
  const targets = new Set<string>();
  for (const [index, part] of parts.entries()) {
    checkProjection(errors, part, at(child(path, 'sources'), index));
    for (const target of projectedPaths(part)) {
      if (targets.has(target)) errors.push(invalid(path, target, 'conflicting duplicate paths'));
      targets.add(target);
    }
  }
}

function checkProjection(errors: Errors, part: VolumeProjection, path: string): void {
  const kinds = [
    'secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle',
  ] as const;
  const used = kinds.filter((kind) => part[kind]);
  for (const kind of ['secret', 'configMap'] as const) {
    const source = part[kind];
    if (!source) continue;
    checkRequired(errors, child(child(path, kind), 'name'), source.name);
    checkItems(errors, source.items, child(child(path, kind), 'items'));
  }
  for (const file of part.downwardAPI?.items ?? []) {
    checkDownwardFile(errors, file, child(path, 'downwardAPI'));
  }
  if (part.serviceAccountToken) {
    checkToken(errors, part.serviceAccountToken, child(path, 'serviceAccountToken'));
  }
  if (used.length > 1) errors.push(forbidden(path, 'may not specify more than 1 volume type'));
}

function checkToken(
  errors: Errors, token: NonNullable<VolumeProjection['serviceAccountToken']>, path: string,
): void {
  const seconds = token.expirationSeconds ?? 3600;
  if (seconds < 600) {
    errors.push(invalid(child(path, 'expirationSeconds'), seconds,
      'may not specify a duration less than 10 minutes'));
  }
  if (seconds > 2 ** 32) {
    errors.push(invalid(child(path, 'expirationSeconds'), seconds,
      'may not specify a duration larger than 2^32 seconds'));
  }
  checkRequired(errors, child(path, 'path'), token.path);
  checkUnreservedPath(errors, child(path, 'path'), token.path);
}

function projectedPaths(part: VolumeProjection): readonly string[] {
  const items = [
    ...(part.secret?.items ?? []), ...(part.configMap?.items ?? []),
    ...(part.downwardAPI?.items ?? []),
  ];
  const token = part.serviceAccountToken?.path;
  return [...items.map((item) => item.path), ...(token ? [token] : [])];
}

function checkEphemeral(
  errors: Errors, { volumeClaimTemplate }: NonNullable<Volume['ephemeral']>, path: string,
): void {
  if (volumeClaimTemplate === undefined) errors.push(required(child(path, 'volumeClaimTemplate')));
}

/** A relative path that stays below where it starts. */
export function checkDescendingPath(errors: Errors, path: string, target: string): void {
  if (target.startsWith('/')) errors.push(invalid(path, target, 'must be a relative path'));
  checkNoBacksteps(errors, path, target);
}

function checkUnreservedPath(errors: Errors, path: string, target: string): void {
  checkDescendingPath(errors, path, target);
  if (target.startsWith('..') && !target.startsWith('../')) {
    errors.push(invalid(path, target, "must not start with '..'"));
  }
}

function checkNoBacksteps(errors: Errors, path: string, target: string): void {
  if (target.includes('..') && target.split('/').includes('..')) {
    errors.push(invalid(path, target, "must not contain '..'"));
  }
}
