/** The images that Kubernetes itself is made of: their programs are the ones of k8s/. */
import type { Program } from '../host/index.ts';
import type { Image } from '../host/runtime/index.ts';
import { defineImage, type ImageDefinition, imagesOf } from '../images/index.ts';
import { coredns } from '../k8s/coredns/index.ts';
import { kubeControllerManager } from '../k8s/controllers/kube-controller-manager.ts';
import { cniPluginFiles, flanneld, installCniPlugin, installConf } from '../k8s/flannel/index.ts';
import { kubeProxy } from '../k8s/kube-proxy/index.ts';
import { localPathProvisioner } from '../k8s/local-path/index.ts';
import { metricsServer } from '../k8s/metrics-server/index.ts';
import { kubeScheduler } from '../k8s/scheduler/kube-scheduler.ts';
import { shell } from '../shell/shell.ts';
import { versions } from './kubeadm/manifests.ts';

const MB = 1_000_000;

/** An image whose one program is its entry point. */
function single(
  repository: string,
  tag: string,
  path: string,
  program: Program,
  megabytes: number,
  isEntrypoint = false,
): ImageDefinition {
  return defineImage({
    repository,
    tags: { [tag]: {} },
    sizeBytes: megabytes * MB,
    layers: 2,
    programs: { [path]: program },
    ...(isEntrypoint ? { entrypoint: [path] } : {}),
    startMs: 150,
    memoryBytes: (appetites[program.name]?.megabytes ?? 60) * MB,
    cpuMillis: appetites[program.name]?.cpuMillis ?? 1,
  });
}

/** What they use when little happens: about what a small cluster's `kubectl top` shows. */
const appetites: Readonly<Record<string, { cpuMillis: number; megabytes: number }>> = {
  etcd: { cpuMillis: 22, megabytes: 62 },
  'kube-apiserver': { cpuMillis: 48, megabytes: 260 },
  'kube-controller-manager': { cpuMillis: 16, megabytes: 58 },
  'kube-scheduler': { cpuMillis: 4, megabytes: 30 },
  'kube-proxy': { cpuMillis: 1, megabytes: 20 },
  coredns: { cpuMillis: 2, megabytes: 16 },
  'metrics-server': { cpuMillis: 4, megabytes: 22 },
  'local-path-provisioner': { cpuMillis: 1, megabytes: 12 },
};

/** All of them. etcd and the API server are made per world: they have state of their own. */
export function controlPlaneImages(made: { etcd: Program; apiserver: Program }): Image[] {
  const { kubernetes } = versions;
  const k8s = 'registry.k8s.io';
  const flannel = 'ghcr.io/flannel-io';
  const definitions = [
    single(`${k8s}/etcd`, versions.etcd, '/usr/local/bin/etcd', made.etcd, 58),
    single(
      `${k8s}/kube-apiserver`,
      kubernetes,
      '/usr/local/bin/kube-apiserver',
      made.apiserver,
      30,
    ),
    single(
      `${k8s}/kube-controller-manager`,
      kubernetes,
      '/usr/local/bin/kube-controller-manager',
      kubeControllerManager,
      27,
    ),
    single(`${k8s}/kube-scheduler`, kubernetes, '/usr/local/bin/kube-scheduler', kubeScheduler, 22),
    single(`${k8s}/kube-proxy`, kubernetes, '/usr/local/bin/kube-proxy', kubeProxy, 32),
    single(`${k8s}/metrics-server/metrics-server`, 'v0.7.2', '/metrics-server', metricsServer, 19, true),
    single('rancher/local-path-provisioner', 'v0.0.31', '/usr/bin/local-path-provisioner', localPathProvisioner, 20),
    single(`${k8s}/coredns/coredns`, versions.coredns, '/coredns', coredns, 21, true),
    defineImage({
      repository: `${flannel}/flannel`,
      tags: { [versions.flannel]: {} },
      sizeBytes: 35 * MB,
      layers: 6,
      programs: { '/opt/bin/flanneld': flanneld, '/opt/bin/install-conf': installConf },
      startMs: 100,
    }),
    defineImage({
      repository: `${flannel}/flannel-cni-plugin`,
      tags: { [versions.flannelCni]: {} },
      sizeBytes: 5 * MB,
      layers: 2,
      files: cniPluginFiles,
      programs: { '/bin/cp': installCniPlugin },
      startMs: 50,
    }),
  ];
  const shared = { sh: shell('sh'), commands: {} };
  return definitions.flatMap((definition) => imagesOf(definition, shared));
}

/** What an installation leaves on each machine, so that a boot pulls nothing. */
export const isPreloaded = (image: Image): boolean =>
  /^(registry\.k8s\.io\/(etcd|kube-|coredns|pause)|ghcr\.io\/flannel-io)/.test(image.repository);
