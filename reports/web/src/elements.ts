// Elements made without markup, so that no text from data can become any.

type Child = Node | string;
type Attributes = Record<string, string | number | boolean | null>;

const svgNamespace = 'http://www.w3.org/2000/svg';

function fillIn<E extends Element>(made: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

export function element<T extends keyof HTMLElementTagNameMap>(
  tag: T, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[T] {
  return fillIn(document.createElement(tag), attributes, children);
}

export function svg<T extends keyof SVGElementTagNameMap>(
  tag: T, attributes: Attributes = {}, ...children: Child[]): SVGElementTagNameMap[T] {
  return fillIn(document.createElementNS(svgNamespace, tag), attributes, children);
}

/// Children in place of what was there.
export function refill(parent: Element, ...children: Child[]): void {
  parent.replaceChildren(...children);
}

/// What is folded away, made when it is opened first.
export function fold(summary: readonly Child[], make: () => readonly Child[], isOpen = false): HTMLDetailsElement {
  const made = element('details', {}, element('summary', {}, ...summary));
  made.addEventListener('toggle', () => made.append(...make()), { once: true });
  made.open = isOpen;
  return made;
}

/// A table that scrolls by itself and can be reached by keyboard.
export function scrolling(label: string, content: Child): HTMLElement {
  return element('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': label }, content);
}
