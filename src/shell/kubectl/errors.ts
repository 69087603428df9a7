/**
 * How kubectl ends when something is wrong: the text on standard error and the exit code.
 * Follows kubectl pkg/cmd/util/helpers.go.
 */
import type { CloseReason } from '../../host/index.ts';
import type { Status } from '../../api/status.ts';
import type { ApiResponse } from '../../k8s/client/wire.ts';

/** A failure with the complete text for standard error (`''`: nothing more to say). */
export class CommandError extends Error {
  readonly code: number;
  /** What goes to standard output before the message. */
  readonly output: string;
  /** Whether `error: ` stays in front when it is one of several failures. */
  readonly keepsPrefix: boolean;
  // oxlint-disable-next-line max-params -- all but the first have their usual values
  constructor(message: string, code = 1, output = '', keepsPrefix = false) {
    super(message);
    this.code = code;
    this.output = output;
    this.keepsPrefix = keepsPrefix;
  }
}

/** `error: …`. */
export const failed = (message: string): CommandError => new CommandError(`error: ${message}`);

/** The same; among several failures, too, it says `error: ` (kubectl wrote it into the text itself). */
export const failedAlways = (message: string): CommandError =>
  new CommandError(`error: ${message}`, 1, '', true);

/** Ends with a code and without a word. */
export const silently = (code = 1): CommandError => new CommandError('', code);

/** The server said no. */
export class ServerError extends CommandError {
  readonly status: Status;
  constructor(status: Status) {
    super(standardMessage(status));
    this.status = status;
  }
}

/** The server was not reached. */
export class ConnectionError extends CommandError {
  readonly reason: CloseReason | 'tls';
  constructor(reason: CloseReason | 'tls', message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Several failures; each is told on a line of its own. */
export class ManyErrors extends CommandError {
  readonly errors: readonly CommandError[];
  constructor(errors: readonly CommandError[]) {
    super(errors.map(messageOf).join('\n'));
    this.errors = errors;
  }
}

/** Throws what went wrong, if anything did. */
export function throwAll(errors: readonly CommandError[]): void {
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new ManyErrors(errors);
}

/** What an error says without `error: ` (in front of which a command may put words). */
export const bareMessage = (error: CommandError): string =>
  error instanceof ServerError
    ? (error.status.message ?? '')
    : error.message.replace(/^error: /, '');

const messageOf = ({ message, keepsPrefix }: CommandError): string =>
  (keepsPrefix ? message : message.replace(/^error: /, '')).replace(/\n$/, '');

/** What kubectl's `StandardErrorMessage` makes of a Status. */
export function standardMessage(status: Status): string {
  if (status.reason === 'Invalid' && status.details !== undefined) return invalidMessage(status);
  const message = status.message ?? '';
  if (status.reason === 'Unauthorized') {
    return `error: You must be logged in to the server (${message})`;
  }
  if (status.reason === undefined) return `Error from server: ${message}`;
  return `Error from server (${status.reason}): ${message}`;
}

function invalidMessage(status: Status): string {
  const { kind = '', name = '', causes = [] } = status.details ?? {};
  let head = 'The request is invalid';
  if (kind !== '' || name !== '') head = `The ${kind} ${JSON.stringify(name)} is invalid`;
  else if (status.message !== undefined && causes.length === 0) head += `: ${status.message}`;
  const errors = [...new Set(causes.map(({ field = '', message = '' }) => `${field}: ${message}`))];
  if (errors.length === 0) return head;
  // Its own line break comes even after one of the message.
  if (errors.length === 1) return `${head}: ${errors[0] ?? ''}\n`;
  return `${head}: \n${errors.map((error) => `* ${error}`).join('\n')}`;
}

/**
 * What a request was for, as client-go adds it to its own words: ` (get things.example.com a)`.
 * Follows apimachinery pkg/api/errors/errors.go (NewGenericServerResponse).
 */
export function askedOf(method: string, path: string): string {
  const [, root, ...rest] = path.split('/');
  const group = root === 'apis' ? rest[0] : '';
  let parts = rest.slice(root === 'apis' ? 2 : 1);
  if (parts[0] === 'namespaces' && parts.length > 2) parts = parts.slice(2);
  const [plural = '', name = ''] = parts;
  if ((root !== 'api' && root !== 'apis') || plural === '') return '';
  const resource = group ? `${plural}.${group}` : plural;
  return ` (${method.toLowerCase()} ${resource}${name === '' ? '' : ` ${name}`})`;
}

/**
 * An answer's Status as an error; answers without one get the words of client-go.
 * @param asked what the request was for
 */
export function errorOf({ status: code, body }: ApiResponse, asked = ''): ServerError {
  if (typeof body === 'object' && body !== null && 'kind' in body && body['kind'] === 'Status') {
    return new ServerError(body as unknown as Status);
  }
  const text = typeof body === 'string' ? body : '';
  const { reason, message } = genericStatus(code, text);
  return new ServerError({
    kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', code,
    reason, message: message + asked,
  } as unknown as Status);
}

function genericStatus(code: number, text: string): { reason: string; message: string } {
  switch (code) {
    case 401: return { reason: 'Unauthorized', message: 'Unauthorized' };
    case 403: return { reason: 'Forbidden', message: text.trim() || 'unknown' };
    case 404: return { reason: 'NotFound', message: 'the server could not find the requested resource' };
    case 405: return {
      reason: 'MethodNotAllowed',
      message: 'the server does not allow this method on the requested resource',
    };
    case 503: return {
      reason: 'ServiceUnavailable',
      message: 'the server is currently unable to handle the request',
    };
    default: return {
      reason: 'InternalError',
      message: `an error on the server (${JSON.stringify(text.trim() || 'unknown')}) ` +
        'has prevented the request from succeeding',
    };
  }
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof ServerError && error.status.reason === 'NotFound';
export const isConflict = (error: unknown): boolean =>
  error instanceof ServerError && error.status.reason === 'Conflict';
