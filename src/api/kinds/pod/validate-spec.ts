/**
 * What the spec of a Pod or of a Pod template must look like.
 * Follows pkg/apis/core/validation/validation.go (ValidatePodSpec).
 */
import { at, child, duplicate, forbidden, invalid, required } from '../../field.ts';
import { isDnsLabel, isDnsSubdomain, isQualifiedName, rangeMessage } from '../../names.ts';
import type { Container, PodSpec } from '../../types.gen.ts';
import { validateLabels } from '../../validation/object-meta.ts';
import { checkOneOf, checkRule, checkShared, isIp, type Errors } from '../checks.ts';
import { checkContainer, checkId } from './validate-container.ts';
import { checkDns } from './validate-dns.ts';
import { checkEphemeralContainers } from './validate-ephemeral.ts';
import { checkHooks } from './validate-hooks.ts';
import { checkQuantity } from './validate-resources.ts';
import { checkAffinity, checkSpread, checkTolerations } from './validate-scheduling.ts';
import { checkVolumes, type VolumeTable } from './validate-volume.ts';

const none: readonly never[] = [];
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];

export function checkPodSpec(errors: Errors, spec: PodSpec, path: string): void {
  const volumes = checkVolumes(errors, spec.volumes, child(path, 'volumes'));
  checkContainers(errors, spec, volumes, child(path, 'containers'));
  checkInitContainers(errors, spec, volumes, child(path, 'initContainers'));
  checkEphemeralContainers(errors, spec, volumes, child(path, 'ephemeralContainers'));
  checkOneOf(errors, child(path, 'restartPolicy'), spec.restartPolicy, [
    'Always',
    'OnFailure',
    'Never',
  ]);
  checkOneOf(errors, child(path, 'dnsPolicy'), spec.dnsPolicy, dnsPolicies);
  if (spec.nodeSelector !== undefined) {
    errors.push(...validateLabels(spec.nodeSelector, child(path, 'nodeSelector')));
  }
  checkPodSecurity(errors, spec, path);
  checkShared(errors, spec.affinity, child(path, 'affinity'), checkAffinity);
  checkDns(errors, spec, child(path, 'dnsConfig'));
  checkGates(errors, spec, path);
  checkSpread(errors, spec.topologySpreadConstraints, child(path, 'topologySpreadConstraints'));
  checkNames(errors, spec, path);
  checkShared(errors, spec.tolerations, child(path, 'tolerations'), checkTolerations);
  checkRest(errors, spec, path);
}

function checkContainers(
  errors: Errors,
  { containers = [] }: PodSpec,
  volumes: VolumeTable,
  path: string,
): void {
  if (containers.length === 0) {
    errors.push(required(path));
    return;
  }
  const names = new Set<string>();
  for (let index = 0; index < containers.length; index++) {
    const container = containers[index] as Container;
    const itemPath = at(path, index);
    checkContainer(errors, container, volumes, itemPath);
    if (names.has(container.name)) errors.push(duplicate(child(itemPath, 'name'), container.name));
    names.add(container.name);
    checkHooks(errors, container, itemPath);
    if (container.restartPolicy) {
      errors.push(
        forbidden(child(itemPath, 'restartPolicy'), 'may not be set for non-init containers'),
      );
    }
  }
  checkHostPorts(errors, containers, path);
}

function checkHostPorts(errors: Errors, containers: readonly Container[], path: string): void {
  const used = new Set<string>();
  for (let index = 0; index < containers.length; index++) {
    const { ports } = containers[index] as Container;
    if (ports === undefined) continue;
    for (const [portIndex, { hostPort, protocol, hostIP = '' }] of ports.entries()) {
      if (!hostPort) continue;
      const key = `${protocol}/${hostIP}/${hostPort}`;
      const portPath = at(child(at(path, index), 'ports'), portIndex);
      if (used.has(key)) errors.push(duplicate(child(portPath, 'hostPort'), key));
      used.add(key);
    }
  }
}

const hooks = ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const;

function checkInitContainers(
  errors: Errors,
  { initContainers, containers = [] }: PodSpec,
  volumes: VolumeTable,
  path: string,
): void {
  if (initContainers === undefined) return;
  const names = new Set(containers.map(({ name }) => name));
  for (const [index, container] of initContainers.entries()) {
    const itemPath = at(path, index);
    checkContainer(errors, container, volumes, itemPath);
    if (names.has(container.name)) errors.push(duplicate(child(itemPath, 'name'), container.name));
    else if (container.name) names.add(container.name);
    checkHostPorts(errors, [container], path);
    if (container.restartPolicy === 'Always') {
      checkHooks(errors, container, itemPath);
      continue;
    }
    if (container.restartPolicy) {
      errors.push(unsupportedRestart(child(itemPath, 'restartPolicy'), container.restartPolicy));
    }
    for (const name of hooks) {
      if (container[name] === undefined) continue;
      errors.push(
        forbidden(
          child(itemPath, name),
          'may not be set for init containers without restartPolicy=Always',
        ),
      );
    }
  }
}

