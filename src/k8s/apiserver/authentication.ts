/**
 * Who asks. Follows apiserver pkg/authentication: client certificates (CN is the user, O the
 * groups), tokens of ServiceAccounts, static and bootstrap tokens, or nobody in particular.
 */
import { StatusError, unauthorized } from '../../api/status.ts';
import type { ApiRequest, Credential } from '../client/wire.ts';
import type { Server, User } from './exchange.ts';
import { readToken } from './tokens.ts';

const authenticated = 'system:authenticated';

export const anonymous: User = {
  name: 'system:anonymous',
  groups: ['system:unauthenticated'],
};

// Credentials are plain data that a client sends again and again: each is read once.
const known = new WeakMap<Credential | User, User>();

/** Throws Unauthorized when a credential is wrong; without one the caller is anonymous. */
export function authenticate(server: Server, { credential }: ApiRequest): User {
  if (credential === undefined) {
    if (server.options.isAnonymousAllowed) return anonymous;
    throw new StatusError(unauthorized());
  }
  if (credential.type === 'certificate') return fromCertificate(credential);
  const user = readToken(server, credential.token);
  if (user === undefined) throw new StatusError(unauthorized());
  const kept = known.get(user);
  if (kept !== undefined) return kept;
  const whole = { ...user, groups: [...user.groups, authenticated] };
  known.set(user, whole);
  return whole;
}

function fromCertificate(credential: Credential & { type: 'certificate' }): User {
  const kept = known.get(credential);
  if (kept !== undefined) return kept;
  const { commonName, organizations } = credential;
  const user = { name: commonName, groups: [...organizations, authenticated] };
  known.set(credential, user);
  return user;
}
