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

  /** What the button said that was pressed last, once; undefined if it was no fix, or the person has gone on elsewhere. */
  take() {
    const { pressed } = this, focused = document.activeElement;
    this.pressed = undefined;
    return focused === document.body || focused === pressed?.button ? pressed?.label : undefined;
  }
}
