/**
 * What `kubeadm init` uploads beside the add-ons: its own configuration and the kubelets', the
 * bootstrap token with what it may do, and cluster-info for those who want to join.
 * Follows cmd/kubeadm/app/phases/{uploadconfig,kubelet,bootstraptoken,addons/proxy}.
 */
import { encodeBase64 } from '../../api/base64.ts';
import type { JsonObject } from '../../api/object.ts';
import { sha256 } from '../../api/sha256.ts';
import { formatTime } from '../../kernel/calendar.ts';

const rbac = 'rbac.authorization.k8s.io';
const bootstrappers = 'system:bootstrappers:kubeadm:default-node-token';
const dayMs = 86_400_000;

/** The token of kubeadm's own documentation (`kubeadm config print init-defaults`). */
const token = { id: 'abcdef', secret: '0123456789abcdef' };

const subject = (kind: 'Group' | 'User') => (name: string): JsonObject =>
  ({ apiGroup: rbac, kind, name });
const group = subject('Group');

const clusterBinding = (name: string, role: string, to: string): JsonObject => ({
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name },
  roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
  subjects: [group(to)],
});

/** A Role to read one ConfigMap, and who has it. */
const reader = (
  namespace: string, name: string, map: string, subjects: readonly JsonObject[],
): readonly JsonObject[] => [
  {
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata: { name, namespace },
    rules: [{ apiGroups: [''], resourceNames: [map], resources: ['configmaps'], verbs: ['get'] }],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name, namespace },
    roleRef: { apiGroup: rbac, kind: 'Role', name },
    subjects: [...subjects],
  },
];

/** kubeadm's annotation of what it wrote, to see later whether somebody has changed it. */
export function componentHash(data: Readonly<Record<string, string>>): JsonObject {
  const text = Object.keys(data).sort().map((key) => data[key]).join('');
  const digest = [...sha256(text)].map((word) => word.toString(16).padStart(8, '0')).join('');
  return { 'kubeadm.kubernetes.io/component-config.hash': `sha256:${digest}` };
}

const kubeadmConfig = (version: string): string => `apiServer: {}
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: kubernetes
controllerManager: {}
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${version}
networking:
  dnsDomain: cluster.local
  podSubnet: 10.244.0.0/16
  serviceSubnet: 10.96.0.0/12
proxy: {}
scheduler: {}
`;

const logging = `logging:
  flushFrequency: 0
  options:
    json:
      infoBufferSize: "0"
    text:
      infoBufferSize: "0"
  verbosity: 0
`;

const kubeletConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    cacheTTL: 0s
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
authorization:
  mode: Webhook
  webhook:
    cacheAuthorizedTTL: 0s
    cacheUnauthorizedTTL: 0s
cgroupDriver: systemd
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
containerRuntimeEndpoint: ""
cpuManagerReconcilePeriod: 0s
crashLoopBackOff: {}
evictionPressureTransitionPeriod: 0s
fileCheckFrequency: 0s
healthzBindAddress: 127.0.0.1
healthzPort: 10248
httpCheckFrequency: 0s
imageMaximumGCAge: 0s
imageMinimumGCAge: 0s
kind: KubeletConfiguration
${logging}memorySwap: {}
nodeStatusReportFrequency: 0s
nodeStatusUpdateFrequency: 0s
rotateCertificates: true
runtimeRequestTimeout: 0s
shutdownGracePeriod: 0s
shutdownGracePeriodCriticalPods: 0s
staticPodPath: /etc/kubernetes/manifests
streamingConnectionIdleTimeout: 0s
syncFrequency: 0s
volumeStatsAggPeriod: 0s
`;

/** kube-proxy's configuration as kubeadm 1.33 writes it out. */
export const proxyConfig = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
bindAddressHardFail: false
clientConnection:
  acceptContentTypes: ""
  burst: 0
  contentType: ""
  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
  qps: 0
clusterCIDR: 10.244.0.0/16
configSyncPeriod: 0s
conntrack:
  maxPerCore: null
  min: null
  tcpBeLiberal: false
  tcpCloseWaitTimeout: null
  tcpEstablishedTimeout: null
  udpStreamTimeout: 0s
  udpTimeout: 0s
detectLocal:
  bridgeInterface: ""
  interfaceNamePrefix: ""
detectLocalMode: ""
enableProfiling: false
healthzBindAddress: ""
hostnameOverride: ""
iptables:
  localhostNodePorts: null
  masqueradeAll: false
  masqueradeBit: null
  minSyncPeriod: 0s
  syncPeriod: 0s
ipvs:
  excludeCIDRs: null
  minSyncPeriod: 0s
  scheduler: ""
  strictARP: false
  syncPeriod: 0s
  tcpFinTimeout: 0s
  tcpTimeout: 0s
  udpTimeout: 0s
kind: KubeProxyConfiguration
${logging}metricsBindAddress: ""
mode: ""
nftables:
  masqueradeAll: false
  masqueradeBit: null
  minSyncPeriod: 0s
  syncPeriod: 0s
nodePortAddresses: null
oomScoreAdj: null
portRange: ""
showHiddenMetricsForVersion: ""
winkernel:
  enableDSR: false
  forwardHealthCheckVip: false
  networkName: ""
  rootHnsEndpointName: ""
  sourceVip: ""
`;

