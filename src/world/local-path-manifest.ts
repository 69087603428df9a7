/**
 * local-path-provisioner as a manifest: our own wording of github.com/rancher/local-path-provisioner
 * deploy/local-path-storage.yaml, v0.0.31, without what its helper Pods need.
 */
const name = 'local-path-provisioner';
const namespace = 'local-path-storage';
const account = `${name}-service-account`;

const rbac = (kind: string, title: string, rest: string): string =>
  `apiVersion: rbac.authorization.k8s.io/v1\nkind: ${kind}\nmetadata:\n  name: ${title}\n` +
  `${kind.startsWith('Cluster') ? '' : `  namespace: ${namespace}\n`}${rest}`;

const binding = (kind: string): string =>
  rbac(`${kind}Binding`, `${name}-bind`, `roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ${kind}
  name: ${name}-role
subjects:
- kind: ServiceAccount
  name: ${account}
  namespace: ${namespace}
`);

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: ${namespace}
spec:
  replicas: 1
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      serviceAccountName: ${account}
      containers:
      - name: ${name}
        image: rancher/local-path-provisioner:v0.0.31
        imagePullPolicy: IfNotPresent
        command:
        - local-path-provisioner
        - --debug
        - start
        - --config
        - /etc/config/config.json
        volumeMounts:
        - name: config-volume
          mountPath: /etc/config/
        env:
        - name: POD_NAMESPACE
          valueFrom:
            fieldRef:
              fieldPath: metadata.namespace
      volumes:
      - name: config-volume
        configMap:
          name: local-path-config
`;

const config = `apiVersion: v1
kind: ConfigMap
metadata:
  name: local-path-config
  namespace: ${namespace}
data:
  config.json: |-
    {
            "nodePathMap":[
            {
                    "node":"DEFAULT_PATH_FOR_NON_LISTED_NODES",
                    "paths":["/opt/local-path-provisioner"]
            }
            ]
    }
`;

export const localPathManifest = [
  `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ${namespace}\n`,
  `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ${account}\n  namespace: ${namespace}\n`,
  rbac('Role', `${name}-role`, `rules:
- apiGroups: [""]
  resources: [pods]
  verbs: [get, list, watch, create, patch, update, delete]
`),
  rbac('ClusterRole', `${name}-role`, `rules:
- apiGroups: [""]
  resources: [nodes, persistentvolumeclaims, configmaps, pods, pods/log]
  verbs: [get, list, watch]
- apiGroups: [""]
  resources: [persistentvolumes]
  verbs: [get, list, watch, create, patch, update, delete]
- apiGroups: [""]
  resources: [events]
  verbs: [create, patch]
- apiGroups: [storage.k8s.io]
  resources: [storageclasses]
  verbs: [get, list, watch]
`),
  binding('Role'),
  binding('ClusterRole'),
  deployment,
  `apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata:\n  name: local-path\n` +
    'provisioner: rancher.io/local-path\nvolumeBindingMode: WaitForFirstConsumer\nreclaimPolicy: Delete\n',
  config,
].join('---\n');

/** Of its main branch, or a release's. */
export const isLocalPath = (url: string): boolean =>
  /^https:\/\/raw\.githubusercontent\.com\/rancher\/local-path-provisioner\/(master|v[\d.]+)\/deploy\/local-path-storage\.yaml$/
    .test(url);
