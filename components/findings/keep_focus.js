// A fix takes its own button off the page, and the browser then forgets where the focus was: it goes to what is left.

const LIST = "[class*=st-key-findings-]";
const FIX = "[class*=st-key-fix-] button";
const RUNNING = "[data-testid=stApp][data-test-script-state=running]";
const EVERY_MS = 50;
const LONGEST_MS = 20_000;
let isListening = false;

/** Called at each run of a page that has such a list. */
export function show() {
  if (isListening) return;
  isListening = true;
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest(FIX) : null;
    const list = button?.closest(LIST);
    if (button && list) follow(button, list.className, performance.now() + LONGEST_MS, false);
  }, true);
}

/**
 * @param {Element} button that was pressed
 * @param {string} list the classes of its list
 * @param {number} until when to give up
 * @param {boolean} hasRun whether the page has been run since
 */
function follow(button, list, until, hasRun) {
  const isRunning = document.querySelector(RUNNING) !== null;
  const isLost = document.activeElement === document.body;
  if (performance.now() > until || (!isLost && document.activeElement !== button)) return;
  if (isRunning || !hasRun) setTimeout(() => follow(button, list, until, hasRun || isRunning || isLost), EVERY_MS);
  else if (isLost) nextPlace(list)?.focus();
}

/**
 * The next fix of the list, or of another one; where none is left, the title of the page.
 * @param {string} list
 * @returns {HTMLElement | null}
 */
function nextPlace(list) {
  const lists = [...document.querySelectorAll(LIST)].sort((one) => (one.className === list ? -1 : 0));
  const buttons = lists.flatMap((one) => [...one.querySelectorAll(FIX)]);
  if (buttons[0] instanceof HTMLElement) return buttons[0];
  const title = document.querySelector("h1");
  title?.setAttribute("tabindex", "-1");
  return title;
}
