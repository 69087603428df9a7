/**
 * flanneld with the kube subnet manager and the VXLAN backend: its Node's podCIDR is its subnet,
 * its Node's annotations are its lease, the other Nodes' annotations are its routes. Upstream:
 * flannel main.go, pkg/subnet/kube/kube.go. Simplified: IPv4, iptables mode.
 */
import type { Node, Pod } from '../../api/types.gen.ts';
import type { Daemon, Process } from '../../host/index.ts';
import { httpResponse } from '../../host/net/http.ts';
import { serveHttp } from '../../host/net/serve-http.ts';
import { stackOf } from '../../host/net/stack.ts';
import { Actor } from '../../kernel/index.ts';
import { formatTime } from '../../kernel/calendar.ts';
import {
  ApiClient,
  type ApiResponse,
  type ClientConfig,
  type Informer,
  InformerFactory,
  isOk,
  objectPath,
  resources,
} from '../client/index.ts';
import { klog } from '../client/klog.ts';
import { flanneldChart, type FlannelEffect, type flanneldMachine } from './flanneld-chart.ts';
import { setUpMasquerade } from './masquerade.ts';
import { annotationsOf, leaseOf, VxlanNetwork } from './vxlan.ts';

export interface FlannelOptions {
  readonly client: ClientConfig;
  /** net-conf.json's Network. */
  readonly network: string;
  readonly healthPort: number;
  readonly subnetFile: string;
  readonly isMasquerading: boolean;
}

const noLease = 'Error registering network: failed to acquire lease: ';

export class Flanneld implements Daemon {
  private readonly process: Process;
  private readonly options: FlannelOptions;
  private readonly client: ApiClient;
  private readonly nodes: Informer<Node>;
  private readonly vxlan: VxlanNetwork;
  private readonly actor: Actor<typeof flanneldMachine>;
  private nodeName = '';

  constructor(process: Process, options: FlannelOptions) {
    this.process = process;
    this.options = options;
    const { server, credential } = options.client;
    this.client = new ApiClient(process, {
      server,
      credential,
      userAgent: 'flanneld',
      qps: 5,
      burst: 10,
    });
    this.nodes = new InformerFactory(this.client).of('Node');
    this.vxlan = new VxlanNetwork(stackOf(process));
    this.actor = new Actor(
      process.site,
      flanneldChart,
      `flanneld ${process.machine.name}`,
      {},
      (e) => this.perform(e),
    );
    if (options.healthPort > 0) this.serveHealth();
    this.actor.send({ type: 'begin' });
  }

  signal(): boolean {
    this.log('I', 'main.go:520', 'Stopping shutdownHandler...');
    this.process.end(0);
    return true;
  }

  ended(): void {
    this.actor.stop();
  }

  private get isReady(): boolean {
    return this.actor.value === 'running';
  }

  private perform(effect: FlannelEffect): void {
    switch (effect.type) {
      case 'askNodeName':
        return this.askNodeName();
      case 'startInformer':
        this.log('I', 'kube.go:139', 'Waiting 10m0s for node controller to sync');
        this.nodes.on({ replaced: () => this.actor.send({ type: 'synced' }) });
        return this.nodes.start();
      case 'lease':
        return this.lease();
      case 'setUp':
        return this.setUp();
      case 'timeOut':
        return this.giveUp(
          noLease +
            `timeout contacting kube-api, failed to patch node "${this.nodeName}". ` +
            'Error: context deadline exceeded',
        );
      case 'giveUp':
        this.giveUp(effect.why);
    }
  }

  private giveUp(why: string): void {
    this.log('E', why.startsWith(noLease) ? 'main.go:384' : 'main.go:251', why);
    this.process.end(1);
  }

  /** The name of its Node stands in its own Pod's spec. */
  private askNodeName(): void {
    const { NODE_NAME, POD_NAME = '', POD_NAMESPACE = '' } = this.process.env;
    if (NODE_NAME !== undefined && NODE_NAME !== '') return this.knowNode(NODE_NAME);
    const path = objectPath(resources.Pod, `${POD_NAMESPACE}/${POD_NAME}`);
    this.client.request({ method: 'GET', path, because: 'which Node is mine?' }, (response) => {
      const name = (response.body as unknown as Pod | undefined)?.spec?.nodeName;
      if (isOk(response) && name !== undefined) return this.knowNode(name);
      const { url } = this.options.client;
      const asked = response.status === 0 ? `Get "${url}${path}": ` : '';
      const why =
        'Failed to create SubnetManager: error retrieving pod spec for ' +
        `'${POD_NAMESPACE}/${POD_NAME}': ${asked}${messageOf(response)}`;
      this.actor.send({ type: 'refused', why });
    });
  }

  private knowNode(name: string): void {
    this.nodeName = name;
    this.log('I', 'main.go:255', `Created subnet manager: Kubernetes Subnet Manager - ${name}`);
    this.actor.send({ type: 'nodeName' });
  }

