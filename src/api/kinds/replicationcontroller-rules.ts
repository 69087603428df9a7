/**
 * Follows pkg/apis/core/v1/defaults.go (SetDefaults_ReplicationController) and
 * pkg/apis/core/validation/validation.go (ValidateReplicationController).
 */
import { invalid, required } from '../field.ts';
import { goStringMap, goText } from '../go-text.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import { matchesPairs } from '../selectors.ts';
import type { ReplicationController } from '../types.gen.ts';
import { validateLabels } from '../validation/object-meta.ts';
import { checkNotNegative, type Errors } from './checks.ts';
import { validateMetadata } from './metadata.ts';
import { fillAbsent, mapField, withField } from './path-copy.ts';
import { podTemplateDefaults } from './pod/defaults.ts';
import {
  checkPodTemplate,
  checkRunningTemplate,
  checkSharedDisks,
} from './pod/validate-template.ts';
import { checkCounts } from './replicas-validation.ts';

/** Selector and labels follow the template's labels where they are not given. */
export function controllerDefaults(object: ReplicationController): ReplicationController {
  const labels = object.spec.template?.metadata?.labels;
  const spec = mapField(fillAbsent(object.spec, { replicas: 1 }), 'template', podTemplateDefaults);
  const next = withField(object, 'spec', spec);
  if (labels === undefined) return next;
  const isEmpty = (map: object | undefined) => Object.keys(map ?? {}).length === 0;
  const selecting = isEmpty(spec.selector)
    ? withField(next, 'spec', { ...spec, selector: labels })
    : next;
  if (!isEmpty(next.metadata.labels)) return selecting;
  return { ...selecting, metadata: { ...next.metadata, labels } };
}

const parts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];

export const validateController = validateMetadata<ReplicationController>(
  { namespaced: true, name: nameIsDnsSubdomain },
  ({ spec, status }, _previous, subresource) => {
    const errors: Errors = [];
    if (subresource === 'status') {
      checkCounts(errors, status ?? {}, ['replicas', ...parts, 'observedGeneration'], parts);
      return errors;
    }
    checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
    const { selector = {}, template, replicas = 0 } = spec;
    if (Object.keys(selector).length === 0) errors.push(required('spec.selector'));
    else errors.push(...validateLabels(selector, 'spec.selector'));
    checkNotNegative(errors, 'spec.replicas', replicas);
    if (template === undefined) {
      errors.push(required('spec.template'));
      return errors;
    }
    const labels = template.metadata?.labels;
    if (Object.keys(selector).length > 0 && !matchesPairs(selector, labels)) {
      errors.push(
        invalid(
          'spec.template.metadata.labels',
          goText(goStringMap(labels)),
          '`selector` does not match template `labels`',
        ),
      );
    }
    checkPodTemplate(errors, template, 'spec.template');
    if (replicas > 1) checkSharedDisks(errors, template, 'spec.template');
    checkRunningTemplate(errors, template, 'spec.template', 'ReplicationController');
    return errors;
  },
);
