/**
 * Who issues the ServiceAccounts' tokens, and with which key: for those who want to check them.
 * The key is a likeness: tokens are not signed with RSA here.
 * Follows pkg/serviceaccount/openidmetadata.go and pkg/routes/openidmetadata.go.
 */
import { fnv32a } from '../../../api/names.ts';
import type { ApiResponse } from '../../client/wire.ts';
import type { Exchange } from '../exchange.ts';

const configuration = '/.well-known/openid-configuration';
const keys = '/openid/v1/jwks';

/** Its two paths. */
export const openIdPaths: readonly string[] = [configuration, keys];

export function openId({ request, server }: Exchange): ApiResponse | undefined {
  if (request.path === configuration) {
    const { advertiseAddress, securePort, serviceAccountIssuer } = server.options;
    return answer('application/json', {
      issuer: serviceAccountIssuer,
      jwks_uri: `https://${advertiseAddress}:${securePort}${keys}`,
      response_types_supported: ['id_token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
  }
  if (request.path !== keys) return undefined;
  const key = { use: 'sig', kty: 'RSA', kid: 'kubarium-sa-key', alg: 'RS256', n: modulus(), e: 'AQAB' };
  return answer('application/jwk-set+json', { keys: [key] });
}

const answer = (type: string, body: ApiResponse['body']): ApiResponse => ({
  status: 200,
  headers: { 'content-type': type, 'cache-control': 'public, max-age=3600' },
  body,
});

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** 2,048 bits in base64url. */
function modulus(): string {
  let text = '';
  for (let i = 0; i < 342; i++) text += letters[fnv32a(`kubarium-sa-key/${i}`) % 64];
  return text;
}
