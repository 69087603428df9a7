/**
 * Follows pkg/apis/discovery/validation/validation.go.
 */
import { at, child, duplicate, invalid, required, tooMany } from '../field.ts';
import {
  isDnsLabel, isDnsSubdomain, isQualifiedName, nameIsDnsSubdomain,
} from '../names.ts';
import type { Endpoint, EndpointSlice } from '../types.gen.ts';
import { validateImmutable } from '../validation/object-meta.ts';
import { checkOneOf, checkRule, isIpv4, isIpv6, protocols, type Errors } from './checks.ts';
import { checkOrdinaryIp } from './ip-validation.ts';
import { validateMetadata } from './metadata.ts';

const maxEndpoints = 1000;
const maxAddresses = 100;
const maxPorts = 20_000;

export const validateEndpointSlice = validateMetadata<EndpointSlice>(
  { namespaced: true, name: nameIsDnsSubdomain },
  (next, previous) => {
    const errors: Errors = [];
    checkOneOf(errors, 'addressType', next.addressType, ['FQDN', 'IPv4', 'IPv6']);
    const { endpoints = [] } = next;
    if (endpoints.length > maxEndpoints) {
      errors.push(tooMany('endpoints', endpoints.length, maxEndpoints));
    } else {
      // Endpoints that were there before were checked before.
      const known = new Set(previous?.endpoints);
      for (let index = 0; index < endpoints.length; index++) {
        const endpoint = endpoints[index] as Endpoint;
        if (!known.has(endpoint)) checkEndpoint(errors, endpoint, next.addressType, index);
      }
    }
    if (next.ports !== previous?.ports) checkPorts(errors, next.ports ?? []);
    if (previous !== undefined) {
      errors.push(...validateImmutable(next.addressType, previous.addressType, 'addressType'));
    }
    return errors;
  },
);

function checkEndpoint(errors: Errors, endpoint: Endpoint, type: string, index: number): void {
  const path = at('endpoints', index);
  const addressesPath = child(path, 'addresses');
  const { addresses = [], nodeName, hostname } = endpoint;
  if (addresses.length === 0) {
    errors.push(required(addressesPath, 'must contain at least 1 address'));
  } else if (addresses.length > maxAddresses) {
    errors.push(tooMany(addressesPath, addresses.length, maxAddresses));
  }
  for (const [i, address] of addresses.entries()) {
    checkAddress(errors, address, type, at(addressesPath, i));
  }
  if (nodeName !== undefined) checkRule(errors, child(path, 'nodeName'), nodeName, isDnsSubdomain);
  if (hostname !== undefined) checkRule(errors, child(path, 'hostname'), hostname, isDnsLabel);
}

function checkAddress(errors: Errors, address: string, type: string, path: string): void {
  if (type === 'FQDN') return checkRule(errors, path, address, isDnsSubdomain);
  if (type === 'IPv4' && !isIpv4(address)) {
    errors.push(invalid(path, address, 'must be a valid IPv4 address'));
  }
  if (type === 'IPv6' && !isIpv6(address)) {
    errors.push(invalid(path, address, 'must be a valid IPv6 address'));
  }
  if (type === 'IPv4' || type === 'IPv6') checkOrdinaryIp(errors, path, address);
}

function checkPorts(errors: Errors, ports: NonNullable<EndpointSlice['ports']>): void {
  if (ports.length > maxPorts) {
    errors.push(tooMany('ports', ports.length, maxPorts));
    return;
  }
  const names = new Set<string>();
  for (const [index, { name = '', protocol, appProtocol }] of ports.entries()) {
    const path = at('ports', index);
    if (name !== '') checkRule(errors, child(path, 'name'), name, isDnsLabel);
    if (names.has(name)) errors.push(duplicate(child(path, 'name'), name));
    names.add(name);
    checkOneOf(errors, child(path, 'protocol'), protocol, protocols);
    if (appProtocol !== undefined) {
      checkRule(errors, child(path, 'appProtocol'), appProtocol, isQualifiedName);
    }
  }
}
