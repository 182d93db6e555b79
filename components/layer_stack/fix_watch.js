// Whether the last press was on a fix: its button goes away with the problem, and the focus with it.

/** The fixes on a page; components/findings/ makes them. */
const FIX = "[class*=st-key-fix-] button";

export class FixWatch {
  constructor() {
    /** @type {Element | null} */
    this.pressed = null;
    this.closed = new AbortController();
    document.addEventListener("click", ({ target }) => {
      this.pressed = target instanceof Element ? target.closest(FIX) : null;
    }, { signal: this.closed.signal, capture: true });
  }

  close() {
    this.closed.abort();
  }

  /**
   * Once for each fix.
   * @returns whether the focus is still on the fix that was pressed last, or lost with it; undefined if none was pressed
   */
  take() {
    const { pressed } = this, focused = document.activeElement;
    this.pressed = null;
    return pressed ? focused === document.body || focused === pressed : undefined;
  }
}
