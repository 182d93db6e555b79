// Whether the last press was on a fix: its button goes away with the problem, and the focus with it.

/** The fixes on a page; components/findings/ makes them. */
const FIX = "[class*=st-key-fix-] button";

export class FixWatch {
  constructor() {
    this.isPressed = false;
    /** Whether the person has gone on since: what has the focus then is where it should be. */
    this.hasGoneOn = false;
    this.closed = new AbortController();
    const how = { signal: this.closed.signal, capture: true };
    document.addEventListener("click", ({ target }) => {
      this.isPressed = target instanceof Element && target.closest(FIX) !== null;
      this.hasGoneOn = false;
    }, how);
    for (const name of ["keydown", "pointerdown"]) document.addEventListener(name, () => { this.hasGoneOn = true; }, how);
  }

  close() {
    this.closed.abort();
  }

  /** Once for each fix: whether one was pressed, and whether the focus is to go where it has led. */
  take() {
    const { isPressed, hasGoneOn } = this;
    this.isPressed = false;
    return { isPressed, isLeft: isPressed && !hasGoneOn };
  }
}
