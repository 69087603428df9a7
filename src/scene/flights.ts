/** The ways that messages take: out of a machine by its cable, along the trunk, into the other. */
import type { Flight, Place } from '../worker/protocol.ts';
import type { FlightGlyph, Frame } from './frame.ts';
import { componentKey, machineKey } from './frame.ts';
import type { Point } from './geometry.ts';
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
  const from = pointOf(flight.from, frame);
  const to = pointOf(flight.to, frame);
  if (from === undefined || to === undefined) return undefined;
  if (flight.from.machine === flight.to.machine) return { flight, route: routeOf([from, to]) };
  const out = frame.ports.get(flight.from.machine);
  const into = frame.ports.get(flight.to.machine);
  if (out === undefined || into === undefined) return { flight, route: routeOf([from, to]) };
  const points: Point[] = [from, out.at, { x: out.at.x, y: out.trunkY }];
  if (out.trunkY !== into.trunkY) {
    points.push({ x: out.riserX, y: out.trunkY }, { x: out.riserX, y: into.trunkY });
  }
  points.push({ x: into.at.x, y: into.trunkY }, into.at, to);
  return { flight, route: routeOf(points) };
}

function pointOf(place: Place, frame: Frame): Point | undefined {
  const box =
    (place.component !== undefined
      ? frame.places.get(componentKey(place.machine, place.component))
      : undefined) ?? (place.pod !== undefined ? frame.places.get(place.pod) : undefined);
  if (box !== undefined) return centreOf(box);
  const isNic = place.component === undefined && place.pod === undefined;
  if (isNic) return frame.ports.get(place.machine)?.at;
  const machine = frame.places.get(machineKey(place.machine));
  return machine === undefined ? undefined : centreOf(machine);
}
