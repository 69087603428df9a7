/**
 * The server's own table of custom resources, and the controllers of their definitions: names are
 * accepted, a definition is established, its resources are served; when it goes, they go first.
 * Follows apiextensions-apiserver pkg/controller/{status,establish,apiapproval,finalizer} and
 * pkg/apiserver/customresource_handler.go. Simplified: one queue for the four controllers.
 */
import { customKinds, isConditionTrue } from '../../../api/crd/custom-kind.ts';
import { isDeepEqual } from '../../../api/equal.ts';
import { StatusError } from '../../../api/status.ts';
import type { CustomResourceDefinition } from '../../../api/types.gen.ts';
import { Teller, type Story, blocked } from '../../../kernel/index.ts';
import { Cacher, type CacheListener } from '../cacher.ts';
import type { Server, ServerRequest } from '../exchange.ts';
import { Resource } from '../resource.ts';
import type { Entry } from '../stored.ts';
import { syncDefinition } from './sync.ts';

/** After something that went wrong, such as etcd away. */
const retryMs = 1_000;

const resourceName = 'customresourcedefinitions.apiextensions.k8s.io';

interface Work {
  readonly teller: Teller;
  isDirty: boolean;
}

type Wake = { readonly type: 'sync' | 'wake'; readonly name: string };

export class Definitions implements CacheListener {
  private readonly server: Server;
  private readonly resource: Resource | undefined;
  private readonly address: number;
  private readonly known = new Map<string, CustomResourceDefinition>();
  private readonly served = new Map<string, CustomResourceDefinition>();
  private readonly work = new Map<string, Work>();
  private readonly queued = new Set<string>();

  constructor(server: Server) {
    this.server = server;
    this.address = server.site.register(this);
    this.resource = server.registry.named(resourceName);
    if (this.resource !== undefined) this.resource.cache.index = this;
  }

  stop(): void {
    this.server.site.unregister(this.address);
    for (const { teller } of this.work.values()) teller.cancel();
  }

  kept({ object }: Entry): void {
    const definition = object as CustomResourceDefinition;
    this.known.set(definition.metadata.name, definition);
    this.serve(definition);
    this.enqueue(definition.metadata.name);
  }

  dropped({ object }: Entry): void {
    const { metadata, spec } = object as CustomResourceDefinition;
    this.replace(metadata.name, []);
    this.served.delete(metadata.name);
    this.known.delete(metadata.name);
    // Its names are free: others of the group may get them now.
    for (const other of this.known.values()) {
      if (other.spec.group === spec.group) this.enqueue(other.metadata.name);
    }
  }

  /** Serves what the definition says, if that is not what is served already. */
  private serve(definition: CustomResourceDefinition): void {
    const { name } = definition.metadata;
    const before = this.served.get(name);
    const old = this.server.registry.customOf(name);
    if (before !== undefined && isServedAlike(before, definition)) {
      if (isConditionTrue(before, 'Terminating') !== isConditionTrue(definition, 'Terminating')) {
        this.served.set(name, definition);
        this.reword(name, definition, old);
      }
      return;
    }
    this.served.set(name, definition);
    const kinds = customKinds(definition);
    if (kinds.length === 0 && old.length === 0) return;
    this.replace(
      name,
      kinds.map((kind) => new Resource(kind)),
    );
  }

  /** The same resources with other words about them: who watches goes on watching. */
  private reword(
    name: string,
    definition: CustomResourceDefinition,
    old: readonly Resource[],
  ): void {
    const resources = customKinds(definition).map((kind, i) => {
      const resource = new Resource(kind);
      resource.cache = (old[i] as Resource).cache;
      return resource;
    });
    this.server.registry.replaceCustom(name, resources);
  }

  private replace(name: string, resources: readonly Resource[]): void {
    const { site, etcd, registry } = this.server;
    for (const resource of resources) {
      resource.cache = new Cacher(site, resource, etcd, resource.reader ?? this.server.reader);
    }
    for (const { cache } of registry.replaceCustom(name, resources)) {
      cache.stop();
      cache.watchers.endAll();
    }
    if (etcd.isConnected) for (const { cache } of resources) cache.connected(true);
  }

  private enqueue(name: string): void {
    if (this.queued.has(name)) return;
    this.queued.add(name);
    this.server.site.after(0, this.address, { type: 'sync', name } satisfies Wake);
  }

  /** The kernel's alone. */
  receive({ type, name }: Wake): void {
    const work = this.work.get(name);
    if (type === 'wake') {
      work?.teller.resume(undefined);
      return;
    }
    this.queued.delete(name);
    if (work === undefined) this.begin(name);
    else work.isDirty = true;
  }

  private begin(name: string): void {
    const { resource, server } = this;
    if (resource === undefined) return;
    const teller = new Teller(
      this.guarded(name, resource),
      (raw, told) => {
        const request = raw as ServerRequest;
        if (request.op === 'sleep') {
          server.site.after(request.ms, this.address, { type: 'wake', name } satisfies Wake);
        } else {
          server.etcd.ask(request.ask, (answer, revision) => told.resume({ answer, revision }));
        }
        return blocked;
      },
      (isDone) => {
        const isDirty = this.work.get(name)?.isDirty ?? false;
        this.work.delete(name);
        if (isDirty) this.enqueue(name);
        else if (isDone === false) {
          server.site.after(retryMs, this.address, { type: 'sync', name } satisfies Wake);
        }
      },
    );
    this.work.set(name, { teller, isDirty: false });
    teller.start();
  }

  /** Whether it came to its end; what is refused is tried again. */
  private *guarded(name: string, resource: Resource): Story<boolean> {
    const definition = this.known.get(name);
    if (definition === undefined) return true;
    const others = [...this.known.values()].filter(({ metadata }) => metadata.name !== name);
    try {
      yield* syncDefinition(this.server, resource, definition, others);
      return true;
    } catch (problem) {
      if (!(problem instanceof StatusError)) throw problem;
      return problem.status.code === 404;
    }
  }
}

/** Whether nothing differs for which the resources would have to be served anew. */
function isServedAlike(one: CustomResourceDefinition, other: CustomResourceDefinition): boolean {
  const facts = ({ metadata, spec, status }: CustomResourceDefinition) => [
    metadata.uid,
    spec,
    status?.acceptedNames,
    status?.conditions?.some(({ type, status: is }) => type === 'Established' && is === 'True'),
  ];
  return isDeepEqual(facts(one), facts(other));
}
