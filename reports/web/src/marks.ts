// A status as glyph, word and colour together, in the classes of the static page.
import { Standing, Verdict } from './data';
import { element } from './elements';
import type { Key } from './texts';
import type { Words } from './words';

interface Mark {
  glyph: string;
  word: Key;
  look: 'pass' | 'fail' | 'open' | 'none' | 'exempt';
}

const ofVerdict: readonly Mark[] = [
  { glyph: '✓', word: 'pass', look: 'pass' },
  { glyph: '✕', word: 'fail', look: 'fail' },
  { glyph: '!', word: 'inconclusive', look: 'open' },
  { glyph: '–', word: 'notJudged', look: 'none' },
  { glyph: '○', word: 'notApplicable', look: 'exempt' },
  { glyph: '·', word: 'noVerdict', look: 'exempt' },
];
const ofStanding: readonly Mark[] = [
  { glyph: '✓', word: 'accepted', look: 'pass' },
  { glyph: '◐', word: 'withReservations', look: 'open' },
  { glyph: '✕', word: 'rejected', look: 'fail' },
  { glyph: '!', word: 'undecided', look: 'open' },
  { glyph: '–', word: 'notStarted', look: 'none' },
];

function verdictOf(number: number): Mark {
  return ofVerdict[number] ?? ofVerdict[Verdict.notJudged]!;
}
function standingOf(number: number): Mark {
  return ofStanding[number] ?? ofStanding[Standing.undecided]!;
}
function shown(mark: Mark, words: Words): HTMLElement {
  return element('span', { class: `mark ${mark.look}` }, `${mark.glyph} `, words.shown(mark.word));
}
function plain(mark: Mark, words: Words): string {
  return `${mark.glyph} ${words.plain(mark.word)}`;
}

export const verdictMark = (verdict: number, words: Words): HTMLElement => shown(verdictOf(verdict), words);
export const standingMark = (standing: number, words: Words): HTMLElement => shown(standingOf(standing), words);
export const verdictText = (verdict: number, words: Words): string => plain(verdictOf(verdict), words);
export const standingText = (standing: number, words: Words): string => plain(standingOf(standing), words);
export const standingWord = (standing: number): Key => standingOf(standing).word;
