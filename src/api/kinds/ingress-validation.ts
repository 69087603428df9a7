/**
 * Follows pkg/apis/networking/validation/validation.go (Ingress, IngressClass).
 */
import { at, child, forbidden, invalid, required } from '../field.ts';
import {
  isDns1035Label,
  isDnsSubdomain,
  isPortName,
  isPortNumber,
  isWildcardDnsSubdomain,
  nameIsDnsSubdomain,
} from '../names.ts';
import type { HTTPIngressPath, Ingress, IngressBackend, IngressClass } from '../types.gen.ts';
import { validateImmutable } from '../validation/object-meta.ts';
import { checkOneOf, checkRequired, checkRule, isIp, type Errors } from './checks.ts';
import { validateMetadata } from './metadata.ts';

export const validateIngress = validateMetadata<Ingress>(
  { namespaced: true, name: nameIsDnsSubdomain },
  ({ metadata, spec = {} }, previous, subresource) => {
    const errors: Errors = [];
    if (subresource === 'status') return errors;
    const { rules = [], defaultBackend, tls = [], ingressClassName } = spec;
    if (rules.length === 0 && defaultBackend === undefined) {
      errors.push(
        invalid('spec', rules as never, 'either `defaultBackend` or `rules` must be specified'),
      );
    }
    if (defaultBackend) checkBackend(errors, defaultBackend, 'spec.defaultBackend');
    for (const [index, rule] of rules.entries()) {
      const path = at('spec.rules', index);
      if (rule.host) checkHost(errors, rule.host, child(path, 'host'));
      if (!rule.http) continue;
      const pathsPath = child(path, 'http.paths');
      if ((rule.http.paths ?? []).length === 0) errors.push(required(pathsPath));
      for (const [i, one] of (rule.http.paths ?? []).entries())
        checkPath(errors, one, at(pathsPath, i));
    }
    for (const [index, { hosts = [] }] of tls.entries()) {
      for (const [i, host] of hosts.entries()) {
        checkRule(
          errors,
          at(child(at('spec.tls', index), 'hosts'), i),
          host,
          host.includes('*') ? isWildcardDnsSubdomain : isDnsSubdomain,
        );
      }
    }
    if (ingressClassName !== undefined) {
      checkRule(errors, 'spec.ingressClassName', ingressClassName, isDnsSubdomain);
      const annotation = metadata.annotations?.['kubernetes.io/ingress.class'];
      if (previous === undefined && annotation !== undefined && annotation !== ingressClassName) {
        errors.push(
          invalid(
            'metadata.annotations.kubernetes.io/ingress.class',
            annotation,
            'must match `ingressClassName` when both are specified',
          ),
        );
      }
    }
    return errors;
  },
);

function checkHost(errors: Errors, host: string, path: string): void {
  if (isIp(host)) errors.push(invalid(path, host, 'must be a DNS name, not an IP address'));
  checkRule(errors, path, host, host.includes('*') ? isWildcardDnsSubdomain : isDnsSubdomain);
}

const badSequences = ['//', '/./', '/../', '%2f', '%2F'];
const badSuffixes = ['/..', '/.'];

function checkPath(
  errors: Errors,
  { path: target = '', pathType, backend }: HTTPIngressPath,
  path: string,
): void {
  const targetPath = child(path, 'path');
  if (!pathType) errors.push(required(child(path, 'pathType'), 'pathType must be specified'));
  else if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!target.startsWith('/'))
      errors.push(invalid(targetPath, target, 'must be an absolute path'));
    else {
      for (const bad of badSequences) {
        if (target.includes(bad))
          errors.push(invalid(targetPath, target, `must not contain '${bad}'`));
      }
      for (const bad of badSuffixes) {
        if (target.endsWith(bad))
          errors.push(invalid(targetPath, target, `cannot end with '${bad}'`));
      }
    }
  } else if (pathType === 'ImplementationSpecific') {
    if (target !== '' && !target.startsWith('/')) {
      errors.push(invalid(targetPath, target, 'must be an absolute path'));
    }
  } else {
    checkOneOf(errors, child(path, 'pathType'), pathType, [
      'Exact',
      'ImplementationSpecific',
      'Prefix',
    ]);
  }
  checkBackend(errors, backend, child(path, 'backend'));
}

function checkBackend(errors: Errors, { service, resource }: IngressBackend, path: string): void {
  if (resource && service) {
    errors.push(invalid(path, '', 'cannot set both resource and service backends'));
  } else if (resource) {
    checkRequired(errors, child(path, 'resource.kind'), resource.kind);
    checkRequired(errors, child(path, 'resource.name'), resource.name);
  } else if (!service) errors.push(required(path, 'port name or number is required'));
  else {
    const namePath = child(path, 'service.name');
    if (checkRequired(errors, namePath, service.name)) {
      checkRule(errors, namePath, service.name, isDns1035Label);
    }
    const { name = '', number = 0 } = service.port ?? {};
    const portPath = child(path, 'service.port');
    if (name !== '' && number !== 0) {
      errors.push(invalid(path, '', 'cannot set both port name & port number'));
    } else if (name !== '') checkRule(errors, child(portPath, 'name'), name, isPortName);
    else if (number !== 0) {
      for (const message of isPortNumber(number)) {
        errors.push(invalid(child(portPath, 'number'), number, message));
      }
    } else errors.push(required(portPath, 'port name or number is required'));
  }
}

export const validateIngressClass = validateMetadata<IngressClass>(
  { namespaced: false, name: nameIsDnsSubdomain },
  ({ spec = {} }, previous) => {
    const errors: Errors = [];
    const { controller = '', parameters } = spec;
    if (controller.length > 250) {
      errors.push({
        type: 'FieldValueTooLong',
        field: 'spec.controller',
        message: 'Too long: may not be more than 250 bytes',
      });
    }
    if (controller === '') errors.push(required('spec.controller'));
    if (parameters) {
      checkRequired(errors, 'spec.parameters.kind', parameters.kind);
      checkRequired(errors, 'spec.parameters.name', parameters.name);
      const { scope, namespace } = parameters;
      if (scope === 'Namespace' && !namespace) {
        errors.push(
          required('spec.parameters.namespace', "`parameters.scope` is set to 'Namespace'"),
        );
      } else if (scope === 'Cluster' && namespace) {
        errors.push(
          forbidden('spec.parameters.namespace', "`parameters.scope` is set to 'Cluster'"),
        );
      }
    }
    if (previous !== undefined) {
      errors.push(
        ...validateImmutable(controller, previous.spec?.controller ?? '', 'spec.controller'),
      );
    }
    return errors;
  },
);
