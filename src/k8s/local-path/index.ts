/**
 * local-path-provisioner: makes a volume for each claim of its class, a directory of the node that
 * the scheduler chose for the claim's first Pod, and deletes volumes whose claims are gone.
 * Upstream: github.com/rancher/local-path-provisioner (provisioner.go), and the library
 * kubernetes-sigs/sig-storage-lib-external-provisioner (controller.go). Simplified: no helper Pods;
 * the kubelet makes the directory, and nobody empties it.
 */
import { type Daemon, type Process, type Program, endOnSignal } from '../../host/index.ts';
import { keyOf } from '../../api/object.ts';
import type { PersistentVolumeClaim, StorageClass } from '../../api/types.gen.ts';
import {
  type AboutEvent, ApiClient, classOfClaim, defineController, Harness, InformerFactory, itself, log,
  type Outcome, parseFlags, settled, type View, waitsForConsumer,
} from '../client/index.ts';
import { inClusterConfig } from '../client/in-cluster.ts';

export const localPathProvisioner: Program = { name: 'local-path-provisioner', start };

const driver = 'rancher.io/local-path';
const provisionerAnnotation = 'volume.kubernetes.io/storage-provisioner';
const nodeAnnotation = 'volume.kubernetes.io/selected-node';
const madeBy = 'pv.kubernetes.io/provisioned-by';

function start(process: Process): Daemon {
  const config = inClusterConfig(process);
  if (typeof config === 'string') {
    log(process, 'E', 'main.go:289', `"Error starting daemon" err="${config}"`);
    process.end(1);
    return {};
  }
  const { server, credential } = config;
  const client = new ApiClient(process, {
    server, credential, userAgent: 'local-path-provisioner/v0.0.31', qps: 5, burst: 10,
  });
  const file = parseFlags(process.args).get('config') ?? '/etc/config/config.json';
  const directory = /"paths"\s*:\s*\[\s*"([^"]+)"/.exec(process.files.read(file) ?? '')?.[1];
  const informers = new InformerFactory(client);
  new Harness({ client, informers }, provisioner(directory ?? '/opt/local-path-provisioner')).start();
  informers.start();
  log(process, 'I', 'controller.go:824', `"Starting provisioner controller ${driver}"`);
  return { signal: endOnSignal(process) };
}

const provisioner = (directory: string) =>
  defineController({
    name: driver,
    watches: { PersistentVolumeClaim: itself, PersistentVolume: itself },
    reads: ['StorageClass'],
    reconcile: (view, key) =>
      key.includes('/') ? provision(view, key, directory) : remove(view, key),
  });

function provision(view: View, key: string, directory: string): Outcome {
  const claim = view.get('PersistentVolumeClaim', key);
  if (claim === undefined || claim.spec.volumeName || claim.metadata.deletionTimestamp !== undefined) {
    return settled;
  }
  const { annotations } = claim.metadata;
  if (annotations?.[provisionerAnnotation] !== driver) return settled;
  const storageClass = view.get('StorageClass', classOfClaim(claim));
  if (storageClass?.provisioner !== driver) return settled;
  const node = annotations[nodeAnnotation];
  if (node === undefined) return waitsForConsumer(storageClass) ? settled : noNode(claim);
  const name = `pvc-${claim.metadata.uid}`;
  if (view.get('PersistentVolume', name) !== undefined) return settled;
  const begun = `External provisioner is provisioning volume for claim "${keyOf(claim)}"`;
  return {
    events: [told(claim, 'Normal', 'Provisioning', begun)],
    writes: [{
      verb: 'create',
      kind: 'PersistentVolume',
      key: name,
      body: volumeFor(claim, storageClass, { name, node, directory }),
      accepts: [409],
      because: `${claim.metadata.name} needs a volume on ${node}`,
      done: () =>
        told(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${name}`),
    }],
  };
}

const noNode = (claim: PersistentVolumeClaim): Outcome => ({
  writes: [],
  events: [told(claim, 'Warning', 'ProvisioningFailed',
    `failed to provision volume with StorageClass "${classOfClaim(claim)}": configuration error, ` +
      'no node was specified')],
});

const told = (
  about: PersistentVolumeClaim, type: 'Normal' | 'Warning', reason: string, message: string,
): AboutEvent => ({ about, draft: { type, reason, message } });

interface Place {
  readonly name: string;
  readonly node: string;
  readonly directory: string;
}

function volumeFor(
  { metadata, spec }: PersistentVolumeClaim, storageClass: StorageClass, place: Place,
): object {
  const { namespace, name, uid, resourceVersion } = metadata;
  const path = `${place.directory}/${place.name}_${namespace}_${name}`;
  const isThere = { key: 'kubernetes.io/hostname', operator: 'In', values: [place.node] };
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: place.name,
      annotations: { 'local.path.provisioner/selected-node': place.node, [madeBy]: driver },
    },
    spec: {
      accessModes: spec.accessModes ?? [],
      capacity: { storage: spec.resources?.requests?.['storage'] ?? '0' },
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name, uid, resourceVersion },
      hostPath: { path, type: 'DirectoryOrCreate' },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [isThere] }] } },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: spec.volumeMode ?? 'Filesystem',
    },
  };
}

function remove(view: View, name: string): Outcome {
  const volume = view.get('PersistentVolume', name);
  if (volume?.metadata.annotations?.[madeBy] !== driver) return settled;
  if (volume.status?.phase !== 'Released' || volume.metadata.deletionTimestamp !== undefined) {
    return settled;
  }
  if (volume.spec.persistentVolumeReclaimPolicy !== 'Delete') return settled;
  return {
    writes: [{
      verb: 'delete', kind: 'PersistentVolume', key: name, accepts: [404],
      because: `the claim of ${name} is gone, and its policy is Delete`,
    }],
  };
}
