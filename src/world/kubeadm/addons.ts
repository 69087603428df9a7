/**
 * What `kubeadm init` puts into the API beside the control plane, and the network add-on that its
 * user applies: CoreDNS, kube-proxy, flannel, and the bindings that they need.
 * Follows cmd/kubeadm/app/phases/{addons,bootstraptoken,uploadconfig} and flannel's manifest.
 */
import { withLastApplied } from '../../api/last-applied.ts';
import type { JsonObject } from '../../api/object.ts';
import {
  bootstrapToken, clusterInfo, componentHash, proxyConfig, proxyReader, uploadedConfig,
} from './cluster-objects.ts';
import { versions } from './manifests.ts';

const hostPath = (name: string, path: string, type = '') => ({ name, hostPath: { path, type } });

const rbac = 'rbac.authorization.k8s.io';

const binding = (
  kind: 'ClusterRoleBinding' | 'RoleBinding',
  name: string,
  role: readonly [kind: string, name: string],
  subject: JsonObject,
  namespace?: string,
): JsonObject => ({
  apiVersion: `${rbac}/v1`,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  roleRef: { apiGroup: rbac, kind: role[0], name: role[1] },
  subjects: [subject],
});

const account = (name: string, namespace: string): JsonObject => ({
  kind: 'ServiceAccount',
  name,
  namespace,
});
const group = (name: string): JsonObject => ({ apiGroup: rbac, kind: 'Group', name });

const serviceAccount = (name: string, namespace: string, labels?: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: { name, namespace, ...(labels === undefined ? {} : { labels }) },
});

const configMap = (
  name: string,
  namespace: string,
  data: JsonObject,
  labels?: JsonObject,
  annotations?: JsonObject,
): JsonObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name,
    namespace,
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
  },
  data,
});

