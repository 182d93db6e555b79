// Keeps the focus near where it was when the element that had it goes away, so that nobody who uses the keyboard or a
// screen reader is thrown back to the top of the page without a word.

const RUNNING = "[data-testid=stApp][data-test-script-state=running]";
/** What can be pressed; a field would open the keyboard of a phone. */
const FOCUSABLE = "a[href], button, summary, [tabindex]";
/** A part of a page: a container that has a name, or something of ours. */
const PART = "[class*=st-key-], [class^=fb-]";
/** A fix of a finding, which takes itself off the page: the next one follows. */
const FIX = "[class*=st-key-fix-]";
const DIALOG = "[role=dialog]";
const LOOK_AGAIN = 150; // milliseconds
const MOST_LOOKS = 60;
/** How often in a row the page has to be at rest: between a click and its answer it is for a moment, too. */
const RESTS = 3;

export class FocusKeeper {
  constructor() {
    /** @type {Element[]} what had the focus last, and what it was in, from the inside out */
    this.last = [];
    /** @type {Element | null} what had the focus last outside dialogs: a dialog gives it back, but not always once it has changed the page */
    this.outside = null;
    this.path = "";
    this.isWaiting = false;
  }

  follow() {
    document.addEventListener("focusin", ({ target }) => this.#remember(target), true);
    document.addEventListener("focusout", ({ target, relatedTarget }) => { if (!relatedTarget) this.#forget(target); }, true);
    const observer = new MutationObserver(() => this.#look());
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["disabled"] });
    this.#remember(document.activeElement); // a quick finger was there before this code
  }

  /** @param {EventTarget | null} target */
  #remember(target) {
    if (!(target instanceof Element) || target === document.body) return;
    this.last = [];
    for (let one = /** @type {Element | null} */ (target); one && one !== document.body; one = one.parentElement) this.last.push(one);
    if (!target.closest(DIALOG)) this.outside = target;
    this.path = location.pathname;
  }

  /**
   * Somebody has clicked on empty space: nothing is lost, and nothing takes the focus later on.
   * @param {EventTarget | null} target what had the focus
   */
  #forget(target) {
    queueMicrotask(() => {
      const isThere = target instanceof Element && target.isConnected && !target.matches(":disabled");
      if (isThere && document.hasFocus() && document.activeElement === document.body) this.last = [];
    });
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

  /** On another page its title; on the same one the next fix, what had opened a dialog, or what is left of the part that it was in. */
  #heir() {
    const title = document.querySelector("[data-testid=stMain] h1");
    if (this.path !== location.pathname) return title;
    if (this.last.some((one) => one.matches(FIX))) return document.querySelector(`${FIX} button`) ?? title;
    if (this.last.some((one) => one.matches(DIALOG)) && this.outside?.isConnected && !this.outside.matches(":disabled")) return this.outside;
    const part = this.last.find((one) => one.isConnected && one.matches(PART));
    const inside = part && [...part.querySelectorAll(FOCUSABLE)].find((one) => !one.matches(":disabled, [tabindex='-1']") && one.checkVisibility());
    return inside ?? title;
  }
}

/** @param {Element | null} element */
function focusOn(element) {
  if (!(element instanceof HTMLElement)) return;
  if (!element.matches(FOCUSABLE)) element.tabIndex = -1;
  element.focus({ preventScroll: true });
}
