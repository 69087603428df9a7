/** etcd: a store of keys with revisions, watches, transactions, leases. */
export { EtcdDisk } from './disk.ts';
export { etcdProgram, etcdVersion } from './server.ts';
export {
  type Compare,
  type EtcdAnswer,
  type EtcdMessage,
  type EtcdRequest,
  etcdErrors,
  type KeyValue,
  type MemberStatus,
  type Operation,
  type OperationResult,
  prefixEnd,
  type RangeQuery,
  type RangeResult,
  type StoreEvent,
  type Txn,
  type TxnResult,
} from './protocol.ts';
