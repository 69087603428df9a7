/**
 * What a namespace's labels demand of its Pods.
 * Follows pod-security-admission api/helpers.go (PolicyToEvaluate).
 */
import { type FieldError, at, invalid } from '../../../../api/field.ts';

export type Level = 'privileged' | 'baseline' | 'restricted';

/** A level as of a minor version of Kubernetes 1; `Infinity` is `latest`. */
export interface LevelVersion {
  readonly level: Level;
  readonly minor: number;
}

/** What is refused, what only audited, what warned of. */
export interface Policy {
  readonly enforce: LevelVersion;
  readonly audit: LevelVersion;
  readonly warn: LevelVersion;
  readonly errors: readonly FieldError[];
}

type Labels = Readonly<Record<string, string>>;

const levels: readonly Level[] = ['privileged', 'baseline', 'restricted'];
const prefix = 'pod-security.kubernetes.io/';
const latest = Infinity;

const privileged: LevelVersion = Object.freeze({ level: 'privileged', minor: latest });
const unlimited: Policy = Object.freeze({
  enforce: privileged,
  audit: privileged,
  warn: privileged,
  errors: [],
});

// Labels of stored namespaces are frozen and shared, and every new Pod asks for its namespace's.
const known = new WeakMap<Labels, Policy>();

export function policyOf(labels: Labels | undefined): Policy {
  if (labels === undefined) return unlimited;
  let policy = known.get(labels);
  if (policy === undefined) {
    policy = Object.keys(labels).some((name) => name.startsWith(prefix)) ? read(labels) : unlimited;
    if (Object.isFrozen(labels)) known.set(labels, policy);
  }
  return policy;
}

/** `restricted:v1.28`. */
export const levelText = ({ level, minor }: LevelVersion): string =>
  `${level}:${minor === latest ? 'latest' : `v1.${minor}`}`;

export const isSame = (a: LevelVersion, b: LevelVersion): boolean =>
  a.level === b.level && a.minor === b.minor;

/** Above zero if the first is the stricter one. */
export const compareLevels = (a: Level, b: Level): number => levels.indexOf(a) - levels.indexOf(b);

/** An error in a level to enforce makes it the strictest; in one to tell of, none. */
function read(labels: Labels): Policy {
  const errors: FieldError[] = [];
  const enforce = readMode(labels, 'enforce', 'restricted', errors);
  const audit = readMode(labels, 'audit', 'privileged', errors);
  const warn = readMode(labels, 'warn', 'privileged', errors);
  const hasEnforce = levels.includes(labels[`${prefix}enforce`] as Level);
  const hasWarn = labels[`${prefix}warn`] !== undefined;
  if (hasWarn || !hasEnforce || compareLevels(enforce.level, warn.level) <= 0) {
    return { enforce, audit, warn, errors };
  }
  // Who enforces a level wants to be warned by it: of workloads, whose Pods would be refused.
  const minor = labels[`${prefix}warn-version`] === undefined ? enforce.minor : warn.minor;
  return { enforce, audit, warn: { level: enforce.level, minor }, errors };
}

function readMode(
  labels: Labels,
  mode: string,
  otherwise: Level,
  errors: FieldError[],
): LevelVersion {
  const levelName = prefix + mode;
  const level = labels[levelName] as Level | undefined;
  const isKnown = level === undefined || levels.includes(level);
  if (!isKnown) {
    errors.push(
      invalid(at('metadata.labels', levelName), level, `must be one of ${levels.join(', ')}`),
    );
  }
  const versionName = `${prefix}${mode}-version`;
  const version = labels[versionName] ?? 'latest';
  const match = /^v1\.(\d|[1-9]\d*)$/.exec(version);
  if (version !== 'latest' && match === null) {
    errors.push(invalid(at('metadata.labels', versionName), version, 'must be "latest" or "v1.x"'));
  }
  return {
    level: isKnown ? (level ?? 'privileged') : otherwise,
    minor: match === null ? latest : Number(match[1]),
  };
}
