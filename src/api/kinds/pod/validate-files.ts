/**
 * Files that volumes make of keys and fields, and paths inside volumes.
 * Follows pkg/apis/core/validation/validation.go (validateKeyToPath, validateDownwardAPIVolumeFile,
 * validateLocalDescendingPath, …).
 */
import { at, child, invalid, required } from '../../field.ts';
import type { DownwardAPIVolumeFile, KeyToPath } from '../../types.gen.ts';
import { checkRequired, type Errors } from '../checks.ts';
import { checkFieldRef, checkResourceFieldRef, volumeFieldPaths } from './validate-downward.ts';

const modeMessage = 'must be a number between 0 and 0777 (octal), both inclusive';

export function checkMode(errors: Errors, path: string, mode: number | undefined): void {
  if (mode !== undefined && (mode < 0 || mode > 0o777))
    errors.push(invalid(path, mode, modeMessage));
}

export function checkItems(
  errors: Errors,
  items: readonly KeyToPath[] | undefined,
  path: string,
): void {
  if (items === undefined) return;
  for (const [index, { key, path: target, mode }] of items.entries()) {
    const itemPath = at(path, index);
    checkRequired(errors, child(itemPath, 'key'), key);
    checkRequired(errors, child(itemPath, 'path'), target);
    checkUnreservedPath(errors, child(itemPath, 'path'), target);
    checkMode(errors, child(itemPath, 'mode'), mode);
  }
}

/** Upstream names the volume, not the item. */
export function checkDownwardFile(errors: Errors, file: DownwardAPIVolumeFile, path: string): void {
  checkRequired(errors, child(path, 'path'), file.path);
  checkUnreservedPath(errors, child(path, 'path'), file.path);
  const { fieldRef, resourceFieldRef } = file;
  if (fieldRef) {
    checkFieldRef(errors, fieldRef, volumeFieldPaths, child(path, 'fieldRef'));
    if (resourceFieldRef) {
      errors.push(
        invalid(
          path,
          'resource',
          'fieldRef and resourceFieldRef can not be specified simultaneously',
        ),
      );
    }
  } else if (resourceFieldRef) {
    checkResourceFieldRef(errors, resourceFieldRef, child(path, 'resourceFieldRef'), true);
  } else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
  checkMode(errors, child(path, 'mode'), file.mode);
}

/** A relative path that stays below where it starts. */
export function checkDescendingPath(errors: Errors, path: string, target: string): void {
  if (target.startsWith('/')) errors.push(invalid(path, target, 'must be a relative path'));
  checkNoBacksteps(errors, path, target);
}

export function checkUnreservedPath(errors: Errors, path: string, target: string): void {
  checkDescendingPath(errors, path, target);
  if (target.startsWith('..') && !target.startsWith('../')) {
    errors.push(invalid(path, target, "must not start with '..'"));
  }
}

export function checkNoBacksteps(errors: Errors, path: string, target: string): void {
  if (target.includes('..') && target.split('/').includes('..')) {
    errors.push(invalid(path, target, "must not contain '..'"));
  }
}
