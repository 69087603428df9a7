/**
 * The seam where Raft will go: what is proposed is handed back once a quorum has it on disk. With
 * one member that is one fsync of the write-ahead log (server/storage/wal). Entries that come while
 * the disk is busy wait and share the next fsync, as etcd batches them.
 */
import type { Site } from '../../kernel/index.ts';

/** Takes proposals; `committed` gets them back in order, once they cannot be lost. */
export interface Log<Entry> {
  propose(entry: Entry): void;
  /** The member is gone: what was not committed is lost. */
  stop(): void;
}

/** How long one fsync takes. etcd's documentation asks for less than 10 ms and calls 1 ms good. */
export const fsyncMs = 1;

export class SingleMemberLog<Entry> implements Log<Entry> {
  private readonly site: Site;
  private readonly committed: (entry: Entry) => void;
  private readonly address: number;
  private syncing: Entry[] = [];
  private waiting: Entry[] = [];

  constructor(site: Site, committed: (entry: Entry) => void) {
    this.site = site;
    this.committed = committed;
    this.address = site.register(this);
  }

  propose(entry: Entry): void {
    this.waiting.push(entry);
    if (this.syncing.length === 0) this.sync();
  }

  stop(): void {
    this.site.unregister(this.address);
  }

  /** The kernel's alone: the disk has answered. */
  receive(): void {
    const done = this.syncing;
    this.syncing = [];
    for (const entry of done) this.committed(entry);
    if (this.waiting.length > 0) this.sync();
  }

  private sync(): void {
    this.syncing = this.waiting;
    this.waiting = [];
    this.site.after(fsyncMs, this.address, { type: 'synced' });
  }
}
