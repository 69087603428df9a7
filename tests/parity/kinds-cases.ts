/** `get`, `describe` and `explain` of every kind that a server has, whether or not something acts on it. */
import { block } from './block.ts';
import type { State } from './cases.ts';

const objects = `apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata: {name: disk.example.com}
spec: {attachRequired: true, podInfoOnMount: false, volumeLifecycleModes: [Persistent]}
---
apiVersion: storage.k8s.io/v1
kind: CSINode
metadata: {name: worker-1, annotations: {storage.alpha.kubernetes.io/migrated-plugins: "kubernetes.io/aws-ebs"}}
spec:
  drivers:
  - {name: disk.example.com, nodeID: n1, topologyKeys: [zone, rack], allocatable: {count: 5}}
  - {name: other.example.com, nodeID: n2, topologyKeys: []}
---
apiVersion: storage.k8s.io/v1
kind: VolumeAttachment
metadata: {name: attached}
spec: {attacher: disk.example.com, nodeName: worker-1, source: {persistentVolumeName: pv1}}
---
apiVersion: storage.k8s.io/v1beta1
kind: VolumeAttributesClass
metadata: {name: gold}
driverName: disk.example.com
parameters: {iops: "1000", tier: gold}
---
apiVersion: storage.k8s.io/v1
kind: CSIStorageCapacity
metadata: {name: cap, namespace: default}
storageClassName: slow
capacity: 10Gi
nodeTopology: {matchLabels: {zone: a}}
---
apiVersion: networking.k8s.io/v1
kind: ServiceCIDR
metadata: {name: more}
spec: {cidrs: [10.200.0.0/24]}
---
apiVersion: networking.k8s.io/v1
kind: IPAddress
metadata: {name: 10.200.0.9, labels: {a: b}}
spec: {parentRef: {group: "", resource: services, namespace: default, name: kubernetes}}
---
apiVersion: node.k8s.io/v1
kind: RuntimeClass
metadata: {name: sandboxed}
handler: runsc
overhead: {podFixed: {cpu: 50m, memory: 20Mi}}
scheduling: {nodeSelector: {sandbox: "yes"}, tolerations: [{key: sandbox, operator: Exists}]}
---
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: mine, namespace: default}
spec: {holderIdentity: me, leaseDurationSeconds: 15, leaseTransitions: 2, renewTime: "2026-01-01T12:00:00.000000Z"}
---
apiVersion: apps/v1
kind: ControllerRevision
metadata: {name: rev-1, namespace: default, labels: {app: x}}
revision: 3
data: {spec: {template: {a: b}}}
---
apiVersion: v1
kind: PodTemplate
metadata: {name: tpl, namespace: default}
template:
  metadata: {labels: {app: tpl}}
  spec: {containers: [{name: c, image: "nginx:1.16.1"}]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicy
metadata: {name: few}
spec:
  failurePolicy: Fail
  matchConstraints:
    resourceRules:
    - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
  validations:
  - {expression: "object.spec.replicas <= 5", message: too many}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingAdmissionPolicyBinding
metadata: {name: few}
spec: {policyName: few, validationActions: [Warn]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {name: hooks}
webhooks:
- name: a.example.com
  admissionReviewVersions: [v1]
  sideEffects: None
  failurePolicy: Ignore
  clientConfig: {url: "https://127.0.0.1:1/x"}
  rules:
  - {apiGroups: [example.com], apiVersions: [v1], operations: ["*"], resources: [nothings]}
---
apiVersion: admissionregistration.k8s.io/v1
kind: MutatingWebhookConfiguration
metadata: {name: hooks}
webhooks: []
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: PriorityLevelConfiguration
metadata: {name: low}
spec: {type: Limited, limited: {nominalConcurrencyShares: 5, limitResponse: {type: Reject}}}
---
apiVersion: flowcontrol.apiserver.k8s.io/v1
kind: FlowSchema
metadata: {name: slow}
spec:
  priorityLevelConfiguration: {name: low}
  matchingPrecedence: 9000
  rules:
  - subjects: [{kind: Group, group: {name: slow}}]
    nonResourceRules: [{verbs: ["*"], nonResourceURLs: [/x]}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1.nothing.example.com}
spec:
  group: nothing.example.com
  version: v1
  groupPriorityMinimum: 100
  versionPriority: 10
  insecureSkipTLSVerify: true
  service: {name: nothing, namespace: default}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: manual, namespace: default, labels: {kubernetes.io/service-name: manual}}
addressType: IPv4
endpoints:
- {addresses: [10.9.9.9], conditions: {ready: true, serving: true, terminating: false}, hostname: h, nodeName: worker-1, zone: a, targetRef: {kind: Pod, name: p, namespace: default}}
- {addresses: [10.9.9.10], conditions: {ready: false}}
ports:
- {name: web, port: 80, protocol: TCP}
- {name: dns, port: 53, protocol: UDP}
---
apiVersion: v1
kind: Endpoints
metadata: {name: manual, namespace: default}
subsets:
- addresses: [{ip: 10.9.9.9}, {ip: 10.9.9.11}]
  notReadyAddresses: [{ip: 10.9.9.10}]
  ports: [{name: web, port: 80}, {port: 81}]
---
apiVersion: v1
kind: LimitRange
metadata: {name: limits, namespace: team}
spec:
  limits:
  - {type: Container, default: {cpu: 200m, memory: 128Mi}, defaultRequest: {cpu: 100m}, max: {memory: 1Gi}, min: {cpu: 10m}, maxLimitRequestRatio: {cpu: "4"}}
  - {type: Pod, max: {cpu: "2"}}
  - {type: PersistentVolumeClaim, min: {storage: 1Gi}, max: {storage: 10Gi}}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: quota, namespace: team}
spec:
  hard: {pods: "4", requests.cpu: "1", requests.memory: 1Gi, count/deployments.apps: "2"}
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: best, namespace: team}
spec:
  hard: {pods: "1"}
  scopes: [BestEffort]
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: min, namespace: default}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: autoscaling/v1
kind: HorizontalPodAutoscaler
metadata: {name: old, namespace: default}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, minReplicas: 1, maxReplicas: 3, targetCPUUtilizationPercentage: 60}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: low}
value: -5
preemptionPolicy: Never
globalDefault: false
description: least
---
apiVersion: v1
kind: ReplicationController
metadata: {name: rc, namespace: default}
spec:
  replicas: 1
  selector: {app: rc}
  template:
    metadata: {labels: {app: rc}}
    spec: {containers: [{name: c, image: "nginx:1.16.1", ports: [{containerPort: 80, name: http}]}]}
---
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: csr}
spec:
  signerName: example.com/signer
  usages: [client auth]
  request: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIWU1IOENBUUF3SFRFTk1Bc0dBMVVFQ2d3RVpHVjJjekVNTUFvR0ExVUVBd3dEWVc1dU1Ga3dFd1lIS29aSQp6ajBDQVFZSUtvWkl6ajBEQVFjRFFnQUVNL2MyOHpnWTNWeFMrSDFSdWJSaWJzYWhBL3JLbGVHMVdFVXJOZFhRCmlvSWFuQUlkME13Snl5eTY4VE1qc005YThhM0JEVVNiUnJXWHU0UlBVLytBbGFBQU1Bb0dDQ3FHU000OUJBTUMKQTBrQU1FWUNJUUNmdkNtYTRvZDN0OGMxeXdDUEV1UTJRdUpiL1lnanE5WEQwZmN4QWJSZWZ3SWhBT3p2NWI5SQpYQnF0cGFVWWo2MDFYNU40TEtGN2RtNUNTUHZrT1E1YkVuUnEKLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0tCg==
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: default, labels: {app: db}}
spec:
  serviceName: db
  replicas: 2
  selector: {matchLabels: {app: db}}
  updateStrategy: {type: RollingUpdate, rollingUpdate: {partition: 1}}
  template:
    metadata: {labels: {app: db}}
    spec:
      containers:
      - {name: c, image: "nginx:1.16.1", ports: [{containerPort: 80}], volumeMounts: [{name: data, mountPath: /data}]}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], storageClassName: none, resources: {requests: {storage: 1Gi}}}
`;

