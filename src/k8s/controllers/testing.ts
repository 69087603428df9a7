/** For tests of reconcilers: what a look at just these objects comes to, in short words. */
import type { ApiObject } from '../../api/object.ts';
import { formatTime } from '../../kernel/calendar.ts';
import { type Controller, FixedView, type Outcome, type Write } from '../client/index.ts';

/** 2025-01-02 12:00 UTC. */
export const nowMs = 1_735_819_200_000;
export const secondsAgo = (seconds: number): string => formatTime(nowMs - seconds * 1000);

export function outcomeOf(
  { reconcile, indexes = {} }: Controller, key: string, objects: readonly object[], at = nowMs,
): Outcome {
  const view = new FixedView(objects as ApiObject[], at);
  for (const [kind, functions] of Object.entries(indexes)) {
    for (const [name, of] of Object.entries(functions ?? {})) {
      view.addIndex(kind as 'Pod', name, of as never);
    }
  }
  return reconcile(view, key);
}

export interface Looked {
  /** `verb Kind key`, or `verb Kind key/subresource`. */
  readonly writes: readonly string[];
  readonly bodies: readonly object[];
  /** `reason: message`. */
  readonly events: readonly string[];
  readonly status: unknown;
  readonly requeueAfterMs: number | undefined;
}

/** @param at the moment of the look, in ms since 1970. */
export function look(
  controller: Controller, key: string, objects: readonly object[], at = nowMs,
): Looked {
  const outcome = outcomeOf(controller, key, objects, at);
  const all = [...outcome.writes, ...(outcome.finish?.(undefined) ?? [])];
  const status = all.find(({ subresource }) => subresource === 'status');
  return {
    writes: all.filter((write) => write !== status).map(words),
    bodies: all.filter((write) => write !== status).map(({ body }) => body ?? {}),
    events: (outcome.events ?? []).map(({ draft }) => `${draft.reason}: ${draft.message}`),
    status: (status?.body as { status?: unknown } | undefined)?.status,
    requeueAfterMs: outcome.requeueAfterMs,
  };
}

function words({ verb, kind, key, subresource }: Write): string {
  const name = typeof kind === 'string' ? kind : kind.kind;
  return `${verb} ${name} ${key}${subresource === undefined ? '' : `/${subresource}`}`;
}

/** Metadata as the server gives it: uid `uid-name`, made ten minutes ago. */
export const meta = (name: string, more: object = {}): object => ({
  name,
  namespace: 'x',
  uid: `uid-${name}`,
  resourceVersion: '1',
  generation: 1,
  creationTimestamp: secondsAgo(600),
  ...more,
});

export const ownedBy = (apiVersion: string, kind: string, name: string): object => ({
  ownerReferences: [{ apiVersion, kind, name, uid: `uid-${name}`, controller: true }],
});
