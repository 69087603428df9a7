/**
 * Volumes that join several sources.
 * Follows pkg/apis/core/validation/validation.go (validateProjectionSources).
 */
import { at, child, forbidden, invalid } from '../../field.ts';
import type { Volume, VolumeProjection } from '../../types.gen.ts';
import { checkRequired, type Errors } from '../checks.ts';
import { checkDownwardFile, checkItems, checkMode, checkUnreservedPath } from './validate-files.ts';

export function checkProjected(
  errors: Errors,
  { defaultMode, sources: parts = [] }: NonNullable<Volume['projected']>,
  path: string,
): void {
  checkMode(errors, child(path, 'defaultMode'), defaultMode);
  const targets = new Set<string>();
  for (const [index, part] of parts.entries()) {
    checkProjection(errors, part, at(child(path, 'sources'), index));
    for (const target of projectedPaths(part)) {
      if (targets.has(target)) errors.push(invalid(path, target, 'conflicting duplicate paths'));
      targets.add(target);
    }
  }
}

function checkProjection(errors: Errors, part: VolumeProjection, path: string): void {
  const kinds = [
    'secret',
    'configMap',
    'downwardAPI',
    'serviceAccountToken',
    'clusterTrustBundle',
  ] as const;
  const used = kinds.filter((kind) => part[kind]);
  for (const kind of ['secret', 'configMap'] as const) {
    const source = part[kind];
    if (!source) continue;
    checkRequired(errors, child(child(path, kind), 'name'), source.name);
    checkItems(errors, source.items, child(child(path, kind), 'items'));
  }
  for (const file of part.downwardAPI?.items ?? []) {
    checkDownwardFile(errors, file, child(path, 'downwardAPI'));
  }
  if (part.serviceAccountToken) {
    checkToken(errors, part.serviceAccountToken, child(path, 'serviceAccountToken'));
  }
  if (used.length > 1) errors.push(forbidden(path, 'may not specify more than 1 volume type'));
}

function checkToken(
  errors: Errors,
  token: NonNullable<VolumeProjection['serviceAccountToken']>,
  path: string,
): void {
  const seconds = token.expirationSeconds ?? 3600;
  if (seconds < 600) {
    errors.push(
      invalid(
        child(path, 'expirationSeconds'),
        seconds,
        'may not specify a duration less than 10 minutes',
      ),
    );
  }
  if (seconds > 2 ** 32) {
    errors.push(
      invalid(
        child(path, 'expirationSeconds'),
        seconds,
        'may not specify a duration larger than 2^32 seconds',
      ),
    );
  }
  checkRequired(errors, child(path, 'path'), token.path);
  checkUnreservedPath(errors, child(path, 'path'), token.path);
}

function projectedPaths(part: VolumeProjection): readonly string[] {
  const items = [
    ...(part.secret?.items ?? []),
    ...(part.configMap?.items ?? []),
    ...(part.downwardAPI?.items ?? []),
  ];
  const token = part.serviceAccountToken?.path;
  return [...items.map((item) => item.path), ...(token ? [token] : [])];
}
