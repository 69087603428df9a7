/** The Pod template within a description of what makes Pods. */
import type { PodTemplateSpec, TopologySpreadConstraint } from '../../../api/types.gen.ts';
import { formatLabelSelector } from '../../../api/selectors.ts';
import { writeContainers } from './container.ts';
import { byText, writeAnnotations, writeLabels, writeTolerations } from './metadata.ts';
import { writeVolumes } from './volumes.ts';
import type { DescribeWriter } from './writer.ts';

export function writePodTemplate(w: DescribeWriter, template: PodTemplateSpec | undefined): void {
  w.write(0, 'Pod Template:\n');
  const spec = template?.spec;
  writeLabels(w, '  Labels', template?.metadata?.labels);
  const { annotations } = template?.metadata ?? {};
  if (Object.keys(annotations ?? {}).length > 0) writeAnnotations(w, '  Annotations', annotations);
  if (spec?.serviceAccountName) w.field(1, 'Service Account', spec.serviceAccountName);
  const { initContainers = [], containers = [] } = spec ?? {};
  if (initContainers.length > 0) {
    writeContainers(w, { label: 'Init Containers', containers: initContainers, space: '  ' });
  }
  writeContainers(w, { label: 'Containers', containers, space: '  ' });
  writeVolumes(w, spec?.volumes, '  ');
  writeSpread(w, spec?.topologySpreadConstraints, '  ');
  if (spec?.priorityClassName) w.field(1, 'Priority Class Name', spec.priorityClassName);
  writeLabels(w, '  Node-Selectors', spec?.nodeSelector);
  writeTolerations(w, '  Tolerations', spec?.tolerations);
}

export function writeSpread(
  w: DescribeWriter, constraints: readonly TopologySpreadConstraint[] = [], space = '',
): void {
  if (constraints.length === 0) return;
  w.write(0, `${space}Topology Spread Constraints:\t`);
  byText(constraints, ({ topologyKey }) => topologyKey).forEach((constraint, i) => {
    if (i > 0) w.write(0, `${space}\t`);
    const { topologyKey, whenUnsatisfiable, maxSkew, labelSelector } = constraint;
    const selector = labelSelector === undefined ? '' : ` for selector ${formatLabelSelector(labelSelector as never)}`;
    w.write(0, `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${selector}\n`);
  });
}
