/**
 * What a server serves: asked for once, group by group. Upstream: client-go/discovery.
 */
import type { ApiClient } from './api-client.ts';
import { isOk } from './failure.ts';
import type { KindName, Resource } from './resources.ts';

/** A resource, and what can be done with it. */
export interface ServedResource extends Resource {
  readonly verbs: readonly string[];
}

interface ResourceList {
  readonly groupVersion: string;
  readonly resources?: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}
interface GroupList {
  readonly groups?: readonly { readonly preferredVersion?: { readonly groupVersion?: string } }[];
}

/** Asks for all preferred resources (no subresources); tries again each second until it is told. */
export function discover(
  client: ApiClient,
  found: (resources: readonly ServedResource[]) => void,
): void {
  new Discovery(client, found).begin();
}

class Discovery {
  private readonly client: ApiClient;
  private readonly found: (resources: readonly ServedResource[]) => void;
  private readonly address: number;
  private readonly lists = new Map<string, readonly ServedResource[]>();
  private waiting = 0;

  constructor(client: ApiClient, found: (resources: readonly ServedResource[]) => void) {
    this.client = client;
    this.found = found;
    const { process } = client;
    this.address = process.site.register(this);
    process.onExit(() => process.site.unregister(this.address));
  }

  begin(): void {
    this.client.request({ method: 'GET', path: '/apis' }, (response) => {
      if (!isOk(response)) return this.later();
      const { groups = [] } = response.body as unknown as GroupList;
      const versions = groups.flatMap(
        ({ preferredVersion }) => preferredVersion?.groupVersion ?? [],
      );
      const paths = ['/api/v1', ...versions.map((version) => `/apis/${version}`)];
      this.waiting = paths.length;
      for (const path of paths) this.list(path);
    });
  }

  /** The kernel's alone: time to try again. */
  receive(): void {
    this.begin();
  }

  private later(): void {
    this.client.process.site.after(1_000, this.address, {});
  }

  private list(path: string): void {
    this.client.request({ method: 'GET', path }, (response) => {
      if (isOk(response))
        this.lists.set(path, resourcesOf(response.body as unknown as ResourceList));
      this.waiting -= 1;
      if (this.waiting > 0) return;
      const ordered = [...this.lists].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      this.client.process.site.unregister(this.address);
      this.found(ordered.flatMap(([, list]) => list));
    });
  }
}

function resourcesOf({ groupVersion, resources = [] }: ResourceList): readonly ServedResource[] {
  const slash = groupVersion.indexOf('/');
  const group = slash < 0 ? '' : groupVersion.slice(0, slash);
  const version = groupVersion.slice(slash + 1);
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map(({ name, kind, namespaced, verbs }) => ({
      group,
      version,
      kind,
      plural: name,
      namespaced,
      verbs,
    }));
}

/** Whether all of these kinds are served. */
export const servesAll = (served: readonly ServedResource[], kinds: readonly KindName[]): boolean =>
  kinds.every((kind) => served.some((resource) => resource.kind === kind));
