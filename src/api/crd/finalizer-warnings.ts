/**
 * Finalizers of custom resources should say whose they are.
 * Follows apiextensions-apiserver pkg/registry/customresource/validator.go.
 */
import { isQualifiedName } from '../names.ts';
import type { ApiObject } from '../object.ts';

const standard = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

export const finalizerWarnings = ({ metadata }: ApiObject): readonly string[] =>
  [...(metadata.finalizers ?? [])].sort().flatMap(warningsOf);

function warningsOf(name: string): readonly string[] {
  const head = `metadata.finalizers: ${JSON.stringify(name)}: `;
  const found = isQualifiedName(name).map((words) => head + words);
  if (name.includes('/') || standard.has(name)) return found;
  const including = name.includes('.') ? ' including a path (/)' : '';
  return [
    ...found,
    `${head}prefer a domain-qualified finalizer name${including} ` +
      'to avoid accidental conflicts with other finalizer writers',
  ];
}
