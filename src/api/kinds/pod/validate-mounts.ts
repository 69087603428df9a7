/**
 * Where a container mounts volumes and block devices.
 * Follows pkg/apis/core/validation/validation.go (ValidateVolumeMounts, ValidateVolumeDevices).
 */
import {
  at,
  child,
  forbidden,
  invalid,
  notFoundValue,
  notSupported,
  required,
} from '../../field.ts';
import type { Container, VolumeDevice, VolumeMount } from '../../types.gen.ts';
import type { Errors } from '../checks.ts';
import { checkDescendingPath } from './validate-files.ts';
import type { VolumeTable } from './validate-volume.ts';

export function checkMounts(
  errors: Errors,
  container: Container,
  volumes: VolumeTable,
  path: string,
): void {
  const { volumeMounts: mounts, volumeDevices: devices = [] } = container;
  if (mounts === undefined) return;
  const points = new Set<string>();
  for (const [index, mount] of mounts.entries()) {
    checkMount(errors, mount, { volumes, points, devices }, at(path, index));
    checkSubPaths(errors, mount, path, at(path, index));
    if (mount.mountPropagation !== undefined) {
      checkPropagation(errors, mount, container, child(path, 'mountPropagation'));
    }
  }
}

interface MountContext {
  readonly volumes: VolumeTable;
  readonly points: Set<string>;
  readonly devices: readonly VolumeDevice[];
}

function checkMount(
  errors: Errors,
  { name, mountPath }: VolumeMount,
  context: MountContext,
  path: string,
): void {
  const { volumes, points, devices } = context;
  if (!name) errors.push(required(child(path, 'name')));
  if (!volumes.has(name)) errors.push(notFoundValue(child(path, 'name'), name));
  if (!mountPath) errors.push(required(child(path, 'mountPath')));
  if (points.has(mountPath)) {
    errors.push(invalid(child(path, 'mountPath'), mountPath, 'must be unique'));
  }
  points.add(mountPath);
  if (devices.some((device) => device.name === name)) {
    errors.push(invalid(child(path, 'name'), name, 'must not already exist in volumeDevices'));
  }
  if (devices.some((device) => device.devicePath === mountPath)) {
    errors.push(
      invalid(
        child(path, 'mountPath'),
        mountPath,
        'must not already exist as a path in volumeDevices',
      ),
    );
  }
}

/** Upstream names the list, not the item, for what is wrong inside a sub-path. */
function checkSubPaths(
  errors: Errors,
  { subPath, subPathExpr }: VolumeMount,
  listPath: string,
  itemPath: string,
): void {
  if (subPath) checkDescendingPath(errors, child(listPath, 'subPath'), subPath);
  if (!subPathExpr) return;
  if (subPath) {
    errors.push(
      invalid(
        child(itemPath, 'subPathExpr'),
        subPathExpr,
        'subPathExpr and subPath are mutually exclusive',
      ),
    );
  }
  checkDescendingPath(errors, child(listPath, 'subPathExpr'), subPathExpr);
}

const propagations = ['Bidirectional', 'HostToContainer', 'None'];

function checkPropagation(
  errors: Errors,
  { mountPropagation = '' }: VolumeMount,
  container: Container,
  path: string,
): void {
  if (!propagations.includes(mountPropagation)) {
    errors.push(notSupported(path, mountPropagation, propagations));
  }
  if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
    errors.push(
      forbidden(path, 'Bidirectional mount propagation is available only to privileged containers'),
    );
  }
}

export function checkDevices(
  errors: Errors,
  { volumeDevices, volumeMounts = [] }: Container,
  volumes: VolumeTable,
  path: string,
): void {
  if (volumeDevices === undefined) return;
  const [names, paths] = [new Set<string>(), new Set<string>()];
  for (const [index, { name, devicePath }] of volumeDevices.entries()) {
    const [namePath, devPath] = [
      child(at(path, index), 'name'),
      child(at(path, index), 'devicePath'),
    ];
    const volume = volumes.get(name);
    if (!name) errors.push(required(namePath));
    if (names.has(name)) errors.push(invalid(namePath, name, 'must be unique'));
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      errors.push(
        invalid(
          namePath,
          name,
          'can only use volume source type of ' +
            'PersistentVolumeClaim or Ephemeral for block mode',
        ),
      );
    }
    if (!volume) errors.push(notFoundValue(namePath, name));
    if (!devicePath) errors.push(required(devPath));
    if (paths.has(devicePath)) errors.push(invalid(devPath, devicePath, 'must be unique'));
    if (devicePath.split('/').includes('..')) {
      errors.push(invalid(devPath, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (volumeMounts.some((mount) => mount.name === name)) {
      errors.push(invalid(namePath, name, 'must not already exist in volumeMounts'));
    }
    if (volumeMounts.some((mount) => mount.mountPath === devicePath)) {
      errors.push(invalid(devPath, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    names.add(name);
  }
}
