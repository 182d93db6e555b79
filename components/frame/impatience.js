// Tells a second click that was meant for what was there before from one that is meant for what is there now.

/** Milliseconds after a click in which another one at the same place, but on another page, is taken for an impatient one. */
const PATIENCE = 1200;
/** Milliseconds in which two presses of a key are one double press; for a mouse or a finger the browser knows. */
const DOUBLE_PRESS = 250;
/** Milliseconds for which a page has to be there before what lies where the last click was may be pressed. */
const TIME_TO_SEE = 700;
/** Milliseconds after which a click that is still not answered may be made again. */
const GIVEN_UP = 6000;
/** Pixels by which a hand moves between two clicks. */
const TREMOR = 8;

/**
 * @typedef {{ path: string, label: string, x: number, y: number, byKey: boolean, isDouble: boolean }} Click what was pressed,
 *   and where; `isDouble`: the browser takes it for the second one of a double click
 */

export class Impatience {
  /** @param {() => number} now milliseconds */
  constructor(now) {
    this.now = now;
    /** @type {(Click & { at: number }) | null} */
    this.last = null;
    this.arrival = { path: "", at: -Infinity };
  }

  /**
   * A page has been drawn.
   * @param {string} path
   */
  arrived(path) {
    if (this.arrival.path !== path) this.arrival = { path, at: this.now() };
  }

  /** The focus was led on by a key: what is pressed there next by a key is meant. */
  moved() {
    if (this.last?.byKey) this.last = null;
  }

  /**
   * Whether a click is meant for what it hits.
   * @param {Click} click
   * @param {{ once?: boolean, isBusy?: boolean }} [what] `once`: a button whose meaning changes with each press;
   *   `isBusy`: the page has not yet answered the last click
   */
  accepts(click, { once = false, isBusy = false } = {}) {
    const at = this.now(), last = this.last;
    if (last && this.#isSamePlace(last, click)) {
      const passed = at - last.at;
      if (last.path !== click.path) {
        if (passed < PATIENCE || at - this.arrival.at < TIME_TO_SEE) return false;
      } else if (last.label !== click.label) {
        if (click.isDouble || (click.byKey && passed < DOUBLE_PRESS)) return false;
      } else if (once && (passed < PATIENCE || (isBusy && passed < GIVEN_UP))) return false;
    }
    this.last = { ...click, at };
    return true;
  }

  /**
   * @param {Click} last
   * @param {Click} click
   */
  #isSamePlace(last, click) {
    if (last.byKey || click.byKey) return last.byKey === click.byKey;
    return Math.hypot(last.x - click.x, last.y - click.y) <= TREMOR;
  }
}
