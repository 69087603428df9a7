/**
 * What the server makes sure of by itself when it comes up: the system namespaces, the
 * `kubernetes` Service and its endpoints, priority classes, default roles.
 * Follows pkg/controlplane/controller/{systemnamespaces,kubernetesservice}, pkg/registry/rbac/rest
 * and pkg/registry/scheduling/rest.
 */
import type { ApiObject, JsonObject } from '../../api/object.ts';
import { StatusError } from '../../api/status.ts';
import type { APIService, FlowSchema, ServiceCIDR } from '../../api/types.gen.ts';
import { formatTime } from '../../kernel/calendar.ts';
import { Teller, type Story, type Ticket, blocked } from '../../kernel/index.ts';
import { availabilityOf } from './aggregation.ts';
import { isLeftOver, isUnjudged, localCondition, wantedApiServices } from './api-services.ts';
import { bootstrapObjects, kubernetesEndpoints } from './bootstrap-objects.ts';
import type { Exchange, Server, ServerRequest, StreamPort } from './exchange.ts';
import { danglingCondition, flowObjects } from './flow-objects.ts';
import { decodeObject } from './read-body.ts';
import { ownConfigMaps } from './own-config-maps.ts';
import type { Resource } from './resource.ts';
import { beforeUpdate } from './changes.ts';
import type { WriteOptions } from './write-options.ts';
import { createObject } from './creation.ts';
import { deleteObject } from './deletion.ts';
import { readEntry } from './storage.ts';
import { updateObject } from './updating.ts';

/** How often the namespaces and endpoints are looked after, once they are there. */
const careMs = 60_000;
/** The same, while there are groups that other servers serve. */
const foreignCareMs = 5_000;

/** How soon after a change of what is served. */
const soonMs = 50;

const plainDeletion = {
  isDryRun: false,
  gracePeriodSeconds: undefined,
  policy: undefined,
  preconditions: {},
} as const;

const noStream: StreamPort = {
  respond: () => undefined,
  begin: () => undefined,
  event: () => undefined,
  data: () => undefined,
  end: () => undefined,
  endAfter: () => undefined,
  ended: undefined,
  received: undefined,
};

const options: WriteOptions = {
  isDryRun: false,
  manager: 'kube-apiserver',
  validation: 'Ignore',
  isForced: false,
};

export class Bootstrap {
  isDone = false;
  private readonly server: Server;
  private readonly address: number;
  private ticket: Ticket;
  private teller: Teller | undefined;
  private hasForeign = false;
  private isRunning = false;
  private isStale = false;

  constructor(server: Server) {
    this.server = server;
    this.address = server.site.register(this);
    this.ticket = server.site.after(0, this.address, { type: 'begin' });
  }

  stop(): void {
    this.server.site.cancel(this.ticket);
    this.server.site.unregister(this.address);
    this.teller?.cancel();
  }

  /** The kernel's alone. */
  receive(): void {
    if (!this.server.registry.all.every(({ cache }) => cache.isReady)) return this.again(100);
    this.teller = new Teller(
      this.run(),
      (raw, teller) => {
        const request = raw as ServerRequest;
        if (request.op !== 'etcd') return undefined;
        this.server.etcd.ask(request.ask, (answer, revision) =>
          teller.resume({ answer, revision }),
        );
        return blocked;
      },
      () => {
        this.isDone = true;
        this.isRunning = false;
        this.again(this.isStale ? soonMs : this.hasForeign ? foreignCareMs : careMs);
      },
    );
    this.isRunning = true;
    this.isStale = false;
    this.teller.start();
  }

  private again(ms: number): void {
    this.ticket = this.server.site.after(ms, this.address, { type: 'again' });
  }

  private *run(): Story {
    const { options: flags } = this.server;
    for (const object of bootstrapObjects(flags)) yield* this.ensure(object, false);
    for (const object of ownConfigMaps(this.server.process)) yield* this.ensure(object, false);
    for (const object of kubernetesEndpoints(flags)) yield* this.ensure(object, true);
    yield* this.readyRange();
    for (const object of flowObjects()) yield* this.ensure(object, false);
    yield* this.judgeFlows();
    yield* this.keepApiServices();
    yield* this.judgeForeign();
  }

  /** Whether the levels of all flow schemas are there. */
  private *judgeFlows(): Story {
    const { registry, site } = this.server;
    const schemas = registry.named('flowschemas.flowcontrol.apiserver.k8s.io');
    const levels = registry.named('prioritylevelconfigurations.flowcontrol.apiserver.k8s.io');
    if (schemas === undefined || levels === undefined) return;
    const hasLevel = (name: string) => levels.cache.get(levels.key('', name)) !== undefined;
    for (const { object } of schemas.cache.under(schemas.prefix, schemas.prefixEnd)) {
      const condition = danglingCondition(object as FlowSchema, hasLevel, formatTime(site.clock));
      if (condition !== undefined) yield* this.setStatus(schemas, object, { conditions: [condition] });
    }
  }

  /** One APIService for each group and version that is served, and no more. */
  private *keepApiServices(): Story {
    const { registry, site } = this.server;
    const resource = registry.named('apiservices.apiregistration.k8s.io');
    if (resource === undefined) return;
    const wanted = wantedApiServices(this.server);
    for (const object of wanted) yield* this.ensure(object, false);
    const names = new Set(wanted.map(({ metadata }) => (metadata as { name: string }).name));
    for (const { object, key } of resource.cache.under(resource.prefix, resource.prefixEnd)) {
      const service = object as APIService;
      const { name } = service.metadata;
      if (isLeftOver(service, names)) {
        yield* this.drop(resource, key, name);
      } else if (isUnjudged(service)) {
        const conditions = [localCondition(formatTime(site.clock))];
        yield* this.setStatus(resource, service, { conditions });
      }
    }
  }

