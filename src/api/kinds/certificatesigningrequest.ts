import { humanDuration } from '../duration.ts';
import { defineKind } from '../kind.ts';
import type { CertificateSigningRequest } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { prepareRequest } from './certificatesigningrequest-strategy.ts';
import { validateRequest } from './certificatesigningrequest-validation.ts';
import { storedVerbs } from './strategy.ts';

export const certificateSigningRequest = defineKind<CertificateSigningRequest>({
  group: 'certificates.k8s.io',
  version: 'v1',
  kind: 'CertificateSigningRequest',
  plural: 'certificatesigningrequests',
  singular: 'certificatesigningrequest',
  shortNames: ['csr'],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: ['approval', 'status'],
  schema: 'io.k8s.api.certificates.v1.CertificateSigningRequest',
  prepare: prepareRequest,
  validate: validateRequest,
  selectableFields: ({ spec }) => ({ 'spec.signerName': spec?.signerName ?? '' }),
  columns: describeColumns<CertificateSigningRequest>(
    'certificatesigningrequests.certificates.k8s.io',
    [
      nameColumn,
      ageColumn,
      text('SignerName', ({ spec }) => spec.signerName || '<none>'),
      text('Requestor', ({ spec }) => spec.username ?? ''),
      text('RequestedDuration', ({ spec }) =>
        spec.expirationSeconds === undefined
          ? '<none>'
          : humanDuration(spec.expirationSeconds * 1000),
      ),
      text('Condition', conditionText),
    ],
  ),
});

function conditionText({ status }: CertificateSigningRequest): string {
  const has = (type: string) => status?.conditions?.some((condition) => condition.type === type);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return decision + (has('Failed') ? ',Failed' : '') + (status?.certificate ? ',Issued' : '');
}
