/** The words of the page in the language chosen; a switch keeps everything else as it is. */
import type { Words } from './en.ts';
import { en } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';

const dictionaries: Readonly<Record<Language, Words>> = { en, zh };

const chosen = $state<{ language: Language }>({ language: 'en' });

/** The dictionary of now: read in markup, it follows the switch. */
export const words = {
  get now(): Words {
    return dictionaries[chosen.language];
  },
  get language(): Language {
    return chosen.language;
  },
};

export function speak(language: Language): void {
  chosen.language = language;
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

export const languageOfBrowser = (): Language =>
  navigator.languages.some((each) => each.toLowerCase().startsWith('zh')) ? 'zh' : 'en';
