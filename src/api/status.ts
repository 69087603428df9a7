/**
 * Status objects: how the API server says no (and, of a delete, yes).
 * Follows apimachinery pkg/api/errors/errors.go and apiserver responsewriters/errors.go.
 */
import { aggregateText, fieldErrorText, type FieldError } from './field.ts';
import { goQuote } from './go-text.ts';

export type StatusReason =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'Expired'
  | 'ServiceUnavailable';

export interface StatusCause {
  readonly reason?: string;
  readonly message?: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** meta/v1 Status, as it goes over the wire. */
export interface Status {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: Readonly<Record<string, never>>;
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: StatusReason;
  readonly details?: StatusDetails;
  /** The HTTP status code. Absent on success. */
  readonly code?: number;
}

/** Carries a Status up to the answer. */
export class StatusError extends Error {
  readonly status: Status;
  constructor(status: Status) {
    super(status.message ?? '');
    this.status = status;
  }
}

/** A resource as errors name it: `pods`, `deployments.apps`. A Kind's literal will do. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

/** A kind as errors name it: `Pod`, `Deployment.apps`. A Kind's literal will do. */
export interface KindName {
  readonly group: string;
  readonly kind: string;
}

const qualified = (name: string, group: string): string =>
  group === '' ? name : `${name}.${group}`;
const resourceText = ({ group, plural }: ResourceName): string => qualified(plural, group);

function failure(
  code: number,
  reason: StatusReason | undefined,
  message: string,
  details?: StatusDetails,
): Status {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === undefined ? {} : { reason }),
    ...(details === undefined ? {} : { details }),
    code,
  };
}

/** Empty parts are left out, as Go's omitempty does. */
const detailsOf = ({ group, plural }: ResourceName, name: string): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(group === '' ? {} : { group }),
  ...(plural === '' ? {} : { kind: plural }),
});

/** What a delete answers when the object is gone at once. */
export const success = (details: StatusDetails): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  details,
});

/** `pods "web" not found`. */
export const notFound = (resource: ResourceName, name: string): Status =>
  failure(
    404,
    'NotFound',
    `${resourceText(resource)} ${goQuote(name)} not found`,
    detailsOf(resource, name),
  );

/** A path that leads nowhere: `the server could not find the requested resource`. */
export const notFoundPath = (): Status =>
  failure(404, 'NotFound', 'the server could not find the requested resource', {});

/** `pods "web" already exists`. */
export const alreadyExists = (resource: ResourceName, name: string): Status =>
  failure(
    409,
    'AlreadyExists',
    `${resourceText(resource)} ${goQuote(name)} already exists`,
    detailsOf(resource, name),
  );

/** A generated name that was taken. */
export const generateNameConflict = (resource: ResourceName, name: string): Status =>
  failure(
    409,
    'AlreadyExists',
    `${resourceText(resource)} ${goQuote(name)} already exists, ` +
      'the server was not able to generate a unique name for the object',
    { ...detailsOf(resource, name), retryAfterSeconds: 1 },
  );

/** What `conflict` says of an update on an old resourceVersion. */
export const optimisticLockMessage =
  'the object has been modified; ' +
  'please apply your changes to the latest version and try again';

