/**
 * The rig's services: what upstream's tests of the API start by hand (hack/make-rules/test-cmd.sh),
 * with the flags that mean something here. Nothing schedules and nothing runs Pods; the one Node
 * is an object that nobody reports for.
 */
import type { Program } from '../../host/index.ts';
import type { Unit } from '../../host/systemd.ts';
import { kubeControllerManager } from '../../k8s/controllers/kube-controller-manager.ts';
import { creatorProgram } from '../kubeadm/addons-program.ts';
import { rigPaths } from './files.ts';

/** The admission plugins that upstream's rig does without. */
const disabledPlugins = [
  'ServiceAccount',
  'PersistentVolumeLabel',
  'DefaultStorageClass',
  'DefaultTolerationSeconds',
  'MutatingAdmissionWebhook',
  'ValidatingAdmissionWebhook',
  'StorageObjectInUseProtection',
];

/** The annotation is upstream's: an object with nothing in it would have no field managers. */
const node = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: '127.0.0.1', annotations: { 'save-managers': 'true' } },
  status: { capacity: { memory: '1Gi' } },
};

/** @param ip the machine's own address. */
export function rigUnits(servers: { etcd: Program; apiserver: Program }, ip: string): Unit[] {
  const server = (name: string, description: string, program: Program, flags: string[]): Unit => ({
    name,
    description,
    program,
    args: [`/usr/local/bin/${name}`, ...flags],
    restart: 'always',
    restartSec: 1,
    isEnabled: true,
  });
  const createNode = creatorProgram({
    name: 'create-node',
    kubeconfig: rigPaths.kubeconfig,
    objects: [node],
    fieldManager: 'kubectl-create',
    because: 'the rig has one Node',
  });
  return [
    server('etcd', 'etcd key-value store', servers.etcd, ['--data-dir=/var/lib/etcd']),
    server('kube-apiserver', 'Kubernetes API server', servers.apiserver, [
      `--advertise-address=${ip}`,
      '--authorization-mode=RBAC,AlwaysAllow',
      `--disable-admission-plugins=${disabledPlugins.join(',')}`,
      '--enable-admission-plugins=LimitRanger,ResourceQuota',
      '--etcd-servers=http://127.0.0.1:2379',
      '--secure-port=6443',
      '--service-account-issuer=https://kubernetes.default.svc',
      '--service-cluster-ip-range=10.0.0.0/24',
      `--token-auth-file=${rigPaths.tokens}`,
    ]),
    server('kube-controller-manager', 'Kubernetes controllers', kubeControllerManager, [
      `--kubeconfig=${rigPaths.kubeconfig}`,
    ]),
    {
      ...server('create-node', 'the Node 127.0.0.1', createNode, []),
      restart: 'no',
    },
  ];
}
