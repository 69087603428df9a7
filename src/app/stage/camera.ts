/** The camera: wheel, drag and pinch by d3-zoom; flights of its own, eased by the wall clock. */
import { select } from 'd3-selection';
import type { ZoomBehavior } from 'd3-zoom';
import { zoom, zoomIdentity } from 'd3-zoom';
import type { Box } from '../../scene/geometry.ts';

export interface Shot {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

const FLIGHT_MS = 380;
export const SCALE_MAX = 24;

export class Camera {
  #host: SVGSVGElement;
  #zoom: ZoomBehavior<SVGSVGElement, unknown>;
  #moving = 0;
  shot: Shot = { x: 0, y: 0, k: 1 };

  constructor(host: SVGSVGElement, moved: (shot: Shot) => void) {
    this.#host = host;
    this.#zoom = zoom<SVGSVGElement, unknown>()
      .scaleExtent([0.2, SCALE_MAX])
      .filter((event: Event) => isForCamera(event))
      .on('zoom', (event: { transform: Shot; sourceEvent: unknown }) => {
        if (event.sourceEvent !== null) cancelAnimationFrame(this.#moving);
        const { x, y, k } = event.transform;
        this.shot = { x, y, k };
        moved(this.shot);
      });
    select(host).call(this.#zoom).on('dblclick.zoom', null);
  }

  /** The picture's least scale and how far it may be dragged. */
  limit(bounds: Box, width: number, height: number): void {
    const fit = Math.min(1, width / bounds.width, height / bounds.height);
    const slack = 80;
    this.#zoom.scaleExtent([fit, SCALE_MAX]).translateExtent([
      [bounds.x - slack, bounds.y - slack],
      [bounds.x + bounds.width + slack, bounds.y + bounds.height + slack],
    ]);
  }

  to(target: Shot, isCut: boolean): void {
    cancelAnimationFrame(this.#moving);
    const from = this.shot;
    if (isCut) return this.#set(target);
    const start = performance.now();
    const move = (time: number): void => {
      const share = Math.min(1, Math.max(0, (time - start) / FLIGHT_MS));
      const eased = 1 - (1 - share) ** 3;
      const k = from.k * (target.k / from.k) ** eased;
      const mix = target.k === from.k ? eased : (k - from.k) / (target.k - from.k);
      this.#set({
        k,
        x: from.x + (target.x - from.x) * mix,
        y: from.y + (target.y - from.y) * mix,
      });
      if (share < 1) this.#moving = requestAnimationFrame(move);
    };
    this.#moving = requestAnimationFrame(move);
  }

  #set({ x, y, k }: Shot): void {
    const transform = zoomIdentity.translate(x, y).scale(k);
    select(this.#host).call(this.#zoom.transform, transform);
  }
}

/** The shot that shows a box whole, with some air around it. */
export function shotOf(box: Box, width: number, height: number, closest = 4): Shot {
  const k = Math.min(closest, (width * 0.86) / box.width, (height * 0.82) / box.height);
  return {
    k,
    x: width / 2 - k * (box.x + box.width / 2),
    y: height / 2 - k * (box.y + box.height / 2),
  };
}

function isForCamera(event: Event): boolean {
  if (event.type === 'wheel') return true;
  const mouse = event as MouseEvent;
  return !mouse.button && !mouse.ctrlKey;
}
