/**
 * All that a level of the Pod Security Standards finds wrong with a Pod.
 * Follows pod-security-admission policy/registry.go and checks.go (AggregateCheckResults).
 */
import { baselineChecks } from './baseline.ts';
import type { Check, Finding, PodLike } from './check.ts';
import type { LevelVersion } from './policy.ts';
import { restrictedChecks } from './restricted.ts';

/** The last version that brought a check; later ones are the same. */
const lastMinor = 32;

/** In order; empty if the Pod is allowed. */
export function evaluate(pod: PodLike, { level, minor: asked }: LevelVersion): readonly Finding[] {
  if (level === 'privileged') return [];
  const minor = Math.min(asked, lastMinor);
  const isMade = ({ since, until = Infinity }: Check) => since <= minor && minor < until;
  const harder = level === 'restricted' ? restrictedChecks.filter(isMade) : [];
  const overridden = harder.map(({ overrides }) => overrides);
  const plain = Object.entries(baselineChecks).flatMap(([id, checks]) =>
    overridden.includes(id) ? [] : checks.filter(isMade),
  );
  return [...plain, ...harder].flatMap(({ find }) => find(pod, minor) ?? []);
}

/** `host namespaces, privileged`. */
export const reasonsText = (findings: readonly Finding[]): string =>
  findings.map(({ reason }) => reason).join(', ');

/** `privileged (container "a" must not set securityContext.privileged=true)`. */
export const detailsText = (findings: readonly Finding[]): string =>
  findings
    .map(({ reason, detail }) => (detail === '' ? reason : `${reason} (${detail})`))
    .join(', ');
