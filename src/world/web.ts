/**
 * What `kubectl apply -f https://…` finds: the documentation's manifests and metrics-server's, under
 * the addresses that they have there. A world has no other web. The objects are data (tests/world/
 * record-documentation.mjs); their text is made when it is asked for.
 */
import type { JsonObject } from '../api/object.ts';
import { yamlText } from '../shell/kubectl/printers/yaml.ts';
import documentation from './documentation.json' with { type: 'json' };
import { isLocalPath, localPathManifest } from './local-path-manifest.ts';
import { isMetricsServer, metricsServerManifest } from './metrics-server-manifest.ts';

const examples = documentation as unknown as Readonly<Record<string, readonly JsonObject[] | undefined>>;

/** Where the documentation keeps its examples. */
const places = [
  /^https?:\/\/(?:www\.)?k8s\.io\/examples\/(.+)$/,
  /^https?:\/\/kubernetes\.io\/(?:[a-z-]+\/)?examples\/(.+)$/,
  /^https?:\/\/raw\.githubusercontent\.com\/kubernetes\/website\/[^/]+\/content\/en\/examples\/(.+)$/,
];

/** The manifest at an address; undefined where there is none. */
export function webPage(url: string): string | undefined {
  if (isMetricsServer(url)) return metricsServerManifest;
  if (isLocalPath(url)) return localPathManifest;
  const path = places.map((place) => place.exec(url)?.[1]).find((found) => found !== undefined);
  const objects = path === undefined ? undefined : examples[path];
  if (objects === undefined) return undefined;
  if (path?.endsWith('.json')) return objects.map((object) => `${JSON.stringify(object, null, 2)}\n`).join('');
  return objects.map((object) => yamlText(object)).join('---\n');
}
