/**
 * Simulated time, in milliseconds since the world's epoch. Every delay is rounded to 1/64 ms, so
 * that sums of delays are exact in floating point and equal moments compare equal.
 */
export type Ms = number;

export const second: Ms = 1_000;
export const minute: Ms = 60_000;
export const hour: Ms = 3_600_000;

/** One side of the finest grid on which anything happens. */
export const grain: Ms = 1 / 64;

/** The nearest moment of the grid. */
export const toGrain = (ms: number): Ms => Math.round(ms * 64) / 64;
