/** What `describe` makes of kinds that the other states do not have. */
import type { State } from './cases.ts';

const jobs = `apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  completions: 2
  parallelism: 2
  backoffLimit: 3
  ttlSecondsAfterFinished: 100000
  activeDeadlineSeconds: 600
  completionMode: Indexed
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: c, image: "busybox:1.36", command: [sh, -c, "echo done"]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly, labels: {app: nightly}}
spec:
  schedule: "0 3 * * *"
  startingDeadlineSeconds: 60
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
          - {name: c, image: "busybox:1.36", args: [date]}
`;

const network = `apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: plain}
spec: {controller: example.com/plain}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: site, annotations: {note: "1"}}
spec:
  ingressClassName: plain
  tls:
  - {hosts: [a.example.com], secretName: cert}
  rules:
  - host: a.example.com
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
      - {path: /x, pathType: Exact, backend: {service: {name: nope, port: {name: http}}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: all}
spec:
  defaultBackend: {service: {name: web, port: {number: 80}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: guard}
spec:
  podSelector: {matchLabels: {app: web}}
  policyTypes: [Ingress, Egress]
  ingress:
  - from:
    - {podSelector: {matchLabels: {tier: front}}, namespaceSelector: {}}
    - ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/16]}
    ports:
    - {port: 80}
    - {port: 1000, endPort: 2000, protocol: UDP}
  - {}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: open}
spec:
  podSelector: {}
  ingress: []
`;

const storage = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: slow, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: Immediate
parameters: {a: b}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: disk}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce, ReadOnlyMany]
  storageClassName: slow
  hostPath: {path: /data}
  claimRef: {namespace: default, name: small}
---
apiVersion: v1
kind: PersistentVolume
metadata: {name: fixed}
spec:
  capacity: {storage: 2Gi}
  accessModes: [ReadWriteMany]
  storageClassName: other
  local: {path: /mnt}
  nodeAffinity:
    required:
      nodeSelectorTerms:
      - matchExpressions:
        - {key: kubernetes.io/hostname, operator: In, values: [worker-1, worker-2]}
        - {key: disk, operator: Exists}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: small}
spec:
  volumeName: disk
  accessModes: [ReadWriteOnce]
  storageClassName: slow
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: waits}
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: none
  resources: {requests: {storage: 1Gi}}
---
apiVersion: v1
kind: Pod
metadata: {name: user}
spec:
  containers:
  - {name: c, image: "nginx:1.16.1", volumeMounts: [{name: v, mountPath: /v}]}
  volumes:
  - {name: v, persistentVolumeClaim: {claimName: small}}
`;

const scaling = `apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 4
  metrics:
  - type: Resource
    resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}
  - type: Resource
    resource: {name: memory, target: {type: AverageValue, averageValue: 100Mi}}
  behavior:
    scaleDown:
      stabilizationWindowSeconds: 60
      policies:
      - {type: Pods, value: 1, periodSeconds: 30}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  maxUnavailable: 50%
  selector: {matchLabels: {app: web}}
`;

const access = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: mixed}
rules:
- {apiGroups: ["", apps], resources: [pods, pods/log], verbs: [list, get]}
- {apiGroups: [apps], resources: [deployments/scale], resourceNames: [a, b], verbs: [update]}
- {apiGroups: [""], resources: [pods], verbs: [get, watch]}
- {nonResourceURLs: [/healthz, /metrics], verbs: [get]}
`;

/** Says what a controller would have said, so that each layout is seen with a status. */
const told = (what: string, status: object): string =>
  `kubectl patch ${what} --subresource=status --type=merge -p '${JSON.stringify({ status })}'`;

const condition = {
  type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: 'found',
  lastTransitionTime: '2026-01-01T12:00:00Z',
};

export const describing: State = {
  name: 'describing',
  setup: 'true',
  settleMs: 1_000,
  files: {
    'access.yaml': access, 'jobs.yaml': jobs, 'network.yaml': network, 'scaling.yaml': scaling,
    'storage.yaml': storage,
    'kinds.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: k, labels: {a: yes}}\n',
  },
  commands: [
    'kubectl create deployment web --image=nginx:1.16.1 --replicas=2',
    'kubectl expose deploy web --port=80',
    { line: 'kubectl rollout status deploy/web', speed: 20 },
    'kubectl create -f jobs.yaml',
    'kubectl describe job once',
    told('job once', {
      active: 1, ready: 1, succeeded: 1, failed: 0, completedIndexes: '0',
      startTime: '2026-01-01T12:00:00Z',
    }),
    'kubectl describe job once',
    told('cronjob nightly', {
      lastScheduleTime: '2026-01-01T03:00:00Z',
      active: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'a', namespace: 'default' },
        { apiVersion: 'batch/v1', kind: 'Job', name: 'b', namespace: 'default' }],
    }),
    'kubectl describe cronjob nightly',
    'kubectl create -f network.yaml',
    'kubectl describe ingressclass plain',
    'kubectl describe ingress site',
    told('ingress all', { loadBalancer: { ingress: [{ ip: '192.0.2.7' }, { hostname: 'lb.example.com' }] } }),
    'kubectl describe ingress all',
    'kubectl describe netpol guard',
    'kubectl describe netpol open',
    'kubectl create -f storage.yaml',
    told('pvc small', {
      phase: 'Bound', accessModes: ['ReadWriteOnce', 'ReadOnlyMany'], capacity: { storage: '1Gi' },
      conditions: [{
        type: 'Resizing', status: 'True', lastTransitionTime: '2026-01-01T12:00:00Z', message: 'grows',
      }],
    }),
    'kubectl describe sc slow',
    'kubectl describe pv disk',
    'kubectl describe pv fixed',
    'kubectl describe pvc small',
    'kubectl describe pvc waits',
    'kubectl create -f scaling.yaml',
    'kubectl describe hpa web',
    told('hpa web', {
      currentReplicas: 2, desiredReplicas: 3, conditions: [condition],
      currentMetrics: [
        { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 70, averageValue: '70m' } } },
        { type: 'Resource', resource: { name: 'memory', current: { averageValue: '50Mi' } } },
      ],
    }),
    'kubectl describe hpa web',
    told('pdb web', {
      disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1, expectedPods: 2,
    }),
    'kubectl describe pdb web',
    'kubectl create priorityclass high --value=1000 --description=high',
    'kubectl describe pc high',
    'kubectl create -f access.yaml',
    'kubectl describe clusterrole mixed',
    'kubectl create rolebinding rb --clusterrole=mixed --serviceaccount=default:robot --user=bob',
    'kubectl describe rolebinding rb',
    'kubectl apply -f kinds.yaml',
    'kubectl run bad --image=nginx:',
    'kubectl run good --image=ghcr.io:443/Team/app --dry-run=client',
    'kubectl run good --image=ghcr.io:443/team/app_x:1 --dry-run=client',
  ],
};
