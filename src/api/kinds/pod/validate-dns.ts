/**
 * Resolver settings of a Pod.
 * Follows pkg/apis/core/validation/validation.go (validatePodDNSConfig).
 */
import { at, child, invalid, required } from '../../field.ts';
import { isDnsSubdomain } from '../../names.ts';
import type { PodDNSConfig, PodSpec } from '../../types.gen.ts';
import { checkRule, isIp, type Errors } from '../checks.ts';

/** A Pod's own resolver settings; `dnsPolicy: None` needs them. */
export function checkDns(errors: Errors, { dnsConfig, dnsPolicy }: PodSpec, path: string): void {
  if (dnsPolicy === 'None') {
    if (dnsConfig === undefined) {
      errors.push(required(path, 'must provide `dnsConfig` when `dnsPolicy` is None'));
      return;
    }
    if ((dnsConfig.nameservers ?? []).length === 0) {
      errors.push(
        required(
          child(path, 'nameservers'),
          'must provide at least one DNS nameserver when `dnsPolicy` is None',
        ),
      );
      return;
    }
  }
  if (dnsConfig !== undefined) checkDnsConfig(errors, dnsConfig, path);
}

function checkDnsConfig(
  errors: Errors,
  { nameservers = [], searches = [], options = [] }: PodDNSConfig,
  path: string,
): void {
  const serversPath = child(path, 'nameservers');
  if (nameservers.length > 3) {
    errors.push(invalid(serversPath, nameservers, 'must not have more than 3 nameservers'));
  }
  for (const [index, server] of nameservers.entries()) {
    if (!isIp(server))
      errors.push(invalid(at(serversPath, index), server, 'must be valid IP address'));
  }
  if (searches.length > 32) {
    errors.push(
      invalid(child(path, 'searches'), searches, 'must not have more than 32 search paths'),
    );
  }
  if (searches.join(' ').length > 2048) {
    errors.push(
      invalid(
        child(path, 'searches'),
        searches,
        'must not have more than 2048 characters (including spaces) in the search list',
      ),
    );
  }
  for (const [index, search] of searches.entries()) {
    const name = search.endsWith('.') ? search.slice(0, -1) : search;
    if (search !== '.') checkRule(errors, at(child(path, 'searches'), index), name, isDnsSubdomain);
  }
  for (const [index, { name }] of options.entries()) {
    if (!name) errors.push(required(at(child(path, 'options'), index), 'must not be empty'));
  }
}
