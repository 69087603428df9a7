/**
 * Writes Pods' statuses to the API: what changed, when it changed; again when it failed; and the
 * final deletion of a Pod that has ended. Upstream: pkg/kubelet/status/status_manager.go.
 * Simplified: the patch names the fields that changed and all conditions that the kubelet owns.
 */
import { isDeepEqual } from '../../api/equal.ts';
import { freeze } from '../../api/freeze.ts';
import type { Json } from '../../api/object.ts';
import type { Pod, PodStatus } from '../../api/types.gen.ts';
import type { ApiClient } from '../client/api-client.ts';
import { isOk } from '../client/failure.ts';
import { objectPath, resources } from '../client/resources.ts';
import type { Alarms } from './alarms.ts';

interface Entry {
  /** Whom the API knows: a static Pod's mirror, else the Pod itself. */
  target: Pod | undefined;
  status: PodStatus;
  /** What the API has, as far as we know. */
  written: PodStatus | undefined;
  /** The resourceVersion of `written`. */
  version: number;
  isWriting: boolean;
  isFinished: boolean;
  retry: number | undefined;
  reconcile: number | undefined;
  because: string;
}

const syncPeriodMs = 10_000;

export class StatusManager {
  private readonly client: ApiClient | undefined;
  private readonly alarms: Alarms;
  private readonly entries = new Map<string, Entry>();

  constructor(client: ApiClient | undefined, alarms: Alarms) {
    this.client = client;
    this.alarms = alarms;
  }

  get(uid: string): PodStatus | undefined {
    return this.entries.get(uid)?.status;
  }

  /**
   * Takes in a new status. @param target whom to write it to, if the API knows the Pod yet.
   * @param because why it changed, for the trace.
   */
  set(uid: string, target: Pod | undefined, status: PodStatus, because: string): void {
    const entry = this.entries.get(uid);
    if (entry === undefined) {
      this.entries.set(uid, {
        target,
        status: freeze(status),
        written: target?.status,
        version: versionOf(target),
        isWriting: false,
        isFinished: false,
        retry: undefined,
        reconcile: undefined,
        because,
      });
    } else {
      this.aim(entry, target);
      if (isDeepEqual(entry.status, status)) return this.write(uid);
      entry.status = freeze(status);
      entry.because = because;
    }
    this.write(uid);
  }

  /** The API shows the Pod anew: what is written there now. */
  observe(uid: string, target: Pod): void {
    const entry = this.entries.get(uid);
    if (entry === undefined) return;
    this.aim(entry, target);
    this.write(uid);
    if (entry.reconcile !== undefined || readinessOf(entry) === undefined) return;
    entry.reconcile = this.alarms.after(syncPeriodMs, `reconcile ${uid}`, () => {
      entry.reconcile = undefined;
      this.reconcile(uid, entry);
    });
  }

  /** Somebody else wrote what is the kubelet's to say (a node was given up): it says it again. */
  private reconcile(uid: string, entry: Entry): void {
    const conditions = readinessOf(entry);
    if (conditions === undefined || entry.written === undefined) return;
    entry.written = { ...entry.written, conditions };
    entry.because = 'the kubelet knows better whether the Pod is ready';
    this.write(uid);
  }

  /** The Pod has ended on this node: when it is to be deleted, it can go. */
  finish(uid: string): void {
    const entry = this.entries.get(uid);
    if (entry === undefined) return;
    entry.isFinished = true;
    this.write(uid);
  }

  forget(uid: string): void {
    this.alarms.cancel(this.entries.get(uid)?.retry);
    this.alarms.cancel(this.entries.get(uid)?.reconcile);
    this.entries.delete(uid);
  }

  private aim(entry: Entry, target: Pod | undefined): void {
    if (entry.target?.metadata.uid !== target?.metadata.uid) {
      entry.written = target?.status;
      entry.version = versionOf(target);
    }
    entry.target = target;
  }

  private write(uid: string): void {
    const entry = this.entries.get(uid);
    if (entry === undefined || entry.isWriting || entry.retry !== undefined) return;
    const { target, status } = entry;
    if (target === undefined || this.client === undefined) return;
    const patch = difference(entry.written ?? {}, status);
    if (patch === undefined) return this.remove(uid, entry);
    entry.isWriting = true;
    const { namespace = 'default', name } = target.metadata;
    this.client.request(
      {
        method: 'PATCH',
        path: objectPath(resources.Pod, `${namespace}/${name}`, 'status'),
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body: { metadata: { uid: target.metadata.uid }, status: patch } as unknown as Json,
        because: entry.because,
      },
      (response) => {
        entry.isWriting = false;
        if (isOk(response)) {
          entry.written = status;
          const { metadata } = response.body as { metadata?: { resourceVersion?: string } };
          entry.version = Number(metadata?.resourceVersion ?? 0);
        } else if (response.status === 404 || response.status === 409)
          return this.lost(uid, response.status);
        else this.retryLater(uid, entry);
        this.write(uid);
      },
    );
  }

