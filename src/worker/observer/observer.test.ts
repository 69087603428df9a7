import { describe, expect, it } from 'vitest';
import { worldByName } from '../../world/index.ts';
import { Observer } from './observer.ts';

const definition = worldByName('three-nodes')!;
const { openAt } = definition;

const pod = (i: number) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: `p${i}`, namespace: 'default', uid: `u${i}`, creationTimestamp: '' },
  spec: { containers: [], nodeName: 'worker-1' },
  status: { phase: 'Pending' },
});

function write(observer: Observer, at: number, i: number, verb = 'create'): void {
  observer.take({ at, site: 1, record: { type: 'write', verb, object: pod(i), user: 'u' } });
}

function flight(observer: Observer, at: number, id: number, dueAt: number): void {
  const ends = {
    from: 'laptop',
    to: 'control-plane',
    src: '192.168.56.2:1',
    dst: '192.168.56.10:6443',
  };
  const record = { type: 'flight', id: `${id}`, dueAt, what: 'GET /', isBrief: true, ...ends };
  observer.take({ at, site: 0, record });
}

describe('what the page is told', () => {
  it('comes in updates of a bounded size, and none of it is lost', () => {
    const observer = new Observer(definition, 0);
    for (let i = 0; i < 1_000; i++) write(observer, openAt + i, i);
    const told: string[] = [];
    let reset = true;
    do {
      const { pods } = observer.update(openAt + 1_000, reset);
      expect(pods.length).toBeLessThanOrEqual(300);
      told.push(...pods.map(({ name }) => name));
      reset = false;
    } while (observer.hasMore);
    expect(told.length).toBe(1_000);
    expect(new Set(told).size).toBe(1_000);
    expect(observer.update(openAt + 1_000, false).pods).toEqual([]);
  });

  it('says that a Pod is gone which was still to be told', () => {
    const observer = new Observer(definition, 0);
    for (let i = 0; i < 400; i++) write(observer, openAt, i);
    observer.update(openAt, false);
    write(observer, openAt + 1, 399, 'delete');
    const { pods, removed } = observer.update(openAt + 1, false);
    expect(removed).toEqual(['u399']);
    expect(pods.map(({ uid }) => uid)).not.toContain('u399');
  });

  it('has every tick and every message in the air again after a reset', () => {
    const observer = new Observer(definition, 0);
    write(observer, openAt + 1, 1);
    flight(observer, openAt + 1, 1, openAt + 100);
    flight(observer, openAt + 1, 2, openAt + 2);
    const first = observer.update(openAt + 3, false);
    expect(first.ticks).toHaveLength(1);
    expect(first.flights).toHaveLength(2);
    const next = observer.update(openAt + 3, false);
    expect(next).toMatchObject({ ticks: [], flights: [] });
    const again = observer.update(openAt + 4, true);
    expect(again.ticks).toEqual(first.ticks);
    expect(again.flights).toEqual(first.flights.slice(0, 1));
  });

  it('counts a crowd in the air seldom, and shows its newest', () => {
    const observer = new Observer(definition, 0);
    // If each of them were counted again for every other one, this would take minutes.
    for (let i = 0; i < 100_000; i++) flight(observer, openAt, i, openAt + 100);
    const { flights } = observer.update(openAt + 1, true);
    expect(flights).toHaveLength(400);
    expect(flights.at(-1)).toMatchObject({ id: expect.stringContaining('/99999/') });
    expect(observer.update(openAt + 200, true).flights).toEqual([]);
  });

  it('keeps a long life in bounds', () => {
    const observer = new Observer(definition, 0);
    for (let i = 0; i < 12_000; i++) {
      write(observer, openAt + i, i);
      write(observer, openAt + i, i, 'delete');
      flight(observer, openAt + i, i, openAt + i + 1);
    }
    expect(observer.causes.size).toBeLessThan(1_100);
    const { ticks, flights } = observer.update(openAt + 12_000, true);
    expect(ticks.length).toBeLessThanOrEqual(10_000);
    expect(ticks.at(-1)!.what).toBe('Pod p11999');
    expect(flights).toHaveLength(1);
  });
});
