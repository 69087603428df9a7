/**
 * Nothing is created beyond a namespace's quotas. What a request will use is added to the quotas'
 * status first, by compare-and-swap; requests that come meanwhile wait, and are charged together.
 * Follows apiserver pkg/admission/plugin/resourcequota (admission.go, controller.go,
 * resource_access.go). Simplified: nothing is limited by default (kubeadm configures nothing).
 */
import { evaluatorOf } from '../../../api/quota/evaluator.ts';
import { areEqual, readResources, writeResources } from '../../../api/quota/resource-lists.ts';
import { resourceOf } from '../../../api/kind.ts';
import type { ApiObject } from '../../../api/object.ts';
import { StatusError, conflict, internalError } from '../../../api/status.ts';
import type { ResourceQuota } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { type Exchange, type Server, pause } from '../exchange.ts';
import type { Resource } from '../resource.ts';
import { readEntry } from '../storage.ts';
import type { Entry } from '../stored.ts';
import { updateObject } from '../updating.ts';
import { entriesOf } from './namespace-contents.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { type RunningQuota, charge } from './quota-charge.ts';

const retriesMax = 3;
/** How long a request waits for the one before it, at most. */
const patienceMs = 10_000;
const lookMs = 1;

export const resourceQuotaPlugin: Plugin = {
  name: 'ResourceQuota',
  handles({ operation, resource: { kind }, x }) {
    if (!kind.namespaced) return false;
    const { subresource } = x.route;
    if (operation === 'CREATE') return subresource === '';
    if (operation === 'DELETE' || kind.group !== '') return false;
    if (kind.kind === 'Pod') return subresource === 'resize';
    return subresource === '' && evaluatorOf(kind.plural)?.countsUpdates === true;
  },
  *validate(attributes) {
    const { x } = attributes;
    if (evaluatorOf(resourceOf(attributes.resource.kind)) === undefined) return;
    const { namespace } = x.route;
    if (entriesOf(x.server, 'resourcequotas', namespace).length === 0) return;
    yield* queueOf(x.server, namespace).admit(attributes);
  },
};

interface Waiter {
  readonly attributes: Attributes;
  /** Once it is decided. */
  outcome: 'admitted' | StatusError | undefined;
}

const queues = new WeakMap<Server, Map<string, NamespaceQueue>>();

function queueOf(server: Server, namespace: string): NamespaceQueue {
  let byNamespace = queues.get(server);
  if (byNamespace === undefined) queues.set(server, (byNamespace = new Map()));
  let queue = byNamespace.get(namespace);
  if (queue === undefined) byNamespace.set(namespace, (queue = new NamespaceQueue()));
  return queue;
}

/** The requests of one namespace, of which one at a time charges for all that wait. */
class NamespaceQueue {
  private waiting: Waiter[] = [];
  private isBusy = false;
  /** Quotas as this server last wrote them: its cache may not have heard yet. */
  private readonly written = new Map<string, Entry>();

  *admit(attributes: Attributes): Story {
    const waiter: Waiter = { attributes, outcome: undefined };
    this.waiting.push(waiter);
    try {
      yield* this.decide(waiter);
    } finally {
      this.waiting = this.waiting.filter((one) => one !== waiter);
    }
    if (waiter.outcome instanceof StatusError) throw waiter.outcome;
  }

  private *decide(waiter: Waiter): Story {
    const { x } = waiter.attributes;
    const until = x.server.site.now + patienceMs;
    while (waiter.outcome === undefined) {
      if (x.server.site.now > until) {
        throw new StatusError(internalError('resource quota evaluation timed out'));
      }
      if (this.isBusy) yield* pause(lookMs);
      else yield* this.work(x);
    }
  }

  private *work(x: Exchange): Story {
    const batch = this.waiting;
    this.waiting = [];
    this.isBusy = true;
    try {
      yield* this.chargeAll(x, batch, this.known(x), retriesMax);
    } finally {
      this.isBusy = false;
      // Whoever charged went away in the middle: the next one begins again.
      this.waiting.unshift(...batch.filter(({ outcome }) => outcome === undefined));
    }
  }

