/**
 * What of the API a Pod refers to, as a mirror Pod may not.
 * Follows pkg/api/pod/util.go (VisitPodSecretNames, VisitPodConfigmapNames).
 */
import type { Container, PodSpec, Volume } from '../../../api/types.gen.ts';

/** `secrets`, `configmaps`, `persistentvolumeclaims`: those that it names, in that order. */
export function referencesOf(spec: PodSpec): readonly string[] {
  const containers = [
    ...(spec.initContainers ?? []),
    ...spec.containers,
    ...((spec.ephemeralContainers ?? []) as readonly Container[]),
  ];
  const volumes = spec.volumes ?? [];
  const hasSecrets =
    (spec.imagePullSecrets?.length ?? 0) > 0 ||
    containers.some((one) => reads(one, 'secretRef', 'secretKeyRef')) ||
    volumes.some((one) => usesSecret(one));
  const hasMaps =
    containers.some((one) => reads(one, 'configMapRef', 'configMapKeyRef')) ||
    volumes.some(
      ({ configMap, projected }) =>
        configMap !== undefined ||
        projected?.sources?.some((source) => source.configMap !== undefined) === true,
    );
  return [
    ...(hasSecrets ? ['secrets'] : []),
    ...(hasMaps ? ['configmaps'] : []),
    ...(volumes.some((one) => one.persistentVolumeClaim) ? ['persistentvolumeclaims'] : []),
  ];
}

const reads = (
  { env = [], envFrom = [] }: Container,
  whole: 'secretRef' | 'configMapRef',
  key: 'secretKeyRef' | 'configMapKeyRef',
): boolean =>
  envFrom.some((source) => source[whole] !== undefined) ||
  env.some(({ valueFrom }) => valueFrom?.[key] !== undefined);

const usesSecret = ({ secret, projected }: Volume): boolean =>
  secret !== undefined ||
  projected?.sources?.some((source) => source.secret !== undefined) === true;
