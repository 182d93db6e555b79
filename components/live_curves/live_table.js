// The curves as a table, one row an epoch: for screen readers, and for whoever wants the numbers. Filled while it is open.

import { WORDS, element, number } from "../browser/dom.js";

export class Table {
  constructor(parent, plots) {
    this.plots = plots;
    this.details = element(parent, "details", "fb-live-table");
    element(this.details, "summary", "", "The numbers as a table");
    const scroll = element(this.details, "div", "fb-live-scroll");
    scroll.tabIndex = 0;
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Numbers of each epoch");
    const table = element(scroll, "table");
    element(table, "caption", "", "Each row is one epoch, newest last. Training values are means over the epoch.");
    this.head = element(element(table, "thead"), "tr");
    this.body = element(table, "tbody");
    this.details.addEventListener("toggle", () => this.fill());
  }

  /** Bring the rows up to what has come; cheap where nothing has. */
  fill() {
    if (!this.details.open) return;
    const columns = [];
    for (const { metric, points } of this.plots.plots.values()) {
      if (points.epoch.x.length) columns.push([metric, points.epoch]);
      if (points.val.x.length) columns.push([`val_${metric}`, points.val]);
    }
    const epochs = [...new Set(columns.flatMap(([, line]) => line.x))].sort((a, b) => a - b);
    const mark = `${columns.map(([name]) => name)} ${epochs.length} ${epochs.at(-1)}`;
    if (mark === this.mark) return;
    this.mark = mark;
    this.head.replaceChildren();
    for (const name of ["epoch", ...columns.map(([name]) => name)]) {
      const cell = element(this.head, "th", "", WORDS[name] ?? name);
      cell.scope = "col";
    }
    this.body.replaceChildren();
    const known = columns.map(([name, line]) => [name, new Map(line.x.map((x, i) => [x, line.y[i]]))]);
    for (const epoch of epochs) {
      const row = element(this.body, "tr");
      element(row, "th", "", String(epoch)).scope = "row";
      for (const [name, values] of known) element(row, "td", "", name === "learning_rate" ? String(values.get(epoch) ?? "–") : number(name, values.get(epoch)));
    }
  }
}
