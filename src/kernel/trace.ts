import type { Ms } from './time.ts';

/**
 * Something that happened, for the stage, the timeline, "why?" and the history hash. Scalar fields
 * are hashed; an object field (such as an API object) rides along by reference and is not.
 */
export interface TraceRecord {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** A record with its moment and its place. */
export interface TraceEntry {
  readonly at: Ms;
  /** Index of the site. */
  readonly site: number;
  readonly record: TraceRecord;
}

export type TraceSink = (entry: TraceEntry) => void;
