/** Points and boxes of the picture, in stage pixels at a camera scale of 1. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

export const centreOf = (box: Box): Point => ({
  x: box.x + box.width / 2,
  y: box.y + box.height / 2,
});

export const topOf = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y });

export const bottomOf = (box: Box): Point => ({ x: box.x + box.width / 2, y: box.y + box.height });

export const inset = (box: Box, by: number): Box => ({
  x: box.x + by,
  y: box.y + by,
  width: Math.max(0, box.width - 2 * by),
  height: Math.max(0, box.height - 2 * by),
});

export const overlaps = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** One decimal: enough for the eye, short in the markup, and the same on every engine. */
export const round = (value: number): number => Math.round(value * 10) / 10;

/** Where a drop is on its way: a polyline, and how far along each corner lies. */
export interface Route {
  readonly points: readonly Point[];
  /** Distance from the start to each point. */
  readonly lengths: readonly number[];
}

export function routeOf(points: readonly Point[]): Route {
  const lengths = [0];
  for (let index = 1; index < points.length; index += 1) {
    const [from, to] = [points[index - 1] as Point, points[index] as Point];
    lengths.push((lengths[index - 1] as number) + Math.hypot(to.x - from.x, to.y - from.y));
  }
  return { points, lengths };
}

/** The point at a share (0 to 1) of the way. */
export function along(route: Route, share: number): Point {
  const last = route.points.length - 1;
  const wanted = Math.min(1, Math.max(0, share)) * (route.lengths[last] as number);
  let index = 1;
  while (index < last && (route.lengths[index] as number) < wanted) index += 1;
  const [from, to] = [route.points[index - 1] as Point, route.points[index] ?? route.points[0]];
  const start = route.lengths[index - 1] as number;
  const span = (route.lengths[index] ?? start) - start;
  const part = span > 0 ? (wanted - start) / span : 0;
  const end = to as Point;
  return { x: from.x + (end.x - from.x) * part, y: from.y + (end.y - from.y) * part };
}
