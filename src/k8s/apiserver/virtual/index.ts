/** Kinds that are asked and answered but never stored. */
import type { Handler } from '../exchange.ts';
import { selfSubjectAccessReview, subjectAccessReview } from './access-review.ts';
import { selfSubjectRulesReview } from './rules-review.ts';
import { componentStatus } from './component-status.ts';
import { selfSubjectReview, tokenReview } from './subject-review.ts';

/** By `plural.group`. */
export const virtualKinds: Readonly<Record<string, Handler>> = {
  'componentstatuses.': componentStatus,
  'selfsubjectaccessreviews.authorization.k8s.io': selfSubjectAccessReview,
  'selfsubjectrulesreviews.authorization.k8s.io': selfSubjectRulesReview,
  'subjectaccessreviews.authorization.k8s.io': subjectAccessReview,
  'localsubjectaccessreviews.authorization.k8s.io': subjectAccessReview,
  'selfsubjectreviews.authentication.k8s.io': selfSubjectReview,
  'tokenreviews.authentication.k8s.io': tokenReview,
};
