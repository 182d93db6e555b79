// What every page has around it in the browser; see __init__.py.

import { announce, region } from "../browser/announce.js";
import { set } from "../browser/dom.js";
import { loadAhead } from "../try_it/ahead.js";
import { FocusKeeper } from "./focus.js";
import { Impatience } from "./impatience.js";

/**
 * @typedef {{
 *   announcement: { number: number, text: string }, here: number, states: string[], pages: string, runtime: import("../try_it/ahead.js").Runtime,
 * }} Frame `states` are of the pages in order, as words, empty for none
 */

const STEPS = ".st-key-steps";
/** Buttons that mean something else after each press. */
const ONCE = ".st-key-next, .st-key-train, .st-key-test";
/** Keys that lead the focus on. */
const MOVES = /^(?:Tab|Arrow|Home$|End$)/;
const PRESSED = "button, a[data-testid^=stPageLink]";
/** Below it, Streamlit lays its sidebar over the page. */
const NARROW = "(max-width: 768px)";

const impatience = new Impatience(() => performance.now());
let isListening = false;
let announced = 0;
let shown = "";
/** @type {Frame | undefined} */
let latest;

/**
 * Called at the end of each run of the page.
 * @param {import("../browser/dom.js").Component<Frame>} component
 */
export function show({ data }) {
  region();
  listen();
  impatience.arrived(location.pathname);
  latest = data;
  describeSteps();
  if (shown && shown !== location.pathname) arrive();
  shown = location.pathname;
  if (data.announcement.number > announced) announce(data.announcement.text);
  announced = data.announcement.number;
}

function listen() {
  if (isListening) return;
  isListening = true;
  document.addEventListener("click", swallow, true);
  document.addEventListener("keydown", ({ key }) => { if (MOVES.test(key)) impatience.moved(); }, true);
  new FocusKeeper().follow();
  loadAhead(() => latest?.runtime);
  // Links that are drawn anew, also without a run of the page, have lost what was said of them.
  new MutationObserver(() => { if (!document.querySelector(`${STEPS} [aria-current]`)) describeSteps(); })
    .observe(document.body, { childList: true, subtree: true });
  stepOnlyBetweenPages();
}

/** Streamlit makes a step of the browser's history of each change of the address; one step a page is what Back is for. */
function stepOnlyBetweenPages() {
  const push = history.pushState.bind(history);
  history.pushState = (state, unused, url) => {
    const isSamePage = url != null && new URL(url, location.href).pathname === location.pathname;
    if (isSamePage) history.replaceState(state, unused, url);
    else push(state, unused, url);
  };
}

function describeSteps() {
  const steps = document.querySelector(STEPS);
  if (!steps || !latest) return;
  const { here, states, pages } = latest;
  set(steps, { role: "navigation", "aria-label": pages });
  steps.querySelectorAll("a").forEach((link, place) => {
    if (place === here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (states[place]) link.setAttribute("aria-description", states[place]);
    else link.removeAttribute("aria-description");
  });
}

/** On another page: its beginning is in sight, whatever the page before was scrolled to. */
function arrive() {
  document.querySelector("[data-testid=stMain]")?.scrollTo({ top: 0 });
  closeDrawer();
}

function closeDrawer() {
  if (!matchMedia(NARROW).matches) return;
  const close = document.querySelector("[data-testid=stSidebar][aria-expanded=true] [data-testid=stSidebarCollapseButton] button");
  if (close instanceof HTMLElement) close.click();
}

/** @param {MouseEvent} event */
function swallow(event) {
  const target = event.target instanceof Element ? event.target.closest(PRESSED) : null;
  if (!target || !event.isTrusted) return;
  const click = {
    path: location.pathname,
    label: target.textContent ?? "",
    x: event.clientX,
    y: event.clientY,
    byKey: event.detail === 0,
    isDouble: event.detail > 1,
  };
  const isBusy = document.querySelector("[data-testid=stApp][data-test-script-state=running]") !== null;
  if (impatience.accepts(click, { once: target.closest(ONCE) !== null, isBusy })) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}
