/**
 * What every object's metadata is held to, in upstream's order and words.
 * Follows apimachinery pkg/api/validation/objectmeta.go and pkg/apis/meta/v1/validation.
 */
import { isDeepEqual } from '../equal.ts';
import {
  at,
  child,
  forbidden,
  invalid,
  notSupported,
  required,
  tooLong,
  type FieldError,
} from '../field.ts';
import { goStrings, goText, type Shown } from '../go-text.ts';
import {
  isLabelValue,
  isQualifiedName,
  nameIsDnsLabel,
  utf8Length,
  type NameRule,
} from '../names.ts';
import type { Json, ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../object.ts';

export interface MetaRules {
  readonly namespaced: boolean;
  /** What the name must look like, e.g. `nameIsDnsSubdomain`. */
  readonly name: NameRule;
}

/** `Invalid value: …: field is immutable`. */
export const immutableMessage = 'field is immutable';

/** All keys and values of all annotations together, in bytes. */
export const annotationsSizeLimit = 256 * 1024;

type Labels = Readonly<Record<string, string>>;
const none: readonly FieldError[] = Object.freeze([]);

/** Metadata of a new object; its name must have been generated already. */
export function validateObjectMeta(
  meta: ObjectMeta,
  { namespaced, name: nameRule }: MetaRules,
  path = 'metadata',
): readonly FieldError[] {
  const errors: FieldError[] = [];
  const { generateName = '', name = '' } = meta;
  if (generateName !== '') {
    each(errors, nameRule(generateName, true), child(path, 'generateName'), generateName);
  }
  if (name === '') {
    errors.push(required(child(path, 'name'), 'name or generateName is required'));
  } else each(errors, nameRule(name, false), child(path, 'name'), name);
  validateNamespace(errors, meta.namespace ?? '', namespaced, child(path, 'namespace'));
  if ((meta.generation ?? 0) < 0) {
    errors.push(
      invalid(child(path, 'generation'), meta.generation, 'must be greater than or equal to 0'),
    );
  }
  validateMaps(errors, meta, path);
  errors.push(...validateOwnerReferences(meta.ownerReferences, child(path, 'ownerReferences')));
  errors.push(...validateFinalizers(meta.finalizers, child(path, 'finalizers')));
  errors.push(...validateManagedFields(meta.managedFields, child(path, 'managedFields')));
  return errors.length === 0 ? none : errors;
}

const fixedFields = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** Metadata of an update: what must not change, and what must be well-formed again. */
export function validateObjectMetaUpdate(
  next: ObjectMeta,
  previous: ObjectMeta,
  path = 'metadata',
): readonly FieldError[] {
  if (next === previous) return none;
  const errors: FieldError[] = [];
  if (previous.deletionTimestamp !== undefined) {
    validateNoNewFinalizers(errors, next, previous, child(path, 'finalizers'));
  }
  if ((next.resourceVersion ?? '') === '') {
    errors.push(invalid(child(path, 'resourceVersion'), '', 'must be specified for an update'));
  }
  if ((next.generation ?? 0) < (previous.generation ?? 0)) {
    errors.push(
      invalid(child(path, 'generation'), next.generation ?? 0, 'must not be decremented'),
    );
  }
  for (const name of fixedFields) {
    if ((next[name] ?? '') === (previous[name] ?? '')) continue;
    errors.push(invalid(child(path, name), shownField(name, next[name]), immutableMessage));
  }
  validateMaps(errors, next, path, previous);
  if (next.ownerReferences !== previous.ownerReferences) {
    errors.push(...validateOwnerReferences(next.ownerReferences, child(path, 'ownerReferences')));
  }
  if (next.managedFields !== previous.managedFields) {
    errors.push(...validateManagedFields(next.managedFields, child(path, 'managedFields')));
  }
  return errors.length === 0 ? none : errors;
}

/** As Go shows them: texts empty when absent, times by their String(), pointers as nil. */
function shownField(name: (typeof fixedFields)[number], value: string | number | undefined): Shown {
  if (name === 'creationTimestamp') return goTime(String(value ?? '0001-01-01T00:00:00Z'));
  if (name === 'deletionTimestamp') return value === undefined ? null : goTime(String(value));
  return value ?? (name === 'deletionGracePeriodSeconds' ? null : '');
}

/** `2025-01-01 00:00:00 +0000 UTC`. */
const goTime = (time: string): Shown => goText(time.replace('T', ' ').replace('Z', ' +0000 UTC'));

/** `field is immutable`, where two values differ. */
export const validateImmutable = (
  next: Json | undefined,
  previous: Json | undefined,
  path: string,
): readonly FieldError[] =>
  isDeepEqual(next, previous) ? none : [invalid(path, next, immutableMessage)];

function validateNamespace(
  errors: FieldError[],
  namespace: string,
  namespaced: boolean,
  path: string,
): void {
  if (!namespaced) {
    if (namespace !== '') errors.push(forbidden(path, 'not allowed on this type'));
  } else if (namespace === '') errors.push(required(path));
  else each(errors, nameIsDnsLabel(namespace, false), path, namespace);
}

/** Labels and annotations, where they are not the very ones that were checked before. */
function validateMaps(
  errors: FieldError[],
  meta: ObjectMeta,
  path: string,
  previous?: ObjectMeta,
): void {
  if (meta.labels !== previous?.labels) {
    errors.push(...validateLabels(meta.labels, child(path, 'labels')));
  }
  if (meta.annotations !== previous?.annotations) {
    errors.push(...validateAnnotations(meta.annotations, child(path, 'annotations')));
  }
}

/** Keys are qualified names, values label values. Go walks maps in any order; we sort by key. */
export function validateLabels(labels: Labels | undefined, path: string): readonly FieldError[] {
  if (labels === undefined) return none;
  const errors: FieldError[] = [];
  for (const key of Object.keys(labels).sort()) {
    const value = labels[key] ?? '';
    each(errors, isQualifiedName(key), path, key);
    each(errors, isLabelValue(value), path, value);
  }
  return errors;
}

export const validateLabelName = (name: string, path: string): readonly FieldError[] =>
  isQualifiedName(name).map((message) => invalid(path, name, message));

export function validateAnnotations(
  annotations: Labels | undefined,
  path: string,
): readonly FieldError[] {
  if (annotations === undefined) return none;
  const errors: FieldError[] = [];
  let size = 0;
  for (const key of Object.keys(annotations).sort()) {
    each(errors, isQualifiedName(key.toLowerCase()), path, key);
    size += utf8Length(key) + utf8Length(annotations[key] ?? '');
  }
  if (size > annotationsSizeLimit) errors.push(tooLong(path, annotationsSizeLimit));
  return errors;
}

export function validateOwnerReferences(
  owners: readonly OwnerReference[] | undefined,
  path: string,
): readonly FieldError[] {
  if (owners === undefined) return none;
  const errors: FieldError[] = [];
  let controller = '';
  for (const owner of owners) {
    validateOwnerReference(errors, owner, path);
    if (owner.controller !== true) continue;
    const current = `${owner.kind}/${owner.name}`;
    if (controller === '') controller = current;
    else
      errors.push(
        invalid(
          path,
          owners as unknown as Json,
          'Only one reference can have ' +
            `Controller set to true. Found "true" in references for ${controller} and ${current}`,
        ),
      );
  }
  return errors;
}

function validateOwnerReference(errors: FieldError[], owner: OwnerReference, path: string): void {
  const parts = [
    ['apiVersion', owner.apiVersion, 'version'],
    ['kind', owner.kind, 'kind'],
    ['name', owner.name, 'name'],
    ['uid', owner.uid, 'uid'],
  ] as const;
  for (const [name, value = '', word] of parts) {
    if (value === '') errors.push(invalid(child(path, name), value, `${word} must not be empty`));
  }
  if (owner.apiVersion === 'v1' && owner.kind === 'Event') {
    errors.push(
      invalid(path, owner as unknown as Json, '/v1, Kind=Event is disallowed from being an owner'),
    );
  }
}

export function validateFinalizers(
  finalizers: readonly string[] | undefined,
  path: string,
): readonly FieldError[] {
  if (finalizers === undefined) return none;
  const errors: FieldError[] = [];
  for (const name of finalizers) each(errors, isQualifiedName(name), path, name);
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(
      invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'),
    );
  }
  return errors;
}

