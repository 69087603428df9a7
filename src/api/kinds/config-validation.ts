/**
 * Follows pkg/apis/core/validation/validation.go (ValidateConfigMap, ValidateSecret and updates).
 */
import { isDeepEqual } from '../equal.ts';
import { at, forbidden, invalid, required, tooLong } from '../field.ts';
import { isConfigMapKey, nameIsDnsSubdomain, utf8Length } from '../names.ts';
import type { ConfigMap, Secret } from '../types.gen.ts';
import { validateImmutable } from '../validation/object-meta.ts';
import { base64Length } from '../base64.ts';
import { checkRule, type Errors } from './checks.ts';
import { validateMetadata } from './metadata.ts';

/** 1 MiB: what one object may carry. */
const maxBytes = 1024 * 1024;
const rules = { namespaced: true, name: nameIsDnsSubdomain };
type Texts = Readonly<Record<string, string>>;

export const validateConfigMap = validateMetadata<ConfigMap>(rules, (next, previous) => {
  const errors: Errors = [];
  checkImmutable(errors, next, previous, ['data', 'binaryData']);
  const { data = {}, binaryData = {} } = next;
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    checkRule(errors, at('data', key), key, isConfigMapKey);
    if (binaryData[key] !== undefined) {
      errors.push(invalid(at('data', key), key, 'duplicate of key present in binaryData'));
    }
    size += utf8Length(data[key] ?? '');
  }
  for (const key of Object.keys(binaryData).sort()) {
    checkRule(errors, at('binaryData', key), key, isConfigMapKey);
    size += base64Length(binaryData[key] ?? '');
  }
  if (size > maxBytes) errors.push(tooLong('', maxBytes));
  return errors;
});

function checkImmutable<T extends { readonly immutable?: boolean }>(
  errors: Errors, next: T, previous: T | undefined, fields: readonly (keyof T & string)[],
): void {
  if (previous?.immutable !== true) return;
  const message = 'field is immutable when `immutable` is set';
  if (next.immutable !== true) errors.push(forbidden('immutable', message));
  for (const name of fields) {
    if (!isDeepEqual(next[name], previous[name])) errors.push(forbidden(name, message));
  }
}

export const validateSecret = validateMetadata<Secret>(rules, (next, previous) => {
  const errors: Errors = [];
  if (previous !== undefined) {
    errors.push(...validateImmutable(next.type, previous.type, 'type'));
    checkImmutable(errors, next, previous, ['data']);
  }
  const { data = {}, type } = next;
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    checkRule(errors, at('data', key), key, isConfigMapKey);
    size += base64Length(data[key] ?? '');
  }
  if (size > maxBytes) errors.push(tooLong('data', maxBytes));
  checkType(errors, type ?? '', data, next.metadata.annotations ?? {});
  return errors;
});

/** What each well-known type of secret must hold. */
function checkType(errors: Errors, type: string, data: Texts, annotations: Texts): void {
  const lacks = (key: string) => data[key] === undefined;
  const need = (...keys: readonly string[]) => {
    for (const key of keys) if (lacks(key)) errors.push(required(at('data', key)));
  };
  if (type === 'kubernetes.io/service-account-token') {
    const key = 'kubernetes.io/service-account.name';
    if (!annotations[key]) errors.push(required(at('metadata.annotations', key)));
  } else if (type === 'kubernetes.io/dockercfg') need('.dockercfg');
  else if (type === 'kubernetes.io/dockerconfigjson') need('.dockerconfigjson');
  else if (type === 'kubernetes.io/basic-auth') {
    if (lacks('username') && lacks('password')) need('username', 'password');
  } else if (type === 'kubernetes.io/ssh-auth') {
    if (!data['ssh-privatekey']) errors.push(required('data[ssh-privatekey]'));
  } else if (type === 'kubernetes.io/tls') need('tls.crt', 'tls.key');
}
