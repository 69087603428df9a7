/**
 * The node's own object and lease: registered, then kept up to date.
 * Upstream: pkg/kubelet/kubelet_node_status.go, component-helpers/apimachinery/lease.
 */
import { isDeepEqual } from '../../api/equal.ts';
import { goQuote } from '../../api/go-text.ts';
import type { Json } from '../../api/object.ts';
import type { Node, NodeStatus } from '../../api/types.gen.ts';
import { formatMicroTime } from '../../kernel/calendar.ts';
import { Actor } from '../../kernel/index.ts';
import type { ApiClient } from '../client/api-client.ts';
import { isOk } from '../client/failure.ts';
import type { ApiResponse } from '../client/wire.ts';
import { timing } from './config.ts';
import { events } from './events.ts';
import type { Kubelet } from './kubelet.ts';
import { leaseChart, type leaseMachine } from './lease-chart.ts';
import { newNode, nodeStatus } from './node-status.ts';
import { messageOf } from './object-reader.ts';

const leasePath = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases';

export class NodeAgent {
  /** As the API last showed it. */
  node: Node | undefined;
  private readonly kubelet: Kubelet;
  private readonly client: ApiClient;
  private readonly path: string;
  private lease: Actor<typeof leaseMachine> | undefined;
  private leaseObject: Json | undefined;
  private lastReportAt = -Infinity;
  private retryMs = 100;
  private wasReady: boolean | undefined;

  constructor(kubelet: Kubelet, client: ApiClient) {
    this.kubelet = kubelet;
    this.client = client;
    this.path = `/api/v1/nodes/${kubelet.config.nodeName}`;
  }

  start(): void {
    const { machine } = this.kubelet;
    this.register();
    this.lease = new Actor(
      machine.site,
      leaseChart,
      `lease ${this.kubelet.config.nodeName}`,
      { intervalMs: timing.nodeLeaseRenewInterval },
      () => this.renew(),
    );
  }

  stop(): void {
    this.lease?.stop();
  }

  /** Looks at the node's state at once: something of it may have changed. */
  refresh(): void {
    if (this.node !== undefined) this.reportStatus();
  }

  private register(): void {
    const { kubelet } = this;
    const body = newNode(kubelet.nodeFacts) as unknown as Json;
    this.client.request(
      { method: 'POST', path: '/api/v1/nodes', body, because: 'the kubelet started' },
      (response) => {
        if (isOk(response)) return this.registered(response);
        if (response.status === 409) {
          this.client.request({ method: 'GET', path: this.path }, (existing) => {
            if (isOk(existing)) this.registered(existing);
            else this.retry(messageOf(existing));
          });
          return;
        }
        this.retry(messageOf(response));
      },
    );
  }

  /** Upstream: 100 ms, doubled up to 7 s. */
  private retry(error: string): void {
    const { config } = this.kubelet;
    const { ip, port } = config.server ?? { ip: '', port: 0 };
    const url = `Post "https://${ip}:${port}/api/v1/nodes": ${error}`;
    this.kubelet.log(
      'E',
      'kubelet_node_status.go:107',
      `"Unable to register node with API server" err=${goQuote(url)} node="${config.nodeName}"`,
    );
    this.kubelet.alarms.after(this.retryMs, 'register node', () => this.register());
    this.retryMs = Math.min(this.retryMs * 2, 7_000);
  }

  private registered(response: ApiResponse): void {
    this.node = response.body as unknown as Node;
    const { kubelet } = this;
    kubelet.log(
      'I',
      'kubelet_node_status.go:78',
      `"Successfully registered node" node="${kubelet.config.nodeName}"`,
    );
    kubelet.tellNode(events.starting());
    kubelet.tellNode(events.node('NodeHasSufficientMemory', kubelet.config.nodeName));
    kubelet.tellNode(events.node('NodeHasNoDiskPressure', kubelet.config.nodeName));
    kubelet.tellNode(events.node('NodeHasSufficientPID', kubelet.config.nodeName));
    kubelet.tellNode(events.allocatable());
    const { bootID } = this.node.status?.nodeInfo ?? {};
    const now = nodeStatus(kubelet.nodeFacts, this.node.status);
    if (bootID !== undefined && bootID !== now.nodeInfo?.bootID) {
      kubelet.tellNode(events.rebooted(kubelet.config.nodeName, now.nodeInfo?.bootID ?? ''));
    }
    this.wasReady = readyOf(this.node.status);
    kubelet.nodeRegistered();
    this.reportStatus();
    this.tickLater();
  }

