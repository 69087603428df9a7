/**
 * Follows pkg/apis/apps/v1/defaults.go (SetDefaults_StatefulSet).
 */
import type { PersistentVolumeClaim, StatefulSet, StatefulSetSpec } from '../types.gen.ts';
import { fill, fillAbsent, mapField, mapItems, withField } from './path-copy.ts';
import { podTemplateDefaults } from './pod/defaults.ts';
import { claimDefaults } from './storage-text.ts';

export const statefulSetDefaults = (object: StatefulSet): StatefulSet =>
  mapField(object, 'spec', specDefaults);

function specDefaults(spec: StatefulSetSpec): StatefulSetSpec {
  let next = fillAbsent(fill(spec, { podManagementPolicy: 'OrderedReady' }), {
    replicas: 1,
    revisionHistoryLimit: 10,
  });
  next = mapField(next, 'template', podTemplateDefaults);
  next = withField(next, 'updateStrategy', strategyDefaults(next.updateStrategy ?? {}));
  const retention = fill(next.persistentVolumeClaimRetentionPolicy ?? {}, {
    whenDeleted: 'Retain',
    whenScaled: 'Retain',
  });
  next = withField(next, 'persistentVolumeClaimRetentionPolicy', retention);
  return mapField(next, 'volumeClaimTemplates', (claims) =>
    mapItems(claims, claimTemplateDefaults),
  );
}

type Strategy = NonNullable<StatefulSetSpec['updateStrategy']>;

function strategyDefaults(strategy: Strategy): Strategy {
  const next = strategy.type
    ? strategy
    : { ...strategy, type: 'RollingUpdate', rollingUpdate: strategy.rollingUpdate ?? {} };
  if (next.type !== 'RollingUpdate') return next;
  return mapField(next, 'rollingUpdate', (rolling) => fillAbsent(rolling, { partition: 0 }));
}

/** Written as whole claims, kind and all. */
const claimTemplateDefaults = (claim: PersistentVolumeClaim): PersistentVolumeClaim =>
  fill(claimDefaults(claim), { apiVersion: 'v1', kind: 'PersistentVolumeClaim' });
