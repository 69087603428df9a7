/** The picture on the page: SVG for objects, two canvases over it for what swarms and moves. */
import { select } from 'd3-selection';
import type { Flight } from '../worker/protocol.ts';
import type { Camera, Palette } from './canvas.ts';
import { aim, clear, drawDots, drawFlights, readPalette } from './canvas.ts';
import { flightPlanner } from './flights.ts';
import type { Frame, OrganGlyph } from './frame.ts';
import type { Point } from './geometry.ts';
import { layers } from './layers/index.ts';
import { turnRings } from './layers/rings.ts';
import type { Root } from './layer.ts';
import { set } from './layer.ts';

export interface Surfaces {
  readonly svg: SVGSVGElement;
  readonly dots: HTMLCanvasElement;
  readonly flights: HTMLCanvasElement;
}

export interface Moment {
  readonly now: number;
  readonly flights: readonly Flight[];
  readonly isStill: boolean;
  readonly isSlow?: boolean;
  readonly isReduced: boolean;
}

export interface Picture {
  /** Draws a frame: what changed since the last one. */
  draw(frame: Frame): void;
  /** Sets everything that follows from the clock: drops, rings, glows. */
  tick(moment: Moment): void;
  aim(camera: Camera): void;
  resize(width: number, height: number, ratio: number): void;
  /** Reads the colours of the theme again. */
  restyle(): void;
  /** The key of what lies at a point of the stage (pixels from its corner). */
  hit(at: Point): string | undefined;
}

/** How long a component glows after it acted, in simulated milliseconds. */
const GLOW_MS = 600;
const GLOW_STEPS = 4;

export function createPicture(surfaces: Surfaces): Picture {
  const root = select(surfaces.svg).append('g').attr('class', 'camera') as unknown as Root;
  const planes = layers.map((layer) => ({
    layer,
    plane: root.append('g').attr('class', `layer ${layer.name}`) as unknown as Root,
  }));
  const dotsContext = surfaces.dots.getContext('2d') as CanvasRenderingContext2D;
  const flightsContext = surfaces.flights.getContext('2d') as CanvasRenderingContext2D;
  const planFlights = flightPlanner();
  let frame: Frame | undefined;
  let camera: Camera = { x: 0, y: 0, k: 1 };
  let palette: Palette = {};
  let ratio = 1;
  let hadFlights = false;

  function redrawDots(): void {
    clear(dotsContext);
    if (frame === undefined || frame.dots.length === 0) return;
    aim(dotsContext, camera, ratio);
    drawDots(dotsContext, frame.dots, palette);
  }

  return {
    draw(next) {
      const hadDots = (frame?.dots.length ?? 0) > 0;
      frame = next;
      for (const { layer, plane } of planes) layer.draw(plane, next);
      if (hadDots || next.dots.length > 0) redrawDots();
    },
    tick(moment) {
      if (frame === undefined) return;
      turnRings(surfaces.svg, moment.now);
      glow(surfaces.svg, frame.organs, moment.now);
      const glyphs = planFlights(moment.flights, frame);
      if (glyphs.length === 0 && !hadFlights) return;
      hadFlights = glyphs.length > 0;
      clear(flightsContext);
      aim(flightsContext, camera, ratio);
      const size = 3.4 / Math.min(1.8, Math.max(0.6, camera.k));
      const right = (surfaces.flights.width / ratio - camera.x) / camera.k;
      drawFlights(flightsContext, glyphs, palette, {
        isSlow: false,
        ...moment,
        size,
        right,
      });
    },
    aim(next) {
      camera = next;
      set(root.node() as Element, { transform: `translate(${next.x},${next.y}) scale(${next.k})` });
      redrawDots();
    },
    resize(width, height, nextRatio) {
      ratio = nextRatio;
      for (const canvas of [surfaces.dots, surfaces.flights]) {
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(height * ratio);
      }
      redrawDots();
    },
    restyle() {
      palette = readPalette(surfaces.svg);
      redrawDots();
    },
    hit(at) {
      const x = (at.x - camera.x) / camera.k;
      const y = (at.y - camera.y) / camera.k;
      return frame?.dots.find(
        (dot) => x >= dot.x && x <= dot.x + dot.width && y >= dot.y && y <= dot.y + dot.height,
      )?.uid;
    },
  };
}

function glow(root: Element, organs: readonly OrganGlyph[], now: number): void {
  if (organs.length === 0) return;
  const elements = root.querySelectorAll('g.organ');
  organs.forEach(({ component }, index) => {
    const age = now - component.activeAt;
    const share = age < 0 || age > GLOW_MS ? 0 : 1 - age / GLOW_MS;
    const element = elements[index];
    if (element !== undefined) set(element, { 'data-glow': Math.ceil(share * GLOW_STEPS) });
  });
}