const unsupportedRestart = (path: string, policy: string) => ({
  type: 'FieldValueNotSupported' as const,
  field: path,
  message: `Unsupported value: "${policy}": supported values: "Always"`,
});

function checkPodSecurity(errors: Errors, spec: PodSpec, path: string): void {
  if (spec.hostNetwork === true) checkHostNetwork(errors, spec, child(path, 'containers'));
  const context = spec.securityContext;
  if (context === undefined) return;
  const contextPath = child(path, 'securityContext');
  checkId(errors, child(contextPath, 'fsGroup'), context.fsGroup);
  checkId(errors, child(contextPath, 'runAsUser'), context.runAsUser);
  checkId(errors, child(contextPath, 'runAsGroup'), context.runAsGroup);
  for (const [index, group] of (context.supplementalGroups ?? none).entries()) {
    checkId(errors, at(child(contextPath, 'supplementalGroups'), index), group);
  }
  if (spec.shareProcessNamespace === true && spec.hostPID === true) {
    errors.push(
      invalid(
        child(contextPath, 'shareProcessNamespace'),
        true,
        'ShareProcessNamespace and HostPID cannot both be enabled',
      ),
    );
  }
  if (context.fsGroupChangePolicy !== undefined) {
    checkOneOf(errors, child(contextPath, 'fsGroupChangePolicy'), context.fsGroupChangePolicy, [
      'Always',
      'OnRootMismatch',
    ]);
  }
}

function checkHostNetwork(errors: Errors, { containers }: PodSpec, path: string): void {
  for (const [index, container] of containers.entries()) {
    for (const [portIndex, port] of (container.ports ?? []).entries()) {
      if ((port.hostPort ?? 0) === port.containerPort) continue;
      const portPath = at(child(at(path, index), 'ports'), portIndex);
      errors.push(
        invalid(
          child(portPath, 'containerPort'),
          port.containerPort,
          'must match `hostPort` when `hostNetwork` is true',
        ),
      );
    }
  }
}

function checkGates(errors: Errors, spec: PodSpec, path: string): void {
  if (spec.readinessGates === undefined && spec.schedulingGates === undefined) return;
  for (const [index, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    checkRule(
      errors,
      child(at(child(path, 'readinessGates'), index), 'conditionType'),
      conditionType,
      isQualifiedName,
    );
  }
  const seen = new Set<string>();
  for (const [index, { name }] of (spec.schedulingGates ?? []).entries()) {
    const gatePath = at(child(path, 'schedulingGates'), index);
    checkRule(errors, gatePath, name, isQualifiedName);
    if (seen.has(name)) errors.push(duplicate(gatePath, name));
    seen.add(name);
  }
}

function checkNames(errors: Errors, spec: PodSpec, path: string): void {
  const { serviceAccountName, nodeName, activeDeadlineSeconds: deadline } = spec;
  if (serviceAccountName) {
    checkRule(errors, child(path, 'serviceAccountName'), serviceAccountName, isDnsSubdomain);
  }
  if (nodeName) checkRule(errors, child(path, 'nodeName'), nodeName, isDnsSubdomain);
  if (deadline !== undefined && (deadline < 1 || deadline > 2147483647)) {
    errors.push(
      invalid(child(path, 'activeDeadlineSeconds'), deadline, rangeMessage(1, 2147483647)),
    );
  }
  if (spec.hostname) checkRule(errors, child(path, 'hostname'), spec.hostname, isDnsLabel);
  if (spec.subdomain) checkRule(errors, child(path, 'subdomain'), spec.subdomain, isDnsLabel);
}

function checkRest(errors: Errors, spec: PodSpec, path: string): void {
  for (const { ip, hostnames = [] } of spec.hostAliases ?? none) {
    const aliasPath = child(path, 'hostAliases');
    if (!isIp(ip)) errors.push(invalid(child(aliasPath, 'ip'), ip, 'must be valid IP address'));
    for (const name of hostnames)
      checkRule(errors, child(aliasPath, 'hostnames'), name, isDnsSubdomain);
  }
  if (spec.priorityClassName) {
    checkRule(errors, child(path, 'priorityClassName'), spec.priorityClassName, isDnsSubdomain);
  }
  if (spec.runtimeClassName !== undefined) {
    checkRule(errors, child(path, 'runtimeClassName'), spec.runtimeClassName, isDnsSubdomain);
  }
  if (spec.preemptionPolicy !== undefined) {
    checkOneOf(errors, child(path, 'preemptionPolicy'), spec.preemptionPolicy, [
      'PreemptLowerPriority',
      'Never',
    ]);
  }
  for (const name in spec.overhead) {
    checkQuantity(errors, name, spec.overhead[name] ?? '0', at(child(path, 'overhead'), name));
  }
  if (spec.os !== undefined) {
    checkOneOf(errors, child(child(path, 'os'), 'name'), spec.os.name, ['linux', 'windows']);
  }
}
