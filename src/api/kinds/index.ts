/**
 * Every kind that the API server knows, in the order in which `kubectl api-resources` lists them:
 * by group, and by plural name within a group.
 */
import { apiVersionOf, type Kind } from '../kind.ts';
import { apiService } from './apiservice.ts';
import { autoscalingHorizontalPodAutoscaler } from './autoscalinghorizontalpodautoscaler.ts';
import { binding } from './binding.ts';
import { certificateSigningRequest } from './certificatesigningrequest.ts';
import { clusterRole } from './clusterrole.ts';
import { clusterRoleBinding } from './clusterrolebinding.ts';
import { componentStatus } from './componentstatus.ts';
import { configMap } from './configmap.ts';
import { controllerRevision } from './controllerrevision.ts';
import { cronJob } from './cronjob.ts';
import { csiDriver } from './csidriver.ts';
import { csiNode } from './csinode.ts';
import { csiStorageCapacity } from './csistoragecapacity.ts';
import { customResourceDefinition } from './customresourcedefinition.ts';
import { daemonSet } from './daemonset.ts';
import { deployment } from './deployment.ts';
import { endpoints } from './endpoints.ts';
import { endpointSlice } from './endpointslice.ts';
import { event } from './event.ts';
import { eventsEvent } from './eventsevent.ts';
import { flowSchema } from './flowschema.ts';
import { horizontalPodAutoscaler } from './horizontalpodautoscaler.ts';
import { ingress } from './ingress.ts';
import { ingressClass } from './ingressclass.ts';
import { ipAddress } from './ipaddress.ts';
import { job } from './job.ts';
import { lease } from './lease.ts';
import { limitRange } from './limitrange.ts';
import { localSubjectAccessReview } from './localsubjectaccessreview.ts';
import { mutatingWebhookConfiguration } from './mutatingwebhookconfiguration.ts';
import { namespace } from './namespace.ts';
import { networkPolicy } from './networkpolicy.ts';
import { node } from './node.ts';
import { persistentVolume } from './persistentvolume.ts';
import { persistentVolumeClaim } from './persistentvolumeclaim.ts';
import { pod } from './pod.ts';
import { podDisruptionBudget } from './poddisruptionbudget.ts';
import { podTemplate } from './podtemplate.ts';
import { priorityClass } from './priorityclass.ts';
import { priorityLevelConfiguration } from './prioritylevelconfiguration.ts';
import { replicaSet } from './replicaset.ts';
import { replicationController } from './replicationcontroller.ts';
import { resourceQuota } from './resourcequota.ts';
import { role } from './role.ts';
import { roleBinding } from './rolebinding.ts';
import { runtimeClass } from './runtimeclass.ts';
import { secret } from './secret.ts';
import { selfSubjectAccessReview } from './selfsubjectaccessreview.ts';
import { selfSubjectReview } from './selfsubjectreview.ts';
import { selfSubjectRulesReview } from './selfsubjectrulesreview.ts';
import { service } from './service.ts';
import { serviceAccount } from './serviceaccount.ts';
import { serviceCidr } from './servicecidr.ts';
import { statefulSet } from './statefulset.ts';
import { storageClass } from './storageclass.ts';
import { subjectAccessReview } from './subjectaccessreview.ts';
import { tokenReview } from './tokenreview.ts';
import { validatingAdmissionPolicy } from './validatingadmissionpolicy.ts';
import { validatingAdmissionPolicyBinding } from './validatingadmissionpolicybinding.ts';
import { validatingWebhookConfiguration } from './validatingwebhookconfiguration.ts';
import { volumeAttachment } from './volumeattachment.ts';

export const kinds: readonly Kind[] = [
  // core
  binding, componentStatus, configMap, endpoints, event, limitRange, namespace, node,
  persistentVolumeClaim, persistentVolume, pod, podTemplate, replicationController,
  resourceQuota, secret, serviceAccount, service,
  // admissionregistration.k8s.io
  mutatingWebhookConfiguration, validatingAdmissionPolicy, validatingAdmissionPolicyBinding,
  validatingWebhookConfiguration,
  // apiextensions.k8s.io
  customResourceDefinition,
  // apiregistration.k8s.io
  apiService,
  // apps
  controllerRevision, daemonSet, deployment, replicaSet, statefulSet,
  // authentication.k8s.io
  selfSubjectReview, tokenReview,
  // authorization.k8s.io
  localSubjectAccessReview, selfSubjectAccessReview, selfSubjectRulesReview, subjectAccessReview,
  // autoscaling
  horizontalPodAutoscaler, autoscalingHorizontalPodAutoscaler,
  // batch
  cronJob, job,
  // certificates.k8s.io
  certificateSigningRequest,
  // coordination.k8s.io
  lease,
  // discovery.k8s.io
  endpointSlice,
  // events.k8s.io
  eventsEvent,
  // flowcontrol.apiserver.k8s.io
  flowSchema, priorityLevelConfiguration,
  // networking.k8s.io
  ingressClass, ingress, ipAddress, networkPolicy, serviceCidr,
  // node.k8s.io
  runtimeClass,
  // policy
  podDisruptionBudget,
  // rbac.authorization.k8s.io
  clusterRoleBinding, clusterRole, roleBinding, role,
  // scheduling.k8s.io
  priorityClass,
  // storage.k8s.io
  csiDriver, csiNode, csiStorageCapacity, storageClass, volumeAttachment,
];

// Backwards, so that the first of several versions, the preferred one, stays.
const byResource = new Map(
  kinds.toReversed().map((kind) => [`${kind.plural}.${kind.group}`, kind]));
const byGvk = new Map(kinds.map((kind) => [`${apiVersionOf(kind)}/${kind.kind}`, kind]));

/** The kind of `/apis/<group>/…/<plural>`, in its preferred version. */
export const kindByResource = (group: string, plural: string): Kind | undefined =>
  byResource.get(`${plural}.${group}`);

/** The kind that a manifest names. */
export const kindByGvk = (apiVersion: string, kind: string): Kind | undefined =>
  byGvk.get(`${apiVersion}/${kind}`);

/**
 * The kind that a word on a command line means: plural, singular or short name, with or without
 * `.group` or `.version.group` behind it. The first in the list wins, as with kubectl.
 */
export function kindByWord(word: string): Kind | undefined {
  const lower = word.toLowerCase();
  const dot = lower.indexOf('.');
  const name = dot < 0 ? lower : lower.slice(0, dot);
  const rest = dot < 0 ? undefined : lower.slice(dot + 1);
  return kinds.find((kind) => isNamed(kind, name) && (rest === undefined || isOf(kind, rest)));
}

const isNamed = ({ plural, singular, shortNames }: Kind, name: string): boolean =>
  plural === name || singular === name || shortNames.includes(name);

const isOf = ({ group, version }: Kind, rest: string): boolean =>
  rest === group || rest === `${version}.${group}` || (group === '' && rest === version);
