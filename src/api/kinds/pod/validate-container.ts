/**
 * What a container must look like.
 * Follows pkg/apis/core/validation/validation.go (validateContainerCommon and what it calls).
 */
import {
  at, child, duplicate, forbidden, invalid, notFoundValue, notSupported, required,
} from '../../field.ts';
import {
  isConfigMapKey, isDnsLabel, isDnsSubdomain, isPortName, isPortNumber, isRelaxedEnvName, isUserId,
} from '../../names.ts';
import type {
  Container, ContainerPort, EnvFromSource, EnvVar, EnvVarSource, SecurityContext, VolumeDevice,
  VolumeMount,
} from '../../types.gen.ts';
import {
  checkOneOf, checkRequired, checkRule, checkShared, protocols, type Errors,
} from '../checks.ts';
import { checkFieldRef, checkResourceFieldRef, envFieldPaths } from './validate-downward.ts';
import { checkResources } from './validate-resources.ts';
import { checkDescendingPath, type VolumeTable } from './validate-volume.ts';

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const messagePolicies = ['File', 'FallbackToLogsOnError'];

/** What is common to regular, init and ephemeral containers. */
export function checkContainer(
  errors: Errors, container: Container, volumes: VolumeTable, path: string,
): void {
  if (container.name) checkRule(errors, child(path, 'name'), container.name, isDnsLabel);
  else errors.push(required(child(path, 'name')));
  if (!container.image) errors.push(required(child(path, 'image')));
  checkOneOf(errors, child(path, 'terminationMessagePolicy'),
    container.terminationMessagePolicy, messagePolicies);
  checkShared(errors, container.ports, child(path, 'ports'), checkContainerPorts);
  checkShared(errors, container.env, child(path, 'env'), checkEnv);
  checkShared(errors, container.envFrom, child(path, 'envFrom'), checkEnvFrom);
  checkMounts(errors, container, volumes, child(path, 'volumeMounts'));
  checkDevices(errors, container, volumes, child(path, 'volumeDevices'));
  checkOneOf(errors, child(path, 'imagePullPolicy'), container.imagePullPolicy, pullPolicies);
  checkShared(errors, container.resources, child(path, 'resources'), checkResources);
  checkShared(errors, container.securityContext, child(path, 'securityContext'),
    checkSecurityContext);
}

function checkContainerPorts(
  errors: Errors, ports: readonly ContainerPort[] | undefined, path: string,
): void {
  if (ports === undefined) return;
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const itemPath = at(path, index);
    checkPortName(errors, names, port, child(itemPath, 'name'));
    if (!port.containerPort) errors.push(required(child(itemPath, 'containerPort')));
    else checkPortNumber(errors, child(itemPath, 'containerPort'), port.containerPort);
    if (port.hostPort) checkPortNumber(errors, child(itemPath, 'hostPort'), port.hostPort);
    checkOneOf(errors, child(itemPath, 'protocol'), port.protocol, protocols);
  }
}

function checkPortName(
  errors: Errors, names: Set<string>, { name }: ContainerPort, path: string,
): void {
  if (!name) return;
  const messages = isPortName(name);
  for (const message of messages) errors.push(invalid(path, name, message));
  if (messages.length > 0) return;
  if (names.has(name)) errors.push(duplicate(path, name));
  else names.add(name);
}

function checkPortNumber(errors: Errors, path: string, port: number): void {
  for (const message of isPortNumber(port)) errors.push(invalid(path, port, message));
}

function checkEnv(errors: Errors, env: readonly EnvVar[] | undefined, path: string): void {
  if (env === undefined) return;
  for (const [index, variable] of env.entries()) {
    const itemPath = at(path, index);
    if (!variable.name) errors.push(required(child(itemPath, 'name')));
    else checkRule(errors, child(itemPath, 'name'), variable.name, isRelaxedEnvName);
    if (!variable.valueFrom) continue;
    checkEnvSource(errors, variable, variable.valueFrom, child(itemPath, 'valueFrom'));
  }
}

