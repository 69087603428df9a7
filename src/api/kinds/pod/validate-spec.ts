/**
 * What the spec of a Pod or of a Pod template must look like.
 * Follows pkg/apis/core/validation/validation.go (ValidatePodSpec).
 */
import { at, child, duplicate, forbidden, invalid, notFoundValue, required } from '../../field.ts';
import {
  isDnsLabel, isDnsSubdomain, isHttpHeaderName, isQualifiedName, rangeMessage,
} from '../../names.ts';
import type {
  Container, EphemeralContainer, HTTPGetAction, LifecycleHandler, PodDNSConfig, PodSpec, Probe,
} from '../../types.gen.ts';
import { validateLabels } from '../../validation/object-meta.ts';
import {
  checkNotNegative, checkOneOf, checkPort, checkRequired, checkRule, checkShared, isIp, type Errors,
} from '../checks.ts';
import { checkContainer, checkId } from './validate-container.ts';
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
  checkOneOf(errors, child(path, 'restartPolicy'), spec.restartPolicy,
    ['Always', 'OnFailure', 'Never']);
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
  errors: Errors, { containers = [] }: PodSpec, volumes: VolumeTable, path: string,
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
      errors.push(forbidden(child(itemPath, 'restartPolicy'), 'may not be set for non-init containers'));
    }
  }
  checkHostPorts(errors, containers, path);
}

function checkHooks(errors: Errors, container: Container, path: string): void {
  const { lifecycle, livenessProbe, readinessProbe, startupProbe } = container;
  if (lifecycle?.postStart) {
    checkHandler(errors, lifecycle.postStart, child(child(path, 'lifecycle'), 'postStart'));
  }
  if (lifecycle?.preStop) {
    checkHandler(errors, lifecycle.preStop, child(child(path, 'lifecycle'), 'preStop'));
  }
  if (livenessProbe) checkOnceProbe(errors, livenessProbe, child(path, 'livenessProbe'));
  if (readinessProbe) {
    const probePath = child(path, 'readinessProbe');
    checkProbe(errors, readinessProbe, probePath);
    if (readinessProbe.terminationGracePeriodSeconds !== undefined) {
      errors.push(invalid(child(probePath, 'terminationGracePeriodSeconds'),
        readinessProbe.terminationGracePeriodSeconds, 'must not be set for readinessProbes'));
    }
  }
  if (startupProbe) checkOnceProbe(errors, startupProbe, child(path, 'startupProbe'));
}

/** Liveness and start-up are settled by one success. */
function checkOnceProbe(errors: Errors, probe: Probe, path: string): void {
  checkProbe(errors, probe, path);
  if (probe.successThreshold !== 1) {
    errors.push(invalid(child(path, 'successThreshold'), probe.successThreshold ?? 0, 'must be 1'));
  }
}

const probeNumbers = [
  'initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold',
] as const;

function checkProbe(errors: Errors, probe: Probe, path: string): void {
  checkHandler(errors, probe, path);
  for (const name of probeNumbers) checkNotNegative(errors, child(path, name), probe[name]);
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) {
    errors.push(invalid(child(path, 'terminationGracePeriodSeconds'), grace, 'must be greater than 0'));
  }
}

function checkHandler(errors: Errors, handler: Probe | LifecycleHandler, path: string): void {
  const { exec, httpGet, tcpSocket } = handler;
  const grpc = 'grpc' in handler ? handler.grpc : undefined;
  const sleep = 'sleep' in handler ? handler.sleep : undefined;
  const used = Object.entries({ exec, httpGet, tcpSocket, grpc, sleep }).filter(([, one]) => one);
  for (const [name] of used.slice(1)) {
    errors.push(forbidden(child(path, name), 'may not specify more than 1 handler type'));
  }
  const first = used[0]?.[0];
  if (first === undefined) errors.push(required(path, 'must specify a handler type'));
  else if (exec && first === 'exec') {
    if ((exec.command ?? []).length === 0) errors.push(required(child(child(path, 'exec'), 'command')));
  } else if (httpGet && first === 'httpGet') checkHttpGet(errors, httpGet, child(path, 'httpGet'));
  else if (tcpSocket && first === 'tcpSocket') {
    checkPort(errors, child(child(path, 'tcpSocket'), 'port'), tcpSocket.port);
  } else if (grpc) checkPort(errors, child(child(path, 'grpc'), 'port'), grpc.port);
}

function checkHttpGet(errors: Errors, get: HTTPGetAction, path: string): void {
  checkRequired(errors, child(path, 'path'), get.path);
  checkPort(errors, child(path, 'port'), get.port);
  checkOneOf(errors, child(path, 'scheme'), get.scheme, ['HTTP', 'HTTPS']);
  for (const { name } of get.httpHeaders ?? []) {
    checkRule(errors, child(path, 'httpHeaders'), name, isHttpHeaderName);
  }
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
  errors: Errors, { initContainers, containers = [] }: PodSpec, volumes: VolumeTable, path: string,
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
      errors.push(forbidden(child(itemPath, name),
        'may not be set for init containers without restartPolicy=Always'));
    }
  }
}

const unsupportedRestart = (path: string, policy: string) => ({
  type: 'FieldValueNotSupported' as const,
  field: path,
  message: `Unsupported value: "${policy}": supported values: "Always"`,
});

