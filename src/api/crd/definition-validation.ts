/**
 * All that a CustomResourceDefinition is held to, in upstream's order and words.
 * Follows apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go. As there, what
 * all versions say alike is said once, at the top (v1/conversion.go).
 */
import { type FieldError, at, child, invalid, notSupported, required } from '../field.ts';
import { isDns1035Label, isDnsSubdomain, nameIsDnsSubdomain } from '../names.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../types.gen.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { approvalAnnotation, approvalOf } from './approval.ts';
import { conversionErrors } from './conversion-validation.ts';
import { isConditionTrue } from './custom-kind.ts';
import { shownStrings, shownVersions } from './go-structs.ts';
import { nameErrors } from './name-validation.ts';
import { type Hoisted, hoisted, versionErrors } from './version-validation.ts';

type Errors = FieldError[];

export function validateDefinition(
  next: CustomResourceDefinition,
  previous: CustomResourceDefinition | undefined,
  part: '' | 'status',
): readonly FieldError[] {
  const meta =
    previous === undefined
      ? newMetaErrors(next)
      : validateObjectMetaUpdate(next.metadata, previous.metadata);
  if (part === 'status') return [...meta, ...acceptedErrors(next)];
  return [
    ...meta,
    ...specErrors(next.spec, 'spec'),
    ...(previous === undefined ? [] : changeErrors(next, previous)),
    ...acceptedErrors(next),
    ...storedErrors(next),
    ...approvalErrors(next, previous),
    ...preserveErrors(next, previous),
  ];
}

function newMetaErrors({ metadata, spec }: CustomResourceDefinition): readonly FieldError[] {
  const wanted = `${spec.names.plural}.${spec.group}`;
  const name = (text: string, prefix: boolean): readonly string[] => [
    ...nameIsDnsSubdomain(text, prefix),
    ...(text === wanted ? [] : ['must be spec.names.plural+"."+spec.group']),
  ];
  return validateObjectMeta(metadata, { namespaced: false, name });
}

function acceptedErrors({ status }: CustomResourceDefinition): Errors {
  const names = status?.acceptedNames;
  return names === undefined ? [] : nameErrors(names, 'status.acceptedNames');
}

function storedErrors({ spec, status }: CustomResourceDefinition): Errors {
  const path = 'status.storedVersions';
  const stored = status?.storedVersions ?? [];
  if (stored.length === 0) {
    return [invalid(path, shownStrings(stored), 'must have at least one stored version')];
  }
  const names = spec.versions.map(({ name }) => name);
  const missing = spec.versions
    .filter(({ name, storage }) => storage && !stored.includes(name))
    .map(({ name }) =>
      invalid(path, shownStrings(stored), `must have the storage version ${name}`),
    );
  const gone = stored.flatMap((name, i) => {
    if (names.includes(name)) return [];
    const words =
      `missing from spec.versions; ${name} was previously a storage version, and must remain in ` +
      'spec.versions until a storage migration ensures no data remains persisted in ' +
      `${name} and removes ${name} from status.storedVersions`;
    return [invalid(at(path, i), name, words)];
  });
  return [...missing, ...gone];
}

function approvalErrors(
  next: CustomResourceDefinition,
  previous: CustomResourceDefinition | undefined,
): Errors {
  const approval = approvalOf(next);
  if (approval === undefined) return [];
  const old = previous === undefined ? undefined : approvalOf(previous);
  if (old?.state === approval.state) return [];
  const path = at('metadata.annotations', approvalAnnotation);
  if (approval.state === 'missing') return [required(path, approval.reason)];
  if (approval.state !== 'invalid') return [];
  return [invalid(path, next.metadata.annotations?.[approvalAnnotation], approval.reason)];
}

function preserveErrors(
  { spec }: CustomResourceDefinition,
  previous: CustomResourceDefinition | undefined,
): Errors {
  if (previous?.spec.preserveUnknownFields === true || spec.preserveUnknownFields !== true)
    return [];
  const words =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return [invalid('spec.preserveUnknownFields', true, words)];
}

function changeErrors(next: CustomResourceDefinition, previous: CustomResourceDefinition): Errors {
  const errors: Errors = [];
  const fixed = (path: string, value: string, old: string): void => {
    if (value !== old) errors.push(invalid(path, value, 'field is immutable'));
  };
  if (isConditionTrue(previous, 'Established')) {
    fixed('spec.scope', next.spec.scope, previous.spec.scope);
    fixed('spec.names.kind', next.spec.names.kind, previous.spec.names.kind);
  }
  fixed('spec.group', next.spec.group, previous.spec.group);
  fixed('spec.names.plural', next.spec.names.plural, previous.spec.names.plural);
  return errors;
}

