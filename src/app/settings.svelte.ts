/** What the reader chose for this page: kept in this browser, no part of a session. */
import type { Language } from './words/index.svelte.ts';
import { languageOfBrowser, speak } from './words/index.svelte.ts';

export type Theme = 'abyss' | 'chart';

interface Kept {
  theme: Theme;
  language: Language;
  hasSingleKeys: boolean;
  isMotionReduced: boolean;
  isPlainConsole: boolean;
  /** Height of the dock as a share of the window. */
  dockShare: number;
}

const KEY = 'kubarium.settings';

function initial(): Kept {
  const isLight = matchMedia('(prefers-color-scheme: light)').matches;
  const usual: Kept = {
    theme: isLight ? 'chart' : 'abyss',
    language: languageOfBrowser(),
    hasSingleKeys: true,
    isMotionReduced: matchMedia('(prefers-reduced-motion: reduce)').matches,
    isPlainConsole: matchMedia('(max-width: 640px)').matches,
    dockShare: 0.34,
  };
  const asked = new URLSearchParams(location.search);
  return { ...usual, ...read(), ...only(asked) };
}

function read(): Partial<Kept> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Kept>;
  } catch {
    // A browser without storage, or an edited value: the usual settings do.
    return {};
  }
}

/** `?theme=chart&lang=zh` in the address: for links and for screenshots. */
function only(asked: URLSearchParams): Partial<Kept> {
  const theme = asked.get('theme');
  const language = asked.get('lang');
  return {
    ...(theme === 'abyss' || theme === 'chart' ? { theme } : {}),
    ...(language === 'en' || language === 'zh' ? { language } : {}),
  };
}

export const settings = $state<Kept>(initial());

export function applySettings(): void {
  const root = document.documentElement;
  root.dataset['theme'] = settings.theme;
  root.dataset['motion'] = settings.isMotionReduced ? 'reduced' : 'full';
  speak(settings.language);
  const paper = getComputedStyle(root).getPropertyValue('--backdrop').trim();
  document.querySelector('meta[name=theme-color]')?.setAttribute('content', paper);
  try {
    localStorage.setItem(KEY, JSON.stringify($state.snapshot(settings)));
  } catch {
    // Not being able to keep a setting is no reason to trouble anyone.
  }
}
