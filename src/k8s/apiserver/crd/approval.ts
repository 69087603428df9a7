/**
 * Groups of the community's own (`*.k8s.io`) say in an annotation who approved their API.
 * Follows apiextensions-apiserver pkg/controller/apiapproval/apiapproval_controller.go.
 */
import { approvalOf } from '../../../api/crd/approval.ts';
import type { CustomResourceDefinition } from '../../../api/types.gen.ts';
import type { Condition } from './names.ts';

/** Undefined for groups that need no approval. */
export function approvalCondition(definition: CustomResourceDefinition): Condition | undefined {
  const approval = approvalOf(definition);
  if (approval === undefined) return undefined;
  const { state, reason: message } = approval;
  const type = 'KubernetesAPIApprovalPolicyConformant';
  switch (state) {
    case 'invalid':
      return { type, status: 'False', reason: 'InvalidAnnotation', message };
    case 'missing':
      return { type, status: 'False', reason: 'MissingAnnotation', message };
    case 'approved':
      return { type, status: 'True', reason: 'ApprovedAnnotation', message };
    case 'bypassed':
      return { type, status: 'False', reason: 'UnapprovedAnnotation', message };
  }
}
