/**
 * The options of a write: dryRun, fieldManager, fieldValidation.
 * Follows apimachinery pkg/apis/meta/v1/validation and apiserver pkg/endpoints/handlers/rest.go.
 */
import { type FieldValidation } from '../../api/decode.ts';
import { type FieldError, invalid, notSupported, tooLong } from '../../api/field.ts';
import { StatusError, invalidObject } from '../../api/status.ts';
import { type Exchange, header, param } from './exchange.ts';
import { isTrue } from './paths.ts';

export interface WriteOptions {
  readonly isDryRun: boolean;
  readonly manager: string;
  readonly validation: FieldValidation;
  readonly isForced: boolean;
}

const directives = ['Ignore', 'Strict', 'Warn'];
const managerMax = 128;

/** @param kind `CreateOptions`, `UpdateOptions`, `PatchOptions`: named in the refusal. */
export function writeOptions(x: Exchange, kind: string): WriteOptions {
  const dryRun = param(x, 'dryRun');
  const manager = param(x, 'fieldManager');
  const validation = param(x, 'fieldValidation');
  const errors: FieldError[] = [];
  if (dryRun !== '' && dryRun !== 'All') errors.push(notSupported('dryRun', [dryRun], ['All']));
  if (manager.length > managerMax) errors.push(tooLong('fieldManager', managerMax));
  if (/[^\x20-\x7e\u00a0-\uffff]/.test(manager)) {
    errors.push(invalid('fieldManager', manager, 'should only contain printable characters'));
  }
  if (validation !== '' && !directives.includes(validation)) {
    errors.push(notSupported('fieldValidation', validation, directives));
  }
  if (errors.length > 0) {
    throw new StatusError(invalidObject({ group: 'meta.k8s.io', kind }, '', errors));
  }
  return {
    isDryRun: dryRun === 'All',
    manager: manager === '' ? userAgentName(x) : manager,
    // Without a word from the client the server warns (since 1.25).
    validation: validation === '' ? 'Warn' : (validation as FieldValidation),
    isForced: isTrue(x.request.query?.['force']),
  };
}

/** `kubectl/v1.33.1 (linux/amd64)` → `kubectl`. */
function userAgentName(x: Exchange): string {
  const agent = header(x, 'user-agent');
  const slash = agent.indexOf('/');
  return slash < 0 ? agent : agent.slice(0, slash);
}
