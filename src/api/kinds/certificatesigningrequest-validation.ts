/**
 * Follows pkg/apis/certificates/validation/validation.go. What is inside the request (ASN.1, its
 * signature) and inside a certificate is not looked at.
 */
import { decodeBase64 } from '../base64.ts';
import { duplicate, forbidden, invalid, notSupported, required, tooLong } from '../field.ts';
import { goQuote, goText } from '../go-text.ts';
import type { WriteContext } from '../kind.ts';
import { isDnsLabel, isDnsSubdomain, utf8 } from '../names.ts';
import type { CertificateSigningRequest as Request } from '../types.gen.ts';
import { conditionsOf, decisions, isSameConditions } from './certificatesigningrequest-strategy.ts';
import type { Errors } from './checks.ts';
import { validateMetadata } from './metadata.ts';

const usages: readonly string[] = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

const metadataProblems = validateMetadata<Request>({ namespaced: false, name: () => [] });

export function validateRequest(
  next: Request,
  previous: Request | undefined,
  subresource: '' | 'status',
  context?: WriteContext,
): Errors {
  const errors: Errors = [...metadataProblems(next, previous, subresource)];
  errors.push(...specProblems(next), ...conditionProblems(next));
  if (previous === undefined) return errors;
  errors.push(...changeProblems(next, previous, context?.subresource ?? ''));
  return errors;
}

function specProblems({ spec }: Request): Errors {
  const errors: Errors = [];
  const text = decodeBase64(spec.request ?? '') ?? '';
  if (!/-----BEGIN CERTIFICATE REQUEST-----[\s\S]*-----END CERTIFICATE REQUEST-----/.test(text)) {
    const reason = 'PEM block type must be CERTIFICATE REQUEST';
    errors.push(invalid('spec.request', goBytes(text), reason));
  }
  const given = spec.usages ?? [];
  if (given.length === 0) errors.push(required('spec.usages'));
  given.forEach((usage, i) => {
    if (usages.includes(usage)) return;
    errors.push(notSupported(`spec.usages[${i}]`, usage, usages));
  });
  given.forEach((usage, i) => {
    if (given.indexOf(usage) < i) errors.push(duplicate(`spec.usages[${i}]`, usage));
  });
  errors.push(...signerProblems(spec.signerName ?? ''));
  const { expirationSeconds: seconds } = spec;
  if (seconds !== undefined && seconds < 600) {
    const reason = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', seconds, reason));
  }
  return errors;
}

const goBytes = (text: string) =>
  goText(
    text === ''
      ? '[]byte(nil)'
      : `[]byte{${utf8(text)
          .map((byte) => `0x${byte.toString(16)}`)
          .join(', ')}}`,
  );

function signerProblems(name: string): Errors {
  const field = 'spec.signerName';
  if (name === '') return [required(field)];
  if (name === 'kubernetes.io/legacy-unknown') {
    return [invalid(field, name, 'the legacy signerName is not allowed via this API version')];
  }
  const [domain = '', path = '', ...more] = name.split('/');
  if (!name.includes('/') || more.length > 0) {
    const reason =
      "must be a fully qualified domain and path of the form 'example.com/signer-name'";
    return [invalid(field, name, reason)];
  }
  const errors: Errors = [];
  if (domain.length > 253) errors.push(tooLong(field, 253));
  const labels = domain.split('.');
  errors.push(...labelProblems(field, domain, labels, isDnsLabel));
  if (labels.length < 2) {
    const reason = 'should be a domain with at least two segments separated by dots';
    errors.push(invalid(field, domain, reason));
  }
  errors.push(...labelProblems(field, path, path.split('.'), isDnsSubdomain));
  if (name.length > 571) errors.push(tooLong(field, 571));
  return errors;
}

/** Only the first bad label is told of. */
function labelProblems(
  field: string,
  whole: string,
  labels: readonly string[],
  rule: (label: string) => readonly string[],
): Errors {
  for (const label of labels) {
    const problems = rule(label);
    if (problems.length === 0) continue;
    return problems.map((problem) =>
      invalid(field, whole, `validating label ${goQuote(label)}: ${problem}`),
    );
  }
  return [];
}

function conditionProblems(request: Request): Errors {
  const errors: Errors = [];
  const seen = new Set<string>();
  conditionsOf(request).forEach(({ type, status }, i) => {
    const path = `status.conditions[${i}]`;
    if (type === '') errors.push(required(`${path}.type`));
    const isFixed = ['Approved', 'Denied', 'Failed'].includes(type);
    const allowed = isFixed ? ['True'] : ['False', 'True', 'Unknown'];
    if (!status) errors.push(required(`${path}.status`));
    else if (!allowed.includes(status)) {
      errors.push(notSupported(`${path}.status`, status, allowed));
    }
    const other = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (other !== undefined && seen.has(other)) {
      const reason = 'Approved and Denied conditions are mutually exclusive';
      errors.push(invalid(`${path}.type`, type, reason));
    }
    if (seen.has(type)) errors.push(duplicate(`${path}.type`, type));
    seen.add(type);
  });
  return errors;
}

function changeProblems(next: Request, previous: Request, subresource: string): Errors {
  const errors: Errors = [];
  const of = (request: Request, wanted: string) =>
    conditionsOf(request).filter(({ type }) => type === wanted);
  const say = (verb: string, type: string) =>
    errors.push(
      forbidden('status.conditions', `updates may not ${verb} a condition of type "${type}"`),
    );
  for (const type of [...decisions, 'Failed']) {
    if (of(next, type).length < of(previous, type).length) say('remove', type);
  }
  if (subresource !== 'approval') {
    for (const type of decisions) {
      const [before, after] = [of(previous, type), of(next, type)];
      if (after.length > before.length) say('add', type);
      else if (after.length === before.length && !isSameConditions(before, after)) {
        say('modify', type);
      }
    }
  }
  const before = previous.status?.certificate ?? '';
  if ((next.status?.certificate ?? '') !== before) {
    const field = 'status.certificate';
    if (subresource !== 'status') {
      errors.push(forbidden(field, 'updates may not set certificate content'));
    } else if (before !== '') {
      errors.push(forbidden(field, 'updates may not modify existing certificate content'));
    }
  }
  return errors;
}