  /** Deleted and stopped: the last word is the kubelet's. */
  private remove(uid: string, entry: Entry): void {
    const { target } = entry;
    if (!entry.isFinished || target?.metadata.deletionTimestamp === undefined) return;
    if (target.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return;
    entry.isWriting = true;
    const { namespace = 'default', name } = target.metadata;
    this.client?.request(
      {
        method: 'DELETE',
        path: objectPath(resources.Pod, `${namespace}/${name}`),
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          gracePeriodSeconds: 0,
          preconditions: { uid: target.metadata.uid },
        },
        because: 'all containers have stopped',
      },
      (response) => {
        entry.isWriting = false;
        if (isOk(response) || response.status === 404 || response.status === 409) this.forget(uid);
        else this.retryLater(uid, entry);
      },
    );
  }

  /** No such Pod any more, or another one of that name. */
  private lost(uid: string, status: number): void {
    const entry = this.entries.get(uid);
    if (entry === undefined) return;
    if (status === 409) this.retryLater(uid, entry);
    else if (entry.isFinished) this.forget(uid);
  }

  private retryLater(uid: string, entry: Entry): void {
    if (entry.retry !== undefined) return;
    entry.retry = this.alarms.after(syncPeriodMs, `status ${uid}`, () => {
      entry.retry = undefined;
      this.write(uid);
    });
  }
}

const versionOf = (pod: Pod | undefined): number => Number(pod?.metadata.resourceVersion ?? 0);

/**
 * Our conditions as the API now has them, if somebody changed our word on readiness after us.
 * Upstream: status_manager.go needsReconcile.
 */
function readinessOf({ target, written, version, isWriting }: Entry): PodStatus['conditions'] {
  const seen = versionOf(target);
  const own = written?.conditions;
  if (isWriting || seen <= version || own === undefined) return undefined;
  const theirs = (type: string) =>
    target?.status?.conditions?.find((condition) => condition.type === type);
  const isWrong = own.some(
    ({ type, status }) => /Ready$/.test(type) && (theirs(type)?.status ?? status) !== status,
  );
  return isWrong ? own.map((condition) => theirs(condition.type) ?? condition) : undefined;
}

/**
 * A strategic merge patch: the fields that differ, `null` for those that are gone. Undefined when
 * nothing differs. Lists with merge keys (conditions, podIPs) say themselves what leaves them.
 */
function difference(from: PodStatus, to: PodStatus): Record<string, unknown> | undefined {
  let patch: Record<string, unknown> | undefined;
  const old = from as Readonly<Record<string, unknown>>;
  const next = to as Readonly<Record<string, unknown>>;
  for (const key in next) {
    if (next[key] === undefined || isDeepEqual(old[key], next[key])) continue;
    patch ??= {};
    if (key === 'conditions') patch[key] = conditionPatch(from.conditions, to.conditions);
    else if (key === 'podIPs') patch[key] = ipPatch(from.podIPs, to.podIPs);
    else patch[key] = next[key];
  }
  for (const key of ['podIP', 'podIPs', 'reason', 'message'] as const) {
    if (old[key] !== undefined && next[key] === undefined) (patch ??= {})[key] = null;
  }
  return patch;
}

function conditionPatch(
  from: PodStatus['conditions'] = [],
  to: PodStatus['conditions'] = [],
): readonly object[] {
  return to.map((condition) => {
    const before = from.find(({ type }) => type === condition.type);
    if (before === undefined || before === condition) return condition;
    return {
      ...condition,
      ...(before.reason !== undefined && condition.reason === undefined ? { reason: null } : {}),
      ...(before.message !== undefined && condition.message === undefined ? { message: null } : {}),
    };
  });
}

function ipPatch(from: PodStatus['podIPs'] = [], to: PodStatus['podIPs'] = []): readonly object[] {
  const gone = from.filter(({ ip }) => !to.some((other) => other.ip === ip));
  return [...gone.map(({ ip }) => ({ $patch: 'delete', ip })), ...to];
}
