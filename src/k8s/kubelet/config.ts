/**
 * What a kubelet is started with: flags, /var/lib/kubelet/config.yaml and
 * /etc/kubernetes/kubelet.conf in one typed object. Upstream: pkg/kubelet/apis/config/types.go.
 */
import type { Endpoint } from '../../host/index.ts';
import type { Credential } from '../client/wire.ts';

export interface KubeletConfig {
  readonly nodeName: string;
  readonly nodeIp: string;
  /** The API server; undefined runs static Pods only. */
  readonly server: Endpoint | undefined;
  readonly credential: Credential | undefined;
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** Where manifests of static Pods lie; undefined for none. */
  readonly staticPodPath: string | undefined;
  readonly maxPods: number;
  /** Labels and taints that it registers its Node with, besides the standard ones. */
  readonly nodeLabels: Readonly<Record<string, string>>;
  readonly registerWithTaints: readonly NodeTaint[];
  /** Taken off capacity to give allocatable. */
  readonly evictionHardMemoryBytes: number;
  readonly port: number;
  readonly version: string;
}

export interface NodeTaint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** A complete configuration from what differs from kubeadm's. */
export function kubeletConfig(
  own: Partial<KubeletConfig> & Pick<KubeletConfig, 'nodeName' | 'nodeIp'>,
): KubeletConfig {
  return {
    server: undefined,
    credential: {
      type: 'certificate',
      commonName: `system:node:${own.nodeName}`,
      organizations: ['system:nodes'],
    },
    clusterDns: ['10.96.0.10'],
    clusterDomain: 'cluster.local',
    staticPodPath: '/etc/kubernetes/manifests',
    maxPods: 110,
    nodeLabels: {},
    registerWithTaints: [],
    evictionHardMemoryBytes: 100 * 1024 * 1024,
    port: 10250,
    version: 'v1.33.1',
    ...own,
  };
}

/** Times that rule a kubelet, in ms, with upstream's names. */
export const timing = {
  genericPlegRelistPeriod: 1_000,
  backOffPeriod: 10_000,
  maxContainerBackOff: 300_000,
  /** A container that ran so long starts with a fresh back-off. */
  backOffReset: 600_000,
  resyncInterval: 60_000,
  nodeStatusUpdateFrequency: 10_000,
  nodeStatusReportFrequency: 300_000,
  nodeLeaseRenewInterval: 10_000,
  fileCheckFrequency: 20_000,
  /** Until volumes are mounted: the reconciler's and the waiter's periods together. */
  mountWait: 300,
  minimumGracePeriod: 2_000,
} as const;
