import { expect, it } from 'vitest';
import { Flights } from './flights.ts';

const pod = { machine: 'worker-1', pod: 'web' };
const flights = new Flights((ip) => (ip === '10.244.1.5' ? (pod as never) : undefined));
const of = (src: string, dst: string, what: string) =>
  flights.of({
    at: 1,
    site: 2,
    record: {
      type: 'flight', id: 7, from: 'worker-1', to: 'worker-1', dueAt: 2, what, src, dst,
      protocol: 'tcp', program: 'kubelet', isBrief: true,
    },
  });

it('draws a probe from the machine to the Pod, and its answer back', () => {
  const asked = of('192.168.56.11:40000', '10.244.1.5:8080', 'GET /healthz');
  expect(asked).toMatchObject({ kind: 'packet', from: { machine: 'worker-1' }, to: pod });
  const answered = of('10.244.1.5:8080', '192.168.56.11:40000', '200 OK');
  expect(answered).toMatchObject({ kind: 'packet', from: pod, to: { machine: 'worker-1' } });
});

it('draws a talk with the control plane between its programs', () => {
  const asked = of('192.168.56.11:40001', '192.168.56.10:6443', 'PATCH /api/v1/nodes/worker-1');
  expect(asked).toMatchObject({ kind: 'write', to: { component: 'kube-apiserver' } });
  const told = of('192.168.56.10:6443', '192.168.56.11:40001', 'ADDED Pod web');
  expect(told).toMatchObject({ kind: 'watch', to: { component: 'kubelet' } });
});
