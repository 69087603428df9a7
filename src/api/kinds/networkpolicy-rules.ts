/**
 * Follows pkg/apis/networking/v1/defaults.go and validation/validation.go (NetworkPolicy).
 */
import { at, child, forbidden, invalid, required } from '../field.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  NetworkPolicySpec,
} from '../types.gen.ts';
import { checkOneOf, checkPort, isCidr, protocols, type Errors } from './checks.ts';
import { checkLabelSelector } from './label-selector.ts';
import { validateMetadata } from './metadata.ts';
import { fillAbsent, mapField, mapItems } from './path-copy.ts';

const withProtocol = (ports: readonly NetworkPolicyPort[]): readonly NetworkPolicyPort[] =>
  mapItems(ports, (port) => fillAbsent(port, { protocol: 'TCP' }));

export const networkPolicyDefaults = (object: NetworkPolicy): NetworkPolicy =>
  mapField(object, 'spec', specDefaults);

function specDefaults(spec: NetworkPolicySpec): NetworkPolicySpec {
  const withPorts = mapField(
    mapField(spec, 'ingress', (rules) =>
      mapItems(rules, (rule) => mapField(rule, 'ports', withProtocol)),
    ),
    'egress',
    (rules) => mapItems(rules, (rule) => mapField(rule, 'ports', withProtocol)),
  );
  if ((withPorts.policyTypes ?? []).length > 0) return withPorts;
  const hasEgress = (withPorts.egress ?? []).length > 0;
  return { ...withPorts, policyTypes: hasEgress ? ['Ingress', 'Egress'] : ['Ingress'] };
}

export const validateNetworkPolicy = validateMetadata<NetworkPolicy>(
  { namespaced: true, name: nameIsDnsSubdomain },
  ({ spec }) => {
    const errors: Errors = [];
    if (spec === undefined) return errors;
    checkLabelSelector(errors, spec.podSelector, 'spec.podSelector');
    for (const [index, { ports, from }] of (spec.ingress ?? []).entries()) {
      checkRule(errors, ports, from, at('spec.ingress', index), 'from');
    }
    for (const [index, { ports, to }] of (spec.egress ?? []).entries()) {
      checkRule(errors, ports, to, at('spec.egress', index), 'to');
    }
    const types = spec.policyTypes ?? [];
    if (types.length > 2) {
      errors.push(invalid('spec.policyTypes', types, 'may not specify more than two policyTypes'));
    } else {
      for (const [index, type] of types.entries()) {
        checkOneOf(errors, at('spec.policyTypes', index), type, ['Egress', 'Ingress']);
      }
    }
    return errors;
  },
);

function checkRule(
  errors: Errors,
  ports: readonly NetworkPolicyPort[] = [],
  peers: readonly NetworkPolicyPeer[] = [],
  path: string,
  side: string,
): void {
  for (const [index, { protocol, port, endPort }] of ports.entries()) {
    const portPath = at(child(path, 'ports'), index);
    if (protocol !== undefined)
      checkOneOf(errors, child(portPath, 'protocol'), protocol, protocols);
    if (port === undefined) {
      if (endPort !== undefined) {
        errors.push(
          invalid(
            child(portPath, 'endPort'),
            endPort,
            'may not be specified when `port` is not specified',
          ),
        );
      }
      continue;
    }
    checkPort(errors, child(portPath, 'port'), port);
    if (endPort === undefined) continue;
    if (typeof port === 'string') {
      errors.push(
        invalid(
          child(portPath, 'endPort'),
          endPort,
          'may not be specified when `port` is non-numeric',
        ),
      );
    } else if (endPort < port) {
      errors.push(
        invalid(child(portPath, 'endPort'), port, 'must be greater than or equal to `port`'),
      );
    }
  }
  for (const [index, peer] of peers.entries())
    checkPeer(errors, peer, at(child(path, side), index));
}

function checkPeer(
  errors: Errors,
  { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer,
  path: string,
): void {
  checkLabelSelector(errors, podSelector, child(path, 'podSelector'));
  checkLabelSelector(errors, namespaceSelector, child(path, 'namespaceSelector'));
  if (!podSelector && !namespaceSelector && !ipBlock) {
    errors.push(required(path, 'must specify a peer'));
  } else if (ipBlock && (podSelector || namespaceSelector)) {
    errors.push(forbidden(path, 'may not specify both ipBlock and another peer'));
  }
  if (!ipBlock) return;
  const cidrPath = child(path, 'ipBlock.cidr');
  if (!ipBlock.cidr) errors.push(required(cidrPath));
  else if (!isCidr(ipBlock.cidr)) {
    errors.push(
      invalid(
        cidrPath,
        ipBlock.cidr,
        'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ),
    );
  }
}
