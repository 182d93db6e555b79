// One legend for all plots: which curve is which, and switching each on and off. Our own, since Plotly lays its legend
// out anew with every point, in each plot.

import { element } from "../browser/dom.js";

// key of the trace, its name, a sign that looks like it, and the ink it is drawn in
const ENTRIES = [
  ["batch", "batch", "─", "train"], ["smooth", "smoothed", "━", "train"], ["epoch", "epoch", "●", "train"],
  ["val", "validation", "╍◆╍", "val"], ["best", "best", "★", "star"],
  ["ghostTrain", "ghost, training", "━", "ghost"], ["ghostVal", "ghost, validation", "╍╍", "ghost"],
];

export class Legend {
  /** `toggled(hidden)` is called with the keys that are switched off. */
  constructor(parent, toggled) {
    this.hidden = new Set();
    this.row = element(parent, "div", "fb-live-legend");
    this.row.setAttribute("role", "group");
    this.row.setAttribute("aria-label", "Curves");
    this.entries = ENTRIES.map(([key, name, sign, ink]) => {
      const button = element(this.row, "button", "fb-live-entry");
      button.type = "button";
      button.title = "Shows or hides this curve in all plots.";
      const mark = element(button, "span", "", sign);
      mark.setAttribute("aria-hidden", "true");
      button.append(` ${name}`);
      button.addEventListener("click", () => {
        if (!this.hidden.delete(key)) this.hidden.add(key);
        button.setAttribute("aria-pressed", String(!this.hidden.has(key)));
        toggled(new Set(this.hidden));
      });
      button.setAttribute("aria-pressed", "true");
      return { key, ink, button, mark };
    });
  }

  /** Entries of what is there, in the colours of the page. */
  show(present, colours) {
    for (const { key, ink, button, mark } of this.entries) {
      button.hidden = !present.has(key);
      mark.style.color = colours[ink];
      mark.style.opacity = key === "batch" ? 0.6 : 1;
    }
  }
}
