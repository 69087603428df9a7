import { describe, expect, it } from 'vitest';
import { justOpened, midRollout, nodeLost } from '../scene/fixtures/moments.ts';
import { applyUpdate, emptyModel } from '../scene/model.ts';
import type { StageUpdate, Tick } from '../worker/protocol.ts';
import { actionsFor } from './actions.ts';
import { clock, factorText } from './clock.ts';
import { planChart } from './inspector/chart-layout.ts';
import { flatten, outline } from './stage/outline.ts';
import { suggestionFor } from './suggestions.ts';
import { bucketsOf } from './timeline/buckets.ts';
import { marksOf, timeScale } from './timeline/scale.ts';
import { en } from './words/en.ts';
import { zh } from './words/zh.ts';
import { tintLabels } from './console/tint.ts';
import { labelLines } from './editor/label-lines.ts';
import { hueOf } from '../scene/text.ts';

const modelOf = (update: StageUpdate) => applyUpdate(emptyModel(), update);

describe('clock', () => {
  it.each([
    [0, 0, '0:00'],
    [42_180, 1, '0:42.1'],
    [725_000, 0, '12:05'],
    [3_725_004, 3, '1:02:05.004'],
    [-5, 0, '0:00'],
  ])('%d ms: %s', (ms, digits, text) => {
    expect(clock(ms, digits)).toBe(text);
  });

  it.each([
    [0.25, '0.25×'],
    [1, '1×'],
    [1000, '1,000×'],
    [12_500, '12,500×'],
    [0.008, '0.008×'],
    [0, '0×'],
  ])('factor %d: %s', (factor, text) => {
    expect(factorText(factor)).toBe(text);
  });
});

describe('the scale of the timeline', () => {
  const scale = timeScale([1_000, 2_000, 302_000, 303_000], { from: 0, until: 304_000 }, 1000);

  it('grows with time and comes back', () => {
    for (const at of [0, 500, 1_500, 200_000, 302_500, 304_000]) {
      expect(scale.toTime(scale.toX(at))).toBeCloseTo(at, 3);
    }
    expect(scale.toX(0)).toBe(0);
    expect(scale.toX(304_000)).toBe(1000);
  });

  it('gives silence less room than its length', () => {
    const busy = scale.toX(2_000) - scale.toX(1_000);
    const silent = scale.toX(302_000) - scale.toX(2_000);
    expect(silent / busy).toBeLessThan(20);
    expect(silent).toBeGreaterThan(busy);
  });

  it('names moments that do not lie on one another', () => {
    const places = marksOf(scale, 304_000, 1000).map(scale.toX);
    expect(places.length).toBeGreaterThan(3);
    places
      .slice(1)
      .forEach((x, index) => expect(x - (places[index] as number)).toBeGreaterThan(80));
  });

  it('gathers thousands of ticks into as many marks as there is room for', () => {
    const ticks = Array.from({ length: 5000 }, (_, index): Tick => ({
      at: index * 60,
      kind: index === 2500 ? 'failed' : 'created',
      what: `${index}`,
    }));
    const buckets = bucketsOf(ticks, timeScale([], { from: 0, until: 300_000 }, 1000));
    expect(buckets.length).toBeLessThanOrEqual(201);
    expect(buckets.filter((bucket) => bucket.kind === 'failed')).toHaveLength(1);
  });
});

describe('actions', () => {
  const model = modelOf(midRollout());
  const pod = 'uid-nginx-deployment-66b6c48dd5-8kxqw';

  it('types the command where Kubernetes has one, and breaks what has none', () => {
    const actions = actionsFor(pod, model, en);
    expect(actions.find((each) => each.id === 'delete')?.command).toBe(
      'kubectl delete pod nginx-deployment-66b6c48dd5-8kxqw',
    );
    expect(actions.find((each) => each.id === 'kill-pause')?.fault).toEqual({
      do: 'kill-pause',
      namespace: 'default',
      pod: 'nginx-deployment-66b6c48dd5-8kxqw',
    });
  });

  it('offers of two opposites the one that is possible', () => {
    const lost = modelOf(nodeLost());
    const ids = (name: string): string[] =>
      actionsFor(`machine/${name}`, lost, en).map((each) => each.id);
    expect(ids('worker-1')).toContain('on');
    expect(ids('worker-1')).not.toContain('off');
    expect(ids('worker-2')).toContain('mend');
  });

  it('names the namespace where it is not the default one', () => {
    const system = [...model.pods.values()].find((each) => each.namespace === 'kube-system');
    const actions = actionsFor(system?.uid ?? '', model, en);
    expect(actions[0]?.command).toMatch(/ -n kube-system$/);
  });
});

