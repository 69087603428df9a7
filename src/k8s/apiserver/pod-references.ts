/**
 * What a Pod refers to by name in its namespace. Follows pkg/api/v1/pod/util.go
 * (VisitPodSecretNames, VisitPodConfigmapNames).
 */
import type { Container, Pod, Volume } from '../../api/types.gen.ts';

/** @param resource `secrets`, `configmaps`, `persistentvolumeclaims` or `serviceaccounts`. */
export function refersTo({ spec }: Pod, resource: string, name: string): boolean {
  if (spec === undefined) return false;
  const volumes = spec.volumes ?? [];
  switch (resource) {
    case 'serviceaccounts':
      return spec.serviceAccountName === name;
    case 'persistentvolumeclaims':
      return volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === name);
    case 'secrets':
      return (
        (spec.imagePullSecrets ?? []).some((one) => one.name === name) ||
        volumes.some((volume) => hasSecret(volume, name)) ||
        inContainers('secret')
      );
    default:
      return volumes.some((volume) => hasConfigMap(volume, name)) || inContainers('configMap');
  }
  function inContainers(source: 'secret' | 'configMap'): boolean {
    const all = [
      ...(spec?.containers ?? []),
      ...(spec?.initContainers ?? []),
      ...((spec?.ephemeralContainers ?? []) as readonly Container[]),
    ];
    return all.some((container) => inContainer(container, source, name));
  }
}

const hasSecret = ({ secret, projected, csi }: Volume, name: string): boolean =>
  secret?.secretName === name ||
  csi?.nodePublishSecretRef?.name === name ||
  (projected?.sources ?? []).some((source) => source.secret?.name === name);

const hasConfigMap = ({ configMap, projected }: Volume, name: string): boolean =>
  configMap?.name === name ||
  (projected?.sources ?? []).some((source) => source.configMap?.name === name);

function inContainer(
  { env = [], envFrom = [] }: Container,
  source: 'secret' | 'configMap',
  name: string,
): boolean {
  return (
    envFrom.some((one) => one[`${source}Ref`]?.name === name) ||
    env.some(({ valueFrom }) => valueFrom?.[`${source}KeyRef`]?.name === name)
  );
}
