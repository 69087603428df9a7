/** Messages on their way, as the stage draws them. */
import type { TraceEntry } from '../../kernel/index.ts';
import type { Flight, Place } from '../protocol.ts';

type Fields = Readonly<Record<string, unknown>>;
const text = (fields: Fields, name: string): string => String(fields[name] ?? '');

/**
 * A `call` record is one message between programs of the API (its sender knows when it arrives); a
 * `flight` record is a packet on the wire. Packets that carry calls are shown as calls only.
 */
export function flightOf(entry: TraceEntry, placeOf: (ip: string) => Place | undefined): Flight[] {
  const fields: Fields = entry.record;
  if (entry.record.type === 'call') return callFlight(entry, fields);
  if (isCall(fields)) return [];
  const from = placeOf(host(fields, 'src')) ?? { machine: text(fields, 'from') };
  const to = placeOf(host(fields, 'dst')) ?? { machine: text(fields, 'to') };
  const isWrapped = fields['encapsulated'] === true;
  return [
    {
      id: `${text(fields, 'from')}/${text(fields, 'id')}/${entry.at}`,
      from,
      to,
      sentAt: entry.at,
      dueAt: Number(fields['dueAt']),
      kind: 'packet',
      what: text(fields, 'what') || text(fields, 'protocol'),
      ...(isWrapped
        ? {
            inner: `${text(fields, 'src')} → ${text(fields, 'dst')}`,
            outer: `${text(fields, 'from')} → ${text(fields, 'to')} UDP 8472`,
          }
        : {}),
    },
  ];
}

function callFlight(entry: TraceEntry, fields: Fields): Flight[] {
  const kind = text(fields, 'kind') as Flight['kind'];
  const because = text(fields, 'because');
  return [
    {
      id: `${text(fields, 'machine')}/${text(fields, 'component')}/${text(fields, 'id')}/${entry.at}`,
      from: place(fields, 'machine', 'component'),
      to: place(fields, 'toMachine', 'toComponent'),
      sentAt: entry.at,
      dueAt: Number(fields['dueAt']),
      kind,
      what: text(fields, 'what'),
      ...(because === '' ? {} : { because }),
    },
  ];
}

const place = (fields: Fields, machine: string, component: string): Place => ({
  machine: text(fields, machine),
  ...(text(fields, component) === '' ? {} : { component: text(fields, component) }),
});

const host = (fields: Fields, end: string): string => text(fields, end).split(':')[0] ?? '';

/** The API server's, etcd's and the kubelets' ports: their messages are `call` records. */
const isCall = (fields: Fields): boolean =>
  /:(6443|2379|10250)$/.test(text(fields, 'src')) ||
  /:(6443|2379|10250)$/.test(text(fields, 'dst'));