const ephemeralFields = new Set([
  'name', 'image', 'command', 'args', 'workingDir', 'env', 'envFrom', 'volumeMounts',
  'volumeDevices', 'terminationMessagePath', 'terminationMessagePolicy', 'imagePullPolicy',
  'securityContext', 'stdin', 'stdinOnce', 'tty', 'targetContainerName',
]);

function checkEphemeralContainers(
  errors: Errors, spec: PodSpec, volumes: VolumeTable, path: string,
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
    errors.push(invalid(child(contextPath, 'shareProcessNamespace'), true,
      'ShareProcessNamespace and HostPID cannot both be enabled'));
  }
  if (context.fsGroupChangePolicy !== undefined) {
    checkOneOf(errors, child(contextPath, 'fsGroupChangePolicy'), context.fsGroupChangePolicy,
      ['Always', 'OnRootMismatch']);
  }
}

function checkHostNetwork(errors: Errors, { containers }: PodSpec, path: string): void {
  for (const [index, container] of containers.entries()) {
    for (const [portIndex, port] of (container.ports ?? []).entries()) {
      if ((port.hostPort ?? 0) === port.containerPort) continue;
      const portPath = at(child(at(path, index), 'ports'), portIndex);
      errors.push(invalid(child(portPath, 'containerPort'), port.containerPort,
        'must match `hostPort` when `hostNetwork` is true'));
    }
  }
}

function checkDns(errors: Errors, { dnsConfig, dnsPolicy }: PodSpec, path: string): void {
  if (dnsPolicy === 'None') {
    if (dnsConfig === undefined) {
      errors.push(required(path, 'must provide `dnsConfig` when `dnsPolicy` is None'));
      return;
    }
    if ((dnsConfig.nameservers ?? []).length === 0) {
      errors.push(required(child(path, 'nameservers'),
        'must provide at least one DNS nameserver when `dnsPolicy` is None'));
      return;
    }
  }
  if (dnsConfig !== undefined) checkDnsConfig(errors, dnsConfig, path);
}

function checkDnsConfig(
  errors: Errors, { nameservers = [], searches = [], options = [] }: PodDNSConfig, path: string,
): void {
  const serversPath = child(path, 'nameservers');
  if (nameservers.length > 3) {
    errors.push(invalid(serversPath, nameservers, 'must not have more than 3 nameservers'));
  }
  for (const [index, server] of nameservers.entries()) {
    if (!isIp(server)) errors.push(invalid(at(serversPath, index), server, 'must be valid IP address'));
  }
  if (searches.length > 32) {
    errors.push(invalid(child(path, 'searches'), searches, 'must not have more than 32 search paths'));
  }
  if (searches.join(' ').length > 2048) {
    errors.push(invalid(child(path, 'searches'), searches,
      'must not have more than 2048 characters (including spaces) in the search list'));
  }
  for (const [index, search] of searches.entries()) {
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    if (search !== '.') checkRule(errors, at(child(path, 'searches'), index), name, isDnsSubdomain);
  }
  for (const [index, { name }] of options.entries()) {
    if (!name) errors.push(required(at(child(path, 'options'), index), 'must not be empty'));
  }
}

function checkGates(errors: Errors, spec: PodSpec, path: string): void {
  if (spec.readinessGates === undefined && spec.schedulingGates === undefined) return;
  for (const [index, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    checkRule(errors, child(at(child(path, 'readinessGates'), index), 'conditionType'),
      conditionType, isQualifiedName);
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
    errors.push(invalid(child(path, 'activeDeadlineSeconds'), deadline, rangeMessage(1, 2147483647)));
  }
  if (spec.hostname) checkRule(errors, child(path, 'hostname'), spec.hostname, isDnsLabel);
  if (spec.subdomain) checkRule(errors, child(path, 'subdomain'), spec.subdomain, isDnsLabel);
}

function checkRest(errors: Errors, spec: PodSpec, path: string): void {
  for (const { ip, hostnames = [] } of spec.hostAliases ?? none) {
    const aliasPath = child(path, 'hostAliases');
    if (!isIp(ip)) errors.push(invalid(child(aliasPath, 'ip'), ip, 'must be valid IP address'));
    for (const name of hostnames) checkRule(errors, child(aliasPath, 'hostnames'), name, isDnsSubdomain);
  }
  if (spec.priorityClassName) {
    checkRule(errors, child(path, 'priorityClassName'), spec.priorityClassName, isDnsSubdomain);
  }
  if (spec.runtimeClassName !== undefined) {
    checkRule(errors, child(path, 'runtimeClassName'), spec.runtimeClassName, isDnsSubdomain);
  }
  if (spec.preemptionPolicy !== undefined) {
    checkOneOf(errors, child(path, 'preemptionPolicy'), spec.preemptionPolicy,
      ['PreemptLowerPriority', 'Never']);
  }
  for (const name in spec.overhead) {
    checkQuantity(errors, name, spec.overhead[name] ?? '0', at(child(path, 'overhead'), name));
  }
  if (spec.os !== undefined) {
    checkOneOf(errors, child(child(path, 'os'), 'name'), spec.os.name, ['linux', 'windows']);
  }
}
