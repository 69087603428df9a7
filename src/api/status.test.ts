import { describe, expect, it } from 'vitest';
import {
  at,
  child,
  duplicate,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  tooMany,
  type FieldError,
} from './field.ts';
import { goQuote, goStringMap, goText } from './go-text.ts';
import {
  alreadyExists,
  attemptText,
  badRequest,
  conflict,
  expired,
  forbiddenAction,
  generateNameConflict,
  internalError,
  invalidObject,
  methodNotSupported,
  notFound,
  serverTimeout,
  success,
  timeout,
  tooManyRequests,
  tooOldResourceVersion,
  unauthorized,
  unsupportedMediaType,
  type Status,
} from './status.ts';

const pods = { group: '', plural: 'pods' };
const deployments = { group: 'apps', plural: 'deployments' };

it.each<[Status, number, string, string]>([
  [notFound(pods, 'web'), 404, 'NotFound', 'pods "web" not found'],
  [notFound(deployments, 'web'), 404, 'NotFound', 'deployments.apps "web" not found'],
  [alreadyExists(pods, 'web'), 409, 'AlreadyExists', 'pods "web" already exists'],
  [
    generateNameConflict(pods, 'w-1'),
    409,
    'AlreadyExists',
    'pods "w-1" already exists, the server ' +
      'was not able to generate a unique name for the object',
  ],
  [
    conflict(pods, 'web'),
    409,
    'Conflict',
    'Operation cannot be fulfilled on pods "web": the object ' +
      'has been modified; please apply your changes to the latest version and try again',
  ],
  [badRequest('no'), 400, 'BadRequest', 'no'],
  [
    forbiddenAction(
      { group: '', plural: 'secrets' },
      '',
      attemptText({
        user: 'u',
        verb: 'list',
        resource: 'secrets',
        group: '',
        namespace: 'n',
      }),
    ),
    403,
    'Forbidden',
    'secrets is forbidden: User "u" cannot list resource "secrets" in API ' +
      'group "" in the namespace "n"',
  ],
  [forbiddenAction(pods, 'web', 'quota'), 403, 'Forbidden', 'pods "web" is forbidden: quota'],
  [
    forbiddenAction(
      { group: '', plural: '' },
      '',
      attemptText({
        user: 'u',
        verb: 'get',
        resource: '',
        group: '',
        namespace: '',
        path: '/metrics',
      }),
    ),
    403,
    'Forbidden',
    'forbidden: User "u" cannot get path "/metrics"',
  ],
  [unauthorized(), 401, 'Unauthorized', 'Unauthorized'],
  [
    methodNotSupported(pods, 'patch'),
    405,
    'MethodNotAllowed',
    'patch is not supported on resources of kind "pods"',
  ],
  [expired('gone'), 410, 'Expired', 'gone'],
  [tooOldResourceVersion('5', '100'), 410, 'Expired', 'too old resource version: 5 (100)'],
  [tooManyRequests('later', 1), 429, 'TooManyRequests', 'later'],
  [timeout('slow'), 504, 'Timeout', 'Timeout: slow'],
  [
    serverTimeout(pods, 'create', 2),
    500,
    'ServerTimeout',
    'The create operation against pods could ' + 'not be completed at this time, please try again.',
  ],
  [internalError('boom'), 500, 'InternalError', 'Internal error occurred: boom'],
  [
    unsupportedMediaType(['application/json']),
    415,
    'UnsupportedMediaType',
    'the body of the request ' +
      'was in an unknown format - accepted media types include: application/json',
  ],
])('%#: %j', (status, code, reason, message) => {
  expect(status).toMatchObject({
    kind: 'Status',
    apiVersion: 'v1',
    status: 'Failure',
    code,
    reason,
    message,
  });
});

it('names what it is about, and leaves out what is empty', () => {
  expect(notFound(deployments, 'web').details).toEqual({
    name: 'web',
    group: 'apps',
    kind: 'deployments',
  });
  expect(notFound(pods, 'web').details).toEqual({ name: 'web', kind: 'pods' });
  expect(JSON.stringify(success({ name: 'web', kind: 'pods', uid: 'u' }))).toBe(
    '{"kind":"Status",' +
      '"apiVersion":"v1","metadata":{},"status":"Success","details":{"name":"web","kind":"pods","uid":"u"}}',
  );
});

describe('Invalid', () => {
  const kind = { group: 'apps', kind: 'Deployment' };
  it('with one error', () => {
    expect(invalidObject(kind, 'web', [required('spec.selector')])).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      code: 422,
      reason: 'Invalid',
      message: 'Deployment.apps "web" is invalid: spec.selector: Required value',
      details: {
        name: 'web',
        group: 'apps',
        kind: 'Deployment',
        causes: [
          { reason: 'FieldValueRequired', message: 'Required value', field: 'spec.selector' },
        ],
      },
    });
  });
  it('with several, repeats said once', () => {
    const errors = [required('a'), invalid('b', 1, 'no'), required('a')];
    const { message, details } = invalidObject(kind, 'web', errors);
    expect(message).toBe(
      'Deployment.apps "web" is invalid: [a: Required value, b: Invalid value: 1: no]',
    );
    expect(details?.causes).toHaveLength(3);
  });
});

it.each<[FieldError, string]>([
  [required('f', 'why'), 'Required value: why'],
  [invalid('f', 'x', 'bad'), 'Invalid value: "x": bad'],
  [invalid('f', -1, 'bad'), 'Invalid value: -1: bad'],
  [invalid('f', null, 'bad'), 'Invalid value: "null": bad'],
  [invalid('f', true, 'bad'), 'Invalid value: true: bad'],
  [invalid('f', ['a'], 'bad'), 'Invalid value: []string{"a"}: bad'],
  [invalid('f', goText('v1.X{}'), 'bad'), 'Invalid value: v1.X{}: bad'],
  [duplicate('f', 'x'), 'Duplicate value: "x"'],
  [notSupported('f', 'x', ['a', 'b']), 'Unsupported value: "x": supported values: "a", "b"'],
  [forbidden('f', 'no'), 'Forbidden: no'],
  [tooLong('f', 63), 'Too long: may not be more than 63 bytes'],
  [tooMany('f', 3, 2), 'Too many: 3: must have at most 2 items'],
])('field error %#', (error, message) => {
  expect(error).toMatchObject({ field: 'f', message });
});

it('paths', () => {
  expect(at(child(child('', 'spec'), 'ports'), 0)).toBe('spec.ports[0]');
});

it.each([
  ['a"b\\', '"a\\"b\\\\"'],
  ['\n\t\x01', '"\\n\\t\\x01"'],
  ['é中😀', '"é中😀"'],
  ['\u200b', '"\\u200b"'],
  ['a b', '"a b"'],
])('Go quotes %j as %s', (text, quoted) => {
  expect(goQuote(text)).toBe(quoted);
});

it('Go prints maps in order', () => {
  expect(goStringMap({ b: '2', a: '1' })).toBe('map[string]string{"a":"1", "b":"2"}');
  expect(goStringMap(undefined)).toBe('map[string]string(nil)');
});
