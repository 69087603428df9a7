/**
 * A node dies: `node-failure-timeline.txt` is what a real control plane of 1.25 did about it, with a
 * fake kubelet that removed what was evicted. Ours is asked the same, second by second.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConsoleWorld } from '../parity/worlds.ts';

const recorded = readFileSync(path.join(import.meta.dirname, 'node-failure-timeline.txt'), 'utf8');

/** Seconds after which the lease of a silent node is too old: 40 until 1.31, 50 since 1.32. */
const longerGrace = 10;
/** What the moment of the last heartbeat (each 10 s) and of the next look (each 5 s) make out. */
const slack = 10;

/** Seconds between the node's death and each line of the recording: `+43s NotReady taints=…`. */
const theirs = [...recorded.matchAll(/^\+(\d+)s (\w+) taints=(.*?) *ready=(\S+?)\/(\w+)/gm)].map(
  ([, at, status, taints, ready]) => ({ at: Number(at), status, taints, ready }),
);

interface Sight {
  readonly at: number;
  readonly text: string;
}

/** What `jsonpath` says of the node and its Pods, at each second at which it has changed. */
function watch(world: ConsoleWorld, seconds: number): Sight[] {
  const sights: Sight[] = [];
  const start = world.world.now;
  for (let at = 0; at <= seconds; at += 1) {
    world.run(start + at * 1_000 - world.world.now);
    const text = sight(world);
    if (text !== sights.at(-1)?.text) sights.push({ at, text });
  }
  return sights;
}

function sight(world: ConsoleWorld): string {
  const ask = (line: string): string => world.script(line).stdout.trim();
  const node = ask(
    `kubectl get node worker-2 -o jsonpath='{.spec.taints[*].key}:{.spec.taints[*].effect} ` +
      `{.status.conditions[?(@.type=="Ready")].status}/{.status.conditions[?(@.type=="Ready")].reason}'`,
  );
  return `${node} ${ask('kubectl get pods -n nr --no-headers | wc -l')}`;
}

describe('a node that dies', () => {
  const world = new ConsoleWorld();
  world.script('kubectl create ns nr; kubectl create deployment web -n nr --image=nginx --replicas=4');
  world.run(40_000);
  world.enter({ type: 'fault', fault: { do: 'power-off', machine: 'worker-2' } });
  const sights = watch(world, 375);
  const times = sights.map(({ at }) => at);

  it('is seen to in the recorded order', () => {
    expect(sights.map(({ text }) => text)).toEqual([
      ': True/KubeletReady 4',
      // 1.25 tainted in one step more slowly: the same two taints, five seconds apart.
      expect.stringMatching(/^node\.kubernetes\.io\/unreachable:NoSchedule Unknown\/NodeStatusUnknown 4$/),
      expect.stringMatching(
        /^node\.kubernetes\.io\/unreachable node\.kubernetes\.io\/unreachable:(NoSchedule NoExecute|NoExecute NoSchedule) Unknown\/NodeStatusUnknown 4$/,
      ),
      expect.stringMatching(/ Unknown\/NodeStatusUnknown 6$/),
    ]);
    expect(theirs.map(({ status }) => status)).toEqual(['Ready', 'NotReady', 'NotReady', 'NotReady']);
  });

  it.each([
    [1, 'NotReady and NoSchedule'],
    [2, 'NoExecute'],
    [3, 'the Pods are evicted'],
  ])('at its time: step %i, %s', (step) => {
    const expected = (theirs[step]?.at ?? 0) + longerGrace;
    expect(Math.abs((times[step] ?? Infinity) - expected)).toBeLessThanOrEqual(slack);
  });

  it('waits five minutes between NoExecute and the eviction', () => {
    const [, , noExecute = 0, evicted = 0] = times;
    expect(evicted - noExecute).toBeGreaterThanOrEqual(299);
    expect(evicted - noExecute).toBeLessThanOrEqual(302);
  });

  it('says so in the recorded events', () => {
    const { stdout } = world.script('kubectl get events -n nr --no-headers -o custom-columns=T:.type,R:.reason,K:.involvedObject.kind,M:.message');
    const said = new Set(stdout.split('\n').map(plain));
    const lines = recorded
      .slice(recorded.indexOf('EVENTS'), recorded.indexOf('LAST SEEN   TYPE     REASON           OBJECT     MESSAGE'))
      .split('\n')
      .slice(2)
      .filter((line) => line !== '');
    const expected = lines.map((line) => {
      const [, type, reason, object = '', ...message] = line.split(/ {2,}/);
      const kind = { pod: 'Pod', replicaset: 'ReplicaSet', deployment: 'Deployment' }[
        object.slice(0, object.indexOf('/'))
      ];
      const text = message.join(' ').replace(/(Scaled up replica set \S+) to 4/, '$1 from 0 to 4');
      return plain(`${type} ${reason} ${kind} ${text}`);
    });
    for (const line of expected) expect([...said]).toContain(line);
  });

  it('leaves its Pods Terminating: nobody is there to stop them', () => {
    const { stdout } = world.script('kubectl get pods -n nr -o wide --no-headers');
    const rows = stdout.trim().split('\n').map((row) => row.split(/ {2,}/));
    expect(rows.map(([, , status, , , , node]) => `${status} on ${node}`).sort()).toEqual([
      'Running on worker-1', 'Running on worker-1', 'Running on worker-1', 'Running on worker-1',
      'Terminating on worker-2', 'Terminating on worker-2',
    ]);
  });

  it('is described as recorded', () => {
    const { stdout } = world.script('kubectl describe node worker-2');
    const part = (text: string): string[] =>
      text
        .slice(text.indexOf('Taints:'), text.indexOf('Addresses:'))
        .split('\n')
        .map(plain)
        // No network plugin has said anything there.
        .filter((line) => !line.includes('NetworkUnavailable'));
    expect(part(stdout)).toEqual(part(recorded.slice(recorded.lastIndexOf('Taints: '))));
  });
});

/** Without names by chance and times. */
const plain = (line: string): string =>
  line
    .replace(/\bw([12])\b/g, 'worker-$1')
    .replace(/worker-[12]/g, 'worker')
    .replace(/web-[a-z0-9]+(-[a-z0-9]{5})?/g, 'web')
    .replace(/\w{3}, \d\d \w{3} \d{4} [\d:]{8} \+0000/g, 'DATE')
    .replace(/\s+/g, ' ')
    .replace(/ ?-[- ]*$/, '')
    .trim();