describe('what to try', () => {
  it('begins with the manifest, then goes on with what has not been tried', () => {
    expect(suggestionFor(modelOf(justOpened()), en)?.command).toBe(
      'kubectl apply -f nginx-deployment.yaml',
    );
    const model = modelOf(midRollout());
    expect(suggestionFor(model, en)?.command).toMatch(/^kubectl delete pod nginx-/);
    const typed = (what: string): Tick => ({ at: 1, kind: 'input', what });
    model.ticks = [typed('kubectl delete pod x')];
    expect(suggestionFor(model, en)?.command).toMatch(/^kubectl scale /);
  });
});

describe('the stage in words', () => {
  it('says of every machine and every Pod what it is, in both languages', () => {
    const model = modelOf(nodeLost());
    for (const words of [en, zh]) {
      const rows = flatten(outline(model, words));
      const keys = new Set(rows.map((row) => row.key));
      for (const uid of model.pods.keys()) expect(keys).toContain(uid);
      for (const name of model.machines.keys()) expect(keys).toContain(`machine/${name}`);
      expect(rows.find((row) => row.key === 'machine/worker-1')?.text).toContain(words.poweredOff);
    }
  });
});

describe('a statechart on paper', () => {
  const chart = {
    id: 'container',
    subject: 'nginx',
    value: 'running',
    states: ['waiting', 'running', 'exited', 'backoff'].map((path) => ({ path, isFinal: false })),
    arrows: [
      { from: 'waiting', to: 'running', on: 'START' },
      { from: 'running', to: 'exited', on: 'EXIT' },
      { from: 'exited', to: 'backoff', on: 'RESTART' },
      { from: 'backoff', to: 'waiting', on: 'after', dueAt: 9 },
    ],
  };

  it('has every state inside the paper, none on another, every arrow drawn', () => {
    const plan = planChart(chart, 330);
    expect(plan.states).toHaveLength(4);
    expect(plan.arrows).toHaveLength(4);
    for (const state of plan.states) {
      expect(state.x).toBeGreaterThanOrEqual(0);
      expect(state.x + state.width).toBeLessThanOrEqual(330);
    }
    expect(new Set(plan.states.map((state) => `${state.x},${state.y}`)).size).toBe(4);
    expect(plan.arrows.filter((arrow) => arrow.isNext).map((arrow) => arrow.on)).toEqual(['EXIT']);
  });
});

describe('words', () => {
  it('says the same things in both languages', () => {
    expect(Object.keys(zh)).toEqual(Object.keys(en));
  });

  it('writes Chinese with full-width punctuation and a space beside Latin letters', () => {
    for (const [key, text] of Object.entries(zh)) {
      const said = typeof text === 'function' ? String(text) : text;
      const chinese = /[\u4e00-\u9fff]/;
      if (!chinese.test(said) || typeof text === 'function') continue;
      expect(said, key).not.toMatch(/[\u4e00-\u9fff][,;:?!]/);
      expect(said, key).not.toMatch(/[\u4e00-\u9fff][A-Za-z]|[A-Za-z][\u4e00-\u9fff]/);
    }
  });
});

describe('one pair, one hue, everywhere', () => {
  it('in the console, for labels that are', () => {
    const model = modelOf(midRollout());
    const tinted = tintLabels('app=nginx x=y', model.pods.values(), () => '#010203');
    expect(tinted).toBe('\x1b[38;2;1;2;3mapp=nginx\x1b[39m x=y');
  });

  it('in the editor, where a manifest has labels', () => {
    const manifest = [
      'metadata:',
      '  name: web',
      '  labels:',
      '    app: nginx',
      'spec:',
      '  replicas: 3',
      '  selector:',
      '    matchLabels:',
      '      app: nginx',
    ].join('\n');
    const hue = hueOf('app', 'nginx');
    expect(labelLines(manifest)).toEqual([
      { line: 4, from: 5, to: 15, hue },
      { line: 9, from: 7, to: 17, hue },
    ]);
  });
});
