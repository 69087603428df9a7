/** The ways that messages take: out of a machine by its cable, along the trunk, into the other. */
import type { Flight, Place } from '../worker/protocol.ts';
import type { FlightGlyph, Frame } from './frame.ts';
import { componentKey, machineKey } from './frame.ts';
import type { Box, Point } from './geometry.ts';
import { centreOf, routeOf } from './geometry.ts';

/** Routes of flights, kept while the frame stands. */
export function flightPlanner(): (flights: readonly Flight[], frame: Frame) => FlightGlyph[] {
  let last: Frame | undefined;
  let routes = new Map<string, FlightGlyph>();
  return (flights, frame) => {
    if (frame !== last) routes = new Map();
    last = frame;
    const glyphs: FlightGlyph[] = [];
    for (const flight of flights) {
      const known = routes.get(flight.id) ?? plan(flight, frame);
      if (known === undefined) continue;
      routes.set(flight.id, known);
      glyphs.push(known);
    }
    return glyphs;
  };
}

function plan(flight: Flight, frame: Frame): FlightGlyph | undefined {
  const start = boxOf(flight.from, frame);
  const end = boxOf(flight.to, frame);
  if (start === undefined || end === undefined) return undefined;
  const [from, to] = [centreOf(start), centreOf(end)];
  if (flight.from.machine === flight.to.machine) {
    return { flight, route: routeOf([rimPoint(start, to), rimPoint(end, from)]) };
  }
  const out = frame.ports.get(flight.from.machine);
  const into = frame.ports.get(flight.to.machine);
  if (out === undefined || into === undefined) return { flight, route: routeOf([from, to]) };
  const points: Point[] = [rimPoint(start, out.at), out.at, { x: out.at.x, y: out.trunkY }];
  if (out.trunkY !== into.trunkY) {
    points.push({ x: out.riserX, y: out.trunkY }, { x: out.riserX, y: into.trunkY });
  }
  points.push({ x: into.at.x, y: into.trunkY }, into.at, rimPoint(end, into.at));
  return { flight, route: routeOf(points) };
}

/** Where the line from a box's middle to a point leaves the box. */
function rimPoint(box: Box, towards: Point): Point {
  const { x, y } = centreOf(box);
  const [dx, dy] = [towards.x - x, towards.y - y];
  const reach = Math.min(
    dx === 0 ? Infinity : box.width / 2 / Math.abs(dx),
    dy === 0 ? Infinity : box.height / 2 / Math.abs(dy),
  );
  const share = Math.min(1, reach);
  return { x: x + dx * share, y: y + dy * share };
}

function boxOf(place: Place, frame: Frame): Box | undefined {
  const box =
    (place.component !== undefined
      ? frame.places.get(componentKey(place.machine, place.component))
      : undefined) ?? (place.pod !== undefined ? frame.places.get(place.pod) : undefined);
  if (box !== undefined) return box;
  const port = frame.ports.get(place.machine)?.at;
  // No organ of that name is drawn: the message comes from the machine as a whole, or its plug.
  const whole = frame.places.get(machineKey(place.machine));
  if (place.component !== undefined && whole !== undefined) return whole;
  return port === undefined ? undefined : { ...port, width: 0, height: 0 };
}
