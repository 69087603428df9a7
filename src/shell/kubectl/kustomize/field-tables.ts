/**
 * Which fields hold names, labels, annotations, images and variables: kustomize's own tables, put
 * together from the places where a kind keeps its Pod template.
 * Follows kustomize api/internal/konfig/builtinpluginconsts.
 */
import type { FieldSpec } from './field-spec.ts';
import type { Gvk } from './resource.ts';

/** Where the names of one kind are used. */
export interface NameReference extends Partial<Gvk> {
  readonly fieldSpecs: readonly FieldSpec[];
}

/** What `configurations` may add to. */
export interface Tables {
  readonly nameReference: readonly NameReference[];
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

const template = 'spec/template/spec/';
const podSpecs: Readonly<Record<string, string>> = {
  Pod: 'spec/', PodTemplate: 'template/spec/', Deployment: template, ReplicaSet: template,
  ReplicationController: template, DaemonSet: template, StatefulSet: template, Job: template,
  CronJob: 'spec/jobTemplate/spec/template/spec/',
};

const inPods = (fields: readonly string[], kinds: readonly string[]): FieldSpec[] =>
  kinds.flatMap((kind) => fields.map((field) => ({ kind, path: `${podSpecs[kind]}${field}` })));

const inContainers = (fields: readonly string[]): string[] =>
  ['containers', 'initContainers'].flatMap((list) => fields.map((field) => `${list}/${field}`));

const withConfiguration = [
  'Pod', 'PodTemplate', 'Deployment', 'ReplicaSet', 'DaemonSet', 'StatefulSet', 'Job', 'CronJob',
];
const withAccounts = [
  'Pod', 'StatefulSet', 'Deployment', 'ReplicationController', 'CronJob', 'Job', 'DaemonSet',
];

const rbac = 'rbac.authorization.k8s.io';
const admission = 'admissionregistration.k8s.io';
const specs = (text: string, more: Partial<Gvk> = {}): FieldSpec[] =>
  text.split(' ').map((pair) => {
    const [kind = '', path = ''] = pair.split(':');
    return { kind, path, ...more };
  });

const scaled = specs('HorizontalPodAutoscaler:spec/scaleTargetRef/name');
const listedInRoles = specs('Role:rules/resourceNames ClusterRole:rules/resourceNames');

const nameReference: readonly NameReference[] = [
  ...['Deployment', 'ReplicationController', 'ReplicaSet', 'StatefulSet']
    .map((kind) => ({ kind, fieldSpecs: scaled })),
  {
    kind: 'ConfigMap', version: 'v1',
    fieldSpecs: [
      ...inPods([
        'volumes/configMap/name', 'volumes/projected/sources/configMap/name',
        ...inContainers(['env/valueFrom/configMapKeyRef/name', 'envFrom/configMapRef/name']),
      ], withConfiguration),
      ...specs('Node:spec/configSource/configMap'), ...listedInRoles,
      { kind: 'Ingress', path: 'metadata/annotations/nginx.ingress.kubernetes.io\\/fastcgi-params-configmap' },
    ],
  },
  {
    kind: 'Secret', version: 'v1',
    fieldSpecs: [
      ...inPods([
        'volumes/secret/secretName', 'volumes/projected/sources/secret/name', 'imagePullSecrets/name',
        ...inContainers(['env/valueFrom/secretKeyRef/name', 'envFrom/secretRef/name']),
      ], withConfiguration),
      ...specs('Ingress:spec/tls/secretName ServiceAccount:imagePullSecrets/name ' +
        'StorageClass:parameters/secretName StorageClass:parameters/adminSecretName ' +
        'StorageClass:parameters/userSecretName StorageClass:parameters/secretRef ' +
        'PersistentVolume:spec/azureFile/secretName'),
      ...['ingress.kubernetes.io\\/auth-secret', 'nginx.ingress.kubernetes.io\\/auth-secret',
        'nginx.ingress.kubernetes.io\\/auth-tls-secret']
        .map((key) => ({ kind: 'Ingress', path: `metadata/annotations/${key}` })),
      ...listedInRoles,
    ],
  },
  {
    kind: 'Service', version: 'v1',
    fieldSpecs: [
      { kind: 'StatefulSet', group: 'apps', path: 'spec/serviceName' },
      ...specs('Ingress:spec/rules/http/paths/backend/serviceName Ingress:spec/backend/serviceName ' +
        'Ingress:spec/rules/http/paths/backend/service/name Ingress:spec/defaultBackend/service/name'),
      { kind: 'APIService', group: 'apiregistration.k8s.io', path: 'spec/service/name' },
      ...specs('ValidatingWebhookConfiguration:webhooks/clientConfig/service ' +
        'MutatingWebhookConfiguration:webhooks/clientConfig/service', { group: admission }),
    ],
  },
  { kind: 'Role', group: rbac, fieldSpecs: specs('RoleBinding:roleRef/name', { group: rbac }) },
  {
    kind: 'ClusterRole', group: rbac,
    fieldSpecs: specs('RoleBinding:roleRef/name ClusterRoleBinding:roleRef/name', { group: rbac }),
  },
  {
    kind: 'ServiceAccount', version: 'v1',
    fieldSpecs: [
      ...specs('RoleBinding:subjects ClusterRoleBinding:subjects', { group: rbac }),
      ...inPods(['serviceAccountName'], withAccounts),
    ],
  },
  {
    kind: 'PersistentVolumeClaim', version: 'v1',
    fieldSpecs: inPods(['volumes/persistentVolumeClaim/claimName'], withAccounts),
  },
  {
    kind: 'PersistentVolume', version: 'v1',
    fieldSpecs: specs('PersistentVolumeClaim:spec/volumeName ClusterRole:rules/resourceNames'),
  },
  {
    kind: 'StorageClass', version: 'v1', group: 'storage.k8s.io',
    fieldSpecs: specs('PersistentVolume:spec/storageClassName PersistentVolumeClaim:spec/storageClassName ' +
      'StatefulSet:spec/volumeClaimTemplates/spec/storageClassName'),
  },
  {
    kind: 'PriorityClass', version: 'v1', group: 'scheduling.k8s.io',
    fieldSpecs: inPods(['priorityClassName'], withAccounts),
  },
  {
    kind: 'ValidatingAdmissionPolicy', group: admission,
    fieldSpecs: specs('ValidatingAdmissionPolicyBinding:spec/policyName', { group: admission }),
  },
];

const metadataLabels: readonly FieldSpec[] = [
  { path: 'metadata/labels' },
  { path: 'spec/template/metadata/labels', version: 'v1', kind: 'ReplicationController' },
  ...['Deployment', 'ReplicaSet', 'DaemonSet']
    .map((kind) => ({ path: 'spec/template/metadata/labels', kind })),
  { path: 'spec/template/metadata/labels', group: 'apps', kind: 'StatefulSet' },
  { path: 'spec/volumeClaimTemplates[]/metadata/labels', group: 'apps', kind: 'StatefulSet' },
  { path: 'spec/template/metadata/labels', group: 'batch', kind: 'Job' },
  { path: 'spec/jobTemplate/metadata/labels', group: 'batch', kind: 'CronJob' },
  { path: 'spec/jobTemplate/spec/template/metadata/labels', group: 'batch', kind: 'CronJob' },
].map((spec) => ({ ...spec, create: true }));

const affinities = ['podAffinity', 'podAntiAffinity'].flatMap((affinity) => [
  `affinity/${affinity}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm/labelSelector/matchLabels`,
  `affinity/${affinity}/requiredDuringSchedulingIgnoredDuringExecution/labelSelector/matchLabels`,
]);

const commonLabels: readonly FieldSpec[] = [
  ...specs('Service:spec/selector ReplicationController:spec/selector', { version: 'v1' }),
  ...specs('Deployment:spec/selector/matchLabels ReplicaSet:spec/selector/matchLabels ' +
    'DaemonSet:spec/selector/matchLabels'),
  ...specs('StatefulSet:spec/selector/matchLabels', { group: 'apps' }),
].map((spec) => ({ ...spec, create: true }));

const selectedLabels: readonly FieldSpec[] = [
  ...['Deployment', 'StatefulSet'].flatMap((kind) =>
    [...affinities, 'topologySpreadConstraints/labelSelector/matchLabels']
      .map((path) => ({ path: `${template}${path}`, group: 'apps', kind }))),
  ...specs('Job:spec/selector/matchLabels CronJob:spec/jobTemplate/spec/selector/matchLabels',
    { group: 'batch' }),
  ...specs('PodDisruptionBudget:spec/selector/matchLabels', { group: 'policy' }),
  ...specs('NetworkPolicy:spec/podSelector/matchLabels ' +
    'NetworkPolicy:spec/ingress/from/podSelector/matchLabels ' +
    'NetworkPolicy:spec/egress/to/podSelector/matchLabels', { group: 'networking.k8s.io' }),
];

const templated = ['CronJob', 'DaemonSet', 'Deployment', 'Job', 'Pod', 'ReplicaSet', 'StatefulSet'];

const varReference: readonly FieldSpec[] = [
  ...inPods(inContainers(['args', 'command', 'env/value', 'volumeMounts/mountPath']), templated),
  ...inPods(['volumes/nfs/server'], templated.filter((kind) => kind !== 'CronJob' && kind !== 'StatefulSet')),
  ...specs('CronJob:spec/jobTemplate/spec/template/volumes/nfs/server ' +
    'StatefulSet:spec/volumeClaimTemplates/spec/nfs/server PersistentVolume:spec/nfs/server ' +
    'Deployment:spec/template/metadata/annotations Ingress:spec/rules/host Ingress:spec/tls/hosts ' +
    'Ingress:spec/tls/secretName Service:spec/ports/port Service:spec/ports/targetPort'),
  { path: 'metadata/labels' }, { path: 'metadata/annotations' },
];

export const defaultTables: Tables = {
  nameReference,
  namePrefix: [{ path: 'metadata/name' }],
  nameSuffix: [{ path: 'metadata/name' }],
  namespace: [
    { path: 'metadata/name', kind: 'Namespace', create: true },
    { path: 'spec/service/namespace', group: 'apiregistration.k8s.io', kind: 'APIService', create: true },
    {
      path: 'spec/conversion/webhook/clientConfig/service/namespace', group: 'apiextensions.k8s.io',
      kind: 'CustomResourceDefinition',
    },
  ],
  commonLabels: [...commonLabels, ...selectedLabels, ...metadataLabels],
  labels: [],
  templateLabels: metadataLabels,
  commonAnnotations: metadataLabels
    .filter(({ path }) => !path.includes('volumeClaimTemplates'))
    .map(({ group, ...spec }) => ({
      ...spec, ...(group === undefined || group === 'apps' ? {} : { group }),
      path: spec.path.replace('labels', 'annotations'),
    })),
  varReference,
  images: [],
  replicas: ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController']
    .map((kind) => ({ path: 'spec/replicas', create: true, kind })),
};

/** The tables with those of a configuration file added. */
export function withTables(tables: Tables, more: Partial<Tables>): Tables {
  const merged: Record<string, readonly unknown[]> = {};
  for (const key of Object.keys(tables) as (keyof Tables)[]) {
    merged[key] = [...tables[key], ...(more[key] ?? [])];
  }
  return merged as unknown as Tables;
}
