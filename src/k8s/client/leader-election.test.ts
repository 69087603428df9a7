import { expect, it } from 'vitest';
import { ApiClient } from './api-client.ts';
import { LeaderElection } from './leader-election.ts';
import { Rig, server } from './testing.ts';

const path = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/test';

function candidate(rig: Rig, log: string[], name: string) {
  let election!: LeaderElection;
  const process = rig.start({
    start: (self) => {
      const client = new ApiClient(self, { server, userAgent: name });
      election = new LeaderElection(client, 'test', {
        lead: () => log.push(`${name} leads`),
        lost: () => {
          log.push(`${name} lost`);
          self.end(1);
        },
      });
      return {};
    },
  });
  return { process, election };
}

const holder = (rig: Rig) =>
  (
    rig.server.objects.get(path) as unknown as {
      spec: { holderIdentity: string; leaseTransitions: number };
    }
  ).spec;

it('the first leads; when it dies, the second waits for the lease to grow stale', () => {
  const rig = new Rig();
  const log: string[] = [];
  const a = candidate(rig, log, 'a');
  rig.run(1_000);
  const b = candidate(rig, log, 'b');
  rig.run(60_000);
  expect(log).toEqual(['a leads']);
  expect(holder(rig)).toMatchObject({ holderIdentity: a.election.identity, leaseTransitions: 0 });
  a.process.kill('SIGKILL');
  rig.run(13_000);
  expect(log).toEqual(['a leads']);
  rig.run(10_000);
  expect(log).toEqual(['a leads', 'b leads']);
  expect(holder(rig)).toMatchObject({ holderIdentity: b.election.identity, leaseTransitions: 1 });
});

it('who cannot renew for 10 s gives up', () => {
  const rig = new Rig();
  const log: string[] = [];
  const a = candidate(rig, log, 'a');
  rig.run(1_000);
  rig.server.power(false);
  rig.run(8_000);
  expect(log).toEqual(['a leads']);
  rig.run(10_000);
  expect(log).toEqual(['a leads', 'a lost']);
  expect(a.process.exitCode).toBe(1);
});
