/**
 * What a workload's selector and Pod template must look like.
 * Follows pkg/apis/core/validation (ValidatePodTemplateSpec) and pkg/apis/apps/validation
 * (ValidatePodTemplateSpecForReplicaSet).
 */
import { at, child, forbidden, invalid, notSupported, required } from '../../field.ts';
import { goQuote, goStringMap, goStrings, goText } from '../../go-text.ts';
import type { LabelSelector, PodTemplateSpec } from '../../types.gen.ts';
import { validateAnnotations, validateLabels } from '../../validation/object-meta.ts';
import type { Errors } from '../checks.ts';
import { checkLabelSelector, isEmptySelector, selectsLabels } from '../label-selector.ts';
import { checkPodSpec } from './validate-spec.ts';

/** Labels and annotations only: all that is checked of a StatefulSet's template. */
export function checkTemplateMetadata(
  errors: Errors,
  { metadata }: PodTemplateSpec,
  path: string,
): void {
  errors.push(...validateLabels(metadata?.labels, child(path, 'labels')));
  errors.push(...validateAnnotations(metadata?.annotations, child(path, 'annotations')));
}

export function checkPodTemplate(errors: Errors, template: PodTemplateSpec, path: string): void {
  checkTemplateMetadata(errors, template, path);
  const spec = template.spec ?? { containers: [] };
  checkPodSpec(errors, spec, child(path, 'spec'));
  if ((spec.ephemeralContainers ?? []).length > 0) {
    errors.push(
      forbidden(
        child(path, 'spec.ephemeralContainers'),
        'ephemeral containers not allowed in pod template',
      ),
    );
  }
}

const mismatch = '`selector` does not match template `labels`';

/** The labels of a template that its own workload would not select. */
export function checkSelects(
  errors: Errors,
  selector: LabelSelector | undefined,
  template: PodTemplateSpec,
  path: string,
): void {
  const labels = template.metadata?.labels;
  if (selector !== undefined && selectsLabels(selector, labels)) return;
  errors.push(invalid(child(path, 'metadata.labels'), goText(goStringMap(labels)), mismatch));
}

/** A selector that must be there and must select something in particular. */
export function checkWorkloadSelector(
  errors: Errors,
  selector: LabelSelector | undefined,
  path: string,
  what: string,
): void {
  if (selector === undefined || selector === null) {
    errors.push(required(path));
    return;
  }
  checkLabelSelector(errors, selector, path);
  if (isEmptySelector(selector)) {
    errors.push(invalid(path, goLabelSelector(selector), `empty selector is invalid for ${what}`));
  }
}

/** `%#v` of a selector. */
export function goLabelSelector({ matchLabels, matchExpressions }: LabelSelector) {
  const type = 'v1.LabelSelectorRequirement';
  const expressions = matchExpressions?.map(
    ({ key, operator, values }) =>
      `${type}{Key:${goQuote(key)}, Operator:${goQuote(operator)}, ` +
      `Values:${values === undefined ? '[]string(nil)' : goStrings(values)}}`,
  );
  const list =
    expressions === undefined ? `[]${type}(nil)` : `[]${type}{${expressions.join(', ')}}`;
  return goText(
    `v1.LabelSelector{MatchLabels:${goStringMap(matchLabels)}, MatchExpressions:${list}}`,
  );
}

/** Template of a workload that keeps its Pods running. `owner` as the text says it. */
export function checkRunningTemplate(
  errors: Errors,
  template: PodTemplateSpec,
  path: string,
  owner: string,
): void {
  const { restartPolicy = '', activeDeadlineSeconds } = template.spec ?? { containers: [] };
  if (restartPolicy !== 'Always') {
    errors.push(notSupported(child(path, 'spec.restartPolicy'), restartPolicy, ['Always']));
  }
  if (activeDeadlineSeconds !== undefined) {
    errors.push(
      forbidden(
        child(path, 'spec.activeDeadlineSeconds'),
        `activeDeadlineSeconds in ${owner} is not Supported`,
      ),
    );
  }
}

/** Many Pods can share a GCE disk only for reading. */
export function checkSharedDisks(errors: Errors, template: PodTemplateSpec, path: string): void {
  for (const [index, { gcePersistentDisk }] of (template.spec?.volumes ?? []).entries()) {
    if (gcePersistentDisk === undefined || gcePersistentDisk.readOnly === true) continue;
    const diskPath = child(at(child(path, 'spec.volumes'), index), 'gcePersistentDisk.readOnly');
    errors.push(
      invalid(
        diskPath,
        false,
        'must be true for replicated pods > 1; GCE PD can only ' +
          'be mounted on multiple machines if it is read-only',
      ),
    );
  }
}

/** Selector and template of ReplicaSets and Deployments. */
export function checkReplicated(
  errors: Errors,
  spec: { selector?: LabelSelector; template?: PodTemplateSpec; replicas?: number },
): void {
  const { selector, template = {}, replicas = 0 } = spec;
  checkWorkloadSelector(errors, selector, 'spec.selector', 'deployment');
  const path = 'spec.template';
  if (selector === undefined || !isEmptySelector(selector)) {
    checkSelects(errors, selector, template, path);
  }
  checkPodTemplate(errors, template, path);
  if (replicas > 1) checkSharedDisks(errors, template, path);
  checkRunningTemplate(errors, template, path, 'ReplicaSet');
}
