/**
 * /openapi/v3 and the least of /openapi/v2 that clients can live with.
 * Follows k8s.io/kube-openapi pkg/handler3 and pkg/handler.
 */
import type { Kind } from '../../../api/kind.ts';
import { fnv32a } from '../../../api/names.ts';
import type { JsonObject } from '../../../api/object.ts';
import { openApiIndex, openApiV3 } from '../../../api/open-api.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { type Exchange, header, type Server } from '../exchange.ts';
import { subresourceInfo } from './discovery-facts.ts';
import { openApiV2 } from './open-api-v2.ts';

/**
 * A v2 document in protobuf with no paths: swagger "2.0", info, an empty rest. Clients that find
 * v3 need no more of it (the bytes as text of one character each).
 */
const v2 = '\n\x032.0\x12\x15\n\nKubernetes\x12\x07v1.33.1B\x00J\x00';

export function openApi(x: Exchange): ApiResponse | undefined {
  const { path } = x.request;
  if (path === '/openapi/v2') {
    if (!header(x, 'accept').includes('protobuf')) return json(wholeV2(x.server), v2Hash(x.server));
    return {
      status: 200,
      body: v2,
      headers: { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' },
    };
  }
  if (path === '/openapi/v3' || path === '/openapi/v3/') return json(indexOf(x.server));
  const match = /^\/openapi\/v3\/(?:api\/(v1)|apis\/([^/]+\/[^/]+))$/.exec(path);
  const groupVersion = match?.[1] ?? match?.[2];
  if (groupVersion === undefined) return undefined;
  const document = documentOf(x.server, groupVersion);
  return document === undefined ? undefined : json(document, hashOf(x.server, groupVersion));
}

const json = (body: JsonObject, hash = builtInHash): ApiResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json', etag: `"${hash}"` },
  body,
});

/** The documents of the server's own kinds change together, with the kinds and their prose. */
const builtInHash = 'KUBARIUM1331';

/** Those of custom resources change with their definitions. */
function hashOf({ registry }: Server, groupVersion: string): string {
  const customs = registry.all.flatMap(({ apiVersion, kind }) =>
    apiVersion === groupVersion && kind.custom !== undefined ? [kind.custom.openApi()] : [],
  );
  if (customs.length === 0) return builtInHash;
  return fnv32a(JSON.stringify(customs)).toString(16).toUpperCase().padStart(8, '0');
}

/** Made anew for each who asks: few do, and it is large. */
function wholeV2(server: Server): JsonObject {
  const documents = groupVersionsOf(server).map((one) => documentOf(server, one));
  return openApiV2(documents.filter((document) => document !== undefined));
}

const v2Hash = (server: Server): string => {
  const hashes = groupVersionsOf(server).map((one) => hashOf(server, one));
  return fnv32a(hashes.join()).toString(16).toUpperCase().padStart(8, '0');
};

const groupVersionsOf = ({ registry }: Server): readonly string[] =>
  [...new Set(registry.all.map(({ apiVersion }) => apiVersion))].sort();

const indexOf = (server: Server): JsonObject =>
  openApiIndex(groupVersionsOf(server), (groupVersion) => hashOf(server, groupVersion));

/** Documents are large, and the same for as long as their kinds are. */
interface Kept {
  readonly kinds: readonly Kind[];
  readonly document: JsonObject;
}

const documents = new WeakMap<object, Map<string, Kept>>();

function documentOf(server: Server, groupVersion: string): JsonObject | undefined {
  const kept = documents.get(server.registry) ?? new Map<string, Kept>();
  documents.set(server.registry, kept);
  const kinds = server.registry.all
    .filter(({ apiVersion }) => apiVersion === groupVersion)
    .map(({ kind }) => kind);
  if (kinds.length === 0) return undefined;
  const known = kept.get(groupVersion);
  const isKnown = (kind: Kind, i: number) => known?.kinds[i] === kind;
  if (known?.kinds.length === kinds.length && kinds.every(isKnown)) return known.document;
  const { descriptions } = server;
  const partsOfKind = (kind: Kind) =>
    kind.subresources.map((name) => ({ verbs: [], ...subresourceInfo(name, kind), name }));
  const document = openApiV3(kinds, {
    partsOfKind,
    ...(descriptions === undefined ? {} : { descriptions }),
  });
  kept.set(groupVersion, { kinds, document });
  return document;
}
