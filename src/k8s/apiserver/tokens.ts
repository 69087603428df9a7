/**
 * Bearer tokens: those of ServiceAccounts (pkg/serviceaccount/{jwt,claims}.go) and those of the
 * static token file. A ServiceAccount's token has the shape and the claims of the real one, but
 * what stands for its signature is a hash: nobody in the simulation can forge what it cannot read.
 */
import type { Json, JsonObject } from '../../api/object.ts';
import { fnv32a } from '../../api/names.ts';
import { base64Decode, base64Encode } from './base64.ts';
import type { Server, User } from './exchange.ts';

const header = base64Encode(JSON.stringify({ alg: 'RS256', kid: 'kubarium-sa-key' }));

/** A token that says `claims`. */
export function signToken(claims: JsonObject): string {
  const payload = base64Encode(JSON.stringify(claims));
  return `${header}.${payload}.${signature(payload)}`;
}

/** One pass over the text, and eight words mixed out of what that comes to. */
function signature(payload: string): string {
  let word = fnv32a(`${header}.${payload}`);
  let text = '';
  for (let i = 0; i < 8; i++) {
    word = Math.imul(word ^ (word >>> 15), 0x2c1b3c6d + 2 * i) >>> 0;
    text += word.toString(16).padStart(8, '0');
  }
  return base64Encode(text);
}

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

interface Claims {
  readonly exp: number;
  readonly sub: string;
  readonly jti?: string;
  readonly 'kubernetes.io': {
    readonly namespace: string;
    readonly serviceaccount: { readonly name: string; readonly uid: string };
    readonly pod?: { readonly name: string; readonly uid: string };
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
  const [head, payload = '', sign] = token.split('.');
  if (head !== header || sign !== signature(payload)) return undefined;
  const claims = JSON.parse(base64Decode(payload) ?? 'null') as Json as unknown as Claims;
  const found = { claims, user: userOf(claims) };
  memory.set(token, found);
  return found;
}

function readServiceAccount(server: Server, token: string): User | undefined {
  const found = verify(server, token);
  if (found === undefined || found.claims.exp * 1000 < server.site.clock) return undefined;
  const { namespace, serviceaccount, pod } = found.claims['kubernetes.io'];
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

function isThere(
  { registry }: Server,
  plural: string,
  namespace: string,
  { name, uid }: { name: string; uid: string },
): boolean {
  const resource = registry.named(plural);
  return resource?.cache.get(resource.key(namespace, name))?.object.metadata.uid === uid;
}
