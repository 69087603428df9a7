/**
 * Events die an hour after their last change: each is written with a lease of etcd. As upstream's
 * lease manager (apiserver pkg/storage/etcd3/lease_manager.go) does, one lease serves all Events of
 * a minute, so that they end a little late rather than cost a lease each.
 */
import { internalError, StatusError } from '../../api/status.ts';
import type { Site, Story } from '../../kernel/index.ts';
import { ask } from './exchange.ts';

const reuseMs = 60_000;
/** Upstream's limit of keys of one lease. */
const keysMax = 1_000;

export class EventLeases {
  private readonly site: Site;
  private readonly ttlSeconds: number;
  private lease = 0;
  private grantedAt = -Infinity;
  private keys = 0;

  constructor(site: Site, ttlSeconds: number) {
    this.site = site;
    this.ttlSeconds = ttlSeconds;
  }

  /** A lease for one more key. */
  *take(): Story<number> {
    this.keys += 1;
    if (this.site.now - this.grantedAt <= reuseMs && this.keys <= keysMax) return this.lease;
    const ttlSeconds = this.ttlSeconds + reuseMs / 1000;
    const { answer } = yield* ask({ type: 'lease-grant', ttlSeconds });
    if (answer.type !== 'lease') throw new StatusError(internalError('not a lease'));
    this.lease = answer.lease;
    this.grantedAt = this.site.now;
    this.keys = 1;
    return this.lease;
  }
}
