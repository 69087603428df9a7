/**
 * Who approved an API of the community's own groups.
 * Follows apiextensions-apiserver pkg/apihelpers/helpers.go.
 */
import type { CustomResourceDefinition } from '../types.gen.ts';

export const approvalAnnotation = 'api-approved.kubernetes.io';

export interface Approval {
  readonly state: 'invalid' | 'missing' | 'approved' | 'bypassed';
  readonly reason: string;
}

const isProtected = (group: string): boolean => /(?:^|\.)(?:k8s|kubernetes)\.io$/.test(group);

const see = 'see https://github.com/kubernetes/enhancements/pull/1111';

/** Undefined for groups that need no approval. */
export function approvalOf({ metadata, spec }: CustomResourceDefinition): Approval | undefined {
  if (!isProtected(spec.group)) return undefined;
  const text = metadata.annotations?.[approvalAnnotation] ?? '';
  const must = `protected groups must have approval annotation "${approvalAnnotation}"`;
  if (text === '') return { state: 'missing', reason: `${must}, ${see}` };
  if (text.startsWith('unapproved')) {
    return { state: 'bypassed', reason: `not approved: ${JSON.stringify(text)}` };
  }
  if (/^[a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/\s]+/.test(text)) {
    return { state: 'approved', reason: `approved in ${text}` };
  }
  const either = 'with either a URL or a reason starting with "unapproved"';
  return { state: 'invalid', reason: `${must} ${either}, ${see}` };
}