function checkEnvSource(
  errors: Errors, { value }: EnvVar, from: EnvVarSource, path: string,
): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = from;
  if (fieldRef) checkFieldRef(errors, fieldRef, envFieldPaths, child(path, 'fieldRef'));
  if (resourceFieldRef) {
    checkResourceFieldRef(errors, resourceFieldRef, child(path, 'resourceFieldRef'), false);
  }
  if (configMapKeyRef) checkKeyRef(errors, configMapKeyRef, child(path, 'configMapKeyRef'));
  if (secretKeyRef) checkKeyRef(errors, secretKeyRef, child(path, 'secretKeyRef'));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(Boolean).length;
  if (sources === 0) {
    errors.push(invalid(path, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, ' +
      '`configMapKeyRef` or `secretKeyRef`'));
  } else if (value) {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (sources > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
}

function checkKeyRef(
  errors: Errors, { name = '', key }: { name?: string; key: string }, path: string,
): void {
  checkRule(errors, child(path, 'name'), name, isDnsSubdomain);
  if (checkRequired(errors, child(path, 'key'), key)) {
    checkRule(errors, child(path, 'key'), key, isConfigMapKey);
  }
}

function checkEnvFrom(
  errors: Errors, sources: readonly EnvFromSource[] | undefined, path: string,
): void {
  if (sources === undefined) return;
  for (const [index, { prefix, configMapRef, secretRef }] of sources.entries()) {
    const itemPath = at(path, index);
    if (prefix) checkRule(errors, child(itemPath, 'prefix'), prefix, isRelaxedEnvName);
    if (configMapRef) checkRefName(errors, configMapRef, child(itemPath, 'configMapRef'));
    if (secretRef) checkRefName(errors, secretRef, child(itemPath, 'secretRef'));
    if (!configMapRef && !secretRef) {
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef && secretRef) {
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    }
  }
}

function checkRefName(errors: Errors, { name = '' }: { name?: string }, path: string): void {
  if (checkRequired(errors, child(path, 'name'), name)) {
    checkRule(errors, child(path, 'name'), name, isDnsSubdomain);
  }
}

function checkMounts(
  errors: Errors, container: Container, volumes: VolumeTable, path: string,
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
  errors: Errors, { name, mountPath }: VolumeMount, context: MountContext, path: string,
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
    errors.push(invalid(child(path, 'mountPath'), mountPath,
      'must not already exist as a path in volumeDevices'));
  }
}

/** Upstream names the list, not the item, for what is wrong inside a sub-path. */
function checkSubPaths(
  errors: Errors, { subPath, subPathExpr }: VolumeMount, listPath: string, itemPath: string,
): void {
  if (subPath) checkDescendingPath(errors, child(listPath, 'subPath'), subPath);
  if (!subPathExpr) return;
  if (subPath) {
    errors.push(invalid(child(itemPath, 'subPathExpr'), subPathExpr,
      'subPathExpr and subPath are mutually exclusive'));
  }
  checkDescendingPath(errors, child(listPath, 'subPathExpr'), subPathExpr);
}

const propagations = ['Bidirectional', 'HostToContainer', 'None'];

function checkPropagation(
  errors: Errors, { mountPropagation = '' }: VolumeMount, container: Container, path: string,
): void {
  if (!propagations.includes(mountPropagation)) {
    errors.push(notSupported(path, mountPropagation, propagations));
  }
  if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
    errors.push(forbidden(path,
      'Bidirectional mount propagation is available only to privileged containers'));
  }
}

function checkDevices(
  errors: Errors, { volumeDevices, volumeMounts = [] }: Container, volumes: VolumeTable,
  path: string,
): void {
  if (volumeDevices === undefined) return;
  const [names, paths] = [new Set<string>(), new Set<string>()];
  for (const [index, { name, devicePath }] of volumeDevices.entries()) {
    const [namePath, devPath] = [child(at(path, index), 'name'), child(at(path, index), 'devicePath')];
    const volume = volumes.get(name);
    if (!name) errors.push(required(namePath));
    if (names.has(name)) errors.push(invalid(namePath, name, 'must be unique'));
    if (volume && !volume.persistentVolumeClaim && !volume.ephemeral) {
      errors.push(invalid(namePath, name, 'can only use volume source type of ' +
        'PersistentVolumeClaim or Ephemeral for block mode'));
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

function checkSecurityContext(
  errors: Errors, context: SecurityContext | undefined, path: string,
): void {
  if (!context) return;
  const { runAsUser, runAsGroup, allowPrivilegeEscalation, privileged, capabilities } = context;
  checkId(errors, child(path, 'runAsUser'), runAsUser);
  checkId(errors, child(path, 'runAsGroup'), runAsGroup);
  if (allowPrivilegeEscalation !== false) return;
  const shown = context as unknown as Parameters<typeof invalid>[1];
  if (privileged === true) {
    errors.push(invalid(path, shown,
      'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'));
  }
  if (capabilities?.add?.includes('CAP_SYS_ADMIN')) {
    errors.push(invalid(path, shown,
      'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN'));
  }
}

/** A user or group. */
export function checkId(errors: Errors, path: string, id: number | undefined): void {
  if (id === undefined) return;
  for (const message of isUserId(id)) errors.push(invalid(path, id, message));
}
