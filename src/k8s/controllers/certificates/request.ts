/** What the certificate controllers ask of a request. Upstream: pkg/controller/certificates. */
import { decodeBase64 } from '../../../api/base64.ts';
import type { CertificateSigningRequest } from '../../../api/types.gen.ts';
import { type CertificateSubject, subjectOfRequest } from '../../client/index.ts';

type Request = CertificateSigningRequest;

export const conditionOf = ({ status }: Request, type: string) =>
  status?.conditions?.find((condition) => condition.type === type);

/** A condition counts as true when it says so, and when it says nothing. */
export const has = (request: Request, type: string): boolean => {
  const condition = conditionOf(request, type);
  return condition !== undefined && (condition.status === 'True' || !condition.status);
};

export const subjectOf = ({ spec }: Request): CertificateSubject | undefined =>
  subjectOfRequest(decodeBase64(spec.request) ?? '');

const clientUsages = [
  ['client auth', 'digital signature', 'key encipherment'],
  ['client auth', 'digital signature'],
];
const servingUsages = [
  ['digital signature', 'key encipherment', 'server auth'],
  ['digital signature', 'server auth'],
];

const isOneOf = (sets: readonly (readonly string[])[], usages: readonly string[] = []): boolean =>
  sets.some((set) => set.join() === usages.toSorted().join());

/** Why a request is none of a kubelet for its client certificate; undefined when it is one. */
export function kubeletClientProblem(request: Request): string | undefined {
  return nodeProblem(request) ??
    (isOneOf(clientUsages, request.spec.usages)
      ? undefined
      : 'usages did not match [client auth digital signature]');
}

export function kubeletServingProblem(request: Request): string | undefined {
  return nodeProblem(request) ??
    (isOneOf(servingUsages, request.spec.usages)
      ? undefined
      : 'usages did not match [digital signature server auth]');
}

function nodeProblem(request: Request): string | undefined {
  const { organizations = [], commonName = '' } = subjectOf(request) ?? {};
  if (organizations.length !== 1 || organizations[0] !== 'system:nodes') {
    return 'subject organization is not system:nodes';
  }
  return commonName.startsWith('system:node:')
    ? undefined
    : 'subject common name does not begin with system:node:';
}
