/** The canvas over the picture: drops on their way, and Pods too many for capsules. */
import type { Look } from '../worker/protocol.ts';
import type { Dot, FlightGlyph } from './frame.ts';
import type { Point } from './geometry.ts';
import { along } from './geometry.ts';
import { SPLASH_MS } from './model.ts';
import { brief } from './text.ts';

export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

/** Colours of the theme, read once from the page's style. */
export interface Palette {
  readonly [name: string]: string;
}

const NAMES = [
  'ink',
  'quiet',
  'accent',
  'backdrop',
  'ready',
  'running',
  'waiting',
  'warning',
  'failed',
  'leaving',
  'lost',
  'done',
  'lit',
  'read',
  'write',
  'watch',
  'answer',
  'packet',
  'etcd',
] as const;

export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  return Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  );
}

const LOOK_COLOUR: Readonly<Record<Look, string>> = {
  pending: 'waiting',
  pulling: 'waiting',
  creating: 'waiting',
  running: 'running',
  ready: 'ready',
  backoff: 'warning',
  terminating: 'leaving',
  unknown: 'lost',
  succeeded: 'done',
  failed: 'failed',
};

export function clear(context: CanvasRenderingContext2D): void {
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
}

export function aim(context: CanvasRenderingContext2D, camera: Camera, ratio: number): void {
  const scale = camera.k * ratio;
  context.setTransform(scale, 0, 0, scale, camera.x * ratio, camera.y * ratio);
}

/** All dots, batched by look: one path for each. */
export function drawDots(
  context: CanvasRenderingContext2D,
  dots: readonly Dot[],
  palette: Palette,
): void {
  const batches = new Map<string, Dot[]>();
  for (const dot of dots) {
    const key = `${dot.look}/${dot.isQuiet}`;
    const batch = batches.get(key);
    if (batch === undefined) batches.set(key, [dot]);
    else batch.push(dot);
  }
  for (const [key, batch] of batches) drawBatch(context, batch, key, palette);
  context.globalAlpha = 1;
}

function drawBatch(
  context: CanvasRenderingContext2D,
  batch: readonly Dot[],
  key: string,
  palette: Palette,
): void {
  const [look, quiet] = key.split('/') as [Look, string];
  const colour = palette[LOOK_COLOUR[look]] ?? '#888';
  context.globalAlpha = quiet === 'true' && (look === 'ready' || look === 'running') ? 0.35 : 1;
  const isHollow = look === 'pending' || look === 'pulling' || look === 'creating';
  context.beginPath();
  for (const { x, y, width, height } of batch) {
    if (height < 5) context.rect(x, y, width, height);
    else context.roundRect(x, y, width, height, height * 0.45);
  }
  if (isHollow || look === 'terminating') {
    context.strokeStyle = colour;
    context.lineWidth = 1.2;
    context.setLineDash(look === 'pending' ? [2.5, 2] : []);
    context.stroke();
    context.setLineDash([]);
  } else if (look === 'ready' && (batch[0]?.height ?? 0) > 6) {
    // Lit from within, as a capsule is: a field of solid colour would drown what is wrong.
    context.fillStyle = palette['lit'] ?? colour;
    context.fill();
    context.strokeStyle = colour;
    context.lineWidth = 1;
    context.stroke();
  } else {
    context.fillStyle = colour;
    context.fill();
  }
  if (look === 'backoff' || look === 'failed' || look === 'unknown')
    strike(context, batch, palette);
}

/** A stroke across: what is wrong is told by form too. */
function strike(context: CanvasRenderingContext2D, batch: readonly Dot[], palette: Palette): void {
  context.beginPath();
  for (const { x, y, width, height } of batch) {
    context.moveTo(x + width * 0.62, y - 0.5);
    context.lineTo(x + width * 0.4, y + height + 0.5);
  }
  context.strokeStyle = palette['backdrop'] ?? '#000';
  context.lineWidth = 1.6;
  context.stroke();
}

export interface Motion {
  readonly now: number;
  /** Time stands. */
  readonly isStill: boolean;
  /** Time creeps: there is time to read. */
  readonly isSlow: boolean;
  /** No movement: a message lights its whole way for as long as it lasts. */
  readonly isReduced: boolean;
  /** The right edge of what is in view, in the picture's pixels. */
  readonly right: number;
  /** Radius of a drop in the picture's pixels; falls with the camera's scale. */
  readonly size: number;
}

const TAIL = 7;

export function drawFlights(
  context: CanvasRenderingContext2D,
  glyphs: readonly FlightGlyph[],
  palette: Palette,
  motion: Motion,
): void {
  let labels = 0;
  const taken: Point[] = [];
  for (const glyph of glyphs) {
    const { flight } = glyph;
    const share = (motion.now - flight.sentAt) / Math.max(1, flight.dueAt - flight.sentAt);
    if (share < 0) continue;
    if (share > 1) {
      if (flight.isDropped === true) drawSplash(context, glyph, palette, motion);
      continue;
    }
    const at = drawDrop(context, glyph, palette, { ...motion, share });
    if (isNamed(flight, motion, labels) && isFree(at, taken)) {
      drawLabel(context, glyph, at, palette, motion);
      taken.push(at);
      labels += 1;
    }
  }
  context.globalAlpha = 1;
}