function specErrors(given: CustomResourceDefinitionSpec, path: string): Errors {
  const spec = hoisted(given);
  const errors = [...groupErrors(spec.group, path), ...scopeErrors(spec.scope, path)];
  if (spec.validation?.openAPIV3Schema === undefined) {
    spec.versions.forEach(({ schema }, i) => {
      if (schema?.openAPIV3Schema !== undefined) return;
      const where = child(at(child(path, 'versions'), i), 'schema.openAPIV3Schema');
      errors.push(required(where, 'schemas are required'));
    });
  }
  if (spec.preserveUnknownFields === true && hasDefaults(spec)) {
    const words = 'must be false in order to use defaults in the schema';
    errors.push(invalid(child(path, 'preserveUnknownFields'), true, words));
  }
  errors.push(...allVersionErrors(spec, path), ...requiredNames(spec, path));
  errors.push(...nameErrors(spec.names, child(path, 'names')));
  errors.push(...versionErrors(spec.top, path, 'validation', hasStatus(given)));
  const { conversion } = spec;
  if (
    conversion !== undefined &&
    conversion.strategy !== 'None' &&
    spec.preserveUnknownFields === true
  ) {
    const words = 'must be None if spec.preserveUnknownFields is true';
    errors.push(invalid(child(path, 'conversion.strategy'), conversion.strategy, words));
  }
  errors.push(...conversionErrors(conversion, child(path, 'conversion')));
  return errors;
}

const hasStatus = ({ versions }: CustomResourceDefinitionSpec): boolean =>
  versions.some(({ subresources }) => subresources?.status !== undefined);

const hasDefaults = ({ versions, validation }: Hoisted): boolean =>
  [validation, ...versions.map(({ schema }) => schema)].some((schema) =>
    JSON.stringify(schema?.openAPIV3Schema ?? {}).includes('"default":'),
  );

function groupErrors(group: string, parent: string): Errors {
  const path = child(parent, 'group');
  if (group === '') return [required(path)];
  const problems = isDnsSubdomain(group);
  if (problems.length > 0) return [invalid(path, group, problems.join(','))];
  if (group.includes('.')) return [];
  return [invalid(path, group, 'should be a domain with at least one dot')];
}

function scopeErrors(scope: string, parent: string): Errors {
  const path = child(parent, 'scope');
  if (scope === '') return [required(path)];
  const scopes = ['Cluster', 'Namespaced'];
  return scopes.includes(scope) ? [] : [notSupported(path, scope, scopes)];
}

function allVersionErrors(spec: Hoisted, parent: string): Errors {
  const path = child(parent, 'versions');
  const { versions } = spec;
  const errors = versions.flatMap((version, i) => {
    const problems = isDns1035Label(version.name);
    const where = at(path, i);
    return [
      ...(problems.length === 0
        ? []
        : [invalid(child(where, 'name'), version.name, problems.join(','))]),
      ...deprecationErrors(version, where),
      ...versionErrors(version, where, 'schema', hasOwnStatus(version, spec)),
    ];
  });
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalid(path, shownVersions(versions), 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    const words = 'must have exactly one version marked as storage version';
    errors.push(invalid(path, shownVersions(versions), words));
  }
  const first = versions[0]?.name ?? '';
  const problems = first === '' ? [] : isDns1035Label(first);
  if (problems.length > 0)
    errors.push(invalid(child(parent, 'version'), first, problems.join(',')));
  return errors;
}

const hasOwnStatus = (
  { subresources }: CustomResourceDefinitionVersion,
  { top }: Hoisted,
): boolean => (subresources ?? top.subresources)?.status !== undefined;

function deprecationErrors(version: CustomResourceDefinitionVersion, parent: string): Errors {
  const { deprecated, deprecationWarning: text } = version;
  const path = child(parent, 'deprecationWarning');
  if (text === undefined) return [];
  if (deprecated !== true) return [invalid(path, text, 'can only be set for deprecated versions')];
  const problems: string[] = [];
  if (text.length > 256) problems.push('must be <= 256 characters long');
  if (text === '') problems.push('must not be an empty string');
  const odd = text.search(/[\x00-\x1f\x7f]/);
  if (odd >= 0) {
    const words = `non-printable character found at index ${odd}`;
    problems.push(`must only contain printable UTF-8 characters; ${words}`);
  }
  return problems.map((words) => invalid(path, text, words));
}

function requiredNames({ names }: CustomResourceDefinitionSpec, path: string): Errors {
  return (['plural', 'singular', 'kind', 'listKind'] as const)
    .filter((name) => !names[name])
    .map((name) => required(child(path, `names.${name}`)));
}
