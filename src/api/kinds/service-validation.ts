/**
 * Follows pkg/apis/core/validation/validation.go (ValidateService, ValidateServiceUpdate).
 */
import { isDeepEqual } from '../equal.ts';
import { at, forbidden, invalid, required } from '../field.ts';
import { goText } from '../go-text.ts';
import { isDnsSubdomain, nameIsDns1035Label } from '../names.ts';
import type { Service, ServiceSpec } from '../types.gen.ts';
import { validateImmutable, validateLabels } from '../validation/object-meta.ts';
import { checkOneOf, checkRule, ipMessage, isCidr, isIp, type Errors } from './checks.ts';
import { checkOrdinaryIp } from './ip-validation.ts';
import { validateMetadata } from './metadata.ts';
import {
  checkAddresses,
  checkKubeletPort,
  checkNodePorts,
  checkPorts,
} from './service-addresses.ts';

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];

export const validateService = validateMetadata<Service>(
  { namespaced: true, name: nameIsDns1035Label },
  (next, previous, subresource) => {
    const errors: Errors = [];
    if (subresource === 'status') return errors;
    if (previous !== undefined && next.spec === previous.spec) return errors;
    if (previous !== undefined) checkChange(errors, next.spec, previous.spec);
    checkSpec(errors, next.spec);
    return errors;
  },
);

const isHeadless = ({ clusterIPs, clusterIP }: ServiceSpec): boolean =>
  clusterIPs?.length === 1 ? clusterIPs[0] === 'None' : clusterIP === 'None';

/** The address that a Service got stays its own, unless it stops or starts having one. */
function checkChange(errors: Errors, next: ServiceSpec, previous: ServiceSpec): void {
  if (next.type !== 'ExternalName' && previous.type !== 'ExternalName') {
    const [before, after] = [previous.clusterIPs ?? [], next.clusterIPs ?? []];
    if (before[0] !== undefined && after[0] !== before[0]) {
      const shown = after.length === 0 ? goText('[]string(nil)') : after;
      if (after.length > 0 || !isHeadless(previous)) {
        errors.push(invalid('spec.clusterIPs[0]', shown, 'may not change once set'));
      }
    }
    const [oldFamily, newFamily] = [previous.ipFamilies?.[0], next.ipFamilies?.[0]];
    if (oldFamily !== undefined && newFamily !== undefined && oldFamily !== newFamily) {
      errors.push(invalid('spec.ipFamilies[0]', newFamily, 'may not change once set'));
    }
  }
  if (
    next.type === 'LoadBalancer' &&
    previous.type === 'LoadBalancer' &&
    !isDeepEqual(next.loadBalancerClass, previous.loadBalancerClass)
  ) {
    errors.push(
      ...validateImmutable(
        next.loadBalancerClass,
        previous.loadBalancerClass,
        'spec.loadBalancerClass',
      ).map((error) => ({
        ...error,
        message: error.message.replace('field is immutable', 'may not change once set'),
      })),
    );
  }
}

function checkSpec(errors: Errors, spec: ServiceSpec): void {
  const { ports = [], type } = spec;
  if (ports.length === 0 && !isHeadless(spec) && type !== 'ExternalName') {
    errors.push(required('spec.ports'));
  }
  checkType(errors, spec);
  checkPorts(errors, ports);
  if (spec.selector !== undefined) errors.push(...validateLabels(spec.selector, 'spec.selector'));
  checkAffinity(errors, spec);
  if (type !== 'ExternalName') checkAddresses(errors, spec);
  for (const [index, ip] of (spec.externalIPs ?? []).entries()) {
    const path = at('spec.externalIPs', index);
    if (!isIp(ip)) errors.push(invalid(path, ip, ipMessage));
    else checkOrdinaryIp(errors, path, ip);
  }
  checkOneOf(errors, 'spec.type', type, types);
  checkNodePorts(errors, spec);
  checkBalancer(errors, spec);
  checkTraffic(errors, spec);
}

