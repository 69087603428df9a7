/** Simulated time in words that fit a clock: `0:42.180`, `12:05`, `1:02:05`. */

export function clock(ms: number, digits = 0): string {
  const whole = Math.max(0, ms);
  const seconds = Math.floor(whole / 1000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const fraction =
    digits === 0
      ? ''
      : `.${String(Math.floor(whole % 1000))
          .padStart(3, '0')
          .slice(0, digits)}`;
  const tail = `${String(s).padStart(2, '0')}${fraction}`;
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`;
}

/** `0.25×`, `40×`, `1,000×`. */
export function factorText(factor: number): string {
  if (factor <= 0) return '0×';
  const rounded = factor >= 10 ? Math.round(factor) : Number(factor.toPrecision(2));
  return rounded >= 1000
    ? `${Math.floor(rounded / 1000)},${String(rounded % 1000).padStart(3, '0')}×`
    : `${rounded}×`;
}
