/**
 * What a container must look like.
 * Follows pkg/apis/core/validation/validation.go (validateContainerCommon and what it calls).
 */
import { at, child, duplicate, invalid, required } from '../../field.ts';
import {
  isConfigMapKey,
  isDnsLabel,
  isDnsSubdomain,
  isPortName,
  isPortNumber,
  isRelaxedEnvName,
  isUserId,
} from '../../names.ts';
import type {
  Container,
  ContainerPort,
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  SecurityContext,
} from '../../types.gen.ts';
import {
  checkOneOf,
  checkRequired,
  checkRule,
  checkShared,
  protocols,
  type Errors,
} from '../checks.ts';
import { checkFieldRef, checkResourceFieldRef, envFieldPaths } from './validate-downward.ts';
import { checkDevices, checkMounts } from './validate-mounts.ts';
import { checkResources } from './validate-resources.ts';
import type { VolumeTable } from './validate-volume.ts';

const pullPolicies = ['Always', 'IfNotPresent', 'Never'];
const messagePolicies = ['File', 'FallbackToLogsOnError'];

/** What is common to regular, init and ephemeral containers. */
export function checkContainer(
  errors: Errors,
  container: Container,
  volumes: VolumeTable,
  path: string,
): void {
  if (container.name) checkRule(errors, child(path, 'name'), container.name, isDnsLabel);
  else errors.push(required(child(path, 'name')));
  if (!container.image) errors.push(required(child(path, 'image')));
  checkOneOf(
    errors,
    child(path, 'terminationMessagePolicy'),
    container.terminationMessagePolicy,
    messagePolicies,
  );
  checkShared(errors, container.ports, child(path, 'ports'), checkContainerPorts);
  checkShared(errors, container.env, child(path, 'env'), checkEnv);
  checkShared(errors, container.envFrom, child(path, 'envFrom'), checkEnvFrom);
  checkMounts(errors, container, volumes, child(path, 'volumeMounts'));
  checkDevices(errors, container, volumes, child(path, 'volumeDevices'));
  checkOneOf(errors, child(path, 'imagePullPolicy'), container.imagePullPolicy, pullPolicies);
  checkShared(errors, container.resources, child(path, 'resources'), checkResources);
  checkShared(
    errors,
    container.securityContext,
    child(path, 'securityContext'),
    checkSecurityContext,
  );
}

function checkContainerPorts(
  errors: Errors,
  ports: readonly ContainerPort[] | undefined,
  path: string,
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
  errors: Errors,
  names: Set<string>,
  { name }: ContainerPort,
  path: string,
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

function checkEnvSource(errors: Errors, { value }: EnvVar, from: EnvVarSource, path: string): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = from;
  if (fieldRef) checkFieldRef(errors, fieldRef, envFieldPaths, child(path, 'fieldRef'));
  if (resourceFieldRef) {
    checkResourceFieldRef(errors, resourceFieldRef, child(path, 'resourceFieldRef'), false);
  }
  if (configMapKeyRef) checkKeyRef(errors, configMapKeyRef, child(path, 'configMapKeyRef'));
  if (secretKeyRef) checkKeyRef(errors, secretKeyRef, child(path, 'secretKeyRef'));
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(
    Boolean,
  ).length;
  if (sources === 0) {
    errors.push(
      invalid(
        path,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, ' +
          '`configMapKeyRef` or `secretKeyRef`',
      ),
    );
  } else if (value) {
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  } else if (sources > 1) {
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  }
}

function checkKeyRef(
  errors: Errors,
  { name = '', key }: { name?: string; key: string },
  path: string,
): void {
  checkRule(errors, child(path, 'name'), name, isDnsSubdomain);
  if (checkRequired(errors, child(path, 'key'), key)) {
    checkRule(errors, child(path, 'key'), key, isConfigMapKey);
  }
}

function checkEnvFrom(
  errors: Errors,
  sources: readonly EnvFromSource[] | undefined,
  path: string,
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

function checkSecurityContext(
  errors: Errors,
  context: SecurityContext | undefined,
  path: string,
): void {
  if (!context) return;
  const { runAsUser, runAsGroup, allowPrivilegeEscalation, privileged, capabilities } = context;
  checkId(errors, child(path, 'runAsUser'), runAsUser);
  checkId(errors, child(path, 'runAsGroup'), runAsGroup);
  if (allowPrivilegeEscalation !== false) return;
  const shown = context as unknown as Parameters<typeof invalid>[1];
  if (privileged === true) {
    errors.push(
      invalid(
        path,
        shown,
        'cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
      ),
    );
  }
  if (capabilities?.add?.includes('CAP_SYS_ADMIN')) {
    errors.push(
      invalid(
        path,
        shown,
        'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN',
      ),
    );
  }
}

/** A user or group. */
export function checkId(errors: Errors, path: string, id: number | undefined): void {
  if (id === undefined) return;
  for (const message of isUserId(id)) errors.push(invalid(path, id, message));
}
