/**
 * Ephemeral containers: for looking into a Pod, not for running it.
 * Follows pkg/apis/core/validation/validation.go (validateEphemeralContainers).
 */
import { at, child, duplicate, forbidden, notFoundValue } from '../../field.ts';
import type { Container, EphemeralContainer, PodSpec } from '../../types.gen.ts';
import type { Errors } from '../checks.ts';
import { checkContainer } from './validate-container.ts';
import type { VolumeTable } from './validate-volume.ts';

const ephemeralFields = new Set([
  'name',
  'image',
  'command',
  'args',
  'workingDir',
  'env',
  'envFrom',
  'volumeMounts',
  'volumeDevices',
  'terminationMessagePath',
  'terminationMessagePolicy',
  'imagePullPolicy',
  'securityContext',
  'stdin',
  'stdinOnce',
  'tty',
  'targetContainerName',
]);

/** Containers that were added to a running Pod. */
export function checkEphemeralContainers(
  errors: Errors,
  spec: PodSpec,
  volumes: VolumeTable,
  path: string,
): void {
  const { ephemeralContainers, containers = [], initContainers = [] } = spec;
  if (ephemeralContainers === undefined) return;
  const others = new Set([...containers, ...initContainers].map(({ name }) => name));
  const all = new Set(others);
  for (const [index, container] of ephemeralContainers.entries()) {
    const itemPath = at(path, index);
    checkContainer(errors, container as Container, volumes, itemPath);
    if (all.has(container.name)) errors.push(duplicate(child(itemPath, 'name'), container.name));
    all.add(container.name);
    const target = container.targetContainerName;
    if (target && !others.has(target)) {
      errors.push(notFoundValue(child(itemPath, 'targetContainerName'), target));
    }
    checkEphemeralFields(errors, container, itemPath);
  }
}

function checkEphemeralFields(errors: Errors, container: EphemeralContainer, path: string): void {
  const message = 'cannot be set for an Ephemeral Container';
  for (const [name, value] of Object.entries(container)) {
    if (ephemeralFields.has(name) || value === undefined) continue;
    // `resources: {}` is what the server itself fills in.
    if (typeof value === 'object' && Object.keys(value as object).length === 0) continue;
    errors.push(forbidden(child(path, name), message));
  }
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const mountPath = at(child(path, 'volumeMounts'), index);
    if (mount.subPath) errors.push(forbidden(child(mountPath, 'subPath'), message));
    if (mount.subPathExpr) errors.push(forbidden(child(mountPath, 'subPathExpr'), message));
  }
}
