/** What is on the disk of the rig's one machine: how its programs reach the API server. */
import type { FileTable } from '../../host/index.ts';
import { writeKubeconfig } from '../../k8s/client/index.ts';

/** The token that upstream's API tests show (their `auth-tokens.csv`), and whose it is. */
export const rigToken = 'admin-token';
const owner = { name: 'admin', group: 'system:masters' };

export const rigPaths = {
  tokens: '/etc/kubernetes/auth-tokens.csv',
  kubeconfig: '/etc/kubernetes/admin.conf',
} as const;

/** @param server the API server's address, as kubeconfigs name it. */
export function rigFiles(server: string): FileTable {
  const kubeconfig = writeKubeconfig({
    clusterName: 'local',
    server,
    userName: 'admin',
    token: rigToken,
  });
  return {
    '/var/lib/etcd/.keep': '',
    [rigPaths.tokens]: `${rigToken},${owner.name},,"${owner.group}"\n`,
    [rigPaths.kubeconfig]: kubeconfig,
    '/root/.kube/config': kubeconfig,
  };
}
