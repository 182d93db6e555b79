// One legend for all plots: which curve is which, and switching each on and off. Our own, since Plotly lays its legend
// out again with every point, in each plot.

import { button, element } from "../browser/dom.js";
import { t } from "../browser/i18n.js";

/** @typedef {import("./live_look.js").Ink} Ink */

/** @returns {{ key: string, name: string, sign: string, ink: keyof Ink }[]} `sign` looks like the curve */
const entries = () => [
  { key: "batch", name: t("batch"), sign: "─", ink: "train" },
  { key: "smooth", name: t("smoothed"), sign: "━", ink: "train" },
  { key: "epoch", name: t("epoch"), sign: "●", ink: "train" },
  { key: "val", name: t("validation"), sign: "╍◆╍", ink: "val" },
  { key: "best", name: t("best"), sign: "★", ink: "star" },
  { key: "referenceTrain", name: t("other run, training"), sign: "━", ink: "reference" },
  { key: "referenceVal", name: t("other run, validation"), sign: "╍╍", ink: "reference" },
];

export class Legend {
  /**
   * @param {Element} parent
   * @param {(hidden: Set<string>) => void} toggled called with the keys that are switched off
   */
  constructor(parent, toggled) {
    /** @type {Set<string>} */
    this.hidden = new Set();
    this.row = element(parent, "div", "fb-live-legend", "", { role: "group", "aria-label": t("Curves") });
    this.entries = entries().map(({ key, name, sign, ink }) => {
      const node = button(this.row, "fb-live-entry", "", () => {
        if (!this.hidden.delete(key)) this.hidden.add(key);
        node.setAttribute("aria-pressed", String(!this.hidden.has(key)));
        toggled(new Set(this.hidden));
      }, { title: t("Show or hide this curve in all plots."), "aria-pressed": true });
      const mark = element(node, "span", "", sign, { "aria-hidden": true });
      node.append(` ${name}`);
      return { key, ink, node, mark };
    });
  }

  /**
   * Show the entries of what is there, in the colours of the page.
   * @param {Set<string>} present
   * @param {Ink} colours
   */
  show(present, colours) {
    for (const { key, ink, node, mark } of this.entries) {
      node.hidden = !present.has(key);
      mark.style.color = colours[ink];
      mark.style.opacity = key === "batch" ? "0.6" : "1";
    }
  }
}
