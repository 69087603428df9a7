/** Acting as somebody else (`--as`). Follows apiserver pkg/endpoints/filters/impersonation.go. */
import { StatusError, attemptText, forbiddenAction, internalError } from '../../api/status.ts';
import { isAllowed } from './authorization.ts';
import { type Exchange, header } from './exchange.ts';

const extraPrefix = 'impersonate-extra-';
const authenticated = 'system:authenticated';
const unauthenticated = 'system:unauthenticated';
const authentication = 'authentication.k8s.io';

/** Makes the exchange's user the one whom the headers name, if the caller may be them. */
export function handleImpersonation(x: Exchange): void {
  const name = header(x, 'impersonate-user');
  const groups = valuesOf(x, 'impersonate-group');
  const uid = header(x, 'impersonate-uid');
  const extra = extraOf(x);
  const extras = Object.entries(extra);
  if (name === '') {
    if (groups.length === 0 && uid === '' && extras.length === 0) return;
    throw new StatusError(internalError(withoutUser(groups, extras, uid)));
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  if (account === null) check(x, { resource: 'users', name });
  else check(x, { resource: 'serviceaccounts', namespace: account[1], name: account[2] as string });
  for (const group of groups) check(x, { resource: 'groups', name: group });
  for (const [subresource, values] of extras) {
    for (const value of values) {
      check(x, { group: authentication, resource: 'userextras', subresource, name: value });
    }
  }
  if (uid !== '') check(x, { group: authentication, resource: 'uids', name: uid });
  const own =
    account === null ? [] : ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`];
  x.user = {
    name,
    groups: completed(name, groups.length > 0 ? groups : own),
    ...(uid === '' ? {} : { uid }),
    ...(extras.length === 0 ? {} : { extra }),
  };
}

/** Everyone is authenticated or is not, unless the caller has said which. */
function completed(name: string, groups: readonly string[]): readonly string[] {
  const isAnonymous = name === 'system:anonymous';
  const last = isAnonymous ? unauthenticated : authenticated;
  const isSaid = groups.includes(last) || (!isAnonymous && groups.includes(unauthenticated));
  return isSaid ? groups : [...groups, last];
}

/** A header that is there several times: one value a line. */
const valuesOf = (x: Exchange, name: string): readonly string[] =>
  header(x, name).split('\n').filter(Boolean);

function extraOf(x: Exchange): Readonly<Record<string, readonly string[]>> {
  const found: Record<string, readonly string[]> = {};
  for (const name of Object.keys(x.request.headers ?? {}).sort()) {
    if (!name.startsWith(extraPrefix)) continue;
    found[unescaped(name.slice(extraPrefix.length))] = valuesOf(x, name);
  }
  return found;
}

function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

/** Go's `%v` of the references that upstream makes of the headers. */
function withoutUser(
  groups: readonly string[],
  extras: readonly (readonly [string, readonly string[]])[],
  uid: string,
): string {
  const asked = [
    ...groups.map((group) => `{Group  ${group}    }`),
    ...extras.flatMap(([key, values]) =>
      values.map((value) => `{UserExtra  ${value}  ${authentication}/v1  ${key}}`),
    ),
    ...(uid === '' ? [] : [`{UID  ${uid}  ${authentication}/v1  }`]),
  ];
  return `requested [${asked.join(' ')}] without impersonating a user`;
}

interface Wanted {
  readonly group?: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

function check(x: Exchange, wanted: Wanted): void {
  const { group = '', resource, subresource = '', namespace = '', name } = wanted;
  const attempted = {
    verb: 'impersonate',
    group,
    resource,
    subresource,
    namespace,
    name,
    path: undefined,
  };
  if (isAllowed(x, attempted)) return;
  const { user } = x;
  const text = attemptText({
    user: user.name,
    verb: 'impersonate',
    resource,
    subresource,
    group,
    namespace,
  });
  throw new StatusError(forbiddenAction({ group, plural: resource }, name, text));
}
