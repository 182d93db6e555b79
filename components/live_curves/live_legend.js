// One legend for all plots: which curve is which, and switching each on and off. Our own, since Plotly lays its legend
// out again with every point, in each plot. A toolbar: one tab stop, arrow keys lead from entry to entry.

import { button, element } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { curveNames } from "./live_look.js";

/** @typedef {import("./live_look.js").Ink} Ink */
/** @typedef {keyof ReturnType<typeof curveNames>} Key */

/** What looks like the curve, and its colour.
 * @type {[Key, string, keyof Ink][]}
 */
const SIGNS = [
  ["batch", "─", "batch"], ["smooth", "━", "train"], ["epoch", "●", "train"], ["val", "╍◆╍", "val"], ["best", "★", "star"],
  ["referenceTrain", "━", "reference"], ["referenceVal", "╍╍", "reference"],
];
/** What else is drawn, which cannot be switched off: its sign, its colour and its words.
 * @type {() => [string, string, keyof Ink, string][]}
 */
const marks = () => [["saved", "╻", "star", t("weights saved")], ["span", "▒", "val", t("what the coach writes about")]];
/** @type {Record<string, (at: number, count: number) => number>} */
const STEPS = {
  ArrowRight: (at, count) => (at + 1) % count, ArrowDown: (at, count) => (at + 1) % count,
  ArrowLeft: (at, count) => (at + count - 1) % count, ArrowUp: (at, count) => (at + count - 1) % count,
  Home: () => 0, End: (_, count) => count - 1,
};

export class Legend {
  /**
   * @param {Element} parent
   * @param {(hidden: Set<string>) => void} toggled called with the keys that are switched off
   */
  constructor(parent, toggled) {
    /** @type {Set<string>} */
    this.hidden = new Set();
    this.row = element(parent, "div", "fb-live-legend", "", { role: "toolbar", "aria-label": t("Curves: show or hide") });
    const names = curveNames();
    this.entries = SIGNS.map(([key, sign, ink]) => {
      const node = button(this.row, "fb-live-entry", "", () => {
        if (!this.hidden.delete(key)) this.hidden.add(key);
        node.setAttribute("aria-pressed", String(!this.hidden.has(key)));
        toggled(new Set(this.hidden));
      }, { title: t("Show or hide this curve in all charts."), "aria-pressed": true, tabindex: -1 });
      const mark = element(node, "span", "", sign, { "aria-hidden": true });
      element(node, "span", "", names[key]);
      node.hidden = true;
      return { key, ink, node, mark };
    });
    const row = element(parent, "p", "fb-live-legend fb-live-marks");
    this.marks = marks().map(([key, sign, ink, words]) => {
      const node = element(row, "span", "fb-live-mark");
      const mark = element(node, "span", "", sign, { "aria-hidden": true });
      element(node, "span", "", words);
      node.hidden = true;
      return { key, ink, node, mark };
    });
    this.row.addEventListener("keydown", (event) => this.pressed(event));
    this.row.addEventListener("focusin", ({ target }) => this.stopAt(/** @type {Element} */ (target)));
  }

  get shown() {
    return this.entries.map(({ node }) => node).filter((node) => !node.hidden);
  }

  /** @param {KeyboardEvent} event */
  pressed(event) {
    const shown = this.shown, at = shown.findIndex((node) => node === document.activeElement);
    const step = STEPS[event.key];
    if (!step || at < 0) return;
    event.preventDefault();
    shown[step(at, shown.length)].focus();
  }

  /**
   * The entry at which the Tab key stops.
   * @param {Element | undefined} entry
   */
  stopAt(entry) {
    for (const { node } of this.entries) node.tabIndex = node === entry ? 0 : -1;
  }

  /**
   * Show the entries of what is there, in the colours of the page.
   * @param {Set<string>} present curves, and `saved` or `span`
   * @param {Ink} colours
   */
  show(present, colours) {
    for (const { key, ink, node, mark } of [...this.entries, ...this.marks]) {
      node.hidden = !present.has(key);
      mark.style.color = colours[ink];
    }
    const shown = this.shown;
    if (!shown.some((node) => node.tabIndex === 0)) this.stopAt(shown[0]);
  }
}
