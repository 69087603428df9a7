/**
 * Every Event that the kubelet writes, by its reason. Upstream: pkg/kubelet/events/event.go and
 * the places named beside each; wording of 1.33.
 */
import type { Container, Pod } from '../../api/types.gen.ts';
import type { EventDraft } from '../client/event-recorder.ts';

/** `web-1_default(6f9c…)`: upstream's format.Pod. */
export const podText = ({ metadata: { name, namespace, uid } }: Pod): string =>
  `${name}_${namespace ?? ''}(${uid})`;

/** `spec.containers{nginx}`. */
export function fieldPathOf(pod: Pod, name: string): string {
  const has = (list: readonly { readonly name: string }[] | undefined) =>
    list?.some((container) => container.name === name) ?? false;
  if (has(pod.spec?.ephemeralContainers)) return `spec.ephemeralContainers{${name}}`;
  return `spec.${has(pod.spec?.initContainers) ? 'initContainers' : 'containers'}{${name}}`;
}

const normal = (reason: string, message: string): EventDraft => ({
  type: 'Normal',
  reason,
  message,
});
const warning = (reason: string, message: string): EventDraft => ({
  type: 'Warning',
  reason,
  message,
});

export const events = {
  pulling: (image: string) => normal('Pulling', `Pulling image "${image}"`),
  pulled: (image: string, took: string, waited: string, bytes: number) =>
    normal(
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${waited} including waiting). ` +
        `Image size: ${bytes} bytes.`,
    ),
  alreadyPresent: (image: string) =>
    normal('Pulled', `Container image "${image}" already present on machine`),
  pullFailed: (image: string, error: string) =>
    warning('Failed', `Failed to pull image "${image}": ${error}`),
  pullBackOff: (image: string) => normal('BackOff', `Back-off pulling image "${image}"`),
  neverPull: (image: string) =>
    warning(
      'ErrImageNeverPull',
      `Container image "${image}" is not present with pull policy of Never`,
    ),
  invalidImage: (image: string, error: string) =>
    warning(
      'InspectFailed',
      `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${error}`,
    ),
  created: (name: string) => normal('Created', `Created container: ${name}`),
  started: (name: string) => normal('Started', `Started container ${name}`),
  startError: (message: string) => warning('Failed', `Error: ${message}`),
  backOffRestart: (name: string, pod: Pod) =>
    warning('BackOff', `Back-off restarting failed container ${name} in pod ${podText(pod)}`),
  killing: (message: string) => normal('Killing', message),
  unhealthy: (probe: string, output: string) =>
    warning('Unhealthy', `${probe} probe failed: ${output}`),
  probeError: (probe: string, error: string) =>
    warning('Unhealthy', `${probe} probe errored: ${error}`),
  probeWarning: (probe: string, output: string) =>
    warning('ProbeWarning', `${probe} probe warning: ${output}`),
  postStartFailed: () => warning('FailedPostStartHook', 'PostStartHook failed'),
  preStopFailed: () => warning('FailedPreStopHook', 'PreStopHook failed'),
  sandboxChanged: () =>
    normal('SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.'),
  sandboxFailed: (error: string) =>
    warning('FailedCreatePodSandBox', `Failed to create pod sandbox: ${error}`),
  networkNotReady: (error: string) => warning('NetworkNotReady', `network is not ready: ${error}`),
  pullSecretsMissing: (names: string) =>
    warning(
      'FailedToRetrieveImagePullSecret',
      `Unable to retrieve some image pull secrets (${names}); ` +
        'attempting to pull the image may not succeed.',
    ),
  mountFailed: (message: string) => warning('FailedMount', message),
  deadlineExceeded: (message: string) => normal('DeadlineExceeded', message),
  rejected: (reason: string, message: string) => warning(reason, message),
  starting: () => normal('Starting', 'Starting kubelet.'),
  node: (reason: string, node: string) => normal(reason, `Node ${node} status is now: ${reason}`),
  allocatable: () =>
    normal('NodeAllocatableEnforced', 'Updated Node Allocatable limit across pods'),
  rebooted: (node: string, bootId: string) =>
    warning('Rebooted', `Node ${node} has been rebooted, boot id: ${bootId}`),
} as const;

/** Whether a container of the Pod goes by this name. */
export const findContainer = ({ spec }: Pod, name: string): Container | undefined =>
  spec?.containers.find((container) => container.name === name) ??
  spec?.initContainers?.find((container) => container.name === name) ??
  (spec?.ephemeralContainers as readonly Container[] | undefined)?.find(
    (container) => container.name === name,
  );