const documents = objects.split('---\n');
const files = Object.fromEntries(documents.map((text, i) => [`object-${String(i).padStart(2, '0')}.yaml`, text]));

/** Each by its own command: one that is refused does not hide another. */
const creating = Object.keys(files).map((name) => `kubectl create -f ${name}`).join('\n');

const plural = block(String.raw`
kubectl get csidrivers
kubectl describe csidriver disk.example.com
kubectl get csinodes
kubectl describe csinode worker-1
kubectl get volumeattachments
kubectl describe volumeattachment attached
kubectl get volumeattributesclasses.v1beta1.storage.k8s.io
kubectl get csistoragecapacities
kubectl describe csistoragecapacity cap
kubectl get servicecidrs
kubectl describe servicecidr more
kubectl get ipaddresses 10.200.0.9
kubectl describe ipaddress 10.200.0.9
kubectl get runtimeclasses
kubectl describe runtimeclass sandboxed
kubectl get leases
kubectl describe lease mine
kubectl get controllerrevisions rev-1
kubectl describe controllerrevision rev-1
kubectl get podtemplates
kubectl describe podtemplate tpl
kubectl get validatingadmissionpolicies
kubectl describe validatingadmissionpolicy few
kubectl get validatingadmissionpolicybindings
kubectl describe validatingadmissionpolicybinding few
kubectl get validatingwebhookconfigurations
kubectl describe validatingwebhookconfiguration hooks
kubectl get mutatingwebhookconfigurations
kubectl describe mutatingwebhookconfiguration hooks
kubectl get prioritylevelconfigurations low
kubectl describe prioritylevelconfiguration low
kubectl get flowschemas slow
kubectl describe flowschema slow
kubectl get apiservices v1.apps
kubectl describe apiservice v1.apps
kubectl get endpointslices manual
kubectl describe endpointslice manual
kubectl get endpoints manual
kubectl describe endpoints manual
kubectl get limits -n team
kubectl describe limits -n team | sort
kubectl get quota -n team
kubectl describe quota -n team
kubectl describe ns team | sort
kubectl get pdb min -o wide
kubectl describe pdb min
kubectl get hpa old
kubectl describe hpa old
kubectl describe hpa.v1.autoscaling old
kubectl get pc
kubectl describe pc low
kubectl describe pc system-node-critical
kubectl get rc -o wide
kubectl describe rc rc
kubectl get csr csr
kubectl describe csr csr
kubectl certificate approve csr
kubectl get csr csr
kubectl certificate deny csr
kubectl certificate approve csr
kubectl describe csr csr
kubectl get sts -o wide
kubectl describe sts db
kubectl get pvc
kubectl describe pod db-0
kubectl get clusterroles view
kubectl describe clusterrole view | head -12
kubectl describe clusterrolebinding system:basic-user
kubectl describe role -n kube-system kube-proxy
kubectl describe rolebinding -n kube-system kube-proxy
kubectl describe secret nosuch
kubectl get events --field-selector involvedObject.kind=Nosuch
kubectl describe event nosuch
kubectl get namespaces -o wide
kubectl get pv,pvc,sc
kubectl get all -A --no-headers | wc -l
kubectl describe all -l app=nosuch
kubectl describe ingressclass
kubectl describe networkpolicy
kubectl describe componentstatus
kubectl get serviceaccounts default -o name
kubectl describe deploy,rs -n kube-system --show-events=false | grep -c Name:
`);

export const kinds: State = {
  name: 'kinds',
  setup: `kubectl create ns team; kubectl create deployment web --image=nginx:1.16.1\n${creating}`,
  settleMs: 20_000,
  files,
  commands: plural,
};