  private lease(): void {
    const node = this.nodes.store.get(this.nodeName);
    if (node === undefined) {
      this.actor.send({ type: 'tryAgain' });
      return;
    }
    if (node.spec?.podCIDR === undefined) {
      const why = `${noLease}node "${this.nodeName}" pod cidr not assigned`;
      this.actor.send({ type: 'refused', why });
      return;
    }
    const { self } = stackOf(this.process);
    const annotations = annotationsOf(self.ip, this.vxlan.ensureDevice());
    const old = node.metadata.annotations ?? {};
    if (Object.keys(annotations).every((name) => old[name] === annotations[name])) {
      this.actor.send({ type: 'leased' });
      return;
    }
    this.patchStatus({ metadata: { annotations } }, 'where my VTEP is', (response) => {
      if (!isOk(response)) {
        this.log(
          'I',
          'kube.go:482',
          `Failed to patch node "${this.nodeName}": ${messageOf(response)}`,
        );
      }
      this.actor.send({ type: isOk(response) ? 'leased' : 'tryAgain' });
    });
  }

  private setUp(): void {
    const subnet = this.nodes.store.get(this.nodeName)?.spec?.podCIDR ?? '';
    const { network, subnetFile, isMasquerading } = this.options;
    this.vxlan.ensureDevice();
    this.vxlan.ensureAddress(subnet);
    if (isMasquerading) {
      setUpMasquerade(stackOf(this.process).filter.tables, network, subnet);
      this.log('I', 'iptables.go:111', 'Setting up masking rules');
    }
    this.log('I', 'iptables.go:212', 'Changing default FORWARD chain policy to ACCEPT');
    this.writeSubnetFile(subnetFile, network, subnet, isMasquerading);
    const put = (node: Node) => this.follow(node);
    this.nodes.on({
      added: put,
      updated: put,
      deleted: ({ metadata }) => this.vxlan.remove(metadata.name ?? ''),
    });
    this.setNetworkAvailable();
    this.log('I', 'main.go:488', 'Running backend.');
  }

  private writeSubnetFile(path: string, network: string, subnet: string, isMasq: boolean): void {
    // The file says the gateway's address: the first one after the network's own.
    const gateway = subnet.replace(/\.0\//, '.1/');
    const { files } = this.process;
    files.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    files.write(
      path,
      `FLANNEL_NETWORK=${network}\nFLANNEL_SUBNET=${gateway}\n` +
        `FLANNEL_MTU=${this.vxlan.mtu}\nFLANNEL_IPMASQ=${String(isMasq)}\n`,
    );
    this.log('I', 'main.go:481', `Wrote subnet file to ${path}`);
  }

  private follow(node: Node): void {
    const name = node.metadata.name ?? '';
    const lease = leaseOf(node);
    if (name === this.nodeName || lease === undefined) return;
    this.vxlan.put(name, lease);
  }

  private setNetworkAvailable(): void {
    const now = formatTime(this.process.site.clock);
    const condition = {
      type: 'NetworkUnavailable',
      status: 'False',
      reason: 'FlannelIsUp',
      message: 'Flannel is running on this node',
      lastTransitionTime: now,
      lastHeartbeatTime: now,
    };
    const old = this.nodes.store
      .get(this.nodeName)
      ?.status?.conditions?.find(({ type }) => type === condition.type);
    if (old?.status === 'False' && old.reason === condition.reason) return;
    this.patchStatus({ status: { conditions: [condition] } }, 'Pods can talk now', (response) => {
      if (!isOk(response))
        this.log(
          'E',
          'kube.go:673',
          `Unable to set NetworkUnavailable to False for "${this.nodeName}": ` +
            messageOf(response),
        );
    });
  }

  private patchStatus(
    body: Readonly<Record<string, unknown>>,
    because: string,
    done: (response: ApiResponse) => void,
  ): void {
    this.client.request(
      {
        method: 'PATCH',
        path: objectPath(resources.Node, this.nodeName, 'status'),
        because,
        headers: { 'content-type': 'application/strategic-merge-patch+json' },
        body: body as never,
      },
      done,
    );
  }

  private serveHealth(): void {
    const { healthPort } = this.options;
    this.log('I', 'main.go:554', `Start healthz server on 0.0.0.0:${healthPort}`);
    serveHttp(this.process, healthPort, ({ path }) => {
      if (path === '/healthz') return httpResponse(200, 'flanneld is running');
      if (path !== '/readyz') return httpResponse(404, '404 page not found\n');
      return this.isReady ? httpResponse(200, 'OK') : httpResponse(503, 'Not ready');
    });
  }

  private log(severity: 'I' | 'E', place: string, message: string): void {
    klog(this.process, severity, place, message);
  }
}

const messageOf = ({ body, status }: ApiResponse): string => {
  if (typeof body === 'string') return body;
  const { message } = (body ?? {}) as { readonly message?: string };
  return message ?? `status ${status}`;
};
