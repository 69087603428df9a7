/**
 * ConfigMaps and Secrets that Pods on this node name: asked for one by one, kept for a while.
 * Upstream: pkg/kubelet/util/manager (watch based by default; here a cache with a time to live, so
 * that a change is seen at the next sync after that time, as upstream's documentation promises).
 */
import type { ConfigMap, Secret } from '../../api/types.gen.ts';
import type { Story } from '../../kernel/index.ts';
import type { ApiClient } from '../client/api-client.ts';
import { isOk } from '../client/failure.ts';
import { objectPath, resources } from '../client/resources.ts';
import type { ApiResponse } from '../client/wire.ts';
import { wait } from './task.ts';

const keptMs = 60_000;

interface Kept {
  readonly at: number;
  readonly object: ConfigMap | Secret;
}

export class ObjectReader {
  private readonly client: ApiClient | undefined;
  private readonly kept = new Map<string, Kept>();

  constructor(client: ApiClient | undefined) {
    this.client = client;
  }

  /** The object; or, as a text, why there is none: `configmap "x" not found`. */
  *configMap(namespace: string, name: string): Story<ConfigMap | string> {
    return (yield* this.read('ConfigMap', namespace, name)) as ConfigMap | string;
  }

  *secret(namespace: string, name: string): Story<Secret | string> {
    return (yield* this.read('Secret', namespace, name)) as Secret | string;
  }

  private *read(
    kind: 'ConfigMap' | 'Secret',
    namespace: string,
    name: string,
  ): Story<ConfigMap | Secret | string> {
    const { client } = this;
    if (client === undefined) return 'no API client';
    const path = objectPath(resources[kind], `${namespace}/${name}`);
    const kept = this.kept.get(path);
    const { now } = client.process.site;
    if (kept !== undefined && now - kept.at < keptMs) return kept.object;
    const response = yield* wait<ApiResponse>((done) =>
      client.request({ method: 'GET', path }, done),
    );
    if (isOk(response)) {
      const object = response.body as unknown as ConfigMap | Secret;
      this.kept.set(path, { at: now, object });
      return object;
    }
    this.kept.delete(path);
    // Upstream's cache makes an error of its own, with the kind in the singular.
    if (response.status === 404) return `${kind.toLowerCase()} "${name}" not found`;
    return messageOf(response);
  }
}

/** What a Go client prints of a failed answer. */
export function messageOf({ body }: ApiResponse): string {
  if (typeof body === 'string') return body;
  return String((body as { message?: unknown } | null)?.message ?? 'unknown');
}
