/**
 * What a quota counts of a kind. Follows apiserver pkg/quota/v1 (interfaces.go, generic/evaluator.go)
 * and pkg/quota/v1/evaluator/core/registry.go.
 */
import type { ApiObject } from '../object.ts';
import type { ResourceQuota } from '../types.gen.ts';
import { claimEvaluator } from './claims.ts';
import { podEvaluator } from './pods.ts';
import {
  type Resources,
  addResources,
  maskResources,
  namesOf,
  nothing,
  readResources,
} from './resource-lists.ts';
import { serviceEvaluator } from './services.ts';

/** One wish of a quota's scopes. */
export interface ScopeRequirement {
  readonly scopeName: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface Evaluator {
  /** Changes of an object can change what it uses. */
  readonly countsUpdates: boolean;
  /** Those of a quota's resources that this kind uses. */
  readonly matching: (names: readonly string[]) => readonly string[];
  readonly isInScope: (requirement: ScopeRequirement, object: ApiObject) => boolean;
  /** What the object must say and does not, if these resources are bounded. */
  readonly missing?: (bounded: readonly string[], object: ApiObject) => string | undefined;
  readonly usage: (object: ApiObject, nowMs: number) => Resources;
}

/** Names from before `count/…`. */
const aliases: Readonly<Record<string, string>> = {
  configmaps: 'configmaps',
  resourcequotas: 'resourcequotas',
  replicationcontrollers: 'replicationcontrollers',
  secrets: 'secrets',
};

const special: Readonly<Record<string, Evaluator>> = {
  pods: podEvaluator,
  services: serviceEvaluator,
  persistentvolumeclaims: claimEvaluator,
};

/** Never counted (pkg/quota/v1/install/registry.go). */
const uncounted = new Set(['events', 'events.events.k8s.io', 'bindings']);

const counters = new Map<string, Evaluator>();

/** @param resource `pods`, or `deployments.apps`. Undefined for what no quota counts. */
export function evaluatorOf(resource: string): Evaluator | undefined {
  if (uncounted.has(resource)) return undefined;
  const known = special[resource] ?? counters.get(resource);
  if (known !== undefined) return known;
  const made = counterOf(resource);
  counters.set(resource, made);
  return made;
}

/** Counts objects, whatever they are. */
function counterOf(resource: string): Evaluator {
  const alias = aliases[resource];
  const names = [`count/${resource}`, ...(alias === undefined ? [] : [alias])];
  const one = readResources(Object.fromEntries(names.map((name) => [name, '1'])));
  return {
    countsUpdates: false,
    matching: (asked) => asked.filter((name) => names.includes(name)),
    isInScope: () => false,
    usage: () => one,
  };
}

/** A quota's scopes and its scope selector, as one list. */
export const scopesOf = ({ spec }: ResourceQuota): readonly ScopeRequirement[] => [
  ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
  ...((spec?.scopeSelector?.matchExpressions ?? []) as readonly ScopeRequirement[]),
];

/** Whether an object is within all of the scopes. */
export const isInScopes = (
  evaluator: Evaluator,
  scopes: readonly ScopeRequirement[],
  object: ApiObject,
): boolean => scopes.every((scope) => evaluator.isInScope(scope, object));

/**
 * What these objects of one kind use of the quota's resources; undefined if the kind uses none.
 */
export function usageOf(
  evaluator: Evaluator,
  quota: ResourceQuota,
  objects: readonly ApiObject[],
  nowMs: number,
): Resources | undefined {
  const names = evaluator.matching(namesOf(quota.spec?.hard));
  if (names.length === 0) return undefined;
  const scopes = scopesOf(quota);
  let total: Resources = Object.fromEntries(
    names.map((name) => [name, { nanos: 0n, format: 'DecimalSI' as const }]),
  );
  for (const object of objects) {
    if (!isInScopes(evaluator, scopes, object)) continue;
    total = addResources(total, maskResources(evaluator.usage(object, nowMs) ?? nothing, names));
  }
  return total;
}
