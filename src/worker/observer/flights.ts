/**
 * Messages on their way, as the stage draws them: every packet that the trace has. Who speaks on a
 * control-plane connection is known from its client's first packet.
 */
import type { TraceEntry } from '../../kernel/index.ts';
import type { Flight, Place } from '../protocol.ts';

type Fields = Readonly<Record<string, unknown>>;
const text = (fields: Fields, name: string): string => String(fields[name] ?? '');

/** Servers of the control plane, by port. */
const servers: Readonly<Record<string, string>> = {
  6443: 'kube-apiserver',
  2379: 'etcd',
  10250: 'kubelet',
};

/** Client ends that are remembered. */
const mostClients = 10_000;

export class Flights {
  /** Client end (`ip:port`) → the program behind it. */
  private readonly clients = new Map<string, string>();
  private readonly placeOf: (ip: string) => Place | undefined;

  constructor(placeOf: (ip: string) => Place | undefined) {
    this.placeOf = placeOf;
  }

  /** A `flight` record as something to draw; undefined for bare acknowledgements. */
  of(entry: TraceEntry): Flight | undefined {
    const fields: Fields = entry.record;
    const program = text(fields, 'program');
    const what = text(fields, 'what');
    if (fields['isBrief'] !== true || isProbe(fields)) return this.packet(entry, fields, what);
    return what === '' ? undefined : this.call(entry, fields, program, what);
  }

  private call(entry: TraceEntry, fields: Fields, program: string, what: string): Flight {
    const src = text(fields, 'src');
    const dst = text(fields, 'dst');
    const server = servers[portOf(dst)];
    if (server !== undefined) this.know(src, program);
    const component = server ?? this.clients.get(dst) ?? '';
    return {
      ...this.ends(entry, fields),
      from: { machine: text(fields, 'from'), component: program },
      to: { machine: text(fields, 'to'), ...(component === '' ? {} : { component }) },
      kind: kindOf(server, portOf(src), what),
      what,
    };
  }

  /** The oldest are forgotten: their connections are closed long since. */
  private know(client: string, program: string): void {
    const { clients } = this;
    clients.delete(client);
    clients.set(client, program);
    if (clients.size <= mostClients) return;
    for (const oldest of clients.keys()) {
      clients.delete(oldest);
      return;
    }
  }

  private packet(entry: TraceEntry, fields: Fields, what: string): Flight {
    const src = text(fields, 'src');
    const dst = text(fields, 'dst');
    const from = text(fields, 'from');
    const to = text(fields, 'to');
    return {
      ...this.ends(entry, fields),
      from: this.placeOf(hostOf(src)) ?? { machine: from },
      to: this.placeOf(hostOf(dst)) ?? { machine: to },
      kind: 'packet',
      what: what || text(fields, 'protocol'),
      ...(fields['encapsulated'] === true
        ? { inner: `${src} → ${dst}`, outer: `${from} → ${to} UDP 8472` }
        : {}),
    };
  }

  private ends(entry: TraceEntry, fields: Fields) {
    const id = `${text(fields, 'from')}/${text(fields, 'id')}/${entry.at}`;
    return { id, sentAt: entry.at, dueAt: Number(fields['dueAt']) };
  }
}

function kindOf(server: string | undefined, sourcePort: string, what: string): Flight['kind'] {
  if (server === 'etcd' || sourcePort === '2379') return 'etcd';
  if (server !== undefined) return isWrite(what) ? 'write' : 'read';
  return /^(ADDED|MODIFIED|DELETED|BOOKMARK)/.test(what) ? 'watch' : 'answer';
}

/** Kubelets' probes and their answers are brief, but they are no talk with the control plane. */
const isProbe = (fields: Fields): boolean =>
  servers[portOf(text(fields, 'dst'))] === undefined &&
  servers[portOf(text(fields, 'src'))] === undefined;

const isWrite = (what: string): boolean => /^(POST|PUT|PATCH|DELETE) /.test(what);
const portOf = (end: string): string => end.slice(end.lastIndexOf(':') + 1);
const hostOf = (end: string): string => end.slice(0, end.lastIndexOf(':'));
