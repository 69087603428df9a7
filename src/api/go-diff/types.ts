/**
 * The structs of a PodSpec as the API server has them inside, in Go's order of fields: what a
 * difference between two of them is told in. `^` marks an embedded struct; named strings are
 * `string`, volumes of old are not looked into (`-`).
 * Follows pkg/apis/core/types.go of 1.33.
 */
const structs = `
PodSpec: Volumes []Volume, InitContainers []Container, Containers []Container, EphemeralContainers []EphemeralContainer, RestartPolicy string, TerminationGracePeriodSeconds *int64, ActiveDeadlineSeconds *int64, DNSPolicy string, NodeSelector map[string]string, ServiceAccountName string, AutomountServiceAccountToken *bool, NodeName string, SecurityContext *PodSecurityContext, ImagePullSecrets []LocalObjectReference, Hostname string, Subdomain string, SetHostnameAsFQDN *bool, Affinity *Affinity, SchedulerName string, Tolerations []Toleration, HostAliases []HostAlias, PriorityClassName string, Priority *int32, PreemptionPolicy *string, DNSConfig *PodDNSConfig, ReadinessGates []PodReadinessGate, RuntimeClassName *string, Overhead ResourceList, EnableServiceLinks *bool, TopologySpreadConstraints []TopologySpreadConstraint, OS *PodOS, SchedulingGates []PodSchedulingGate, ResourceClaims []PodResourceClaim, Resources *ResourceRequirements
Volume: Name string, ^VolumeSource VolumeSource
Container: Name string, Image string, Command []string, Args []string, WorkingDir string, Ports []ContainerPort, EnvFrom []EnvFromSource, Env []EnvVar, Resources ResourceRequirements, ResizePolicy []ContainerResizePolicy, RestartPolicy *string, VolumeMounts []VolumeMount, VolumeDevices []VolumeDevice, LivenessProbe *Probe, ReadinessProbe *Probe, StartupProbe *Probe, Lifecycle *Lifecycle, TerminationMessagePath string, TerminationMessagePolicy string, ImagePullPolicy string, SecurityContext *SecurityContext, Stdin bool, StdinOnce bool, TTY bool
EphemeralContainer: ^EphemeralContainerCommon EphemeralContainerCommon, TargetContainerName string
PodSecurityContext: HostNetwork bool, HostPID bool, HostIPC bool, ShareProcessNamespace *bool, HostUsers *bool, SELinuxOptions *SELinuxOptions, WindowsOptions *WindowsSecurityContextOptions, RunAsUser *int64, RunAsGroup *int64, RunAsNonRoot *bool, SupplementalGroups []int64, SupplementalGroupsPolicy *string, FSGroup *int64, FSGroupChangePolicy *string, Sysctls []Sysctl, SeccompProfile *SeccompProfile, AppArmorProfile *AppArmorProfile, SELinuxChangePolicy *string
LocalObjectReference: Name string
Affinity: NodeAffinity *NodeAffinity, PodAffinity *PodAffinity, PodAntiAffinity *PodAntiAffinity
Toleration: Key string, Operator string, Value string, Effect string, TolerationSeconds *int64
HostAlias: IP string, Hostnames []string
PodDNSConfig: Nameservers []string, Searches []string, Options []PodDNSConfigOption
PodReadinessGate: ConditionType string
TopologySpreadConstraint: MaxSkew int32, TopologyKey string, WhenUnsatisfiable string, LabelSelector *v1.LabelSelector, MinDomains *int32, NodeAffinityPolicy *string, NodeTaintsPolicy *string, MatchLabelKeys []string
PodOS: Name string
PodSchedulingGate: Name string
PodResourceClaim: Name string, ResourceClaimName *string, ResourceClaimTemplateName *string
ResourceRequirements: Limits ResourceList, Requests ResourceList, Claims []ResourceClaim
VolumeSource: HostPath *HostPathVolumeSource, EmptyDir *EmptyDirVolumeSource, GCEPersistentDisk *-, AWSElasticBlockStore *-, GitRepo *-, Secret *SecretVolumeSource, NFS *NFSVolumeSource, ISCSI *-, Glusterfs *-, PersistentVolumeClaim *PersistentVolumeClaimVolumeSource, RBD *-, Quobyte *-, FlexVolume *-, Cinder *-, CephFS *-, Flocker *-, DownwardAPI *DownwardAPIVolumeSource, FC *-, AzureFile *-, ConfigMap *ConfigMapVolumeSource, VsphereVolume *-, AzureDisk *-, PhotonPersistentDisk *-, Projected *ProjectedVolumeSource, PortworxVolume *-, ScaleIO *-, StorageOS *-, CSI *CSIVolumeSource, Ephemeral *EphemeralVolumeSource, Image *ImageVolumeSource
ContainerPort: Name string, HostPort int32, ContainerPort int32, Protocol string, HostIP string
EnvFromSource: Prefix string, ConfigMapRef *ConfigMapEnvSource, SecretRef *SecretEnvSource
EnvVar: Name string, Value string, ValueFrom *EnvVarSource
ContainerResizePolicy: ResourceName string, RestartPolicy string
VolumeMount: Name string, ReadOnly bool, RecursiveReadOnly *string, MountPath string, SubPath string, MountPropagation *string, SubPathExpr string
VolumeDevice: Name string, DevicePath string
Probe: ^ProbeHandler ProbeHandler, InitialDelaySeconds int32, TimeoutSeconds int32, PeriodSeconds int32, SuccessThreshold int32, FailureThreshold int32, TerminationGracePeriodSeconds *int64
Lifecycle: PostStart *LifecycleHandler, PreStop *LifecycleHandler, StopSignal *string
SecurityContext: Capabilities *Capabilities, Privileged *bool, SELinuxOptions *SELinuxOptions, WindowsOptions *WindowsSecurityContextOptions, RunAsUser *int64, RunAsGroup *int64, RunAsNonRoot *bool, ReadOnlyRootFilesystem *bool, AllowPrivilegeEscalation *bool, ProcMount *string, SeccompProfile *SeccompProfile, AppArmorProfile *AppArmorProfile
EphemeralContainerCommon: Name string, Image string, Command []string, Args []string, WorkingDir string, Ports []ContainerPort, EnvFrom []EnvFromSource, Env []EnvVar, Resources ResourceRequirements, ResizePolicy []ContainerResizePolicy, RestartPolicy *string, VolumeMounts []VolumeMount, VolumeDevices []VolumeDevice, LivenessProbe *Probe, ReadinessProbe *Probe, StartupProbe *Probe, Lifecycle *Lifecycle, TerminationMessagePath string, TerminationMessagePolicy string, ImagePullPolicy string, SecurityContext *SecurityContext, Stdin bool, StdinOnce bool, TTY bool
SELinuxOptions: User string, Role string, Type string, Level string
WindowsSecurityContextOptions: GMSACredentialSpecName *string, GMSACredentialSpec *string, RunAsUserName *string, HostProcess *bool
Sysctl: Name string, Value string
SeccompProfile: Type string, LocalhostProfile *string
AppArmorProfile: Type string, LocalhostProfile *string
NodeAffinity: RequiredDuringSchedulingIgnoredDuringExecution *NodeSelector, PreferredDuringSchedulingIgnoredDuringExecution []PreferredSchedulingTerm
PodAffinity: RequiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm, PreferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm
PodAntiAffinity: RequiredDuringSchedulingIgnoredDuringExecution []PodAffinityTerm, PreferredDuringSchedulingIgnoredDuringExecution []WeightedPodAffinityTerm
PodDNSConfigOption: Name string, Value *string
v1.LabelSelector: MatchLabels map[string]string, MatchExpressions []v1.LabelSelectorRequirement
ResourceClaim: Name string
HostPathVolumeSource: Path string, Type *string
EmptyDirVolumeSource: Medium string, SizeLimit *resource.Quantity
SecretVolumeSource: SecretName string, Items []KeyToPath, DefaultMode *int32, Optional *bool
NFSVolumeSource: Server string, Path string, ReadOnly bool
PersistentVolumeClaimVolumeSource: ClaimName string, ReadOnly bool
DownwardAPIVolumeSource: Items []DownwardAPIVolumeFile, DefaultMode *int32
ConfigMapVolumeSource: ^LocalObjectReference LocalObjectReference, Items []KeyToPath, DefaultMode *int32, Optional *bool
ProjectedVolumeSource: Sources []VolumeProjection, DefaultMode *int32
CSIVolumeSource: Driver string, ReadOnly *bool, FSType *string, VolumeAttributes map[string]string, NodePublishSecretRef *LocalObjectReference
EphemeralVolumeSource: VolumeClaimTemplate *PersistentVolumeClaimTemplate
ImageVolumeSource: Reference string, PullPolicy string
ConfigMapEnvSource: ^LocalObjectReference LocalObjectReference, Optional *bool
SecretEnvSource: ^LocalObjectReference LocalObjectReference, Optional *bool
EnvVarSource: FieldRef *ObjectFieldSelector, ResourceFieldRef *ResourceFieldSelector, ConfigMapKeyRef *ConfigMapKeySelector, SecretKeyRef *SecretKeySelector
ProbeHandler: Exec *ExecAction, HTTPGet *HTTPGetAction, TCPSocket *TCPSocketAction, GRPC *GRPCAction
LifecycleHandler: Exec *ExecAction, HTTPGet *HTTPGetAction, TCPSocket *TCPSocketAction, Sleep *SleepAction
Capabilities: Add []Capability, Drop []Capability
NodeSelector: NodeSelectorTerms []NodeSelectorTerm
PreferredSchedulingTerm: Weight int32, Preference NodeSelectorTerm
PodAffinityTerm: LabelSelector *v1.LabelSelector, Namespaces []string, TopologyKey string, NamespaceSelector *v1.LabelSelector
WeightedPodAffinityTerm: Weight int32, ^PodAffinityTerm PodAffinityTerm
v1.LabelSelectorRequirement: Key string, Operator string, Values []string
KeyToPath: Key string, Path string, Mode *int32
DownwardAPIVolumeFile: Path string, FieldRef *ObjectFieldSelector, ResourceFieldRef *ResourceFieldSelector, Mode *int32
VolumeProjection: Secret *SecretProjection, DownwardAPI *DownwardAPIProjection, ConfigMap *ConfigMapProjection, ServiceAccountToken *ServiceAccountTokenProjection, ClusterTrustBundle *string
PersistentVolumeClaimTemplate: ObjectMeta string, Spec PersistentVolumeClaimSpec
ObjectFieldSelector: APIVersion string, FieldPath string
ResourceFieldSelector: ContainerName string, Resource string, Divisor resource.Quantity
ConfigMapKeySelector: ^LocalObjectReference LocalObjectReference, Key string, Optional *bool
SecretKeySelector: ^LocalObjectReference LocalObjectReference, Key string, Optional *bool
ExecAction: Command []string
HTTPGetAction: Path string, Port intstr.IntOrString, Host string, Scheme string, HTTPHeaders []HTTPHeader
TCPSocketAction: Port intstr.IntOrString, Host string
GRPCAction: Port int32, Service *string
SleepAction: Seconds int64
NodeSelectorTerm: MatchExpressions []NodeSelectorRequirement, MatchFields []NodeSelectorRequirement
SecretProjection: ^LocalObjectReference LocalObjectReference, Items []KeyToPath, Optional *bool
DownwardAPIProjection: Items []DownwardAPIVolumeFile
ConfigMapProjection: ^LocalObjectReference LocalObjectReference, Items []KeyToPath, Optional *bool
ServiceAccountTokenProjection: Audience string, ExpirationSeconds int64, Path string
PersistentVolumeClaimSpec: AccessModes []PersistentVolumeAccessMode, Selector *v1.LabelSelector, Resources VolumeResourceRequirements, VolumeName string, StorageClassName *string, VolumeMode *string, DataSource *TypedLocalObjectReference, DataSourceRef *TypedObjectReference, VolumeAttributesClassName *string
intstr.IntOrString: Type int, IntVal int32, StrVal string
HTTPHeader: Name string, Value string
NodeSelectorRequirement: Key string, Operator string, Values []string
VolumeResourceRequirements: Limits ResourceList, Requests ResourceList
TypedLocalObjectReference: APIGroup *string, Kind string, Name string
TypedObjectReference: APIGroup *string, Kind string, Name string, Namespace *string
`;

/** A field of a struct. */
export interface Field {
  readonly name: string;
  /** Its key in JSON. */
  readonly key: string;
  /** As Go writes it, packages of core's own types left out. */
  readonly type: string;
  readonly isInline: boolean;
}

/** `HTTPGet` → `httpGet`, `OS` → `os`, `HostIP` → `hostIP`. */
const keyOf = (name: string): string =>
  name.replace(/^[A-Z]+(?![a-z])|^[A-Z]/, (start) => start.toLowerCase());

const parse = (text: string): Field => {
  const [given = '', type = ''] = text.split(' ');
  const isInline = given.startsWith('^');
  const name = isInline ? given.slice(1) : given;
  return { name, key: keyOf(name), type, isInline };
};

let table: Map<string, readonly Field[]> | undefined;

/** The fields of a struct; undefined: the type is none. */
export function fieldsOf(type: string): readonly Field[] | undefined {
  table ??= new Map(
    structs.trim().split('\n').map((line) => {
      const at = line.indexOf(': ');
      return [line.slice(0, at), line.slice(at + 2).split(', ').map(parse)] as const;
    }),
  );
  return table.get(type);
}
