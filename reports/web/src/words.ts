// Words and numbers in the chosen language. In both languages, English comes first and numbers are written as in English.
import { element } from './elements';
import type { Language } from './state';
import { fill, type Key, texts } from './texts';

type Filling = string | number;

export class Words {
  private readonly value_: Intl.NumberFormat;
  private readonly count_: Intl.NumberFormat;
  private readonly margin_: Intl.NumberFormat;
  private readonly tick_: Intl.NumberFormat;

  constructor(readonly language: Language) {
    const locale = language === 'zh' ? 'zh-CN' : 'en';
    this.value_ = new Intl.NumberFormat(locale, { minimumSignificantDigits: 4, maximumSignificantDigits: 4 });
    this.count_ = new Intl.NumberFormat(locale);
    const share = { style: 'percent', signDisplay: 'exceptZero' } as const;
    this.margin_ = new Intl.NumberFormat(locale, { ...share, minimumFractionDigits: 2, maximumFractionDigits: 2 });
    this.tick_ = new Intl.NumberFormat(locale, { ...share, maximumFractionDigits: 1 });
  }

  /// As plain text, for attributes, options and the canvas.
  plain(key: Key, ...filling: Filling[]): string {
    const { en, zh } = texts[key];
    const english = fill(en, filling);
    const chinese = fill(zh, filling);
    if (this.language === 'both') return english === chinese ? english : `${english} / ${chinese}`;
    return this.language === 'zh' ? chinese : english;
  }

  /// As text in the page; in both languages each part says which it is, as in the page.
  shown(key: Key, ...filling: Filling[]): HTMLElement {
    const { en, zh } = texts[key];
    const english = element('span', { lang: 'en' }, fill(en, filling));
    const chinese = element('span', { lang: 'zh-CN' }, fill(zh, filling));
    if (this.language === 'both') return element('span', {}, english, chinese);
    return this.language === 'zh' ? chinese : english;
  }

  /// Data that comes in both languages; what is the same in both stands once.
  data(en: string, zh: string): HTMLElement {
    const english = element('bdi', {}, en);
    if (en === zh) return english;
    const chinese = element('bdi', { lang: 'zh-CN' }, zh);
    if (this.language === 'both') return element('span', {}, english, ' ', chinese);
    return this.language === 'zh' ? chinese : english;
  }

  /// Four significant digits; NaN is never a number.
  number(value: number): string {
    return Number.isNaN(value) ? this.plain('valueMissing') : this.value_.format(value);
  }
  count(value: number): string {
    return this.count_.format(value);
  }
  /// A margin with its sign; empty where there is none.
  margin(share: number): string {
    return Number.isFinite(share) ? this.margin_.format(share) : '';
  }
  /// A place on an axis.
  tick(share: number): string {
    return this.tick_.format(share);
  }
}
