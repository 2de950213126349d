// The switches in the header: language, colours, print.
import { element, refill } from './elements';
import type { Language, Theme, ViewState } from './state';
import type { Key } from './texts';
import type { Words } from './words';

const themes: readonly [Theme, Key][] = [['system', 'themeSystem'], ['light', 'themeLight'], ['dark', 'themeDark']];

/// Fills the tools. The language can be changed only where the page is written in both.
export function renderTools(
  root: HTMLElement, state: ViewState, words: Words, inBoth: boolean, change: (part: Partial<ViewState>) => void): void {
  const languages: [Language, string][] = [['en', 'English'], ['zh', '中文'], ['both', words.plain('languageBoth')]];
  const focused = (document.activeElement as HTMLElement | null)?.id;
  const controls: HTMLElement[] = [];
  if (inBoth) {
    controls.push(...choice('rp-language', words.shown('language'), languages, words.language, (language) => change({ language })));
  }
  controls.push(...choice('rp-theme', words.shown('theme'), themes.map(([theme, key]): [Theme, string] => [theme, words.plain(key)]),
    state.theme, (theme) => change({ theme })));
  const print = element('button', { id: 'rp-print', type: 'button' }, words.shown('print'));
  print.addEventListener('click', () => window.print());
  refill(root, ...controls, print);
  if (focused && root.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused)?.focus();
}

function choice<T extends string>(
  id: string, name: HTMLElement, options: readonly (readonly [T, string])[], chosen: T, choose: (value: T) => void): HTMLElement[] {
  const select = element('select', { id }, ...options.map(([value, text]) => element('option', { value }, text)));
  select.value = chosen;
  select.addEventListener('change', () => choose(select.value as T));
  return [element('label', { for: id }, name), select];
}
