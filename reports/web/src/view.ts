// The state of the page and its place in the address.
import { firstState, formatHash, parseHash, type ViewState } from './state';

export class View {
  state: ViewState = { ...firstState };

  /// `changed` is called for every change, with the state before.
  constructor(private readonly metrics: readonly string[], private readonly changed: (before: ViewState) => void) {
    this.state = parseHash(location.hash, metrics) ?? { ...firstState };
    window.addEventListener('hashchange', () => {
      // Another hash is a place in the page: the view stays as it is.
      const given = parseHash(location.hash, this.metrics);
      if (given && formatHash(given, metrics) !== formatHash(this.state, metrics)) this.take({ ...given, ...this.kept(given) });
    });
  }

  change(part: Partial<ViewState>): void {
    this.take({ ...this.state, ...part });
    try {
      history.replaceState(null, '', `#${formatHash(this.state, this.metrics)}`);
    } catch {
      // A page inside a sandboxed frame may not change its address; it works without.
    }
  }

  // A link in the page to a rack ("#rack=R12") says nothing of language and theme.
  private kept(given: ViewState): Partial<ViewState> {
    const kept: Partial<ViewState> = {};
    if (given.language === null) kept.language = this.state.language;
    if (given.theme === 'system') kept.theme = this.state.theme;
    return kept;
  }
  private take(state: ViewState): void {
    const before = this.state;
    this.state = state;
    this.changed(before);
  }
}
