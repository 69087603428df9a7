/**
 * Bearer tokens: those of ServiceAccounts (pkg/serviceaccount/{jwt,claims}.go) and those of the
 * static token file. A ServiceAccount's token is made by `signToken` of the client's side; those
 * in Secrets have the claims of old.
 */
import type { Json } from '../../api/object.ts';
import { base64Decode } from '../../api/base64-url.ts';
import { isSigned } from '../client/service-account-token.ts';
import type { Server, User } from './exchange.ts';

/** Whose token it is; undefined when it is nobody's, or of no use any more. */
export function readToken(server: Server, token: string): User | undefined {
  return readStatic(server, token) ?? readServiceAccount(server, token);
}

/** Lines of `token,user,uid,"group1,group2"`. */
function readStatic({ options, process }: Server, token: string): User | undefined {
  if (options.tokenFile === undefined) return undefined;
  for (const line of (process.files.read(options.tokenFile) ?? '').split('\n')) {
    const [own, name = '', uid = '', ...groups] = line.replaceAll('"', '').split(',');
    if (own === token && token !== '') return { name, uid, groups: groups.filter(Boolean) };
  }
  return undefined;
}

/** The claims of a token in a Secret: it lives as long as that does. */
interface OldClaims {
  readonly sub: string;
  readonly 'kubernetes.io/serviceaccount/namespace': string;
  readonly 'kubernetes.io/serviceaccount/service-account.name': string;
  readonly 'kubernetes.io/serviceaccount/service-account.uid': string;
  readonly 'kubernetes.io/serviceaccount/secret.name': string;
}

function claimsOf(claims: Claims | OldClaims): Claims {
  if ('kubernetes.io' in claims) return claims;
  const old = (name: keyof OldClaims) => claims[name];
  return {
    exp: Infinity,
    sub: claims.sub,
    'kubernetes.io': {
      namespace: old('kubernetes.io/serviceaccount/namespace'),
      serviceaccount: {
        name: old('kubernetes.io/serviceaccount/service-account.name'),
        uid: old('kubernetes.io/serviceaccount/service-account.uid'),
      },
      secretName: old('kubernetes.io/serviceaccount/secret.name'),
    },
  };
}

interface Claims {
  readonly exp: number;
  readonly sub: string;
  readonly jti?: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
    readonly secretName?: string;
  };
}

// Clients send the same token again and again: it is checked once.
const verified = new WeakMap<object, Map<string, Verified>>();
interface Verified {
  readonly claims: Claims;
  readonly user: User;
}
const verifiedMax = 2_000;

function verify({ registry }: Server, token: string): Verified | undefined {
  let memory = verified.get(registry);
  if (memory === undefined || memory.size > verifiedMax) {
    memory = new Map();
    verified.set(registry, memory);
  }
  const kept = memory.get(token);
  if (kept !== undefined) return kept;
  if (!isSigned(token)) return undefined;
  const payload = base64Decode(token.split('.')[1] ?? '') ?? 'null';
  const claims = claimsOf(JSON.parse(payload) as Json as unknown as Claims | OldClaims);
  const found = { claims, user: userOf(claims) };
  memory.set(token, found);
  return found;
}

function readServiceAccount(server: Server, token: string): User | undefined {
  const found = verify(server, token);
  if (found === undefined || found.claims.exp * 1000 < server.site.clock) return undefined;
  const { namespace, serviceaccount, pod, secretName } = found.claims['kubernetes.io'];
  if (secretName !== undefined && !hasSecret(server, namespace, secretName)) return undefined;
  if (!isThere(server, 'serviceaccounts', namespace, serviceaccount)) return undefined;
  if (pod !== undefined && !isThere(server, 'pods', namespace, pod)) return undefined;
  return found.user;
}

function userOf(claims: Claims): User {
  const { namespace, serviceaccount, pod } = claims['kubernetes.io'];
  return {
    name: claims.sub,
    uid: serviceaccount.uid,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`],
    extra: {
      ...(claims.jti === undefined
        ? {}
        : { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`] }),
      ...(pod === undefined
        ? {}
        : {
            'authentication.kubernetes.io/pod-name': [pod.name],
            'authentication.kubernetes.io/pod-uid': [pod.uid],
          }),
    },
  };
}

function hasSecret({ registry }: Server, namespace: string, name: string): boolean {
  const secrets = registry.named('secrets');
  return secrets?.cache.get(secrets.key(namespace, name)) !== undefined;
}

function isThere(
  { registry }: Server,
  plural: string,
  namespace: string,
  { name, uid }: { name: string; uid: string },
): boolean {
  const resource = registry.named(plural);
  return resource?.cache.get(resource.key(namespace, name))?.object.metadata.uid === uid;
}
