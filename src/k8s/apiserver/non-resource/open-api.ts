/**
 * /openapi/v3 and the least of /openapi/v2 that clients can live with.
 * Follows k8s.io/kube-openapi pkg/handler3 and pkg/handler.
 */
import type { ApiResponse } from '../../client/wire.ts';
import type { Exchange } from '../exchange.ts';

/**
 * A v2 document in protobuf with no paths: swagger "2.0", info, an empty rest. Clients that find
 * v3 need no more of it (the bytes as text of one character each).
 */
const v2 = '\n\x032.0\x12\x15\n\nKubernetes\x12\x07v1.33.1B\x00J\x00';

export function openApi(x: Exchange): ApiResponse | undefined {
  const { path } = x.request;
  if (path === '/openapi/v2') {
    return {
      status: 200, body: v2,
      headers: { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' },
    };
  }
  return undefined;
}
