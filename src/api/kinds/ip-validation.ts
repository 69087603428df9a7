/**
 * Addresses that endpoints may have.
 * Follows pkg/apis/core/validation/validation.go (ValidateNonSpecialIP / ValidateEndpointIP).
 */
import { invalid } from '../field.ts';
import { isIp, type Errors } from './checks.ts';

/** Neither unspecified nor loopback nor link-local. */
export function checkOrdinaryIp(errors: Errors, path: string, ip: string): void {
  if (!isIp(ip)) {
    errors.push(invalid(path, ip, 'must be a valid IP address'));
    return;
  }
  const lower = ip.toLowerCase();
  if (lower === '0.0.0.0' || lower === '::') {
    errors.push(invalid(path, ip, `may not be unspecified (${ip})`));
  }
  if (lower.startsWith('127.') || lower === '::1') {
    errors.push(invalid(path, ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)'));
  }
  if (lower.startsWith('169.254.') || /^fe[89ab]/.test(lower)) {
    errors.push(
      invalid(path, ip, 'may not be in the link-local range (169.254.0.0/16, fe80::/10)'),
    );
  }
  if (lower.startsWith('224.0.0.') || lower.startsWith('ff02:')) {
    errors.push(
      invalid(path, ip, 'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)'),
    );
  }
}
