/**
 * The timeline's scale: time as it was interesting. A gap in which nothing happened takes less
 * room the longer it is, so that the seconds in which all happens stay wide enough to point at.
 */
export interface TimeScale {
  readonly toX: (at: number) => number;
  readonly toTime: (x: number) => number;
}

/** Up to here, a gap has its full length. */
const PLAIN_MS = 3_000;

/** The room for a gap, in the unit of milliseconds of a short one. */
const room = (gap: number): number =>
  gap <= PLAIN_MS ? gap : PLAIN_MS + PLAIN_MS * 0.5 * Math.log2(1 + (gap - PLAIN_MS) / PLAIN_MS);

/** From when to when, in simulated ms. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

export function timeScale(moments: readonly number[], span: Span, width: number): TimeScale {
  const { from, until } = span;
  const stops = [from];
  for (const moment of moments) {
    if (moment > (stops.at(-1) as number) && moment < until) stops.push(moment);
  }
  stops.push(Math.max(until, (stops.at(-1) as number) + 1));
  const places = [0];
  for (let index = 1; index < stops.length; index += 1) {
    const gap = (stops[index] as number) - (stops[index - 1] as number);
    places.push((places[index - 1] as number) + room(gap));
  }
  const whole = places.at(-1) as number;
  const range = places.map((place) => (place / whole) * width);
  return { toX: (at) => between(stops, range, at), toTime: (x) => between(range, stops, x) };
}

/** A value carried from one list of rising stops to another, clamped to their ends. */
function between(from: readonly number[], to: readonly number[], value: number): number {
  let [low, high] = [0, from.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((from[middle] as number) <= value) low = middle;
    else high = middle;
  }
  const [a, b] = [from[low] as number, from[high] as number];
  const share = Math.min(1, Math.max(0, (value - a) / (b - a || 1)));
  return (to[low] as number) + share * ((to[high] as number) - (to[low] as number));
}

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600].map((each) => each * 1000);

/** Moments to name under the line, at least so many pixels apart. */
export function marksOf(scale: TimeScale, until: number, width: number, apart = 84): number[] {
  const marks: number[] = [];
  let last = -apart;
  for (let x = 0; x < width - 30; x += 6) {
    if (x - last < apart) continue;
    const at = roundNear(scale.toTime(x), scale.toTime(Math.min(width, x + 18)));
    if (at === undefined || at > until) continue;
    const place = scale.toX(at);
    if (place - last < apart) continue;
    marks.push(at);
    last = place;
  }
  return marks;
}

/** The roundest moment between two. */
function roundNear(from: number, to: number): number | undefined {
  for (const step of STEPS.toReversed()) {
    const at = Math.ceil(from / step) * step;
    if (at <= to) return at;
  }
  return undefined;
}
