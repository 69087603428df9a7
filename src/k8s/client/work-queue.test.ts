import { expect, it } from 'vitest';
import { Shard } from '../../kernel/index.ts';
import { Expectations } from './expectations.ts';
import { EventCorrelator } from './event-correlator.ts';
import { WorkQueue } from './work-queue.ts';

function begin(workers = 1) {
  const plan = { seed: 1, sites: ['a'], lookahead: 1, epoch: 0 };
  const shard = new Shard(
    plan,
    () => true,
    () => undefined,
  );
  const worked: string[] = [];
  const queue: WorkQueue = new WorkQueue(shard.site('a'), workers, (key) => worked.push(key));
  return { shard, worked, queue, run: (ms: number) => shard.runUntil(shard.now + ms) };
}

it('holds a key once, and runs it again if it was added while in work', () => {
  const { queue, worked, run } = begin();
  queue.add('a');
  queue.add('a');
  run(1);
  expect(worked).toEqual(['a']);
  queue.add('a');
  queue.add('b');
  run(1);
  expect(worked).toEqual(['a']);
  queue.done('a');
  run(1);
  expect(worked).toEqual(['a', 'b']);
  queue.done('b');
  run(1);
  expect(worked).toEqual(['a', 'b', 'a']);
});

it('failures wait 5, 10, 20, 40 ms; forgetting starts anew', () => {
  const { shard, queue, run } = begin();
  const times: number[] = [];
  const failing: WorkQueue = new WorkQueue(shard.site('a'), 1, (key) => {
    times.push(shard.now);
    if (times.length < 5) failing.addRateLimited(key);
    failing.done(key);
  });
  failing.add('x');
  run(1_000);
  expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual([5, 10, 20, 40]);
  failing.forget('x');
  expect(failing.retries('x')).toBe(0);
  queue.shutDown();
});

it('expectations hold a key until the cache has caught up', () => {
  const met: string[] = [];
  const expectations = new Expectations((key) => met.push(key));
  const pod = (name: string, resourceVersion: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'x', uid: name, resourceVersion, creationTimestamp: '' },
  });
  expectations.expect('rs', pod('a', '10'), undefined, 0);
  expectations.expect('rs', pod('b', '11'), undefined, 0);
  expectations.expect('rs', pod('c', '12'), pod('c', '12'), 0);
  expectations.seen(pod('a', '10'));
  expectations.seen(pod('b', '9'));
  expect([expectations.areMet('rs'), met]).toEqual([false, []]);
  expectations.gone(pod('b', '13'));
  expect([expectations.areMet('rs'), met]).toEqual([true, ['rs']]);
});

const facts = (message: string) => ({ subject: 's', fieldPath: '', reason: 'R', message });

it('the same event counts up; many alike become one; 25 is the burst', () => {
  const correlator = new EventCorrelator();
  const first = correlator.correlate(facts('same'), 0);
  correlator.remember(first?.key ?? '', { name: 'e1', firstTimestamp: '', count: 1 });
  expect(correlator.correlate(facts('same'), 1)?.known).toMatchObject({ name: 'e1', count: 2 });
  const messages = Array.from(
    { length: 9 },
    (_, i) => correlator.correlate(facts(`m${i}`), 2)?.message,
  );
  expect(messages.at(-2)).toBe('m7');
  expect(messages.at(-1)).toBe('(combined from similar events): m8');
  const rest = Array.from({ length: 20 }, () => correlator.correlate(facts('same'), 3));
  expect(rest.filter(Boolean)).toHaveLength(14);
});
