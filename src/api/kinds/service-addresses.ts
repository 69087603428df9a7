/**
 * Addresses and ports of a Service.
 * Follows pkg/apis/core/validation/validation.go (ValidateServiceClusterIPsRelatedFields,
 * validateServicePort).
 */
import { at, child, duplicate, forbidden, invalid, notSupported, required } from '../field.ts';
import { goText } from '../go-text.ts';
import { isDnsLabel, isPortNumber, isQualifiedName } from '../names.ts';
import type { ServicePort, ServiceSpec } from '../types.gen.ts';
import {
  checkOneOf,
  checkPort,
  checkRule,
  ipMessage,
  isIp,
  isIpv6,
  protocols,
  type Errors,
} from './checks.ts';

export function checkKubeletPort(errors: Errors, { ports = [] }: ServiceSpec): void {
  for (const [index, { port }] of ports.entries()) {
    if (port !== 10250) continue;
    errors.push(
      invalid(
        at('spec.ports', index),
        port,
        'may not expose port 10250 externally since it is used by kubelet',
      ),
    );
  }
}

export function checkPorts(errors: Errors, ports: readonly ServicePort[]): void {
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const path = at('spec.ports', index);
    const { name = '' } = port;
    if (name !== '') {
      checkRule(errors, child(path, 'name'), name, isDnsLabel);
      if (names.has(name)) errors.push(duplicate(child(path, 'name'), name));
      names.add(name);
    } else if (ports.length > 1) errors.push(required(child(path, 'name')));
    for (const message of isPortNumber(port.port)) {
      errors.push(invalid(child(path, 'port'), port.port, message));
    }
    checkOneOf(errors, child(path, 'protocol'), port.protocol, protocols);
    checkPort(errors, child(path, 'targetPort'), port.targetPort);
    if (port.appProtocol !== undefined) {
      checkRule(errors, child(path, 'appProtocol'), port.appProtocol, isQualifiedName);
    }
  }
}

const policies = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];

export function checkAddresses(errors: Errors, spec: ServiceSpec): void {
  const { clusterIP = '', clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = spec;
  const path = 'spec.clusterIPs';
  if (clusterIP !== '' && clusterIPs.length === 0) errors.push(required(path));
  else if (clusterIP !== '' && clusterIPs[0] !== clusterIP) {
    errors.push(invalid(path, clusterIPs, 'first value must match `clusterIP`'));
  } else if (clusterIP === '' && clusterIPs.length > 0) {
    errors.push(invalid(path, clusterIPs, 'must be empty when `clusterIP` is not specified'));
  }
  for (const [index, family] of ipFamilies.entries()) {
    if (family !== 'IPv4' && family !== 'IPv6') {
      errors.push(notSupported(at('spec.ipFamilies', index), family, ['IPv4', 'IPv6']));
    }
    if (ipFamilies.indexOf(family) < index)
      errors.push(duplicate(at('spec.ipFamilies', index), family));
  }
  if (ipFamilyPolicy !== undefined)
    checkOneOf(errors, 'spec.ipFamilyPolicy', ipFamilyPolicy, policies);
  checkClusterIps(errors, clusterIPs, ipFamilies, path);
}

function checkClusterIps(
  errors: Errors,
  clusterIPs: readonly string[],
  families: readonly string[],
  path: string,
): void {
  if (clusterIPs[0] === 'None') {
    if (clusterIPs.length > 1) {
      errors.push(invalid(path, clusterIPs, "'None' must be the first and only value"));
    }
    return;
  }
  const before = errors.length;
  for (const [index, ip] of clusterIPs.entries()) {
    if (!isIp(ip)) errors.push(invalid(at(path, index), ip, ipMessage));
  }
  if (clusterIPs.length > 2) errors.push(invalid(path, clusterIPs, 'may only hold up to 2 values'));
  if (errors.length > before) return;
  if (clusterIPs.length === 2 && isIpv6(clusterIPs[0] ?? '') === isIpv6(clusterIPs[1] ?? '')) {
    errors.push(invalid(path, clusterIPs, 'may specify no more than one IP for each IP family'));
  }
  for (const [index, ip] of clusterIPs.entries()) {
    const family = families[index];
    if (family === undefined || (family === 'IPv6') === isIpv6(ip)) continue;
    errors.push(
      invalid(
        at(path, index),
        ip,
        `expected an ${family} value as indicated by \`ipFamilies[${index}]\``,
      ),
    );
  }
}

export function checkNodePorts(errors: Errors, { type, ports = [] }: ServiceSpec): void {
  const [nodePorts, pairs] = [new Set<string>(), new Set<string>()];
  if (type === 'ClusterIP') {
    for (const [index, { nodePort }] of ports.entries()) {
      if (!nodePort) continue;
      errors.push(
        forbidden(
          child(at('spec.ports', index), 'nodePort'),
          "may not be used when `type` is 'ClusterIP'",
        ),
      );
    }
  }
  for (const [index, { nodePort, protocol }] of ports.entries()) {
    if (!nodePort) continue;
    const key = `${protocol}/${nodePort}`;
    const path = child(at('spec.ports', index), 'nodePort');
    if (nodePorts.has(key)) errors.push(duplicate(path, nodePort));
    nodePorts.add(key);
  }
  for (const [index, { port, protocol }] of ports.entries()) {
    const key = `${protocol}/${port}`;
    if (pairs.has(key)) {
      errors.push(
        duplicate(
          at('spec.ports', index),
          goText(
            'core.ServicePort{Name:"", ' +
              `Protocol:"${protocol}", AppProtocol:(*string)(nil), Port:${port}, ` +
              'TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:0}',
          ),
        ),
      );
    }
    pairs.add(key);
  }
}
