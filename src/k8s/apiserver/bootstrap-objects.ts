/** The objects that every cluster has from its first moment. See bootstrap.ts. */
import type { JsonObject } from '../../api/object.ts';
import { Ipv4Range } from './ipv4-range.ts';
import type { ServerOptions } from './options.ts';
import roles from './bootstrap-roles.json' with { type: 'json' };

const namespaces = ['kube-system', 'kube-public', 'kube-node-lease', 'default'];

/** Made when they are missing, then left to the users. */
export function bootstrapObjects(options: ServerOptions): readonly JsonObject[] {
  const isRbac = options.authorizationModes.includes('RBAC');
  return [
    ...namespaces.map((name): JsonObject => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    })),
    serviceCidr(options),
    kubernetesService(options),
    ...priorityClasses,
    ...(isRbac ? (roles as unknown as readonly JsonObject[]) : []),
  ];
}

/** pkg/controlplane/controller/defaultservicecidr: what the flag says, as an object. */
const serviceCidr = ({ serviceRange }: ServerOptions): JsonObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'ServiceCIDR',
  metadata: { name: 'kubernetes' },
  spec: { cidrs: [serviceRange] },
});

function kubernetesService({ serviceRange }: ServerOptions): JsonObject {
  const clusterIP = new Ipv4Range(serviceRange).at(1);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      clusterIPs: [clusterIP],
      sessionAffinity: 'None',
      ports: [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }],
      ipFamilies: ['IPv4'],
      ipFamilyPolicy: 'SingleStack',
    },
  };
}

/** Where the `kubernetes` Service leads: kept right as long as the server runs. */
export function kubernetesEndpoints({
  advertiseAddress,
  securePort,
}: ServerOptions): readonly JsonObject[] {
  const metadata = { name: 'kubernetes', namespace: 'default' };
  const mirrored = { 'endpointslice.kubernetes.io/skip-mirror': 'true' };
  return [
    {
      apiVersion: 'v1',
      kind: 'Endpoints',
      metadata: { ...metadata, labels: mirrored },
      subsets: [
        {
          addresses: [{ ip: advertiseAddress }],
          ports: [{ name: 'https', port: securePort, protocol: 'TCP' }],
        },
      ],
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [advertiseAddress], conditions: { ready: true } }],
      ports: [{ name: 'https', port: securePort, protocol: 'TCP' }],
    },
  ];
}

/** pkg/apis/scheduling/v1/helpers.go (systemPriorityClasses). */
const priorityClasses: readonly JsonObject[] = [
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-node-critical' },
    value: 2000001000,
    description: 'Used for system critical pods that must not be moved from their current node.',
  },
  {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name: 'system-cluster-critical' },
    value: 2000000000,
    description:
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
  },
];
