/**
 * Tokens of ServiceAccounts, as the key of /etc/kubernetes/pki/sa.key signs them: the API server and
 * the controller manager have it. The shape is the real one's (pkg/serviceaccount/jwt.go), but what
 * stands for the signature is a hash: nobody in the simulation can forge what it cannot read.
 */
import { base64Encode } from '../../api/base64-url.ts';
import { fnv32a } from '../../api/names.ts';
import type { JsonObject } from '../../api/object.ts';

const header = base64Encode(JSON.stringify({ alg: 'RS256', kid: 'kubarium-sa-key' }));

/** A token that says `claims`. */
export function signToken(claims: JsonObject): string {
  const payload = base64Encode(JSON.stringify(claims));
  return `${header}.${payload}.${signature(payload)}`;
}

/** Whether `signToken` made it. */
export function isSigned(token: string): boolean {
  const [head, payload = '', sign] = token.split('.');
  return head === header && sign === signature(payload);
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