const configMap = (
  name: string, namespace: string, data: Readonly<Record<string, string>>,
  annotations?: JsonObject,
): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace, ...(annotations === undefined ? {} : { annotations }) },
  data,
});

/** The phase upload-config. */
export const uploadedConfig = (version: string): readonly JsonObject[] => [
  configMap('kubeadm-config', 'kube-system', { ClusterConfiguration: kubeadmConfig(version) }),
  ...reader('kube-system', 'kubeadm:nodes-kubeadm-config', 'kubeadm-config', [
    group(bootstrappers), group('system:nodes'),
  ]),
  configMap('kubelet-config', 'kube-system', { kubelet: kubeletConfig },
    componentHash({ kubelet: kubeletConfig })),
  ...reader('kube-system', 'kubeadm:kubelet-config', 'kubelet-config', [
    group('system:nodes'), group(bootstrappers),
  ]),
];

const csr = 'system:certificates.k8s.io:certificatesigningrequests';

/** The phase bootstrap-token: a token for a day, and what it is good for. */
export const bootstrapToken = (nowMs: number): readonly JsonObject[] => [
  tokenSecret(nowMs),
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'kubeadm:get-nodes' },
    rules: [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }],
  },
  clusterBinding('kubeadm:get-nodes', 'kubeadm:get-nodes', bootstrappers),
  clusterBinding('kubeadm:kubelet-bootstrap', 'system:node-bootstrapper', bootstrappers),
  clusterBinding('kubeadm:node-autoapprove-bootstrap', `${csr}:nodeclient`, bootstrappers),
  clusterBinding(
    'kubeadm:node-autoapprove-certificate-rotation', `${csr}:selfnodeclient`, 'system:nodes'),
];

function tokenSecret(nowMs: number): JsonObject {
  const fields = {
    'auth-extra-groups': bootstrappers,
    description: 'The default bootstrap token generated by \'kubeadm init\'.',
    expiration: formatTime(nowMs + dayMs),
    'token-id': token.id,
    'token-secret': token.secret,
    'usage-bootstrap-authentication': 'true',
    'usage-bootstrap-signing': 'true',
  };
  const data = Object.fromEntries(
    Object.entries(fields).map(([name, text]) => [name, encodeBase64(text)]),
  );
  const metadata = { name: `bootstrap-token-${token.id}`, namespace: 'kube-system' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'bootstrap.kubernetes.io/token', data };
}

/** cluster-info, which anybody may read; the bootstrap signer signs it. */
export const clusterInfo = (server: string, ca: string): readonly JsonObject[] => [
  configMap('cluster-info', 'kube-public', {
    kubeconfig: `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${encodeBase64(ca)}
    server: ${server}
  name: ""
contexts: null
current-context: ""
kind: Config
preferences: {}
users: null
`,
  }),
  ...reader('kube-public', 'kubeadm:bootstrap-signer-clusterinfo', 'cluster-info', [
    subject('User')('system:anonymous'),
  ]),
];

/** Joining nodes read kube-proxy's configuration. */
export const proxyReader = reader('kube-system', 'kube-proxy', 'kube-proxy', [group(bootstrappers)]);