/** CoreDNS' configuration as kubeadm writes it. */
export const corefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`;

const dnsLabels = { 'k8s-app': 'kube-dns' };

const corednsDeployment: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'coredns', namespace: 'kube-system', labels: dnsLabels },
  spec: {
    replicas: 2,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: dnsLabels },
    template: {
      metadata: { labels: dnsLabels },
      spec: {
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: 'coredns',
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 100,
                podAffinityTerm: {
                  labelSelector: {
                    matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns'] }],
                  },
                  topologyKey: 'kubernetes.io/hostname',
                },
              },
            ],
          },
        },
        tolerations: [
          { key: 'CriticalAddonsOnly', operator: 'Exists' },
          { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
        ],
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        dnsPolicy: 'Default',
        containers: [
          {
            name: 'coredns',
            image: `registry.k8s.io/coredns/coredns:${versions.coredns}`,
            imagePullPolicy: 'IfNotPresent',
            resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
            args: ['-conf', '/etc/coredns/Corefile'],
            volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
            ports: [
              { containerPort: 53, name: 'dns', protocol: 'UDP' },
              { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
              { containerPort: 9153, name: 'metrics', protocol: 'TCP' },
            ],
            livenessProbe: {
              httpGet: { path: '/health', port: 8080, scheme: 'HTTP' },
              initialDelaySeconds: 60,
              timeoutSeconds: 5,
              failureThreshold: 5,
            },
            readinessProbe: { httpGet: { path: '/ready', port: 8181, scheme: 'HTTP' } },
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
              readOnlyRootFilesystem: true,
            },
          },
        ],
        volumes: [
          {
            name: 'config-volume',
            configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] },
          },
        ],
      },
    },
  },
};

const corednsService: JsonObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    name: 'kube-dns',
    namespace: 'kube-system',
    annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
    labels: {
      ...dnsLabels,
      'kubernetes.io/cluster-service': 'true',
      'kubernetes.io/name': 'CoreDNS',
    },
  },
  spec: {
    clusterIP: '10.96.0.10',
    selector: dnsLabels,
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
      { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
    ],
  },
};

const corednsRole: JsonObject = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRole',
  metadata: { name: 'system:coredns' },
  rules: [
    {
      apiGroups: [''],
      resources: ['endpoints', 'services', 'pods', 'namespaces'],
      verbs: ['list', 'watch'],
    },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
  ],
};

const proxyLabels = { 'k8s-app': 'kube-proxy' };

const proxyDaemonSet: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name: 'kube-proxy', namespace: 'kube-system', labels: proxyLabels },
  spec: {
    selector: { matchLabels: proxyLabels },
    updateStrategy: { type: 'RollingUpdate' },
    template: {
      metadata: { labels: proxyLabels },
      spec: {
        priorityClassName: 'system-node-critical',
        containers: [
          {
            name: 'kube-proxy',
            image: `registry.k8s.io/kube-proxy:${versions.kubernetes}`,
            imagePullPolicy: 'IfNotPresent',
            command: [
              '/usr/local/bin/kube-proxy',
              '--config=/var/lib/kube-proxy/config.conf',
              '--hostname-override=$(NODE_NAME)',
            ],
            securityContext: { privileged: true },
            volumeMounts: [
              { mountPath: '/var/lib/kube-proxy', name: 'kube-proxy' },
              { mountPath: '/run/xtables.lock', name: 'xtables-lock' },
              { mountPath: '/lib/modules', name: 'lib-modules', readOnly: true },
            ],
            env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
          },
        ],
        hostNetwork: true,
        serviceAccountName: 'kube-proxy',
        volumes: [
          { name: 'kube-proxy', configMap: { name: 'kube-proxy' } },
          hostPath('xtables-lock', '/run/xtables.lock', 'FileOrCreate'),
          hostPath('lib-modules', '/lib/modules'),
        ],
        tolerations: [{ operator: 'Exists' }],
        nodeSelector: { 'kubernetes.io/os': 'linux' },
      },
    },
  },
};

const flannelMeta = { 'k8s-app': 'flannel' };
const flannelLabels = { tier: 'node', app: 'flannel' };
const flannelImage = `ghcr.io/flannel-io/flannel:${versions.flannel}`;

const cniConf = `{
  "name": "cbr0",
  "cniVersion": "0.3.1",
  "plugins": [
    {
      "type": "flannel",
      "delegate": {
        "hairpinMode": true,
        "isDefaultGateway": true
      }
    },
    {
      "type": "portmap",
      "capabilities": {
        "portMappings": true
      }
    }
  ]
}
`;
const netConf = `{
  "Network": "10.244.0.0/16",
  "EnableNFTables": false,
  "Backend": {
    "Type": "vxlan"
  }
}
`;

const flannelDaemonSet: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: {
    name: 'kube-flannel-ds',
    namespace: 'kube-flannel',
    labels: { ...flannelLabels, ...flannelMeta },
  },
  spec: {
    selector: { matchLabels: { app: 'flannel' } },
    template: {
      metadata: { labels: flannelLabels },
      spec: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: 'kubernetes.io/os', operator: 'In', values: ['linux'] },
                  ],
                },
              ],
            },
          },
        },
        hostNetwork: true,
        priorityClassName: 'system-node-critical',
        tolerations: [{ operator: 'Exists', effect: 'NoSchedule' }],
        serviceAccountName: 'flannel',
        initContainers: [
          {
            name: 'install-cni-plugin',
            image: `ghcr.io/flannel-io/flannel-cni-plugin:${versions.flannelCni}`,
            command: ['cp'],
            args: ['-f', '/flannel', '/opt/cni/bin/flannel'],
            volumeMounts: [{ name: 'cni-plugin', mountPath: '/opt/cni/bin' }],
          },
          {
            name: 'install-cni',
            image: flannelImage,
            command: ['/opt/bin/install-conf'],
            args: ['/etc/kube-flannel/cni-conf.json', '/etc/cni/net.d/10-flannel.conflist'],
            volumeMounts: [
              { name: 'cni', mountPath: '/etc/cni/net.d' },
              { name: 'flannel-cfg', mountPath: '/etc/kube-flannel/' },
            ],
          },
        ],
        containers: [
          {
            name: 'kube-flannel',
            image: flannelImage,
            command: ['/opt/bin/flanneld'],
            args: ['--ip-masq', '--kube-subnet-mgr', '--healthz-port=8081'],
            ports: [{ name: 'healthz', containerPort: 8081, protocol: 'TCP' }],
            livenessProbe: {
              httpGet: { path: '/healthz', port: 'healthz' },
              initialDelaySeconds: 10,
              periodSeconds: 30,
            },
            readinessProbe: {
              httpGet: { path: '/readyz', port: 'healthz' },
              initialDelaySeconds: 5,
              periodSeconds: 10,
            },
            resources: { requests: { cpu: '100m', memory: '50Mi' } },
            securityContext: {
              privileged: false,
              capabilities: { add: ['NET_ADMIN', 'NET_RAW'] },
            },
            env: [
              { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
              {
                name: 'POD_NAMESPACE',
                valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } },
              },
              { name: 'EVENT_QUEUE_DEPTH', value: '5000' },
              { name: 'CONT_WHEN_CACHE_NOT_READY', value: 'false' },
            ],
            volumeMounts: [
              { name: 'run', mountPath: '/run/flannel' },
              { name: 'flannel-cfg', mountPath: '/etc/kube-flannel/' },
              { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
            ],
          },
        ],
        volumes: [
          hostPath('run', '/run/flannel'),
          hostPath('cni-plugin', '/opt/cni/bin'),
          hostPath('cni', '/etc/cni/net.d'),
          { name: 'flannel-cfg', configMap: { name: 'kube-flannel-cfg' } },
          hostPath('xtables-lock', '/run/xtables.lock', 'FileOrCreate'),
        ],
      },
    },
  },
};

const flannelRole: JsonObject = {
  apiVersion: `${rbac}/v1`,
  kind: 'ClusterRole',
  metadata: { name: 'flannel', labels: flannelMeta },
  rules: [
    { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
  ],
};

/** kube-proxy speaks with its ServiceAccount's token. */
const proxyKubeconfig = (server: string): string => `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    server: ${server}
  name: default
