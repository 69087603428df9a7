import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('theme.css', import.meta.url), 'utf8');

/** The plain colours of a theme; those with transparency are laid over what is under them. */
function themeOf(name: string): Map<string, string> {
  const block = new RegExp(`\\[data-theme='${name}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6})\b/g)].map((found) => [
      found[1] as string,
      found[2] as string,
    ]),
  );
}

const channel = (value: number): number =>
  value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) =>
    channel(Number.parseInt(hex.slice(at, at + 2), 16) / 255),
  );
  return 0.2126 * (r as number) + 0.7152 * (g as number) + 0.0722 * (b as number);
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

const TEXTS = [
  'ink',
  'quiet',
  'accent',
  'ready',
  'running',
  'waiting',
  'warning',
  'failed',
  'leaving',
  'lost',
  'done',
];
const GROUNDS = ['backdrop', 'paper', 'raised', 'screen', 'capsule', 'tint', 'knock', 'float'];

describe.each(['abyss', 'chart'])('%s: text stands out from its ground by 4.5 to 1', (name) => {
  const theme = themeOf(name);

  it.each(TEXTS)('%s', (text) => {
    for (const ground of GROUNDS) {
      const [front, back] = [theme.get(text), theme.get(ground)];
      expect(front, text).toBeDefined();
      expect(back, ground).toBeDefined();
      expect(
        contrast(front as string, back as string),
        `${text} on ${ground}`,
      ).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('what a lit capsule says', () => {
    for (const text of ['ink', 'quiet', 'ready']) {
      expect(
        contrast(theme.get(text) as string, theme.get('lit') as string),
        text,
      ).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('what is written on flags', () => {
    for (let hue = 0; hue < 6; hue += 1) {
      const ratio = contrast(theme.get('on-hue') as string, theme.get(`hue-${hue}`) as string);
      expect(ratio, `hue ${hue}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('rims and wires, by 3 to 1 where they carry a meaning', () => {
    for (const mark of ['ready', 'running', 'waiting', 'warning', 'failed', 'leaving', 'lost']) {
      expect(
        contrast(theme.get(mark) as string, theme.get('tint') as string),
        mark,
      ).toBeGreaterThanOrEqual(3);
    }
  });
});
