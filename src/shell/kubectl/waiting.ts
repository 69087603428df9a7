/**
 * Waiting until an object is as one wants it: a list, then a watch from there on.
 * Follows kubectl pkg/cmd/wait/wait.go and client-go tools/watch.
 */
import type { JsonObject } from '../../api/object.ts';
import { type Selected, select } from '../../host/index.ts';
import type { Story } from '../../kernel/index.ts';
import type { ServerMessage } from '../../k8s/client/index.ts';
import type { Context } from './context.ts';
import { type Resource, pathOf } from './discovery.ts';
import { ServerError } from './errors.ts';
import { itemsOf } from './targets.ts';

/** One object to look at again and again. */
export interface Watched {
  readonly resource: Resource;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Looks at an object until `isDone` says so; `undefined` stands for an object that is not there.
 * @returns false when `untilMs` (simulated ms) passed before.
 */
export function* watchUntil(
  context: Context, watched: Watched, isDone: (object: JsonObject | undefined) => boolean,
  untilMs = Infinity,
): Story<boolean> {
  const { resource, namespace, name } = watched;
  const path = pathOf(resource, namespace);
  const fieldSelector = `metadata.name=${name}`;
  for (;;) {
    const list = yield* context.request({
      path, query: { fieldSelector, limit: '500', resourceVersion: '0' },
    });
    const [object] = itemsOf(list);
    if (isDone(object)) return true;
    const resourceVersion = String((list['metadata'] as JsonObject)['resourceVersion'] ?? '0');
    const outcome = yield* followWatch(context, {
      path, query: { fieldSelector, resourceVersion, allowWatchBookmarks: 'true', watch: 'true' },
    }, isDone, untilMs);
    if (outcome !== 'again') return outcome === 'done';
  }
}

function* followWatch(
  context: Context, call: { path: string; query: Readonly<Record<string, string>> },
  isDone: (object: JsonObject | undefined) => boolean, untilMs: number,
): Story<'done' | 'late' | 'again'> {
  const { open } = yield* context.stream(call);
  if (open === undefined) return 'again';
  try {
    for (;;) {
      const left = untilMs - context.process.site.now;
      if (left <= 0) return 'late';
      const found: Selected | undefined =
        yield* select([open.inbox], left === Infinity ? undefined : left);
      if (found === undefined) return 'late';
      const message = found.value as ServerMessage | undefined;
      if (message === undefined) return 'again';
      if (message.type !== 'event') continue;
      const { type, object } = message.event;
      if (type === 'ERROR') {
        if ((object as { code?: number }).code === 410) return 'again';
        throw new ServerError(object as never);
      }
      if (type !== 'BOOKMARK' && isDone(type === 'DELETED' ? undefined : object)) return 'done';
    }
  } finally {
    open.cancel();
  }
}