  private *drop(resource: Resource, key: string, name: string): Story {
    try {
      yield* deleteObject(this.exchange(resource, { name }), resource, { key, name }, plainDeletion);
    } catch (problem) {
      if (!(problem instanceof StatusError)) throw problem;
    }
  }

  /** A definition has come or gone: its group is looked after soon. */
  definitionsChanged(): void {
    if (!this.isDone || this.isRunning) {
      this.isStale = true;
      return;
    }
    this.server.site.cancel(this.ticket);
    this.again(soonMs);
  }

  /** The default ServiceCIDR is ready, unless somebody has said something else of it. */
  private *readyRange(): Story {
    const resource = this.server.registry.named('servicecidrs.networking.k8s.io');
    const range = resource?.cache.get(resource.key('', 'kubernetes'))?.object as
      | ServiceCIDR
      | undefined;
    if (resource === undefined || range === undefined) return;
    const { metadata, spec, status } = range;
    if (metadata.deletionTimestamp !== undefined) return;
    if (spec?.cidrs?.join() !== this.server.options.serviceRange) return;
    const ready = status?.conditions?.find(({ type }) => type === 'Ready');
    if (ready !== undefined && ready.status !== 'Unknown') return;
    const condition = {
      type: 'Ready',
      status: 'True',
      lastTransitionTime: formatTime(this.server.site.clock),
      reason: '',
      message: 'Kubernetes default Service CIDR is ready',
    };
    yield* this.setStatus(resource, range, { conditions: [condition] });
  }

  /** Whether the servers of other groups are there. */
  private *judgeForeign(): Story {
    const resource = this.server.registry.named('apiservices.apiregistration.k8s.io');
    this.hasForeign = false;
    if (resource === undefined) return;
    for (const { object } of resource.cache.under(resource.prefix, resource.prefixEnd)) {
      const service = object as APIService;
      if (service.spec?.service === undefined) continue;
      this.hasForeign = true;
      const { status, reason, message } = availabilityOf(this.server, service);
      const known = service.status?.conditions?.find(({ type }) => type === 'Available');
      if (known?.status === status && known.reason === reason && known.message === message) continue;
      const lastTransitionTime = formatTime(this.server.site.clock);
      const condition = { type: 'Available', status, lastTransitionTime, reason, message };
      yield* this.setStatus(resource, service, { conditions: [condition] });
    }
  }

  private *setStatus(resource: Resource, { metadata: { name } }: ApiObject, status: JsonObject): Story {
    const made = this.exchange(resource, { name });
    const x = { ...made, route: { ...made.route, subresource: 'status' } };
    try {
      yield* updateObject(x, {
        resource,
        key: resource.key('', name),
        name,
        subresource: 'status',
        options,
        change: function* (current) {
          const wanted = { ...current.object, status } as unknown as JsonObject;
          const decoded = decodeObject(x, resource, wanted, options);
          return yield* beforeUpdate(x, resource, decoded as ApiObject, current, options);
        },
      });
    } catch (problem) {
      if (!(problem instanceof StatusError)) throw problem;
    }
  }

  /** Makes an object that is not there; one that must be so is also set right. */
  private *ensure(object: JsonObject, isKept: boolean): Story {
    const meta = object['metadata'] as { name: string; namespace?: string };
    const resource = this.resourceOf(object);
    if (resource === undefined) return;
    const x = this.exchange(resource, meta);
    const key = resource.key(meta.namespace ?? '', meta.name);
    try {
      const current = resource.cache.get(key) ?? (yield* readEntry(x, key));
      if (current === undefined) {
        const body = decodeObject(x, resource, object, options);
        yield* createObject(x, resource, body, options);
      } else if (isKept) yield* this.setRight(x, resource, object);
    } catch (problem) {
      // Another server of the same cluster was faster, or etcd is away: the next round will tell.
      if (!(problem instanceof StatusError)) throw problem;
    }
  }

  private *setRight(x: Exchange, resource: Resource, object: JsonObject): Story {
    const { namespace, name } = x.route;
    yield* updateObject(x, {
      resource,
      key: resource.key(namespace, name),
      name,
      subresource: '',
      options,
      change: function* (current) {
        const wanted = { ...current.object, ...object, metadata: current.object.metadata };
        const decoded = decodeObject(x, resource, wanted as unknown as JsonObject, options);
        return yield* beforeUpdate(x, resource, decoded as ApiObject, current, options);
      },
    });
  }

  private resourceOf(object: JsonObject): Resource | undefined {
    return this.server.registry.all.find(
      ({ kind, apiVersion }) => kind.kind === object['kind'] && apiVersion === object['apiVersion'],
    );
  }

  private exchange(resource: Resource, meta: { name: string; namespace?: string }): Exchange {
    const { group, version, plural } = resource.kind;
    return {
      server: this.server,
      id: 0,
      stream: noStream,
      warnings: [],
      reverts: [],
      request: {
        method: 'POST',
        path: '',
        headers: { 'user-agent': 'kube-apiserver/v1.33.1' },
        because: 'the API server keeps what every cluster has',
      },
      route: {
        verb: 'create',
        resource,
        group,
        version,
        plural,
        namespace: meta.namespace ?? '',
        name: meta.name,
        subresource: '',
        rest: '',
      },
      user: { name: 'system:apiserver', groups: ['system:masters'] },
    };
  }
}