/** While time stands, names for all there is room for; while it creeps, for what is written. */
function isNamed(flight: FlightGlyph['flight'], motion: Motion, named: number): boolean {
  const room = motion.right < 700 ? 3 : 8;
  if (motion.isStill) return named < room;
  return motion.isSlow && named < room / 2 && flight.kind === 'write';
}

const isFree = (at: Point, taken: readonly Point[]): boolean =>
  taken.every((other) => Math.abs(other.y - at.y) > 30 || Math.abs(other.x - at.x) > 220);

function drawDrop(
  context: CanvasRenderingContext2D,
  { flight, route }: FlightGlyph,
  palette: Palette,
  motion: Motion & { share: number },
): Point {
  const colour = palette[flight.kind] ?? palette['accent'] ?? '#fff';
  const isFaint = flight.kind === 'read' || flight.kind === 'watch';
  const radius = motion.size * (isFaint ? 0.72 : flight.kind === 'packet' ? 1.25 : 1);
  const at = along(route, flight.isDropped === true ? motion.share * 0.5 : motion.share);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  if (motion.isReduced) return drawWay(context, route.points, at);
  const whole = route.lengths.at(-1) ?? 1;
  context.lineCap = 'round';
  for (let step = TAIL; step >= 1; step -= 1) {
    const back = along(route, motion.share - (step * radius * 1.3) / Math.max(1, whole));
    context.globalAlpha = (isFaint ? 0.28 : 0.5) * (1 - step / (TAIL + 1));
    disc(context, back, radius * (1 - step / (TAIL + 3)));
  }
  context.globalAlpha = isFaint ? 0.6 : 1;
  if (flight.outer === undefined) disc(context, at, radius);
  else drawWrapped(context, at, radius);
  return at;
}

/** VXLAN: a drop inside a drop. */
function drawWrapped(context: CanvasRenderingContext2D, at: Point, radius: number): void {
  context.beginPath();
  context.arc(at.x, at.y, radius * 1.9, 0, 2 * Math.PI);
  context.lineWidth = radius * 0.4;
  context.stroke();
  disc(context, at, radius * 0.8);
}

function disc(context: CanvasRenderingContext2D, at: Point, radius: number): void {
  context.beginPath();
  context.arc(at.x, at.y, radius, 0, 2 * Math.PI);
  context.fill();
}

function drawWay(context: CanvasRenderingContext2D, points: readonly Point[], at: Point): Point {
  context.globalAlpha = 0.7;
  context.lineWidth = 1.6;
  context.beginPath();
  points.forEach((point, index) =>
    index === 0 ? context.moveTo(point.x, point.y) : context.lineTo(point.x, point.y),
  );
  context.stroke();
  return at;
}

function drawSplash(
  context: CanvasRenderingContext2D,
  { flight, route }: FlightGlyph,
  palette: Palette,
  motion: Motion,
): void {
  const age = (motion.now - flight.dueAt) / SPLASH_MS;
  if (age > 1) return;
  const at = along(route, 0.5);
  context.globalAlpha = 1 - age;
  context.strokeStyle = palette['failed'] ?? '#f66';
  context.lineWidth = motion.size * 0.45;
  context.beginPath();
  const reach = motion.size * (1.2 + 2 * age);
  for (const turn of [0.25, 0.75, 1.25, 1.75]) {
    const [dx, dy] = [Math.cos(turn * Math.PI), Math.sin(turn * Math.PI)];
    context.moveTo(at.x + dx * reach * 0.5, at.y + dy * reach * 0.5);
    context.lineTo(at.x + dx * reach, at.y + dy * reach);
  }
  context.stroke();
}

function drawLabel(
  context: CanvasRenderingContext2D,
  { flight }: FlightGlyph,
  at: Point,
  palette: Palette,
  motion: Motion,
): void {
  const unit = motion.size / 3.4;
  const lines = [brief(flight.what), flight.inner, flight.outer && `vxlan ${flight.outer}`].filter(
    (line): line is string => line !== undefined && line !== '',
  );
  context.font = `500 ${11 * unit}px "JetBrains Mono Variable", monospace`;
  const width = Math.max(...lines.map((line) => context.measureText(line).width)) + 12 * unit;
  const height = (lines.length * 15 + 4) * unit;
  const x = Math.max(4, Math.min(at.x + 8 * unit, motion.right - width - 4));
  const y = at.y - height - 4 * unit;
  context.globalAlpha = 0.92;
  context.fillStyle = palette['backdrop'] ?? '#000';
  context.beginPath();
  context.roundRect(x, y, width, height, 5 * unit);
  context.fill();
  context.globalAlpha = 1;
  context.fillStyle = palette['ink'] ?? '#fff';
  lines.forEach((line, index) =>
    context.fillText(line, x + 6 * unit, y + (14 + index * 15) * unit),
  );
}
