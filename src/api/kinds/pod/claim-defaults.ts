/**
 * What the server fills into a claim's spec, wherever one stands (claims, StatefulSets' templates,
 * ephemeral volumes). Follows SetDefaults_PersistentVolumeClaimSpec and the conversions in
 * pkg/apis/core/v1.
 */
import type { PersistentVolumeClaimSpec } from '../../types.gen.ts';
import { fillAbsent, mapField } from '../path-copy.ts';
import { canonicalResources } from '../resource-list.ts';

export function claimSpecDefaults(spec: PersistentVolumeClaimSpec): PersistentVolumeClaimSpec {
  const next = fillAbsent(spec, { volumeMode: 'Filesystem', resources: {} });
  const mapped = mapField(next, 'resources', (resources) =>
    mapField(mapField(resources, 'limits', canonicalResources), 'requests', canonicalResources),
  );
  // Either says where the data comes from; the newer one takes what the older one says.
  return mapped.dataSource === undefined
    ? mapped
    : fillAbsent(mapped, {
        dataSourceRef: mapped.dataSource,
      });
}
