/**
 * Follows pkg/apis/core/validation/validation.go (ValidateEndpoints).
 */
import { at, child, invalid, required } from '../field.ts';
import { isDnsLabel, isDnsSubdomain, isPortNumber, nameIsDnsSubdomain } from '../names.ts';
import type { EndpointAddress, EndpointSubset, Endpoints } from '../types.gen.ts';
import { checkOneOf, checkRule, ipMessage, isIp, protocols, type Errors } from './checks.ts';
import { checkOrdinaryIp } from './ip-validation.ts';
import { validateMetadata } from './metadata.ts';

export const validateEndpoints = validateMetadata<Endpoints>(
  { namespaced: true, name: nameIsDnsSubdomain },
  ({ subsets = [] }, previous) => {
    const errors: Errors = [];
    if (subsets === previous?.subsets) return errors;
    for (const [index, subset] of subsets.entries())
      checkSubset(errors, subset, at('subsets', index));
    return errors;
  },
);

function checkSubset(errors: Errors, subset: EndpointSubset, path: string): void {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  if (addresses.length === 0 && notReadyAddresses.length === 0) {
    errors.push(required(path, 'must specify `addresses` or `notReadyAddresses`'));
  }
  for (const [index, address] of addresses.entries()) {
    checkAddress(errors, address, at(child(path, 'addresses'), index));
  }
  for (const [index, address] of notReadyAddresses.entries()) {
    checkAddress(errors, address, at(child(path, 'notReadyAddresses'), index));
  }
  for (const [index, { name, port, protocol }] of ports.entries()) {
    const portPath = at(child(path, 'ports'), index);
    if (name) checkRule(errors, child(portPath, 'name'), name, isDnsLabel);
    else if (ports.length > 1) errors.push(required(child(portPath, 'name')));
    for (const message of isPortNumber(port))
      errors.push(invalid(child(portPath, 'port'), port, message));
    checkOneOf(errors, child(portPath, 'protocol'), protocol, protocols);
  }
}

function checkAddress(
  errors: Errors,
  { ip, hostname, nodeName }: EndpointAddress,
  path: string,
): void {
  if (!isIp(ip)) errors.push(invalid(child(path, 'ip'), ip, ipMessage));
  if (hostname) checkRule(errors, child(path, 'hostname'), hostname, isDnsLabel);
  if (nodeName !== undefined) checkRule(errors, child(path, 'nodeName'), nodeName, isDnsSubdomain);
  checkOrdinaryIp(errors, child(path, 'ip'), ip);
}
