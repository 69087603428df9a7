/** Follows kube-aggregator pkg/apis/apiregistration/validation/validation.go. */
import { type FieldError, invalid, required } from '../field.ts';
import { goQuote } from '../go-text.ts';
import { isDns1035Label, isDnsSubdomain } from '../names.ts';
import type { APIService } from '../types.gen.ts';
import { validateMetadata } from './metadata.ts';

type Spec = NonNullable<APIService['spec']>;

const priorityMax = { groupPriorityMinimum: 20_000, versionPriority: 1_000 };

const checkPriority = (spec: Spec, name: keyof typeof priorityMax): readonly FieldError[] => {
  const value = spec[name] ?? 0;
  if (value > 0 && value <= priorityMax[name]) return [];
  const text = `must be positive and less than ${priorityMax[name]}`;
  return [invalid(`spec.${name}`, value, text)];
};

function checkBackend(spec: Spec): readonly FieldError[] {
  const skips = spec.insecureSkipTLSVerify === true;
  const { service, caBundle = '' } = spec;
  if (service === undefined) {
    const path = 'spec.insecureSkipTLSVerify';
    const text = 'local APIServices may not have insecureSkipTLSVerify';
    return skips ? [invalid(path, true, text)] : [];
  }
  return [
    ...(service.namespace ? [] : [required('spec.service.namespace')]),
    ...(service.name ? [] : [required('spec.service.name')]),
    ...(skips && caBundle !== ''
      ? [invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present')]
      : []),
  ];
}

function checkGroupVersion({ group = '', version = '' }: Spec): readonly FieldError[] {
  const text = 'only v1 may have an empty group and it better be legacy kube';
  return [
    ...(group === '' && version !== 'v1' ? [required('spec.group', text)] : []),
    ...(group === '' ? [] : isDnsSubdomain(group).map((one) => invalid('spec.group', group, one))),
    ...isDns1035Label(version).map((one) => invalid('spec.version', version, one)),
  ];
}

export const validateApiService = validateMetadata<APIService>(
  { namespaced: false, name: () => [] },
  ({ metadata: { name }, spec = {} as Spec }, _previous, subresource) => {
    if (subresource === 'status') return [];
    const wanted = `${spec.version ?? ''}.${spec.group ?? ''}`;
    const text = `must be \`spec.version+"."+spec.group\`: ${goQuote(wanted)}`;
    return [
      ...(name === wanted ? [] : [invalid('metadata.name', name, text)]),
      ...checkGroupVersion(spec),
      ...checkPriority(spec, 'groupPriorityMinimum'),
      ...checkPriority(spec, 'versionPriority'),
      ...checkBackend(spec),
    ];
  },
);
