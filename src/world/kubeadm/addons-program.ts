/**
 * The last phases of `kubeadm init`, as a program of the control plane's machine: waits for the
 * API server, then creates what the cluster needs beside the control plane. Runs at every boot;
 * what is there already stays as it is. The rig's one Node comes in the same way.
 */
import { lastAppliedKey } from '../../api/last-applied.ts';
import type { JsonObject } from '../../api/object.ts';
import { kindByGvk } from '../../api/kinds/index.ts';
import { type Process, type Program, sleep } from '../../host/index.ts';
import {
  type ApiRequest,
  type ApiResponse,
  call,
  type ClientConfig,
  clientConfig,
  encodeCertificate,
  parseKubeconfig,
} from '../../k8s/client/index.ts';
import type { Story } from '../../kernel/index.ts';
import { addonObjects } from './addons.ts';

const doneFile = '/var/lib/kubeadm-addons-done';

/** Who creates, with which kubeconfig, what, and as which field manager. */
interface Creator {
  readonly name: string;
  readonly kubeconfig: string;
  readonly objects: readonly JsonObject[] | ((process: Process) => readonly JsonObject[]);
  readonly fieldManager: string;
  readonly because: string;
  /** Nodes to mark as control planes, once they have registered themselves. */
  readonly controlPlanes?: readonly string[];
}

/** The CA of a cluster whose disk shows none. */
const ownCa = encodeCertificate({ commonName: 'kubernetes', organizations: [] });

export const addonsProgram = (server: string, controlPlanes: readonly string[]): Program =>
  creatorProgram({
    name: 'kubeadm',
    kubeconfig: '/etc/kubernetes/super-admin.conf',
    objects: (process) =>
      addonObjects(
        server, process.files.read('/etc/kubernetes/pki/ca.crt') ?? ownCa, process.site.clock,
      ),
    fieldManager: 'kubeadm',
    because: 'kubeadm init: add-ons',
    controlPlanes,
  });

/** What a kubelet may not say of its own node (NodeRestriction). */
const roleLabels = {
  'node-role.kubernetes.io/control-plane': '',
  'node.kubernetes.io/exclude-from-external-load-balancers': '',
};
const markTries = 60;

/** A program that creates objects once the API server answers, and once in a disk's life. */
export const creatorProgram = (creator: Creator): Program => ({
  name: creator.name,
  *main(process) {
    if (process.files.read(doneFile) !== undefined) return 0;
    const text = process.files.read(creator.kubeconfig) ?? '';
    const config = clientConfig(parseKubeconfig(text));
    if (config === undefined) return 1;
    while (!(yield* isUp(process, config))) yield* sleep(500);
    const { objects } = creator;
    const all = typeof objects === 'function' ? objects(process) : objects;
    for (const object of all) yield* create(process, config, object, creator);
    for (const name of creator.controlPlanes ?? []) yield* mark(process, config, name, creator);
    process.files.write(doneFile, '');
    return 0;
  },
});

function ask(process: Process, config: ClientConfig, request: ApiRequest): Story<ApiResponse> {
  const { server, credential } = config;
  return call(process, { server, credential, userAgent: 'kubeadm/v1.33.1' }, request);
}

function* isUp(process: Process, config: ClientConfig): Story<boolean> {
  const { status } = yield* ask(process, config, { method: 'GET', path: '/readyz' });
  return status === 200;
}

/** Creates an object; tries again while something that it needs is not there yet. */
function* create(
  process: Process,
  config: ClientConfig,
  object: JsonObject,
  { fieldManager, because }: Creator,
): Story {
  const kind = kindByGvk(String(object['apiVersion']), String(object['kind']));
  const metadata = object['metadata'] as { readonly namespace?: string };
  if (kind === undefined) return;
  const base = kind.group === '' ? `/api/${kind.version}` : `/apis/${kind.group}/${kind.version}`;
  const scope = metadata.namespace === undefined ? '' : `/namespaces/${metadata.namespace}`;
  for (let tries = 0; tries < 20; tries++) {
    const { status } = yield* ask(process, config, {
      method: 'POST',
      path: `${base}${scope}/${kind.plural}`,
      query: { fieldManager: isApplied(object) ? 'kubectl-client-side-apply' : fieldManager },
      headers: { 'content-type': 'application/json' },
      body: object,
      because,
    });
    if (status < 300 || status === 409) return;
    yield* sleep(1000);
  }
}

/** flannel is not kubeadm's: the user applies its manifest. */
const isApplied = ({ metadata }: JsonObject): boolean =>
  lastAppliedKey in ((metadata as { annotations?: JsonObject }).annotations ?? {});

/** The phase mark-control-plane; a node that never comes is left alone. */
function* mark(
  process: Process,
  config: ClientConfig,
  name: string,
  { fieldManager }: Creator,
): Story {
  for (let tries = 0; tries < markTries; tries++) {
    const { status } = yield* ask(process, config, {
      method: 'PATCH',
      path: `/api/v1/nodes/${name}`,
      query: { fieldManager },
      headers: { 'content-type': 'application/strategic-merge-patch+json' },
      body: { metadata: { labels: roleLabels } },
      because: 'kubeadm init: mark-control-plane',
    });
    if (status < 300) return;
    yield* sleep(500);
  }
}