  private known({ server, route }: Exchange): readonly Entry[] {
    return entriesOf(server, 'resourcequotas', route.namespace).map((entry) => {
      const own = this.written.get(entry.key);
      if (own !== undefined && own.modRevision > entry.modRevision) return own;
      this.written.delete(entry.key);
      return entry;
    });
  }

  private *chargeAll(
    x: Exchange,
    batch: readonly Waiter[],
    entries: readonly Entry[],
    retries: number,
  ): Story {
    const before = entries.map(runningQuota);
    let running: readonly RunningQuota[] = before;
    const charged: Waiter[] = [];
    for (const waiter of batch) {
      if (waiter.outcome !== undefined) continue;
      const next = tryCharge(running, waiter);
      if (next === undefined) continue;
      charged.push(waiter);
      running = next;
    }
    const problem = yield* this.writeChanged(x, entries, before, running);
    if (problem === undefined) for (const waiter of charged) waiter.outcome = 'admitted';
    else if (retries === 0) for (const waiter of charged) waiter.outcome = problem.error;
    else yield* this.chargeAll(x, charged, yield* freshly(x, problem.stale), retries - 1);
  }

  /** Undefined when all could be written; else those that somebody else has written meanwhile. */
  private *writeChanged(
    x: Exchange,
    entries: readonly Entry[],
    before: readonly RunningQuota[],
    after: readonly RunningQuota[],
  ): Story<{ readonly error: StatusError; readonly stale: readonly Entry[] } | undefined> {
    const stale: Entry[] = [];
    let error: StatusError | undefined;
    for (const [index, entry] of entries.entries()) {
      const used = after[index]?.used ?? {};
      if (areEqual(used, before[index]?.used ?? {})) continue;
      try {
        const status = { ...(entry.object as ResourceQuota).status, used: writeResources(used) };
        this.written.set(entry.key, yield* writeStatus(x, entry, status));
      } catch (problem) {
        if (!(problem instanceof StatusError)) throw problem;
        error = problem;
        stale.push(entry);
      }
    }
    return error === undefined ? undefined : { error, stale };
  }
}

const runningQuota = ({ object }: Entry): RunningQuota => {
  const quota = object as ResourceQuota;
  return {
    quota,
    hard: readResources(quota.status?.hard),
    used: readResources(quota.status?.used),
  };
};

/** The quotas with a request's use added; undefined when it is decided without that. */
function tryCharge(
  running: readonly RunningQuota[],
  waiter: Waiter,
): readonly RunningQuota[] | undefined {
  const { attributes } = waiter;
  try {
    const next = charge(running, attributes);
    if (attributes.options?.isDryRun !== true && next !== running) return next;
    waiter.outcome = 'admitted';
  } catch (problem) {
    if (!(problem instanceof StatusError)) throw problem;
    waiter.outcome = problem;
  }
  return undefined;
}

function* writeStatus(x: Exchange, { key, object, modRevision }: Entry, status: object) {
  const resource = x.server.registry.named('resourcequotas') as Resource;
  const { name } = object.metadata;
  return yield* updateObject(x, {
    resource,
    key,
    name,
    subresource: 'status',
    options: { isDryRun: false, manager: 'kube-apiserver', validation: 'Ignore', isForced: false },
    // oxlint-disable-next-line require-yield -- a change is a story
    *change(current) {
      if (current.modRevision !== modRevision) {
        throw new StatusError(conflict(resource.kind, name));
      }
      const next = { ...current.object, status } as unknown as ApiObject;
      return { object: next, tracked: next };
    },
  });
}

/** The quotas as etcd has them; those that have been deleted forbid nothing any more. */
function* freshly(x: Exchange, stale: readonly Entry[]): Story<readonly Entry[]> {
  const found: Entry[] = [];
  for (const { key } of stale) {
    const entry = yield* readEntry(x, key);
    if (entry !== undefined) found.push(entry);
  }
  return found;
}
