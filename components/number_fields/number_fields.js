// What the browser's own number fields lack; see __init__.py. One set of listeners serves every field of every page.

import { t } from "../browser/i18n.js";

const STEPS = "[data-testid=stNumberInputStepUp], [data-testid=stNumberInputStepDown]";
const BY_FACTORS = "[class*=st-key-steps-by-factors]";
let isListening = false;

/** Called at each run of the page. */
export function show() {
  if (isListening) return;
  isListening = true;
  // Before Streamlit and the browser see them.
  document.addEventListener("beforeinput", takeComma, true);
  document.addEventListener("click", stepOnClick, true);
  document.addEventListener("keydown", stepOnKey, true);
}

/**
 * The next number of 1, 2, 5, 10, 20, 50, … or 0.5, 0.2, 0.1, …
 * @param {number} value above 0
 * @param {boolean} up
 */
export function nextByFactor(value, up) {
  const power = Math.floor(Math.log10(value));
  const ladder = [-1, 0, 1].flatMap((more) => [1, 2, 5].map((digit) => Number(`${digit}e${power + more}`)));
  const margin = 1e-9 * value; // 0.3 - 0.1 is not quite 0.2
  const beyond = ladder.filter((one) => (up ? one > value + margin : one < value - margin));
  return up ? beyond[0] : beyond[beyond.length - 1];
}

/**
 * A number with a decimal comma as the field takes it; null for what is no number with one.
 * @param {string} text
 */
export function withPoint(text) {
  return /^\s*[-+]?\d*,\d*\s*$/.test(text) ? text.trim().replace(",", ".") : null;
}

/** @param {InputEvent} event */
function takeComma(event) {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || field.type !== "number") return;
  const text = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
  const isSecond = /^[.,]$/.test(text) && field.value.includes(".") && String(getSelection()) === "";
  if (!isSecond && /^[\d\s.eE+-]*$/.test(text)) return;
  event.preventDefault();
  const number = withPoint(text);
  if (number !== null && !isSecond) {
    document.execCommand("insertText", false, number);
  } else {
    // Nobody can say which number is meant. The browser would leave the sign out without a word.
    field.setCustomValidity(t("“{text}” was left out. Write a number with one decimal sign and no others, such as 0.01.", { text }));
    field.reportValidity();
    field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
  }
}

/** @param {MouseEvent} event */
function stepOnClick(event) {
  const button = event.target instanceof Element ? event.target.closest(STEPS) : null;
  const field = button?.closest(BY_FACTORS)?.querySelector("input[type=number]");
  if (button && field instanceof HTMLInputElement) step(event, field, button.matches("[data-testid=stNumberInputStepUp]"));
}

/** @param {KeyboardEvent} event */
function stepOnKey(event) {
  const field = event.target;
  if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
  if (field instanceof HTMLInputElement && field.type === "number" && field.closest(BY_FACTORS)) step(event, field, event.key === "ArrowUp");
}

/**
 * @param {Event} event
 * @param {HTMLInputElement} field
 * @param {boolean} up
 */
function step(event, field, up) {
  const value = field.valueAsNumber;
  if (!(value > 0)) return; // an empty field, or 0: Streamlit's own step
  event.preventDefault();
  event.stopImmediatePropagation();
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, String(nextByFactor(value, up)));
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
}
