// Keeps the focus near where it was when the element that had it goes away, so that nobody who uses the keyboard or a
// screen reader is thrown back to the top of the page without a word.

const RUNNING = "[data-testid=stApp][data-test-script-state=running]";
const FOCUSABLE = "a[href], button, input, select, textarea, summary, [tabindex]";
const LOOK_AGAIN = 150; // milliseconds
const MOST_LOOKS = 60;
/** How often in a row the page has to be at rest: between a click and its answer it is for a moment, too. */
const RESTS = 3;

export class FocusKeeper {
  constructor() {
    /** @type {Element[]} what had the focus last, and what it was in, from the inside out */
    this.last = [];
    this.path = "";
    this.isWaiting = false;
  }

  follow() {
    document.addEventListener("focusin", ({ target }) => this.#remember(target), true);
    const observer = new MutationObserver(() => this.#look());
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
  }

  /** @param {EventTarget | null} target */
  #remember(target) {
    if (!(target instanceof Element) || target === document.body) return;
    this.last = [];
    for (let one = /** @type {Element | null} */ (target); one && one !== document.body; one = one.parentElement) this.last.push(one);
    this.path = location.pathname;
  }

  #isLost() {
    const [had] = this.last;
    return document.activeElement === document.body && had !== undefined && (!had.isConnected || had.matches(":disabled"));
  }

  #look() {
    if (this.isWaiting || !this.#isLost()) return;
    this.isWaiting = true;
    this.#await(MOST_LOOKS, 0);
  }

  /**
   * Wait until the page has answered: what had the focus may have come back by then, or something else taken it.
   * @param {number} looks how often to look again
   * @param {number} rests how often in a row the page was at rest
   */
  #await(looks, rests) {
    if (looks > 0 && rests < RESTS) {
      const isRunning = document.querySelector(RUNNING) !== null;
      setTimeout(() => this.#await(looks - 1, isRunning ? 0 : rests + 1), LOOK_AGAIN);
      return;
    }
    this.isWaiting = false;
    if (this.#isLost()) focusOn(this.#heir());
  }

  /** On another page its title; on the same one what is left around the place. */
  #heir() {
    const title = document.querySelector("[data-testid=stMain] h1");
    if (this.path !== location.pathname) return title;
    const main = document.querySelector("[data-testid=stMain]");
    const around = this.last.find((one) => one.isConnected && !one.matches(":disabled"));
    if (!around || around === main || around.contains(main) || around.contains(title)) return title;
    const inside = [...around.querySelectorAll(FOCUSABLE)].find((one) => !one.matches(":disabled, [tabindex='-1']") && one.checkVisibility());
    return inside ?? around;
  }
}

/** @param {Element | null} element */
function focusOn(element) {
  if (!(element instanceof HTMLElement)) return;
  if (!element.matches(FOCUSABLE)) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
