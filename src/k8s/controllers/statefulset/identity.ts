/**
 * Who a Pod of a StatefulSet is: its name and number, its labels, its claims.
 * Upstream: pkg/controller/statefulset/stateful_set_utils.go.
 */
import type {
  PersistentVolumeClaim, Pod, PodSpec, PodTemplateSpec, StatefulSet, Volume,
} from '../../../api/types.gen.ts';
import { podFromTemplate } from '../pod-control.ts';

export const podNameLabel = 'statefulset.kubernetes.io/pod-name';
export const indexLabel = 'apps.kubernetes.io/pod-index';
/** Of a Pod: the name of its ControllerRevision. */
export const revisionLabel = 'controller-revision-hash';

const numbered = /^(.*)-([0-9]+)$/;

/** The number of a Pod of this set; -1 when the name is not one of the set's. */
export function ordinalOf(set: StatefulSet, { metadata }: Pod): number {
  const [, parent, number] = numbered.exec(metadata.name) ?? [];
  return parent === set.metadata.name ? Number(number) : -1;
}

export const startOf = ({ spec }: StatefulSet): number => spec.ordinals?.start ?? 0;

export const podNameOf = ({ metadata }: StatefulSet, ordinal: number): string =>
  `${metadata.name}-${ordinal}`;

export const revisionOf = ({ metadata }: Pod): string => metadata.labels?.[revisionLabel] ?? '';

const claimName = (template: PersistentVolumeClaim, podName: string): string =>
  `${template.metadata.name}-${podName}`;

/** The claims that a Pod needs: bodies to create, and the names of the volumes they fill. */
export interface PodClaim {
  readonly volume: string;
  readonly name: string;
  readonly body: object;
}

export function claimsOf(set: StatefulSet, podName: string): readonly PodClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => {
    const name = claimName(template, podName);
    const labels = { ...template.metadata.labels, ...set.spec.selector.matchLabels };
    const { namespace } = set.metadata;
    return {
      volume: template.metadata.name,
      name,
      body: {
        ...template,
        metadata: { ...template.metadata, name, namespace, labels },
      },
    };
  });
}

/** The body of a new Pod. @param template of the revision that it shall have. */
export function statefulPod(
  set: StatefulSet, template: PodTemplateSpec, ordinal: number, revision: string,
): object {
  const { metadata, spec, ...rest } = podFromTemplate(set, template) as {
    metadata: { generateName: string; labels?: Readonly<Record<string, string>> };
    spec: PodSpec;
  };
  const name = podNameOf(set, ordinal);
  const labels = { ...metadata.labels, ...identityLabels(name, ordinal) };
  return {
    ...rest,
    metadata: { ...metadata, name, labels: { ...labels, [revisionLabel]: revision } },
    spec: {
      ...spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      volumes: volumesOf(set, name, spec.volumes),
    },
  };
}

const identityLabels = (name: string, ordinal: number): Readonly<Record<string, string>> => ({
  [podNameLabel]: name,
  [indexLabel]: String(ordinal),
});

/** The claims' volumes first; they take the place of the template's own of the same name. */
function volumesOf(
  set: StatefulSet, podName: string, own: readonly Volume[] = [],
): readonly Volume[] {
  const claims = claimsOf(set, podName);
  return [
    ...claims.map(({ volume, name }) => ({
      name: volume, persistentVolumeClaim: { claimName: name },
    })),
    ...own.filter(({ name }) => !claims.some(({ volume }) => volume === name)),
  ];
}

/** The Pod with its labels put right; undefined when it has them. */
export function withIdentity(pod: Pod, ordinal: number): Pod | undefined {
  const { labels, name } = pod.metadata;
  if (labels?.[podNameLabel] === name) return undefined;
  const fixed = { ...labels, ...identityLabels(name, ordinal) };
  return { ...pod, metadata: { ...pod.metadata, labels: fixed } };
}