  private tickLater(): void {
    this.kubelet.alarms.after(timing.nodeStatusUpdateFrequency, 'node status', () => this.tick());
  }

  /** The node is read first, as upstream does: the control plane may have given it up meanwhile. */
  private tick(): void {
    const query = { resourceVersion: '0' };
    this.client.request({ method: 'GET', path: this.path, query }, (response) => {
      if (!isOk(response)) return;
      this.node = response.body as unknown as Node;
      this.reportStatus();
    });
    this.tickLater();
  }

  /** Posts what changed at once, and the rest every five minutes. */
  private reportStatus(): void {
    const { kubelet } = this;
    const { now } = kubelet.machine.site;
    const old = this.node?.status;
    const status = nodeStatus(kubelet.nodeFacts, old);
    this.tellReadiness(status);
    const isDue = now - this.lastReportAt >= timing.nodeStatusReportFrequency;
    if (!isDue && !hasChanged(old, status)) return;
    this.lastReportAt = now;
    this.client.request(
      {
        method: 'PATCH',
        path: `${this.path}/status`,
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body: { status } as unknown as Json,
        because: isDue ? 'five minutes have passed' : 'the node changed',
      },
      (response) => {
        if (isOk(response)) this.node = response.body as unknown as Node;
        else this.lastReportAt = -Infinity;
      },
    );
  }

  private tellReadiness(status: NodeStatus): void {
    const isReady = readyOf(status);
    if (isReady !== this.wasReady) {
      const reason = isReady ? 'NodeReady' : 'NodeNotReady';
      this.kubelet.tellNode(events.node(reason, this.kubelet.config.nodeName));
    }
    this.wasReady = isReady;
  }

  private renew(): void {
    const { kubelet } = this;
    const { config, machine } = kubelet;
    const renewTime = formatMicroTime(machine.site.clock);
    const spec = {
      holderIdentity: config.nodeName,
      leaseDurationSeconds: 40,
      renewTime,
    };
    const answered = (response: ApiResponse) => {
      if (isOk(response)) this.leaseObject = response.body;
      else this.leaseObject = undefined;
      if (!isOk(response)) {
        const error = goQuote(messageOf(response));
        kubelet.log('E', 'controller.go:195', `"Failed to update lease" err=${error}`);
      }
      // Upstream: a lease that is not there yet is made; one that we know is renewed.
      this.lease?.send({ type: isOk(response) ? 'renewed' : 'failed' });
    };
    if (this.leaseObject !== undefined) {
      const body = { ...(this.leaseObject as object), spec } as unknown as Json;
      this.client.request(
        { method: 'PUT', path: `${leasePath}/${config.nodeName}`, body },
        answered,
      );
      return;
    }
    this.client.request({ method: 'GET', path: `${leasePath}/${config.nodeName}` }, (found) => {
      if (isOk(found)) {
        const body = { ...(found.body as object), spec } as unknown as Json;
        this.client.request(
          { method: 'PUT', path: `${leasePath}/${config.nodeName}`, body },
          answered,
        );
      } else if (found.status === 404) {
        this.client.request(
          { method: 'POST', path: leasePath, body: this.newLease(spec) },
          answered,
        );
      } else {
        answered(found);
      }
    });
  }

  private newLease(spec: object): Json {
    const { name, uid } = this.node?.metadata ?? { name: '', uid: '' };
    const owners =
      this.node === undefined
        ? {}
        : { ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name, uid }] };
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.kubelet.config.nodeName, namespace: 'kube-node-lease', ...owners },
      spec,
    } as unknown as Json;
  }
}

const readyOf = (status: NodeStatus | undefined): boolean =>
  status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True';

/** Heartbeats do not count. */
function hasChanged(old: NodeStatus | undefined, status: NodeStatus): boolean {
  if (old === undefined) return true;
  for (const key of ['addresses', 'allocatable', 'capacity', 'images', 'nodeInfo'] as const) {
    if (!isDeepEqual(old[key], status[key])) return true;
  }
  return (status.conditions ?? []).some((condition) => {
    const before = old.conditions?.find(({ type }) => type === condition.type);
    return (
      before?.status !== condition.status ||
      before.reason !== condition.reason ||
      before.message !== condition.message
    );
  });
}
