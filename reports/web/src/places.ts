// Where the page lets the scripts write: elements with these ids, made at the end of main or header where they are missing.

export type Place = 'rp-tools' | 'rp-map' | 'rp-rack-table' | 'rp-rack' | 'rp-printed';

export function placeFor(id: Place, within: 'header' | 'main'): HTMLElement {
  const found = document.getElementById(id);
  if (found) return found;
  const made = document.createElement(id === 'rp-tools' || id === 'rp-printed' ? 'div' : 'section');
  made.id = id;
  (document.querySelector(within) ?? document.body).append(made);
  return made;
}
