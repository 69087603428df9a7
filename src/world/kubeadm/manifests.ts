/**
 * The static Pods that kubeadm leaves in /etc/kubernetes/manifests.
 * Follows cmd/kubeadm/app/phases/{controlplane,etcd}; what has no meaning here (paths of
 * certificates that are not simulated) is left out.
 */
import { stringify } from 'yaml';

/** The releases that make up this cluster. */
export const versions = {
  kubernetes: 'v1.33.1',
  etcd: '3.5.21-0',
  coredns: 'v1.12.0',
  flannel: 'v0.28.9',
  flannelCni: 'v1.9.1-flannel3',
} as const;

interface ComponentSpec {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[];
  readonly cpu: string;
  readonly memory?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  /** Where its health is asked for. */
  readonly health: {
    readonly host: string;
    readonly path: string;
    readonly port: number;
    readonly scheme: string;
  };
}

function staticPod(spec: ComponentSpec): string {
  const { name, image, command, cpu, memory, annotations, files, health } = spec;
  const probe = (rest: object) => ({
    failureThreshold: 8,
    httpGet: { host: health.host, path: health.path, port: health.port, scheme: health.scheme },
    initialDelaySeconds: 10,
    periodSeconds: 10,
    timeoutSeconds: 15,
    ...rest,
  });
  const volumeName = (path: string) => path.replaceAll(/[^a-z0-9]+/g, '-').replace(/^-/, '');
  return stringify(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        ...(annotations === undefined ? {} : { annotations }),
        labels: { component: name, tier: 'control-plane' },
        name,
        namespace: 'kube-system',
      },
      spec: {
        containers: [
          {
            command,
            image,
            imagePullPolicy: 'IfNotPresent',
            livenessProbe: probe({}),
            name,
            resources: { requests: { cpu, ...(memory === undefined ? {} : { memory }) } },
            startupProbe: probe({ failureThreshold: 24 }),
            volumeMounts: files.map((path) => ({
              mountPath: path,
              name: volumeName(path),
              ...(path === '/var/lib/etcd' ? {} : { readOnly: true }),
            })),
          },
        ],
        hostNetwork: true,
        priority: 2_000_001_000,
        priorityClassName: 'system-node-critical',
        securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
        volumes: files.map((path) => ({
          hostPath: { path, type: path.endsWith('.conf') ? 'FileOrCreate' : 'DirectoryOrCreate' },
          name: volumeName(path),
        })),
      },
    },
    { lineWidth: 0, indentSeq: false },
  );
}

/** File name → manifest, for the machine with this address. */
export function controlPlaneManifests(node: string, ip: string): Readonly<Record<string, string>> {
  const { kubernetes, etcd } = versions;
  const image = (name: string) => `registry.k8s.io/${name}:${kubernetes}`;
  return {
    'etcd.yaml': staticPod({
      name: 'etcd',
      image: `registry.k8s.io/etcd:${etcd}`,
      command: [
        'etcd',
        `--advertise-client-urls=https://${ip}:2379`,
        '--client-cert-auth=true',
        '--data-dir=/var/lib/etcd',
        `--initial-advertise-peer-urls=https://${ip}:2380`,
        `--initial-cluster=${node}=https://${ip}:2380`,
        `--listen-client-urls=https://127.0.0.1:2379,https://${ip}:2379`,
        '--listen-metrics-urls=http://127.0.0.1:2381',
        `--listen-peer-urls=https://${ip}:2380`,
        `--name=${node}`,
        '--snapshot-count=10000',
      ],
      cpu: '100m',
      memory: '100Mi',
      annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': `https://${ip}:2379` },
      files: ['/var/lib/etcd', '/etc/kubernetes/pki/etcd'],
      health: { host: '127.0.0.1', path: '/livez', port: 2381, scheme: 'HTTP' },
    }),
    'kube-apiserver.yaml': staticPod({
      name: 'kube-apiserver',
      image: image('kube-apiserver'),
      command: [
        'kube-apiserver',
        `--advertise-address=${ip}`,
        '--allow-privileged=true',
        '--authorization-mode=Node,RBAC',
        '--client-ca-file=/etc/kubernetes/pki/ca.crt',
        '--enable-admission-plugins=NodeRestriction',
        '--enable-bootstrap-token-auth=true',
        '--etcd-cafile=/etc/kubernetes/pki/etcd/ca.crt',
        '--etcd-certfile=/etc/kubernetes/pki/apiserver-etcd-client.crt',
        '--etcd-keyfile=/etc/kubernetes/pki/apiserver-etcd-client.key',
        '--etcd-servers=https://127.0.0.1:2379',
        '--kubelet-client-certificate=/etc/kubernetes/pki/apiserver-kubelet-client.crt',
        '--kubelet-client-key=/etc/kubernetes/pki/apiserver-kubelet-client.key',
        '--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
        '--proxy-client-cert-file=/etc/kubernetes/pki/front-proxy-client.crt',
        '--proxy-client-key-file=/etc/kubernetes/pki/front-proxy-client.key',
        '--requestheader-allowed-names=front-proxy-client',
        '--requestheader-client-ca-file=/etc/kubernetes/pki/front-proxy-ca.crt',
        '--requestheader-extra-headers-prefix=X-Remote-Extra-',
        '--requestheader-group-headers=X-Remote-Group',
        '--requestheader-username-headers=X-Remote-User',
        '--secure-port=6443',
        '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
        '--service-account-key-file=/etc/kubernetes/pki/sa.pub',
        '--service-account-signing-key-file=/etc/kubernetes/pki/sa.key',
        '--service-cluster-ip-range=10.96.0.0/12',
        '--tls-cert-file=/etc/kubernetes/pki/apiserver.crt',
        '--tls-private-key-file=/etc/kubernetes/pki/apiserver.key',
      ],
      cpu: '250m',
      annotations: {
        'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${ip}:6443`,
      },
      files: ['/etc/kubernetes/pki'],
      health: { host: ip, path: '/livez', port: 6443, scheme: 'HTTPS' },
    }),
    'kube-controller-manager.yaml': staticPod({
      name: 'kube-controller-manager',
      image: image('kube-controller-manager'),
      command: [
        'kube-controller-manager',
        '--allocate-node-cidrs=true',
        '--bind-address=127.0.0.1',
        '--cluster-cidr=10.244.0.0/16',
        '--cluster-name=kubernetes',
        '--controllers=*,bootstrapsigner,tokencleaner',
        '--kubeconfig=/etc/kubernetes/controller-manager.conf',
        '--leader-elect=true',
        '--root-ca-file=/etc/kubernetes/pki/ca.crt',
        '--service-cluster-ip-range=10.96.0.0/12',
        '--use-service-account-credentials=true',
      ],
      cpu: '200m',
      files: ['/etc/kubernetes/controller-manager.conf', '/etc/kubernetes/pki'],
      health: { host: '127.0.0.1', path: '/healthz', port: 10257, scheme: 'HTTPS' },
    }),
    'kube-scheduler.yaml': staticPod({
      name: 'kube-scheduler',
      image: image('kube-scheduler'),
      command: [
        'kube-scheduler',
        '--bind-address=127.0.0.1',
        '--kubeconfig=/etc/kubernetes/scheduler.conf',
        '--leader-elect=true',
      ],
      cpu: '100m',
      files: ['/etc/kubernetes/scheduler.conf'],
      health: { host: '127.0.0.1', path: '/livez', port: 10259, scheme: 'HTTPS' },
    }),
  };
}
