/**
 * What kubectl, curl and wget find at https://…: the documentation's manifests and metrics-server's, under
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

/** Files there that are no manifests. */
const texts: Readonly<Record<string, string>> = {
  'configmap/game.properties':
    'enemies=aliens\nlives=3\nenemies.cheat=true\nenemies.cheat.level=noGoodRotten\n' +
    'secret.code.passphrase=UUDDLRLRBABAS\nsecret.code.allowed=true\nsecret.code.lives=30',
  'configmap/ui.properties':
    'color.good=purple\ncolor.bad=yellow\nallow.textmode=true\nhow.nice.to.look=fairlyNice\n',
  'configmap/game-env-file.properties':
    'enemies=aliens\nlives=3\nallowed="true"\n\n# This comment and the empty line above it are ignored\n',
  'configmap/ui-env-file.properties': 'color=purple\ntextmode=true\nhow=fairlyNice\n',
};

/** What the documentation's init container fetches. */
const firstSite =
  '<html><head></head><body><header>\n<title>http://info.cern.ch</title>\n</header>\n\n' +
  '<h1>http://info.cern.ch - home of the first website</h1>\n</body></html>\n';

/** What is at an address; undefined where there is nothing. */
export function webPage(url: string): string | undefined {
  if (/^http:\/\/info\.cern\.ch\/?$/.test(url)) return firstSite;
  if (isMetricsServer(url)) return metricsServerManifest;
  if (isLocalPath(url)) return localPathManifest;
  const path = places.map((place) => place.exec(url)?.[1]).find((found) => found !== undefined);
  const text = texts[path ?? ''];
  if (text !== undefined) return text;
  const objects = path === undefined ? undefined : examples[path];
  if (objects === undefined) return undefined;
  if (path?.endsWith('.json')) return objects.map((object) => `${JSON.stringify(object, null, 2)}\n`).join('');
  return objects.map((object) => yamlText(object)).join('---\n');
}
