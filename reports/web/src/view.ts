// The state of the page and its place in the address.
import { firstState, followHash, formatHash, parseHash, type ViewState } from './state';

export class View {
  state: ViewState = { ...firstState };

  /// `changed` is called for every change, with the state before.
  constructor(private readonly metrics: readonly string[], private readonly changed: (before: ViewState) => void) {
    this.state = parseHash(location.hash, metrics) ?? { ...firstState };
    window.addEventListener('hashchange', () => {
      const next = followHash(this.state, location.hash, this.metrics);
      if (next) this.take(next);
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

  private take(state: ViewState): void {
    const before = this.state;
    this.state = state;
    this.changed(before);
  }
}
