/** Single-key shortcuts: only where no text is typed, and they can be turned off. */

const KEYS = {
  ' ': 'play',
  k: 'play',
  ',': 'back',
  '.': 'forward',
  u: 'undo',
  c: 'console',
  e: 'editor',
  s: 'stage',
  p: 'present',
  t: 'theme',
  l: 'language',
  '?': 'help',
  '0': 'fit',
  x: 'break',
} as const;

export type Shortcut = (typeof KEYS)[keyof typeof KEYS];

export function singleKey(event: KeyboardEvent): Shortcut | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return undefined;
  const target = event.target as HTMLElement;
  if (
    target.closest('input, textarea, select, [contenteditable], dialog, .xterm, .monaco-editor')
  ) {
    return undefined;
  }
  // A button that has the focus is pressed by the space bar, as everywhere.
  if (event.key === ' ' && target.closest('button, a, [role=slider]') !== null) return undefined;
  return (KEYS as Readonly<Record<string, Shortcut>>)[event.key];
}
