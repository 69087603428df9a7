/** A frame: everything that the layers draw, with its place. Plain data, made by `compose`. */
import type {
  ComponentView,
  Flight,
  Look,
  MachineView,
  OwnerView,
  PodView,
  ServiceView,
} from '../worker/protocol.ts';
import type { Box, Point, Route } from './geometry.ts';

/** What is looked at: the stage's size in pixels, and the part of the picture in view. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Camera scale. */
  readonly scale: number;
  /** What of the picture is in view, in the picture's own pixels. */
  readonly view: Box;
}

/** The few words on the stage that are the page's, not Kubernetes': in the reader's language. */
export interface Speech {
  /** A machine without power. */
  readonly off: string;
  readonly cordoned: string;
  readonly allReady: string;
  readonly notReady: string;
  /** Revisions that are scaled to nothing: `2 old`. */
  readonly old: string;
}

export const ENGLISH: Speech = {
  off: 'off',
  cordoned: 'cordoned',
  allReady: 'all Ready',
  notReady: 'not ready',
  old: 'old',
};

/** What the learner points at: keys of marks (a uid, `machine/NAME`, `component/MACHINE/NAME`). */
export interface Attention {
  readonly selected?: string | undefined;
  readonly hovered?: string | undefined;
  readonly focused?: string | undefined;
  /** Machines whose system Pods are unfolded. */
  readonly unfolded: ReadonlySet<string>;
  /** English where none is given. */
  readonly speech?: Speech;
}

/** How much of a tank is drawn: all of it, or its name and dots. */
export type TankDetail = 'full' | 'mini' | 'speck';

export interface MachineGlyph {
  readonly key: string;
  readonly box: Box;
  readonly detail: TankDetail;
  readonly machine: MachineView;
  readonly speech: Speech;
  /** Heights of the waterlines, in the tank's own pixels; absent where nothing is allocatable. */
  readonly cpuY?: number;
  readonly memoryY?: number;
  readonly cpuShare?: number;
  readonly memoryShare?: number;
}

export type PodSize = 'large' | 'medium' | 'small' | 'quiet';

export interface PodGlyph {
  readonly key: string;
  readonly box: Box;
  readonly size: PodSize;
  readonly pod: PodView;
}

/** Siblings gathered: says what it holds and what is wrong in it. */
export interface GroupGlyph {
  readonly key: string;
  readonly box: Box;
  readonly title: string;
  readonly count: number;
  readonly trouble: string;
  readonly worst: Look;
}

/** One Pod of a group, or of a tank too small for capsules: drawn on the canvas. */
export interface Dot {
  readonly uid: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly look: Look;
  readonly isQuiet: boolean;
}

export interface OrganGlyph {
  readonly key: string;
  readonly box: Box;
  readonly shape: 'hub' | 'store' | 'organ' | 'pill';
  readonly label: string;
  readonly component: ComponentView;
}

export interface OwnerGlyph {
  readonly key: string;
  readonly box: Box;
  readonly owner: OwnerView;
  /** `+2 old`; empty when there are none. */
  readonly old: string;
}

export interface ServiceGlyph {
  readonly key: string;
  readonly box: Box;
  readonly service: ServiceView;
  readonly hue: number;
}

/** A line with a meaning: owner to owned, selector to selected, organ to organ. */
export interface LineGlyph {
  readonly key: string;
  readonly kind: 'owns' | 'selects' | 'watches';
  readonly from: Point;
  readonly to: Point;
  /** Wanted and actual differ, or the selected Pod is not ready: the line shows it. */
  readonly isTense: boolean;
  readonly weight: number;
  /** One of its ends is pointed at. */
  readonly isLit?: boolean;
  readonly hue?: number;
  readonly look?: Look;
}

export interface WireGlyph {
  readonly key: string;
  readonly points: readonly Point[];
  /** Where the cable is cut: the middle of the gap. */
  readonly cut?: Point;
  readonly isOff: boolean;
}

/** A short text that belongs to no single mark: a folded namespace, what was left out. */
export interface NoteGlyph {
  readonly key: string;
  readonly at: Point;
  readonly text: string;
  /** Machine whose system Pods it folds and unfolds. */
  readonly folds?: string;
  readonly isOpen?: boolean;
}

export interface FlightGlyph {
  readonly flight: Flight;
  readonly route: Route;
}

export interface Frame {
  /** What the camera shows when nothing is zoomed. */
  readonly bounds: Box;
  readonly machines: readonly MachineGlyph[];
  readonly organs: readonly OrganGlyph[];
  readonly pods: readonly PodGlyph[];
  readonly groups: readonly GroupGlyph[];
  readonly dots: readonly Dot[];
  readonly owners: readonly OwnerGlyph[];
  readonly services: readonly ServiceGlyph[];
  readonly lines: readonly LineGlyph[];
  readonly wires: readonly WireGlyph[];
  readonly notes: readonly NoteGlyph[];
  readonly focus: readonly FocusGlyph[];
  /** Where each machine's cable leaves it, and the height of the trunk that it joins. */
  readonly ports: ReadonlyMap<string, Port>;
  /** Where each key is, for the camera, the flights and the keyboard. */
  readonly places: ReadonlyMap<string, Box>;
}

export interface Port {
  readonly at: Point;
  readonly trunkY: number;
  /** Where trunks at different heights are joined. */
  readonly riserX: number;
}

export interface FocusGlyph {
  readonly key: 'selected' | 'hovered' | 'focused';
  readonly box: Box;
  readonly radius: number;
}

export const machineKey = (name: string): string => `machine/${name}`;

export const componentKey = (machine: string, name: string): string =>
  `component/${machine}/${name}`;
