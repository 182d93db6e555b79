// The curves as a table, one row an epoch: for screen readers and for those who want the numbers. Filled while it is open.

import { element } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { metricName, metricValue } from "./metrics.js";

/**
 * @typedef {import("./live_plots.js").Line} Line
 * @typedef {{ metric: string, points: { epoch: Line, val: Line } }} Curves
 */

/**
 * The cells of the table, as texts; the first column is the epoch.
 * @param {Iterable<Curves>} plots
 * @returns {{ head: string[], rows: string[][] }}
 */
export function tableOf(plots) {
  /** @type {[string, Line][]} */
  const columns = [];
  for (const { metric, points } of plots) {
    if (points.epoch.x.length) columns.push([metric, points.epoch]);
    if (points.val.x.length) columns.push([`val_${metric}`, points.val]);
  }
  const epochs = [...new Set(columns.flatMap(([, line]) => line.x))].sort((one, other) => one - other);
  const known = columns.map(([name, line]) => ({ name, values: new Map(line.x.map((x, i) => [x, line.y[i]])) }));
  return {
    head: [t("Epoch"), ...columns.map(([name]) => metricName(name) ?? name)],
    rows: epochs.map((epoch) => [String(epoch), ...known.map(({ name, values }) => cell(name, values.get(epoch)))]),
  };
}

/**
 * @param {string} metric
 * @param {number | null | undefined} value
 */
const cell = (metric, value) => (metric === "learning_rate" ? String(value ?? "–") : metricValue(metric, value));

export class Table {
  /**
   * @param {Element} parent
   * @param {import("./live_plots.js").Plots} plots
   */
  constructor(parent, plots) {
    this.plots = plots;
    this.mark = "";
    this.details = element(parent, "details", "fb-live-details fb-live-table");
    element(this.details, "summary", "", t("The numbers as a table"));
    const scroll = element(this.details, "div", "fb-live-scroll", "", { tabindex: 0, role: "region", "aria-label": t("Numbers of each epoch") });
    const table = element(scroll, "table");
    element(table, "caption", "", t("Each row is one epoch, the newest last. Training values are averages over the epoch."));
    this.head = element(element(table, "thead"), "tr");
    this.body = element(table, "tbody");
    this.details.addEventListener("toggle", () => this.fill());
  }

  /** Bring the rows up to date; cheap where nothing has come. */
  fill() {
    if (!this.details.open) return;
    const ends = (/** @type {Line} */ { x }) => [x.length, x.at(-1)];
    const mark = JSON.stringify([...this.plots.plots.values()].map(({ metric, points }) => [metric, ends(points.epoch), ends(points.val)]));
    if (mark === this.mark) return;
    this.mark = mark;
    const { head, rows } = tableOf(this.plots.plots.values());
    this.head.replaceChildren();
    for (const name of head) element(this.head, "th", "", name).scope = "col";
    this.body.replaceChildren();
    for (const [epoch, ...values] of rows) {
      const row = element(this.body, "tr");
      element(row, "th", "", epoch).scope = "row";
      for (const value of values) element(row, "td", "", value);
    }
  }
}
