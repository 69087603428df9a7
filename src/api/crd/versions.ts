/**
 * Names of API versions in order of their maturity: v2, v1, v1beta2, v1beta1, v1alpha1, others.
 * Follows apimachinery pkg/version/helpers.go (CompareKubeAwareVersionStrings).
 */

function rankOf(version: string): readonly [number, number, number] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (match === null) return [-1, 0, 0];
  const [, major = '0', stage, minor = '0'] = match;
  return [stage === undefined ? 2 : stage === 'beta' ? 1 : 0, Number(major), Number(minor)];
}

/** Negative if `one` comes first, that is, if it is the more mature. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [rankOf(one), rankOf(other)];
  for (let i = 0; i < 3; i++) {
    const difference = (b[i] as number) - (a[i] as number);
    if (difference !== 0) return difference;
  }
  // Neither is a version's name: then as words, in the order of the alphabet.
  return one < other ? -1 : one > other ? 1 : 0;
}
