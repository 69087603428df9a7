import { beforeEach, describe, expect, it } from 'vitest';
import '../../src/app/theme.css';
import '../../src/scene/scene.css';
import { compose } from '../../src/scene/compose.ts';
import { crowd, moments } from '../../src/scene/fixtures/moments.ts';
import type { Attention, Frame, Viewport } from '../../src/scene/frame.ts';
import { applyUpdate, emptyModel } from '../../src/scene/model.ts';
import type { Picture } from '../../src/scene/picture.ts';
import { createPicture } from '../../src/scene/picture.ts';
import type { StageUpdate } from '../../src/worker/protocol.ts';

const NOTHING: Attention = { unfolded: new Set() };

const wide: Viewport = {
  width: 1440,
  height: 520,
  scale: 1,
  view: { x: 0, y: 0, width: 1440, height: 520 },
};
const narrow: Viewport = { ...wide, width: 390, height: 600 };

const SVG = 'http://www.w3.org/2000/svg';

interface Bench {
  readonly svg: SVGSVGElement;
  readonly picture: Picture;
}

function bench(): Bench {
  const svg = document.createElementNS(SVG, 'svg');
  const dots = document.createElement('canvas');
  const flights = document.createElement('canvas');
  document.body.replaceChildren(svg, dots, flights);
  const picture = createPicture({ svg, dots, flights });
  picture.resize(1440, 520, 1);
  picture.restyle();
  return { svg, picture };
}

function frameOf(update: StageUpdate, viewport = wide, attention = NOTHING): Frame {
  return compose(applyUpdate(emptyModel(), update), viewport, attention);
}

function draw({ svg, picture }: Bench, update: StageUpdate, viewport = wide): string {
  picture.draw(frameOf(update, viewport));
  picture.tick({ now: update.now, flights: update.flights, isStill: true, isReduced: false });
  return svg.innerHTML;
}

const moment = (name: string): StageUpdate => (moments[name] as () => StageUpdate)();

beforeEach(() => {
  document.documentElement.dataset['theme'] = 'abyss';
});

/** Where two markups part: a whole one would fill the screen. */
function difference(a: string, b: string): string {
  if (a === b) return '';
  let at = 0;
  while (a[at] === b[at]) at += 1;
  return `${a.slice(at - 80, at + 80)}\n… is now …\n${b.slice(at - 80, at + 80)}`;
}

describe('a picture is a function of its frame', () => {
  const names = Object.keys(moments);
  const pairs = names.map((name, index) => [name, names[(index + 1) % names.length] as string]);

  it.each(pairs)('%s, %s, and back again: the same marks, byte for byte', (a, b) => {
    const here = bench();
    const first = draw(here, moment(a as string));
    const between = draw(here, moment(b as string));
    const again = draw(here, moment(a as string));
    expect(between).not.toBe(first);
    expect(difference(first, again)).toBe('');
  });

  it('touches nothing when nothing changed', () => {
    const here = bench();
    draw(here, moment('mid-rollout'));
    let changes = 0;
    const observer = new MutationObserver((records) => (changes += records.length));
    observer.observe(here.svg, { subtree: true, childList: true, attributes: true });
    draw(here, moment('mid-rollout'));
    changes += observer.takeRecords().length;
    expect(changes).toBe(0);
  });
});

describe('what the interesting pictures show', () => {
  it.each(['just-opened', 'mid-rollout', 'crash-looping', 'node-lost'])('%s', async (name) => {
    const here = bench();
    await expect(pretty(draw(here, moment(name)))).toMatchFileSnapshot(`pictures/${name}.svg`);
  });

  it('mid-rollout on a phone', async () => {
    const here = bench();
    const drawn = pretty(draw(here, moment('mid-rollout'), narrow));
    await expect(drawn).toMatchFileSnapshot('pictures/mid-rollout-phone.svg');
  });
});

/** One mark a line, for a reader of the difference. */
function pretty(markup: string): string {
  return `<svg xmlns="${SVG}">\n${markup.replaceAll('<g ', '\n<g ')}\n</svg>\n`;
}

describe('states are told by form and word, not by colour alone', () => {
  const rimOf = (look: string): string => {
    const rim = document.querySelector(`g.pod[data-look=${look}]:not([data-size=quiet]) .rim`);
    return rim === null ? '' : getComputedStyle(rim).strokeDasharray;
  };

  it('has another rim, crack or ring for each', () => {
    const here = bench();
    draw(here, moment('mid-rollout'));
    expect(rimOf('ready')).toBe('none');
    expect(rimOf('pending')).not.toBe('none');
    expect(rimOf('terminating')).not.toBe(rimOf('pending'));
    expect(document.querySelectorAll('g.ring')).toHaveLength(2);
    draw(here, moment('crash-looping'));
    const cracked = document.querySelectorAll('g.pod[data-look=backoff] path.form[d]');
    expect(cracked).toHaveLength(2);
    expect(document.querySelector('g.pod[data-look=backoff] .status')?.textContent).toBe(
      'CrashLoopBackOff',
    );
  });

  it('counts a back-off down by the simulated clock', () => {
    const here = bench();
    const update = moment('crash-looping');
    draw(here, update);
    const seconds = (): string | undefined =>
      document.querySelector('g.ring .seconds')?.textContent ?? undefined;
    const before = Number(seconds());
    here.picture.tick({ now: update.now + 10_000, flights: [], isStill: true, isReduced: false });
    expect(before - Number(seconds())).toBe(10);
  });

  it('draws a cut cable as a gap, and a machine without power as dark glass', () => {
    const here = bench();
    draw(here, moment('node-lost'));
    const cable = document.querySelector('g.wire[data-cut=yes] .cable')?.getAttribute('d') ?? '';
    expect(cable.match(/M/g)).toHaveLength(2);
    expect(document.querySelectorAll('g.machine[data-power=off]')).toHaveLength(1);
  });
});