function validateNoNewFinalizers(
  errors: FieldError[],
  next: ObjectMeta,
  previous: ObjectMeta,
  path: string,
): void {
  const added = new Set(next.finalizers);
  for (const name of previous.finalizers ?? []) added.delete(name);
  if (added.size === 0) return;
  errors.push(
    forbidden(
      path,
      'no new finalizers can be added if the object is being deleted, ' +
        `found new finalizers ${goStrings([...added].sort())}`,
    ),
  );
}

export function validateManagedFields(
  entries: readonly ManagedFieldsEntry[] | undefined,
  path: string,
): readonly FieldError[] {
  if (entries === undefined) return none;
  const errors: FieldError[] = [];
  entries.forEach((entry, index) => {
    const here = at(path, index);
    const { operation = '' as string, fieldsType = '' as string } = entry;
    if (operation !== 'Apply' && operation !== 'Update') {
      errors.push(invalid(child(here, 'operation'), operation, 'must be `Apply` or `Update`'));
    }
    if (fieldsType !== '' && fieldsType !== 'FieldsV1') {
      errors.push(invalid(child(here, 'fieldsType'), fieldsType, 'must be `FieldsV1`'));
    }
    errors.push(...validateFieldManager(entry.manager ?? '', child(here, 'manager')));
    if ((entry.subresource ?? '').length > 256) {
      errors.push(tooLong(child(here, 'subresource'), 256));
    }
  });
  return errors;
}

/** The `fieldManager` of a request: printable, 128 bytes at most. */
export function validateFieldManager(manager: string, path: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (utf8Length(manager) > 128) errors.push(tooLong(path, 128));
  let position = 0;
  for (const char of manager) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(char)) {
      const code = (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      errors.push(invalid(path, manager, `invalid character U+${code} (at position ${position})`));
    }
    position += utf8Length(char);
  }
  return errors;
}

/** The `dryRun` values of a request. */
export const validateDryRun = (
  values: readonly string[],
  path = 'dryRun',
): readonly FieldError[] =>
  values.every((value) => value === 'All') ? none : [notSupported(path, values, ['All'])];

/** The `fieldValidation` value of a request. */
export const validateFieldValidation = (
  value: string,
  path = 'fieldValidation',
): readonly FieldError[] =>
  ['', 'Ignore', 'Strict', 'Warn'].includes(value)
    ? none
    : [notSupported(path, value, ['', 'Ignore', 'Strict', 'Warn'])];

/** One `invalid` for each message of a rule. */
function each(
  errors: FieldError[],
  messages: readonly string[],
  path: string,
  value: string,
): void {
  for (const message of messages) errors.push(invalid(path, value, message));
}
