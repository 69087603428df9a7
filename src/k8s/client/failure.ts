import type { CloseReason, Endpoint } from '../../host/index.ts';
import type { ApiResponse } from './wire.ts';

/**
 * No answer came: what a Go client returns as a network error. It stands where an answer would,
 * with the status 0 that no server sends, and Go's text as its body.
 */
export interface Failure extends ApiResponse {
  readonly status: 0;
  readonly reason: CloseReason | 'deadline';
  readonly body: string;
}

/** Why no answer came; undefined when this is an answer. */
export const failureOf = (response: ApiResponse): Failure | undefined =>
  response.status === 0 ? (response as Failure) : undefined;

/** Whether the server did what was asked. */
export const isOk = ({ status }: ApiResponse): boolean => status >= 200 && status < 300;

const goErrno: Readonly<Record<string, string>> = {
  refused: 'connect: connection refused',
  timeout: 'i/o timeout',
  unreachable: 'connect: no route to host',
};

/** The connection could not be made. */
export const dialFailure = (reason: CloseReason, { ip, port }: Endpoint): Failure => ({
  status: 0,
  reason,
  body: `dial tcp ${ip}:${port}: ${goErrno[reason] ?? reason}`,
});

/** The connection went away under a request. */
export const lostFailure = (reason: CloseReason, local: Endpoint, remote: Endpoint): Failure => ({
  status: 0,
  reason,
  body:
    reason === 'closed'
      ? 'unexpected EOF'
      : `read tcp ${local.ip}:${local.port}->${remote.ip}:${remote.port}: ` +
        (reason === 'reset'
          ? 'read: connection reset by peer'
          : `read: ${goErrno[reason] ?? reason}`),
});

/** The answer took too long. */
export const deadlineFailure: Failure = {
  status: 0,
  reason: 'deadline',
  body: 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
};
