/** Acting as somebody else (`--as`). Follows apiserver pkg/endpoints/filters/impersonation.go. */
import { StatusError, attemptText, forbiddenAction } from '../../api/status.ts';
import { isAllowed } from './authorization.ts';
import { type Exchange, header } from './exchange.ts';

/** Makes the exchange's user the one whom the headers name, if the caller may be them. */
export function handleImpersonation(x: Exchange): void {
  const name = header(x, 'impersonate-user');
  if (name === '') return;
  const groups = header(x, 'impersonate-group')
    .split(',')
    .map((one) => one.trim())
    .filter(Boolean);
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  if (account === null) check(x, 'users', '', name);
  else check(x, 'serviceaccounts', account[1] as string, account[2] as string);
  for (const group of groups) check(x, 'groups', '', group);
  const own =
    account === null ? [] : ['system:serviceaccounts', `system:serviceaccounts:${account[1]}`];
  const all = groups.length > 0 ? groups : own;
  const last = name === 'system:anonymous' ? 'system:unauthenticated' : 'system:authenticated';
  x.user = { name, groups: all.includes(last) ? all : [...all, last] };
}

function check(x: Exchange, resource: string, namespace: string, name: string): void {
  const attempted = {
    verb: 'impersonate',
    group: '',
    resource,
    subresource: '',
    namespace,
    name,
    path: undefined,
  };
  if (isAllowed(x, attempted)) return;
  const text = attemptText({
    user: x.user.name,
    verb: 'impersonate',
    resource,
    group: '',
    namespace,
  });
  throw new StatusError(forbiddenAction({ group: '', plural: resource }, name, text));
}
