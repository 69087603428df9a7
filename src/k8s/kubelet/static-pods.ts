/**
 * Static Pods: manifests in a directory of the machine. Upstream: pkg/kubelet/config/file.go,
 * common.go (applyDefaults), pkg/kubelet/pod/mirror_client.go.
 */
import { parse } from 'yaml';
import { freeze } from '../../api/freeze.ts';
import { pod as podKind } from '../../api/kinds/pod.ts';
import { fnv32a } from '../../api/names.ts';
import type { Pod } from '../../api/types.gen.ts';
import { formatTime } from '../../kernel/calendar.ts';
import type { Machine } from '../../host/index.ts';

export const annotations = {
  hash: 'kubernetes.io/config.hash',
  mirror: 'kubernetes.io/config.mirror',
  seen: 'kubernetes.io/config.seen',
  source: 'kubernetes.io/config.source',
} as const;

export const isMirror = ({ metadata }: Pod): boolean =>
  metadata.annotations?.[annotations.mirror] !== undefined;

/** Reads all manifests of a directory; what is none is left out. */
export function readStaticPods(machine: Machine, path: string, nodeName: string): readonly Pod[] {
  const pods: Pod[] = [];
  for (const name of machine.files.list(path) ?? []) {
    if (name.startsWith('.')) continue;
    const text = machine.files.read(`${path}/${name}`);
    const pod = text === undefined ? undefined : readManifest(text, machine, nodeName);
    if (pod !== undefined) pods.push(pod);
  }
  return pods;
}

function readManifest(text: string, machine: Machine, nodeName: string): Pod | undefined {
  let read: unknown;
  try {
    read = parse(text);
  } catch {
    return undefined;
  }
  const manifest = read as Pod | null | undefined;
  if (manifest?.kind !== 'Pod' || manifest.metadata?.name === undefined) return undefined;
  const hash = hashOf(`${nodeName}\n${text}`);
  const { metadata, spec } = manifest;
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...metadata,
      name: `${metadata.name}-${nodeName}`,
      namespace: metadata.namespace ?? 'default',
      uid: hash,
      annotations: {
        ...metadata.annotations,
        [annotations.hash]: hash,
        [annotations.seen]: formatTime(machine.site.clock),
        [annotations.source]: 'file',
      },
    },
    spec: {
      ...spec,
      nodeName,
      tolerations: [...(spec?.tolerations ?? []), { effect: 'NoExecute', operator: 'Exists' }],
    },
    status: {},
  } as unknown as Pod;
  return freeze((podKind.defaults?.(pod) ?? pod) as Pod);
}

/** 32 hexadecimal digits, as an MD5 has; from FNV, four times over. */
function hashOf(text: string): string {
  let hash = '';
  for (let round = 0; round < 4; round++) {
    hash += fnv32a(text, 0x811c9dc5 ^ (round * 0x9e3779b1))
      .toString(16)
      .padStart(8, '0');
  }
  return hash;
}

/** The Pod that stands for a static one in the API. @param nodeUid of the Node that owns it. */
export const mirrorOf = (pod: Pod, nodeUid: string): Pod => ({
  ...pod,
  metadata: {
    name: pod.metadata.name,
    ...(pod.metadata.namespace === undefined ? {} : { namespace: pod.metadata.namespace }),
    ...(pod.metadata.labels === undefined ? {} : { labels: pod.metadata.labels }),
    annotations: {
      ...pod.metadata.annotations,
      [annotations.mirror]: pod.metadata.annotations?.[annotations.hash] ?? '',
    },
    ownerReferences: [
      {
        apiVersion: 'v1',
        kind: 'Node',
        name: pod.spec?.nodeName ?? '',
        uid: nodeUid,
        controller: true,
      },
    ],
  } as unknown as Pod['metadata'],
});
