/** Places for a statechart's states: ranks by distance from the first, arrows between them. */
import type { ChartView } from '../../worker/protocol.ts';

export interface StateBox {
  readonly path: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly isFinal: boolean;
}

export interface ArrowPath {
  readonly key: string;
  readonly d: string;
  readonly on: string;
  readonly labelX: number;
  readonly labelY: number;
  readonly isNext: boolean;
  readonly dueAt: number | undefined;
}

export interface ChartPlan {
  readonly states: readonly StateBox[];
  readonly arrows: readonly ArrowPath[];
  readonly height: number;
}

export const STATE_HEIGHT = 28;
const RANK_HEIGHT = 62;

export function planChart(chart: ChartView, width: number): ChartPlan {
  const ranks = ranksOf(chart);
  const states: StateBox[] = [];
  ranks.forEach((paths, rank) => {
    const gap = 14;
    const room = (width - 40 - gap * (paths.length - 1)) / paths.length;
    paths.forEach((path, index) => {
      const boxWidth = Math.min(room, path.length * 7 + 26);
      const start = 20 + index * (room + gap) + (room - boxWidth) / 2;
      const isFinal = chart.states.find((each) => each.path === path)?.isFinal ?? false;
      states.push({ path, x: start, y: 8 + rank * RANK_HEIGHT, width: boxWidth, isFinal });
    });
  });
  const at = new Map(states.map((state) => [state.path, state]));
  const arrows = chart.arrows.flatMap((arrow, index) => {
    const [from, to] = [at.get(arrow.from), at.get(arrow.to)];
    if (from === undefined || to === undefined || from === to) return [];
    return [arrowPath(arrow, index, from, to, { width, isNext: isIn(chart.value, arrow.from) })];
  });
  return { states, arrows, height: ranks.length * RANK_HEIGHT - RANK_HEIGHT + STATE_HEIGHT + 16 };
}

/** A state is active when the value is it, or lies in it. */
export const isIn = (value: string, path: string): boolean =>
  value === path || value.startsWith(`${path}.`);

function ranksOf(chart: ChartView): string[][] {
  const depth = new Map<string, number>();
  const first = chart.states[0]?.path;
  const queue = first === undefined ? [] : [first];
  if (first !== undefined) depth.set(first, 0);
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    for (const arrow of chart.arrows.filter((each) => each.from === path)) {
      if (depth.has(arrow.to)) continue;
      depth.set(arrow.to, (depth.get(path) ?? 0) + 1);
      queue.push(arrow.to);
    }
  }
  const ranks: string[][] = [];
  for (const { path } of chart.states) {
    const rank = depth.get(path) ?? 0;
    (ranks[rank] ??= []).push(path);
  }
  // At most three side by side: the inspector is narrow.
  return ranks.flatMap((paths) =>
    Array.from({ length: Math.ceil(paths.length / 3) }, (_, row) =>
      paths.slice(row * 3, row * 3 + 3),
    ),
  );
}

function arrowPath(
  arrow: ChartView['arrows'][number],
  index: number,
  from: StateBox,
  to: StateBox,
  context: { width: number; isNext: boolean },
): ArrowPath {
  const [fx, tx] = [from.x + from.width / 2, to.x + to.width / 2];
  const base = { key: `${arrow.from}>${arrow.to}>${arrow.on}>${index}`, on: arrow.on };
  const rest = { isNext: context.isNext, dueAt: arrow.dueAt };
  if (to.y > from.y && to.y - from.y <= RANK_HEIGHT) {
    const [y1, y2] = [from.y + STATE_HEIGHT, to.y];
    const d = `M${fx} ${y1}C${fx} ${y1 + 16} ${tx} ${y2 - 18} ${tx} ${y2 - 2}`;
    return { ...base, ...rest, d, labelX: (fx + tx) / 2, labelY: (y1 + y2) / 2 + 3 };
  }
  if (to.y === from.y) {
    // Side by side: straight across, or over those between.
    const isRightward = to.x > from.x;
    const [x1, x2] = isRightward ? [from.x + from.width, to.x - 2] : [from.x, to.x + to.width + 2];
    const y = from.y + STATE_HEIGHT / 2 + (isRightward ? -5 : 5);
    const bow = Math.abs(x2 - x1) > 90 ? (isRightward ? -26 : 26) : 0;
    const d = `M${x1} ${y}C${x1} ${y + bow} ${x2} ${y + bow} ${x2} ${y}`;
    return { ...base, ...rest, d, labelX: (x1 + x2) / 2, labelY: y + bow * 0.7 - 4 };
  }
  // Back, or over a rank: round by the side that is nearer.
  const isRight = (fx + tx) / 2 >= context.width / 2;
  const edge = isRight ? context.width - 6 - (index % 3) * 4 : 6 + (index % 3) * 4;
  const [x1, x2] = isRight ? [from.x + from.width, to.x + to.width + 2] : [from.x, to.x - 2];
  const [y1, y2] = [from.y + STATE_HEIGHT / 2, to.y + STATE_HEIGHT / 2];
  const d = `M${x1} ${y1}C${edge} ${y1} ${edge} ${y2} ${x2} ${y2}`;
  const half = arrow.on.length * 3.4 + 3;
  const labelX = Math.min(context.width - half, Math.max(half, edge));
  return { ...base, ...rest, d, labelX, labelY: (y1 + y2) / 2 };
}
