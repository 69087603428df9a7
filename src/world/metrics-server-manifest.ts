/**
 * metrics-server as a manifest: its account and rights, its Service, its Deployment, and the
 * APIService by which the API server finds it. Our own wording of
 * github.com/kubernetes-sigs/metrics-server components.yaml, v0.7.2; certificates are not looked at
 * here, so `--kubelet-insecure-tls` is not needed.
 */
const labels = (indent: string): string => `${indent}labels:\n${indent}  k8s-app: metrics-server\n`;

const account = `apiVersion: v1
kind: ServiceAccount
metadata:
${labels('  ')}  name: metrics-server
  namespace: kube-system
`;

const reader = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  labels:
    k8s-app: metrics-server
    rbac.authorization.k8s.io/aggregate-to-admin: "true"
    rbac.authorization.k8s.io/aggregate-to-edit: "true"
    rbac.authorization.k8s.io/aggregate-to-view: "true"
  name: system:aggregated-metrics-reader
rules:
- apiGroups: [metrics.k8s.io]
  resources: [pods, nodes]
  verbs: [get, list, watch]
`;

const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
${labels('  ')}  name: system:metrics-server
rules:
- apiGroups: [""]
  resources: [nodes/metrics]
  verbs: [get]
- apiGroups: [""]
  resources: [pods, nodes]
  verbs: [get, list, watch]
`;

const delegator = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
${labels('  ')}  name: metrics-server:system:auth-delegator
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:auth-delegator
subjects:
- kind: ServiceAccount
  name: metrics-server
  namespace: kube-system
`;

const authReader = `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
${labels('  ')}  name: metrics-server-auth-reader
  namespace: kube-system
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: extension-apiserver-authentication-reader
subjects:
- kind: ServiceAccount
  name: metrics-server
  namespace: kube-system
`;

const binding = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata:
${labels('  ')}  name: system:metrics-server
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:metrics-server
subjects:
- kind: ServiceAccount
  name: metrics-server
  namespace: kube-system
`;

const service = `apiVersion: v1
kind: Service
metadata:
${labels('  ')}  name: metrics-server
  namespace: kube-system
spec:
  ports:
  - name: https
    port: 443
    protocol: TCP
    targetPort: https
  selector:
    k8s-app: metrics-server
`;

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
${labels('  ')}  name: metrics-server
  namespace: kube-system
spec:
  selector:
    matchLabels:
      k8s-app: metrics-server
  strategy:
    rollingUpdate:
      maxUnavailable: 0
  template:
    metadata:
${labels('      ')}    spec:
      containers:
      - args:
        - --secure-port=10250
        - --kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname
        - --kubelet-use-node-status-port
        - --metric-resolution=15s
        image: registry.k8s.io/metrics-server/metrics-server:v0.7.2
        imagePullPolicy: IfNotPresent
        livenessProbe:
          httpGet:
            path: /livez
            port: 10251
          periodSeconds: 10
        name: metrics-server
        ports:
        - containerPort: 10250
          name: https
          protocol: TCP
        readinessProbe:
          httpGet:
            path: /readyz
            port: 10251
          initialDelaySeconds: 20
          periodSeconds: 10
        resources:
          requests:
            cpu: 100m
            memory: 200Mi
      nodeSelector:
        kubernetes.io/os: linux
      priorityClassName: system-cluster-critical
      serviceAccountName: metrics-server
`;

const apiService = `apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata:
${labels('  ')}  name: v1beta1.metrics.k8s.io
spec:
  group: metrics.k8s.io
  groupPriorityMinimum: 100
  insecureSkipTLSVerify: true
  service:
    name: metrics-server
    namespace: kube-system
  version: v1beta1
  versionPriority: 100
`;

export const metricsServerManifest = [
  account, reader, role, authReader, delegator, binding, service, deployment, apiService,
].join('---\n');

/** `…/releases/latest/download/components.yaml`, or a release's by its number. */
export const isMetricsServer = (url: string): boolean =>
  /^https:\/\/github\.com\/kubernetes-sigs\/metrics-server\/releases\/(latest\/download|download\/v[\d.]+)\/components\.yaml$/
    .test(url);
