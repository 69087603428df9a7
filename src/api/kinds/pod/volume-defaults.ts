/**
 * What the server fills into a Pod's volumes, by source.
 * Follows pkg/apis/core/v1/defaults.go (SetDefaults_*VolumeSource).
 */
import type { PersistentVolumeClaimTemplate, Volume } from '../../types.gen.ts';
import { fill, fillAbsent, mapField, mapItems } from '../path-copy.ts';
import { claimSpecDefaults } from './claim-defaults.ts';
import { canonicalQuantity } from '../resource-list.ts';

/** 0644, in decimal as JSON has it. */
const fileMode = { defaultMode: 0o644 };
const fieldRef = { apiVersion: 'v1' };

export function volumeDefaults(volume: Volume): Volume {
  let next = volume;
  if (!hasSource(volume)) next = { ...volume, emptyDir: {} };
  next = mapField(next, 'secret', (source) => fillAbsent(source, fileMode));
  next = mapField(next, 'configMap', (source) => fillAbsent(source, fileMode));
  next = mapField(next, 'hostPath', (source) => fillAbsent(source, { type: '' }));
  next = mapField(next, 'projected', projectedDefaults);
  next = mapField(next, 'downwardAPI', (source) =>
    mapField(fillAbsent(source, fileMode), 'items', itemsDefaults),
  );
  next = mapField(next, 'emptyDir', (source) => mapField(source, 'sizeLimit', canonicalQuantity));
  next = mapField(next, 'ephemeral', (source) =>
    mapField(source, 'volumeClaimTemplate', claimTemplateDefaults),
  );
  return rareDefaults(next);
}

const hasSource = (volume: Volume): boolean => {
  for (const key in volume) if (key !== 'name' && volume[key as keyof Volume]) return true;
  return false;
};

type Projected = NonNullable<Volume['projected']>;
type Items = NonNullable<NonNullable<Volume['downwardAPI']>['items']>;

const itemsDefaults = (items: Items): Items =>
  mapItems(items, (item) =>
    mapField(
      mapField(item, 'fieldRef', (ref) => fill(ref, fieldRef)),
      'resourceFieldRef',
      (ref) => fill(ref, { divisor: '0' }),
    ),
  );

function projectedDefaults(source: Projected): Projected {
  return mapField(fillAbsent(source, fileMode), 'sources', (sources) =>
    mapItems(sources, (one) => {
      const next = mapField(one, 'serviceAccountToken', (token) =>
        fillAbsent(token, { expirationSeconds: 3600 }),
      );
      return mapField(next, 'downwardAPI', (downward) =>
        mapField(downward, 'items', itemsDefaults),
      );
    }),
  );
}

function claimTemplateDefaults(template: PersistentVolumeClaimTemplate) {
  const metadata = { creationTimestamp: null, ...template.metadata };
  return { ...template, metadata, spec: claimSpecDefaults(template.spec) } as typeof template;
}

/** Sources that hardly anybody uses any more. */
function rareDefaults(volume: Volume): Volume {
  let next = mapField(volume, 'iscsi', (source) => fill(source, { iscsiInterface: 'default' }));
  next = mapField(next, 'rbd', (source) =>
    fill(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  );
  next = mapField(next, 'azureDisk', (source) =>
    fillAbsent(source, {
      cachingMode: 'ReadWrite',
      kind: 'Shared',
      fsType: 'ext4',
      readOnly: false,
    }),
  );
  return mapField(next, 'scaleIO', (source) =>
    fill(source, { storageMode: 'ThinProvisioned', fsType: 'xfs' }),
  );
}
