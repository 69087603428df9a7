/**
 * Every five minutes the API server has etcd forget what was overwritten before the last five.
 * Follows apiserver pkg/storage/etcd3/compact.go.
 */
import type { Site, Ticket } from '../../kernel/index.ts';
import type { EtcdClient } from './etcd-client.ts';

const intervalMs = 300_000;

export class Compactor {
  private readonly site: Site;
  private readonly etcd: EtcdClient;
  private readonly address: number;
  private ticket: Ticket;
  private revision = 0;

  constructor(site: Site, etcd: EtcdClient) {
    this.site = site;
    this.etcd = etcd;
    this.address = site.register(this);
    this.ticket = site.after(intervalMs, this.address, { type: 'compact' });
  }

  stop(): void {
    this.site.cancel(this.ticket);
    this.site.unregister(this.address);
  }

  /** The kernel's alone. */
  receive(): void {
    const { etcd } = this;
    // What was current an interval ago; the other servers of a cluster may have been faster.
    if (this.revision > 0 && etcd.isConnected) {
      etcd.ask({ type: 'compact', revision: this.revision }, () => undefined);
    }
    this.revision = etcd.revision;
    this.ticket = this.site.after(intervalMs, this.address, { type: 'compact' });
  }
}