function checkType(errors: Errors, spec: ServiceSpec): void {
  const { type } = spec;
  if (type === 'LoadBalancer' || type === 'NodePort') {
    if (type === 'LoadBalancer') checkKubeletPort(errors, spec);
    if (isHeadless(spec)) {
      errors.push(
        invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`),
      );
    }
  } else if (type === 'ExternalName') checkExternalName(errors, spec);
}

function checkExternalName(errors: Errors, spec: ServiceSpec): void {
  const message = 'may not be set for ExternalName services';
  if ((spec.clusterIPs ?? []).length > 0) errors.push(forbidden('spec.clusterIPs', message));
  if ((spec.ipFamilies ?? []).length > 0) errors.push(forbidden('spec.ipFamilies', message));
  if (spec.ipFamilyPolicy !== undefined) errors.push(forbidden('spec.ipFamilyPolicy', message));
  const name = (spec.externalName ?? '').replace(/\.$/, '');
  if (name === '') errors.push(required('spec.externalName'));
  else checkRule(errors, 'spec.externalName', name, isDnsSubdomain);
}

function checkAffinity(errors: Errors, spec: ServiceSpec): void {
  checkOneOf(errors, 'spec.sessionAffinity', spec.sessionAffinity, ['ClientIP', 'None']);
  const path = 'spec.sessionAffinityConfig';
  if (spec.sessionAffinity === 'None') {
    if (spec.sessionAffinityConfig !== undefined) {
      errors.push(forbidden(path, 'must not be set when session affinity is None'));
    }
  } else if (spec.sessionAffinity === 'ClientIP') {
    const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
    if (seconds === undefined) {
      errors.push(required(path, 'when session affinity type is ClientIP'));
    } else if (seconds <= 0 || seconds > 86400) {
      errors.push(
        invalid(
          `${path}.clientIP.timeoutSeconds`,
          seconds,
          'must be greater than 0 and less than 86400',
        ),
      );
    }
  }
}

function checkBalancer(errors: Errors, spec: ServiceSpec): void {
  const { type, loadBalancerSourceRanges: ranges = [] } = spec;
  if (ranges.length > 0) {
    const path = 'spec.LoadBalancerSourceRanges';
    if (type !== 'LoadBalancer') {
      errors.push(forbidden(path, "may only be used when `type` is 'LoadBalancer'"));
    }
    if (!ranges.every((range) => isCidr(range.trim()))) {
      errors.push(
        invalid(
          path,
          `[${ranges.join(' ')}]`,
          'must be a list of IP ranges. For example, 10.240.0.0/24,10.250.0.0/24 ',
        ),
      );
    }
  }
  if (spec.allocateLoadBalancerNodePorts !== undefined && type !== 'LoadBalancer') {
    errors.push(
      forbidden(
        'spec.allocateLoadBalancerNodePorts',
        "may only be used when `type` is 'LoadBalancer'",
      ),
    );
  }
  if (spec.loadBalancerClass !== undefined && type !== 'LoadBalancer') {
    errors.push(
      forbidden('spec.loadBalancerClass', "may only be used when `type` is 'LoadBalancer'"),
    );
  }
}

function checkTraffic(errors: Errors, spec: ServiceSpec): void {
  const { type, externalTrafficPolicy: external, internalTrafficPolicy: internal } = spec;
  const path = 'spec.externalTrafficPolicy';
  if (type === 'NodePort' || type === 'LoadBalancer') {
    checkOneOf(errors, path, external, ['Cluster', 'Local']);
  } else if (external) {
    errors.push(
      invalid(path, external, "may only be set when `type` is 'NodePort' or 'LoadBalancer'"),
    );
  }
  const { healthCheckNodePort: health } = spec;
  if (health && (type !== 'LoadBalancer' || external !== 'Local')) {
    errors.push(
      invalid(
        'spec.healthCheckNodePort',
        health,
        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
      ),
    );
  }
  if (internal !== undefined) {
    checkOneOf(errors, 'spec.internalTrafficPolicy', internal, ['Cluster', 'Local']);
  } else if (type !== 'ExternalName') errors.push(required('spec.internalTrafficPolicy'));
}
