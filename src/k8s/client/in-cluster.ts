/**
 * How a program in a Pod finds the API server and proves who it is: two environment variables and
 * the token that the kubelet mounts. Upstream: client-go/rest/config.go, InClusterConfig.
 */
import type { Process } from '../../host/index.ts';
import type { ClientConfig } from './kubeconfig.ts';

const directory = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The configuration; or, as a text, why there is none. */
export function inClusterConfig(process: Process): ClientConfig | string {
  const { KUBERNETES_SERVICE_HOST: ip = '', KUBERNETES_SERVICE_PORT: port = '' } = process.env;
  if (ip === '' || port === '') {
    return (
      'unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and ' +
      'KUBERNETES_SERVICE_PORT must be defined'
    );
  }
  const token = process.files.read(`${directory}/token`);
  if (token === undefined) return `open ${directory}/token: no such file or directory`;
  return {
    server: { ip, port: Number(port) },
    url: `https://${ip}:${port}`,
    credential: { type: 'token', token: token.trim() },
    namespace: process.files.read(`${directory}/namespace`)?.trim() ?? 'default',
  };
}
