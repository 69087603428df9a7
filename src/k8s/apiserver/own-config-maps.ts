/**
 * The ConfigMaps that the server keeps in kube-system: how clients prove who they are (for the
 * servers behind it), and since when tokens in Secrets have been watched.
 * Follows pkg/controlplane/controller/{clusterauthenticationtrust,legacytokentracking}.
 */
import type { JsonObject } from '../../api/object.ts';
import type { Process } from '../../host/index.ts';
import { formatTime } from '../../kernel/calendar.ts';
import { encodeCertificate } from '../client/certificate.ts';

const configMap = (name: string, data: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'kube-system' },
  data,
});

/** What is there depends on the flags that the server was started with. */
export function ownConfigMaps(process: Process): readonly JsonObject[] {
  const ca = flagOf(process, 'client-ca-file');
  if (ca === undefined) return [];
  const since = formatTime(process.site.clock).slice(0, 'YYYY-MM-DD'.length);
  return [
    configMap('extension-apiserver-authentication', {
      'client-ca-file': certificateAt(process, ca, 'kubernetes'),
      ...requestHeaders(process),
    }),
    configMap('kube-apiserver-legacy-service-account-token-tracking', { since }),
  ];
}

function requestHeaders(process: Process): JsonObject {
  const ca = flagOf(process, 'requestheader-client-ca-file');
  if (ca === undefined) return {};
  const list = (flag: string) =>
    JSON.stringify((flagOf(process, flag) ?? '').split(',').filter(Boolean));
  return {
    'requestheader-allowed-names': list('requestheader-allowed-names'),
    'requestheader-client-ca-file': certificateAt(process, ca, 'front-proxy-ca'),
    'requestheader-extra-headers-prefix': list('requestheader-extra-headers-prefix'),
    'requestheader-group-headers': list('requestheader-group-headers'),
    'requestheader-username-headers': list('requestheader-username-headers'),
  };
}

/** A file's text; a disk that shows no certificates has them all the same. */
const certificateAt = ({ files }: Process, path: string, commonName: string): string =>
  files.read(path) ?? encodeCertificate({ commonName, organizations: [] });

function flagOf({ args }: Process, name: string): string | undefined {
  const start = `--${name}=`;
  return args.find((one) => one.startsWith(start))?.slice(start.length);
}
