/**
 * Certificate signing requests: kubelets' own are approved by themselves, approved ones are signed,
 * old ones go. Simplified: a certificate is what our machines carry (it names its subject and
 * proves nothing), so none ever expires.
 * Upstream: pkg/controller/certificates (approver/sarapprove.go, signer/signer.go,
 * cleaner/cleaner.go).
 */
import { encodeBase64 } from '../../../api/base64.ts';
import type { CertificateSigningRequest } from '../../../api/types.gen.ts';
import { formatTime, parseTime } from '../../../kernel/calendar.ts';
import {
  defineController, encodeCertificate, itself, type Outcome, type Resource, settled, type View,
  type Write,
} from '../../client/index.ts';
import {
  conditionOf, has, kubeletClientProblem, kubeletServingProblem, subjectOf,
} from './request.ts';

type Request = CertificateSigningRequest;

const watches = { CertificateSigningRequest: itself };
const hourMs = 3_600_000;

export const csrSigning = defineController({
  name: 'certificate-controller', watches, reconcile: sign,
});
export const csrApproving = defineController({
  name: 'certificate-controller', watches, reconcile: approve,
});
export const csrCleaner = defineController({
  name: 'certificate-controller', watches, workers: 1, reconcile: clean,
});

const change = (request: Request, subresource: string, status: object, because: string): Write => ({
  verb: 'update',
  kind: 'CertificateSigningRequest',
  key: request.metadata.name,
  subresource,
  body: { ...request, status: { ...request.status, ...status } },
  because,
});

const prefix = 'kubernetes.io/';
type Check = (request: Request) => string | undefined;
const anything: Check = () => undefined;

/** The signers of the controller manager, and what each wants of a request. */
const signers: Readonly<Record<string, Check>> = {
  [`${prefix}kubelet-serving`]: kubeletServingProblem,
  [`${prefix}kube-apiserver-client-kubelet`]: kubeletClientProblem,
  [`${prefix}kube-apiserver-client`]: anything,
  [`${prefix}legacy-unknown`]: anything,
};

const clientOnly = new Set(['digital signature', 'key encipherment', 'client auth', 'signing']);

function sign(view: View, name: string): Outcome {
  const request = view.get('CertificateSigningRequest', name);
  if (request === undefined || request.status?.certificate) return settled;
  if (!has(request, 'Approved') || has(request, 'Denied') || has(request, 'Failed')) return settled;
  const { signerName, usages = [] } = request.spec;
  const check = signers[signerName];
  const subject = subjectOf(request);
  if (check === undefined || subject === undefined) return settled;
  const isClient = signerName === `${prefix}kube-apiserver-client`;
  const stranger = isClient ? usages.find((usage) => !clientOnly.has(usage)) : undefined;
  const problem = stranger === undefined ? check(request) : `invalid usage for client certificate: ${stranger}`;
  if (problem !== undefined) {
    const failure = {
      type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: problem,
      lastUpdateTime: formatTime(view.nowMs),
    };
    const conditions = [...(request.status?.conditions ?? []), failure];
    return { writes: [change(request, 'status', { conditions }, problem)] };
  }
  const certificate = encodeBase64(encodeCertificate(subject));
  return { writes: [change(request, 'status', { certificate }, `${name} is approved`)] };
}

const reviews: Resource = {
  group: 'authorization.k8s.io', version: 'v1', kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews', namespaced: false,
};

/** A kubelet that asks for its client certificate gets it, if it may ask for that. */
function approve(view: View, name: string): Outcome {
  const request = view.get('CertificateSigningRequest', name);
  if (request === undefined || request.status?.certificate) return settled;
  if (conditionOf(request, 'Approved') ?? conditionOf(request, 'Denied')) return settled;
  const isKubelet = request.spec.signerName === `${prefix}kube-apiserver-client-kubelet` &&
    kubeletClientProblem(request) === undefined;
  if (!isKubelet) return settled;
  const isSelf = request.spec.username === subjectOf(request)?.commonName;
  const tries = isSelf ? ['selfnodeclient', 'nodeclient'] : ['nodeclient'];
  const allowed = new Set<string>();
  return {
    writes: tries.map((subresource) => review(request, subresource, () => allowed.add(subresource))),
    finish: () => {
      const won = tries.find((one) => allowed.has(one));
      return won === undefined ? [] : [approval(request, won, view.nowMs)];
    },
  };
}

function review(request: Request, subresource: string, yes: () => void): Write {
  const { username = '', uid, groups = [], extra } = request.spec;
  return {
    verb: 'create',
    kind: reviews,
    key: '',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: username,
        groups,
        ...(uid === undefined ? {} : { uid }),
        ...(extra === undefined ? {} : { extra }),
        resourceAttributes: {
          group: 'certificates.k8s.io', resource: 'certificatesigningrequests', verb: 'create',
          subresource,
        },
      },
    },
    because: `may ${username} have a kubelet's certificate?`,
    done: (answer) => {
      if ((answer as unknown as { status?: { allowed?: boolean } }).status?.allowed) yes();
      return undefined;
    },
  };
}

function approval(request: Request, subresource: string, nowMs: number): Write {
  const own = subresource === 'selfnodeclient' ? 'self ' : '';
  const condition = {
    type: 'Approved', status: 'True', reason: 'AutoApproved',
    message: `Auto approving ${own}kubelet client certificate after SubjectAccessReview.`,
    lastUpdateTime: formatTime(nowMs),
  };
  const conditions = [...(request.status?.conditions ?? []), condition];
  return change(request, 'approval', { conditions }, `${request.spec.username} may have it`);
}

/** Decided ones go after an hour, undecided ones after a day. */
function clean(view: View, name: string): Outcome {
  const request = view.get('CertificateSigningRequest', name);
  if (request === undefined) return settled;
  const decided = conditionOf(request, 'Denied') ?? conditionOf(request, 'Failed') ??
    (request.status?.certificate ? conditionOf(request, 'Approved') : undefined);
  if (decided === undefined && conditionOf(request, 'Approved') !== undefined) return settled;
  const since = decided?.lastUpdateTime ?? request.metadata.creationTimestamp;
  const left = (parseTime(since) ?? view.nowMs) + (decided ? hourMs : 24 * hourMs) - view.nowMs;
  if (left > 0) return { writes: [], requeueAfterMs: left };
  return {
    writes: [{
      verb: 'delete', kind: 'CertificateSigningRequest', key: name, accepts: [404],
      because: `${name} is old`,
    }],
  };
}