contexts:
- context:
    cluster: default
    namespace: default
    user: default
  name: default
current-context: default
users:
- name: default
  user:
    tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
`;

/** flannel's manifest, which the user applies with kubectl. */
const flannelObjects: readonly JsonObject[] = [
  {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: 'kube-flannel',
      labels: { ...flannelMeta, 'pod-security.kubernetes.io/enforce': 'privileged' },
    },
  },
  flannelRole,
  {
    ...binding(
      'ClusterRoleBinding',
      'flannel',
      ['ClusterRole', 'flannel'],
      account('flannel', 'kube-flannel'),
    ),
    metadata: { name: 'flannel', labels: flannelMeta },
  },
  serviceAccount('flannel', 'kube-flannel', flannelMeta),
  configMap(
    'kube-flannel-cfg',
    'kube-flannel',
    { 'cni-conf.json': cniConf, 'net-conf.json': netConf },
    { ...flannelLabels, ...flannelMeta },
  ),
  flannelDaemonSet,
];

/** All of it, in the order in which it is created. */
/** @param ca the cluster's CA certificate. */
export function addonObjects(server: string, ca: string, nowMs: number): readonly JsonObject[] {
  return [
    binding(
      'ClusterRoleBinding',
      'kubeadm:cluster-admins',
      ['ClusterRole', 'cluster-admin'],
      group('kubeadm:cluster-admins'),
    ),
    ...uploadedConfig(versions.kubernetes),
    ...bootstrapToken(nowMs),
    ...clusterInfo(server, ca),
    configMap('coredns', 'kube-system', { Corefile: corefile }),
    corednsRole,
    binding(
      'ClusterRoleBinding',
      'system:coredns',
      ['ClusterRole', 'system:coredns'],
      account('coredns', 'kube-system'),
    ),
    serviceAccount('coredns', 'kube-system'),
    corednsDeployment,
    corednsService,
    serviceAccount('kube-proxy', 'kube-system'),
    configMap(
      'kube-proxy',
      'kube-system',
      {
        'config.conf': proxyConfig,
        'kubeconfig.conf': proxyKubeconfig(server),
      },
      { app: 'kube-proxy' },
      componentHash({ 'config.conf': proxyConfig, 'kubeconfig.conf': proxyKubeconfig(server) }),
    ),
    proxyDaemonSet,
    binding(
      'ClusterRoleBinding',
      'kubeadm:node-proxier',
      ['ClusterRole', 'system:node-proxier'],
      account('kube-proxy', 'kube-system'),
    ),
    ...proxyReader,
    ...flannelObjects.map(withLastApplied),
  ];
}
