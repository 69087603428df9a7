/**
 * Who may approve and sign certificates for a signer, and what nobody may ask for.
 * Follows plugin/pkg/admission/certificates (approval, signing, subjectrestriction, util.go).
 * Simplified: of a request's subject only its organizations are read.
 */
import { decodeBase64 } from '../../../api/base64.ts';
import { isDeepEqual } from '../../../api/equal.ts';
import { goQuote } from '../../../api/go-text.ts';
import type { CertificateSigningRequest } from '../../../api/types.gen.ts';
import { isAllowed } from '../authorization.ts';
import type { Exchange } from '../exchange.ts';
import { organizationsOf } from './certificate-subject.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { refuse } from './refusal.ts';

const clientSigner = 'kubernetes.io/kube-apiserver-client';
const masters = 'system:masters';

export const certificateApproval: Plugin = {
  name: 'CertificateApproval',
  handles: (attributes) => isOfRequests(attributes, 'UPDATE', 'approval'),
  // oxlint-disable-next-line require-yield -- plugins are stories, whether or not they have to wait
  *validate(attributes) {
    checkSigner(attributes, 'approve', 'approve');
  },
};

export const certificateSigning: Plugin = {
  name: 'CertificateSigning',
  handles: (attributes) => isOfRequests(attributes, 'UPDATE', 'status'),
  // oxlint-disable-next-line require-yield -- as above
  *validate(attributes) {
    const before = (attributes.previous as CertificateSigningRequest).status;
    const after = (attributes.object as CertificateSigningRequest).status;
    const isSame =
      before?.certificate === after?.certificate &&
      isDeepEqual(before?.conditions ?? [], after?.conditions ?? []);
    if (!isSame) checkSigner(attributes, 'sign', 'sign');
  },
};

export const certificateSubjectRestriction: Plugin = {
  name: 'CertificateSubjectRestriction',
  handles: (attributes) => isOfRequests(attributes, 'CREATE', ''),
  // oxlint-disable-next-line require-yield -- as above
  *validate(attributes) {
    const { spec } = attributes.object as CertificateSigningRequest;
    if (spec.signerName !== clientSigner) return;
    const text = decodeBase64(spec.request) ?? '';
    if (!organizationsOf(text).includes(masters)) return;
    refuse(attributes, `use of ${clientSigner} signer with ${masters} group is not allowed`);
  },
};

const isOfRequests = (
  { operation, resource: { kind }, x }: Attributes,
  wanted: Attributes['operation'],
  subresource: string,
): boolean =>
  operation === wanted &&
  kind.kind === 'CertificateSigningRequest' &&
  x.route.subresource === subresource;

/** For this signer, or for all of its domain. */
function checkSigner(attributes: Attributes, verb: string, doing: string): void {
  const { signerName = '' } = (attributes.previous as CertificateSigningRequest).spec;
  const domain = signerName.split('/')[0] ?? '';
  if (maySign(attributes.x, verb, signerName) || maySign(attributes.x, verb, `${domain}/*`)) return;
  refuse(
    attributes,
    `user not permitted to ${doing} requests with signerName ${goQuote(signerName)}`,
  );
}

const maySign = (x: Exchange, verb: string, name: string): boolean =>
  isAllowed(x, {
    verb,
    group: 'certificates.k8s.io',
    resource: 'signers',
    subresource: '',
    namespace: '',
    name,
    path: undefined,
  });