/** `Operation cannot be fulfilled on pods "web": …`. */
export const conflict = (
  resource: ResourceName,
  name: string,
  reason: string = optimisticLockMessage,
): Status =>
  failure(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceText(resource)} ${goQuote(name)}: ${reason}`,
    detailsOf(resource, name),
  );

/** Server-side apply against other managers' fields; the message comes with the conflicts. */
export const applyConflict = (message: string, causes: readonly StatusCause[]): Status =>
  failure(409, 'Conflict', message, { causes });

/** `Pod "web" is invalid: spec.containers: Required value`; several errors go in brackets. */
export function invalidObject(
  { group, kind }: KindName,
  name: string,
  errors: readonly FieldError[],
): Status {
  const head = `${qualified(kind, group)} ${goQuote(name)} is invalid`;
  const causes = errors.map(({ type, field, message }) => ({ reason: type, message, field }));
  const message =
    errors.length === 0 ? head : `${head}: ${aggregateText(errors.map(fieldErrorText))}`;
  return failure(422, 'Invalid', message, {
    ...(name === '' ? {} : { name }),
    ...(group === '' ? {} : { group }),
    ...(kind === '' ? {} : { kind }),
    ...(causes.length === 0 ? {} : { causes }),
  });
}

export const badRequest = (message: string): Status => failure(400, 'BadRequest', message);

/** `secrets "x" is forbidden: …`; without a name `secrets is forbidden: …`. */
export function forbiddenAction(resource: ResourceName, name: string, reason: string): Status {
  const what = resourceText(resource);
  const head =
    what === '' ? 'forbidden' : `${what}${name === '' ? '' : ` ${goQuote(name)}`} is forbidden`;
  return failure(403, 'Forbidden', `${head}: ${reason}`, detailsOf(resource, name));
}

/** Who wanted to do what: the parts of an authorization refusal. */
export interface Attempt {
  readonly user: string;
  readonly verb: string;
  /** `''` for paths that are no resource; then `path` is set. */
  readonly resource: string;
  readonly subresource?: string;
  readonly group: string;
  readonly namespace: string;
  readonly path?: string;
}

/** `User "u" cannot list resource "secrets" in API group "" in the namespace "n"`. */
export function attemptText(attempt: Attempt): string {
  const { user, verb, resource, subresource = '', group, namespace, path } = attempt;
  const who = `User ${goQuote(user)} cannot ${verb}`;
  if (path !== undefined) return `${who} path ${goQuote(path)}`;
  const what = subresource === '' ? resource : `${resource}/${subresource}`;
  const text = `${who} resource ${goQuote(what)} in API group ${goQuote(group)}`;
  return namespace === ''
    ? `${text} at the cluster scope`
    : `${text} in the namespace ${goQuote(namespace)}`;
}

export const unauthorized = (message = 'Unauthorized'): Status =>
  failure(401, 'Unauthorized', message);

/** `patch is not supported on resources of kind "pods"`. */
export const methodNotSupported = (resource: ResourceName, action: string): Status =>
  failure(
    405,
    'MethodNotAllowed',
    `${action} is not supported on resources of kind ${goQuote(resourceText(resource))}`,
    detailsOf(resource, ''),
  );

/** A verb that the path does not take. */
export const methodNotAllowed = (): Status =>
  failure(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    {},
  );

/** A resourceVersion or continue token that is too old. */
export const expired = (message: string): Status => failure(410, 'Expired', message);

/** `too old resource version: 5 (100)`: the start of a watch that is no longer kept. */
export const tooOldResourceVersion = (asked: string, oldest: string): Status =>
  expired(`too old resource version: ${asked} (${oldest})`);

export const gone = (message: string): Status => failure(410, 'Gone', message);

/** E.g. an eviction that a disruption budget forbids now. */
export const tooManyRequests = (
  message: string,
  retryAfterSeconds: number,
  causes?: readonly StatusCause[],
): Status =>
  failure(429, 'TooManyRequests', message, {
    ...(causes === undefined ? {} : { causes }),
    ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }),
  });

export const serviceUnavailable = (message: string): Status =>
  failure(503, 'ServiceUnavailable', message);

export const serverTimeout = (
  resource: ResourceName,
  operation: string,
  retryAfterSeconds: number,
): Status =>
  failure(
    500,
    'ServerTimeout',
    `The ${operation} operation against ${resourceText(resource)} ` +
      'could not be completed at this time, please try again.',
    {
      ...detailsOf(resource, operation),
      ...(retryAfterSeconds === 0 ? {} : { retryAfterSeconds }),
    },
  );

/** `Timeout: request did not complete within the allotted timeout`. */
export const timeout = (message: string, retryAfterSeconds = 0): Status =>
  failure(
    504,
    'Timeout',
    `Timeout: ${message}`,
    retryAfterSeconds === 0 ? {} : { retryAfterSeconds },
  );

export const internalError = (message: string): Status =>
  failure(500, 'InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });

export const requestEntityTooLarge = (message: string): Status =>
  failure(413, 'RequestEntityTooLarge', `Request entity too large: ${message}`);

/** A body in a language that is not taken; `accepted` are media types. */
export const unsupportedMediaType = (accepted: readonly string[]): Status =>
  failure(
    415,
    'UnsupportedMediaType',
    'the body of the request was in an unknown format - ' +
      `accepted media types include: ${accepted.join(', ')}`,
  );

/** An Accept header that nothing satisfies. */
export const notAcceptable = (accepted: readonly string[]): Status =>
  failure(
    406,
    'NotAcceptable',
    'only the following media types are accepted: ' + accepted.join(', '),
  );

/**
 * A patch that does not fit (PatchError with code 422): the API server keeps its reasons to itself.
 */
export const unprocessable = (): Status =>
  failure(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