describe('level of detail', () => {
  it('gathers more than fifteen siblings in a tank, and says what is wrong in them', () => {
    const frame = frameOf(crowd(300, 3));
    expect(frame.groups).toHaveLength(3);
    expect(frame.dots).toHaveLength(300);
    expect(frame.groups.map((group) => group.count)).toEqual([100, 100, 100]);
    expect(frame.groups[0]?.trouble).toContain('CrashLoopBackOff');
  });

  it('keeps fifteen siblings as capsules', () => {
    const frame = frameOf(crowd(30, 2));
    expect(frame.groups).toHaveLength(0);
    expect(frame.pods.filter((glyph) => glyph.size !== 'quiet')).toHaveLength(30);
  });

  it.each([
    [300, 3],
    [300, 60],
    [3000, 60],
    [3000, 100],
  ])('keeps the marks few: %i Pods on %i machines', (pods, nodes) => {
    const here = bench();
    draw(here, crowd(pods, nodes));
    expect(here.svg.querySelectorAll('*').length).toBeLessThan(2500);
  });

  it('opens a group under the lens, and only what is in view of it', () => {
    const scale = 5;
    const group = frameOf(crowd(300, 3)).groups[0];
    const view = { x: group?.box.x ?? 0, y: group?.box.y ?? 0, width: 120, height: 90 };
    const frame = frameOf(crowd(300, 3), { ...wide, scale, view });
    const opened = frame.pods.filter((glyph) => glyph.size === 'small');
    expect(opened.length).toBeGreaterThan(5);
    expect(opened.length).toBeLessThanOrEqual(120);
    expect(opened.length + frame.dots.length).toBe(300);
  });

  it('leaves no Pod out, at any size', () => {
    for (const viewport of [wide, narrow, { ...wide, width: 900, height: 300 }]) {
      for (const [pods, nodes] of [
        [7, 2],
        [45, 3],
        [300, 3],
        [3000, 100],
      ] as const) {
        const frame = frameOf(crowd(pods, nodes), viewport);
        const shown = new Set([
          ...frame.pods.map((each) => each.key),
          ...frame.dots.map((each) => each.uid),
        ]);
        const own = [...shown].filter((uid) => uid.startsWith('uid-web-'));
        expect(own).toHaveLength(
          new Set(
            crowd(pods, nodes)
              .pods.filter((each) => each.namespace === 'default')
              .map((each) => each.uid),
          ).size,
        );
      }
    }
  });

  it('lets no capsule lie on another', () => {
    for (const name of ['mid-rollout', 'crash-looping', 'node-lost', 'pods-30']) {
      const { pods } = frameOf(moment(name));
      const clashes = pods.flatMap((a, index) =>
        pods.slice(index + 1).filter((b) => {
          const [x, y] = [a.box, b.box];
          const isApart =
            x.x + x.width <= y.x ||
            y.x + y.width <= x.x ||
            x.y + x.height <= y.y ||
            y.y + y.height <= x.y;
          return !isApart;
        }),
      );
      expect(clashes).toEqual([]);
    }
  });
});

describe('labels', () => {
  it('gives one pair one hue on Pods, Services and selector lines', () => {
    const here = bench();
    draw(here, moment('mid-rollout'));
    const hues = new Set(
      [...document.querySelectorAll('.flag, .service, .selects')].map((each) =>
        each.getAttribute('data-hue'),
      ),
    );
    expect(hues.size).toBe(1);
  });
});

describe('script time', () => {
  it.each([
    [30, 2],
    [300, 3],
    [3000, 60],
  ])('a frame in which every tenth Pod changed: %i Pods', (pods, nodes) => {
    const here = bench();
    const times: number[] = [];
    const whole = crowd(pods, nodes);
    const model = applyUpdate(emptyModel(), whole);
    here.picture.draw(compose(model, wide, NOTHING));
    for (let round = 0; round < 12; round += 1) {
      const some = whole.pods.filter((_, index) => index % 10 === round % 10);
      const changed = {
        ...whole,
        reset: false,
        now: whole.now + round,
        machines: [],
        owners: [],
        services: [],
        pods: some.map((each) => ({ ...each, look: 'running' as const })),
      };
      const start = performance.now();
      applyUpdate(model, changed);
      here.picture.draw(compose(model, wide, NOTHING));
      here.picture.tick({ now: changed.now, flights: [], isStill: false, isReduced: false });
      times.push(performance.now() - start);
    }
    // The faster ones: the slower tell of what else the machine was doing.
    const typical = times.toSorted((a, b) => a - b)[2] as number;
    console.info(`${pods} Pods: ${typical.toFixed(2)} ms of script`);
    expect(typical).toBeLessThan(32);
  });
});
