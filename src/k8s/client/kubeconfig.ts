/**
 * kubeconfig files: which server, as whom, in which namespace. The real format; certificates are
 * `certificate.ts`'s. Follows client-go/tools/clientcmd (api/v1/types.go, client_config.go).
 */
import { stringify } from 'yaml';
import type { Endpoint } from '../../host/index.ts';
import { decodeBase64, encodeBase64 } from '../../api/base64.ts';
import { type CertificateSubject, decodeCertificate, encodeCertificate } from './certificate.ts';
import { readYaml } from './read-yaml.ts';
import type { Credential } from './wire.ts';

export interface KubeconfigCluster {
  /** `https://172.30.0.10:6443`. */
  readonly server: string;
  readonly certificateAuthorityData?: string;
  readonly insecureSkipTlsVerify?: boolean;
}
export interface KubeconfigUser {
  readonly credential: Credential | undefined;
}
export interface KubeconfigContext {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, KubeconfigCluster>;
  readonly users: ReadonlyMap<string, KubeconfigUser>;
  readonly contexts: ReadonlyMap<string, KubeconfigContext>;
  readonly currentContext: string;
}

/** What a client takes out of a kubeconfig. */
export interface ClientConfig {
  readonly server: Endpoint;
  /** As written: `https://172.30.0.10:6443`. */
  readonly url: string;
  readonly credential: Credential | undefined;
  readonly namespace: string;
}

interface Named {
  readonly name?: string;
}
interface File {
  readonly clusters?: readonly (Named & { readonly cluster?: Readonly<Record<string, unknown>> })[];
  readonly users?: readonly (Named & { readonly user?: Readonly<Record<string, unknown>> })[];
  readonly contexts?: readonly (Named & { readonly context?: Readonly<Record<string, unknown>> })[];
  readonly 'current-context'?: string;
}

/** Reads a file's text. Throws the YAML reader's error when it is none. */
export function parseKubeconfig(text: string): Kubeconfig {
  const file = readYaml(text) as File;
  return {
    clusters: new Map((file.clusters ?? []).map(({ name = '', cluster = {} }) =>
      [name, clusterOf(cluster)])),
    users: new Map((file.users ?? []).map(({ name = '', user = {} }) =>
      [name, { credential: credentialOf(user) }])),
    contexts: new Map((file.contexts ?? []).map(({ name = '', context = {} }) =>
      [name, contextOf(context)])),
    currentContext: file['current-context'] ?? '',
  };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

function clusterOf(cluster: Readonly<Record<string, unknown>>): KubeconfigCluster {
  const authority = textOf(cluster['certificate-authority-data']);
  return {
    server: textOf(cluster['server']) ?? '',
    ...(authority === undefined ? {} : { certificateAuthorityData: authority }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { insecureSkipTlsVerify: true } : {}),
  };
}

function contextOf(context: Readonly<Record<string, unknown>>): KubeconfigContext {
  const namespace = textOf(context['namespace']);
  return {
    cluster: textOf(context['cluster']) ?? '',
    user: textOf(context['user']) ?? '',
    ...(namespace === undefined ? {} : { namespace }),
  };
}

function credentialOf(user: Readonly<Record<string, unknown>>): Credential | undefined {
  const token = textOf(user['token']);
  if (token !== undefined) return { type: 'token', token };
  const data = textOf(user['client-certificate-data']);
  const text = data === undefined ? undefined : decodeBase64(data);
  return text === undefined ? undefined : certificateCredential(text);
}

/** The credential of a certificate file's text; undefined if it is none. */
export function certificateCredential(text: string): Credential | undefined {
  const subject = decodeCertificate(text);
  return subject === undefined ? undefined : { type: 'certificate', ...subject };
}

/** What the named context (or the current one) says; undefined when it leads nowhere. */
export function clientConfig(config: Kubeconfig, contextName?: string): ClientConfig | undefined {
  const context = config.contexts.get(contextName ?? config.currentContext);
  const cluster = config.clusters.get(context?.cluster ?? '');
  const server = cluster === undefined ? undefined : parseServer(cluster.server);
  if (context === undefined || cluster === undefined || server === undefined) return undefined;
  return {
    server,
    url: cluster.server,
    credential: config.users.get(context.user)?.credential,
    namespace: context.namespace ?? 'default',
  };
}

/** `https://172.30.0.10:6443` as an address; undefined if it is none. */
export function parseServer(url: string): Endpoint | undefined {
  const parts = /^(?:(https?):\/\/)?([^/:]+)(?::(\d+))?(?:\/.*)?$/.exec(url);
  if (parts === null) return undefined;
  const [, scheme, ip = '', port] = parts;
  return { ip, port: port === undefined ? (scheme === 'https' ? 443 : 80) : Number(port) };
}

/** What `writeKubeconfig` is told. */
export interface KubeconfigFacts {
  readonly clusterName: string;
  readonly server: string;
  readonly userName: string;
  readonly contextName?: string;
  readonly namespace?: string;
  /** The user's certificate subject, or a token. */
  readonly subject?: CertificateSubject;
  readonly token?: string;
}

/** The text of a kubeconfig with one cluster, one user and one context, as kubeadm writes it. */
export function writeKubeconfig(facts: KubeconfigFacts): string {
  const { clusterName, server, userName, namespace } = facts;
  const contextName = facts.contextName ?? `${userName}@${clusterName}`;
  const authority = encodeCertificate({ commonName: clusterName, organizations: [] });
  return stringify({
    apiVersion: 'v1',
    clusters: [{
      cluster: { 'certificate-authority-data': encodeBase64(authority), server },
      name: clusterName,
    }],
    contexts: [{
      context: {
        cluster: clusterName, ...(namespace === undefined ? {} : { namespace }), user: userName,
      },
      name: contextName,
    }],
    'current-context': contextName,
    kind: 'Config',
    preferences: {},
    users: [{ name: userName, user: userData(facts) }],
  }, { lineWidth: 0 });
}

function userData({ subject, token }: KubeconfigFacts): Readonly<Record<string, string>> {
  if (subject === undefined) return token === undefined ? {} : { token };
  return {
    'client-certificate-data': encodeBase64(encodeCertificate(subject)),
    'client-key-data': encodeBase64(
      '-----BEGIN PRIVATE KEY-----\nnot simulated\n-----END PRIVATE KEY-----\n'),
  };
}
