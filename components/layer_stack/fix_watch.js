// Which fix was pressed last: its button vanishes with the problem, and the focus with it.

/** Fixes on this page; components/notices.py makes them. */
const FIX = "[class*=st-key-fix] button";

export class FixWatch {
  constructor() {
    /** @type {{ button: Element, label: string } | undefined} */
    this.pressed = undefined;
    this.closed = new AbortController();
    document.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest(FIX) : null;
      const label = button?.querySelector("[data-testid=stMarkdownContainer]")?.textContent ?? "";
      this.pressed = button ? { button, label } : undefined;
    }, { signal: this.closed.signal, capture: true });
  }

  close() {
    this.closed.abort();
  }

  /** The fix that was pressed last, once: what its button said, and whether the focus is still there or lost with it. */
  take() {
    const { pressed } = this, focused = document.activeElement;
    this.pressed = undefined;
    return pressed && { label: pressed.label, isLeft: focused === document.body || focused === pressed.button };
  }
}
