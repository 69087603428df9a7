/** How text is fitted and what is said of states: pure, without measuring on the page. */
import type { Look, PodView } from '../worker/protocol.ts';

/** Width of a character in pixels at the sizes of the scene's style sheet. */
export const MONO_11 = 6.65;
export const SANS_11 = 6.1;

/** Cuts the middle out, so that the telling end of a generated name stays. */
export function fit(text: string, width: number, character = MONO_11): string {
  const room = Math.max(3, Math.floor(width / character));
  if (text.length <= room) return text;
  const tail = Math.min(5, Math.floor(room / 2));
  return `${text.slice(0, room - tail - 1)}…${text.slice(-tail)}`;
}

/** The random end of a generated Pod name. */
export function suffixOf(pod: PodView): string {
  const dash = pod.name.lastIndexOf('-');
  return dash < 0 || pod.owner === undefined ? pod.name : pod.name.slice(dash + 1);
}

/** A request in few words: `POST replicasets` for `POST /apis/apps/v1/namespaces/x/replicasets`. */
export function brief(what: string): string {
  return what.replace(/\/apis?\/(?:[a-z0-9.-]+\/)?v\d\w*\/(?:namespaces\/[^/ ]+\/)?(?=\S)/, '');
}

/** The worse, the earlier: a group says the worst first, and shows it first. */
const BADNESS: Readonly<Record<Look, number>> = {
  failed: 9,
  backoff: 8,
  unknown: 7,
  pending: 6,
  pulling: 5,
  creating: 5,
  terminating: 4,
  running: 3,
  succeeded: 1,
  ready: 0,
};

export const badness = (look: Look): number => BADNESS[look];

/** `2 CrashLoopBackOff · 1 Pending`: what is not Ready among Pods, worst first. */
export function troubles(pods: readonly PodView[], notReady: string, kinds = 2): string {
  const counts = new Map<string, { count: number; worst: number }>();
  for (const pod of pods) {
    if (badness(pod.look) < 2) continue;
    const status = pod.look === 'running' ? notReady : pod.status;
    const entry = counts.get(status) ?? { count: 0, worst: badness(pod.look) };
    entry.count += 1;
    counts.set(status, entry);
  }
  const sorted = [...counts].sort((a, b) => b[1].worst - a[1].worst || b[1].count - a[1].count);
  const said = sorted.slice(0, kinds).map(([status, { count }]) => `${count} ${status}`);
  if (sorted.length > kinds) said.push('…');
  return said.join(' · ');
}

/** Six hues that no state uses; the same pair gets the same one everywhere on the page. */
export const LABEL_HUES = 6;

export function hueOf(key: string, value: string): number {
  let hash = 2166136261;
  const pair = `${key}=${value}`;
  for (let index = 0; index < pair.length; index += 1) {
    hash = Math.imul(hash ^ pair.charCodeAt(index), 16777619);
  }
  hash ^= hash >>> 15;
  return (hash >>> 0) % LABEL_HUES;
}

/** Labels worth a flag: what people write; hashes and uids are machinery. */
export function flagsOf(
  labels: Readonly<Record<string, string>>,
): readonly { readonly text: string; readonly hue: number }[] {
  return Object.entries(labels)
    .filter(([key]) => !/-hash$|-uid$|kubernetes\.io\//.test(key))
    .map(([key, value]) => ({ text: `${key}=${value}`, hue: hueOf(key, value) }));
}

export function matches(
  selector: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>>,
): boolean {
  const pairs = Object.entries(selector);
  return pairs.length > 0 && pairs.every(([key, value]) => labels[key] === value);
}

/** What the cluster runs for itself is kept quiet on the stage. */
export const isSystem = (namespace: string): boolean =>
  namespace.startsWith('kube-') || namespace === 'local-path-storage';
