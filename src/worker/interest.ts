/**
 * What is worth seeing. Explain speed slows down for it, and `step` goes from one to the next.
 * Background chatter (leases, leader election, heartbeats, reads) is not.
 */
import type { ApiObject } from '../api/object.ts';
import type { TraceEntry } from '../kernel/index.ts';

const chatter = new Set(['Lease', 'Event', 'Node', 'Endpoints', 'ControllerRevision']);
const system = /^kube-/;

/** The namespace of what a record is about; undefined when it is about none. */
function isSystem(fields: Readonly<Record<string, unknown>>): boolean {
  return typeof fields['pod'] === 'string' && system.test(fields['pod']);
}

/** For how long a record is of interest, in simulated ms; 0 for a mere moment; undefined: not. */
export function interestOf({ at, record }: TraceEntry): number | undefined {
  const fields: Readonly<Record<string, unknown>> = record;
  switch (record.type) {
    case 'input':
    case 'fault':
    case 'power':
      return 0;
    case 'write': {
      const { kind, metadata } = fields['object'] as ApiObject;
      return chatter.has(kind) || system.test(metadata.namespace ?? '') ? undefined : 0;
    }
    case 'sandbox':
    case 'container':
      return isSystem(fields) ? undefined : 0;
    case 'flight':
      return isWorthSeeing(fields) ? Number(fields['dueAt']) - at : undefined;
    default:
      return undefined;
  }
}

/** What somebody asks the API server to change, and packets of Pods. */
function isWorthSeeing(fields: Readonly<Record<string, unknown>>): boolean {
  const what = String(fields['what']);
  // A kubelet's probes are its heartbeat, not news.
  if (fields['program'] === 'kubelet' && fields['isBrief'] !== true) return false;
  if (fields['isBrief'] === true) {
    return /^(POST|PUT|PATCH|DELETE) /.test(what) && !isChatter(what);
  }
  return !isUpkeep(what) && !isLocal(String(fields['src']), String(fields['dst']));
}

/** Between a machine and its own Pods, or itself: probes, and their answers. */
function isLocal(src: string, dst: string): boolean {
  const hostOf = (end: string) => end.slice(0, end.lastIndexOf(':'));
  // A machine's end: its own address, or the first one of its Pods' network (the bridge).
  const isNode = (end: string) => /^192\.168\.|^10\.244\.\d+\.1:/.test(end);
  if (hostOf(src) === hostOf(dst) || /^127\./.test(src) || /^127\./.test(dst)) return true;
  return isNode(src) !== isNode(dst);
}

/** Packets that only keep a connection going say nothing new. */
const isUpkeep = (what: string): boolean => /^(SYN-ACK|ACK|FIN|FIN-ACK|RST)$/.test(what);

const isChatter = (what: string): boolean =>
  /\/(leases|events|nodes|endpoints|serviceaccounts|controllerrevisions)\b|reviews$|\/namespaces\/kube-/.test(
    what,
  );
