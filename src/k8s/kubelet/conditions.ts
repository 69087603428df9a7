/**
 * The conditions of a Pod that the kubelet owns. Pure.
 * Upstream: pkg/kubelet/status/generate.go and status_manager.go (updateLastTransitionTime).
 */
import { formatTime } from '../../kernel/calendar.ts';
import { isSidecar } from '../../api/kinds/pod/facts.ts';
import type { ContainerStatus, Pod, PodCondition, PodStatus } from '../../api/types.gen.ts';

export interface ConditionFacts {
  readonly phase: string;
  readonly statuses: readonly ContainerStatus[];
  readonly initStatuses: readonly ContainerStatus[];
  /** The sandbox is ready, with its address. */
  readonly hasNetwork: boolean;
  /** ms since 1970. */
  readonly now: number;
}

interface Finding {
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

const isTrue: Finding = { status: 'True' };

/** All conditions: others' as they are, then the kubelet's; unchanged ones keep their time. */
export function podConditions(
  pod: Pod,
  old: PodStatus | undefined,
  facts: ConditionFacts,
): readonly PodCondition[] {
  const others = (pod.status?.conditions ?? []).filter(({ type }) => !owned.has(type));
  const containersReady = containersReadyFinding(pod, facts);
  const ready = containersReady.status === 'True' ? gateFinding(pod, others) : containersReady;
  const make = (type: string, finding: Finding): PodCondition => {
    const before = old?.conditions?.find((condition) => condition.type === type);
    const isSame = before?.status === finding.status;
    if (isSame && before?.reason === finding.reason && before?.message === finding.message) {
      return before as PodCondition;
    }
    return {
      lastProbeTime: null as never,
      lastTransitionTime: isSame ? (before?.lastTransitionTime ?? '') : formatTime(facts.now),
      ...(finding.message === undefined ? {} : { message: finding.message }),
      ...(finding.reason === undefined ? {} : { reason: finding.reason }),
      status: finding.status,
      type,
    };
  };
  return [
    ...others,
    make('PodReadyToStartContainers', { status: facts.hasNetwork ? 'True' : 'False' }),
    make('Initialized', initializedFinding(pod, facts)),
    make('Ready', ready),
    make('ContainersReady', containersReady),
    make('PodScheduled', isTrue),
  ];
}

const owned = new Set([
  'PodReadyToStartContainers',
  'Initialized',
  'Ready',
  'ContainersReady',
  'PodScheduled',
]);

/** Go prints lists of names so: `[a b]`. */
const listed = (names: readonly string[]): string => `[${names.join(' ')}]`;

function containersReadyFinding(
  pod: Pod,
  { phase, statuses, initStatuses }: ConditionFacts,
): Finding {
  if (phase === 'Succeeded') return { status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { status: 'False', reason: 'PodFailed' };
  const unready: string[] = [];
  (pod.spec?.initContainers ?? []).forEach((spec, i) => {
    if (isSidecar(spec) && !initStatuses[i]?.ready) unready.push(spec.name);
  });
  for (const { name, ready } of statuses) if (!ready) unready.push(name);
  if (unready.length === 0) return isTrue;
  return {
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: ${listed(unready)}`,
  };
}

function gateFinding(pod: Pod, others: readonly PodCondition[]): Finding {
  const problems: string[] = [];
  for (const { conditionType } of pod.spec?.readinessGates ?? []) {
    const condition = others.find(({ type }) => type === conditionType);
    if (condition === undefined) {
      problems.push(
        `corresponding condition of pod readiness gate "${conditionType}" does not exist.`,
      );
    } else if (condition.status !== 'True') {
      problems.push(
        `the status of pod readiness gate "${conditionType}" is not "True", ` +
          `but ${condition.status}`,
      );
    }
  }
  if (problems.length === 0) return isTrue;
  return { status: 'False', reason: 'ReadinessGatesNotReady', message: problems.join(', ') };
}

function initializedFinding(pod: Pod, { phase, statuses, initStatuses }: ConditionFacts): Finding {
  const incomplete: string[] = [];
  const hasStarted = statuses.some(({ containerID }) => containerID !== undefined);
  (pod.spec?.initContainers ?? []).forEach((spec, i) => {
    const status = initStatuses[i];
    if (isSidecar(spec) ? !(status?.started || hasStarted) : !status?.ready) {
      incomplete.push(spec.name);
    }
  });
  if (phase === 'Succeeded') return { status: 'True', reason: 'PodCompleted' };
  if (incomplete.length === 0) return isTrue;
  return {
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: ${listed(incomplete)}`,
  };
}
