/**
 * How many requests may be on their way at once. Follows apiserver
 * pkg/server/filters/maxinflight.go with kube-apiserver's defaults; streams do not count.
 */
import type { ApiRequest, ApiResponse, Credential } from '../../k8s/client/wire.ts';

export interface InFlightLimits {
  /** `--max-requests-inflight`: requests that only read. */
  readonly reading: number;
  /** `--max-mutating-requests-inflight`. */
  readonly writing: number;
  /** Bytes of bodies that are being received or waited for, all together. */
  readonly bodyBytes: number;
}

export const usualLimits: InFlightLimits = {
  reading: 400,
  writing: 200,
  bodyBytes: 128 * 1024 * 1024,
};

export class InFlight {
  bodyBytes = 0;
  private readonly limits: InFlightLimits;
  private readonly now = { reading: 0, writing: 0 };

  constructor(limits: InFlightLimits) {
    this.limits = limits;
  }

  /** Lets a request in, and gives what to call when it is over; undefined: too many. */
  enter(request: ApiRequest): (() => void) | undefined {
    if (isLongRunning(request)) return () => undefined;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const what = isRead ? 'reading' : 'writing';
    const isFull =
      this.now[what] >= this.limits[what] || this.bodyBytes >= this.limits.bodyBytes;
    if (isFull && !isMaster(request.credential)) return undefined;
    this.now[what] += 1;
    let isIn = true;
    return () => {
      if (isIn) this.now[what] -= 1;
      isIn = false;
    };
  }
}

/** A system:master always gets an answer. */
const isMaster = (credential: Credential | undefined): boolean =>
  credential?.type === 'certificate' && credential.organizations.includes('system:masters');

const endless = /\/(attach|exec|proxy|log|portforward)(\/|$)/;

function isLongRunning({ path, query }: ApiRequest): boolean {
  const watch = query?.['watch'];
  if (watch !== undefined && /^(1|t|true)$/i.test(String(watch))) return true;
  return endless.test(path);
}

export const tooMany: ApiResponse = {
  status: 429,
  headers: {
    'content-type': 'text/plain; charset=utf-8',
    'retry-after': '1',
    'x-content-type-options': 'nosniff',
  },
  body: 'Too many requests, please try again later.\n',
};
