/**
 * What stays of etcd when its process or its machine goes: the data directory. The real one holds a
 * write-ahead log and a B+tree file (server/storage); here the directory holds a small file that
 * names a database, and the databases are kept in this object, which the world owns.
 * Remove the directory, and the database is out of reach, as it should be.
 */
import type { Files } from '../../host/index.ts';
import { Store } from './store.ts';

/** One data directory's content. Only what was synced is in it. */
export interface Database {
  readonly store: Store;
  /** Time to live, in seconds, of each lease that was granted. */
  readonly leases: Map<number, number>;
  lastLease: number;
  term: number;
  index: number;
}

export class EtcdDisk {
  private readonly databases = new Map<string, Database>();

  /** Opens what is at a data directory; begins anew when there is nothing. */
  open(files: Files, directory: string): Database {
    const path = `${directory}/member/snap/db`;
    const name = files.read(path);
    const found = name === undefined ? undefined : this.databases.get(name);
    if (found !== undefined) return found;
    const database: Database = {
      store: new Store(),
      leases: new Map(),
      lastLease: 0,
      term: 1,
      index: 0,
    };
    const next = `etcd database ${this.databases.size + 1}\n`;
    this.databases.set(next, database);
    files.makeDirectory(`${directory}/member/snap`);
    files.makeDirectory(`${directory}/member/wal`);
    files.write(path, next, 0o600);
    files.write(`${directory}/member/wal/0000000000000000-0000000000000000.wal`, '', 0o600);
    return database;
  }
}
