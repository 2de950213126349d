// Light or dark as chosen. The page's style knows both by the system's wish; a choice makes that rule hold always or never.
import type { Theme } from './state';

const wish = 'prefers-color-scheme';

// The rules for dark screens, with the condition under which the page was written.
function darkRules(root: Document): CSSMediaRule[] {
  return [...root.styleSheets].flatMap((sheet) => [...sheet.cssRules])
    .filter((rule): rule is CSSMediaRule => rule instanceof CSSMediaRule && rule.media.mediaText.includes(wish));
}

/// Changes the theme of the page; paper stays light.
export function themeSwitch(root: Document): (theme: Theme) => void {
  const rules = darkRules(root).map((rule) => ({ rule, written: rule.media.mediaText }));
  return (theme) => {
    for (const { rule, written } of rules) rule.media.mediaText = theme === 'system' ? written : theme === 'dark' ? 'screen' : 'not all';
    if (theme === 'system') root.documentElement.removeAttribute('data-theme');
    else root.documentElement.setAttribute('data-theme', theme);
  };
}
