// An example that is a row of numbers: a field for each.

import { element, setText } from "../browser/dom.js";
import { t } from "../browser/i18n.js";

/**
 * @typedef {import("./network.js").Description} Description
 * @typedef {import("./examples.js").Example} Example
 */

/** Fields at most; the rest keep the numbers of the example, or their mean. */
const MOST_FIELDS = 40;

export class RowPart {
  /**
   * @param {Element} parent
   * @param {Description} description
   * @param {(input: import("./try_it.js").Input) => void} changed
   */
  constructor(parent, { scaling, features = [] }, changed) {
    this.changed = changed;
    this.mean = scaling?.mean ?? [];
    this.deviation = scaling?.deviation ?? [];
    this.row = [...this.mean];
    this.isExample = false;
    const title = element(parent, "h2", "fb-try-title", t("Your numbers"));
    title.id = "fb-try-numbers-title";
    const list = element(parent, "div", "fb-try-fields", "", { role: "group", "aria-labelledby": title.id });
    this.fields = this.row.slice(0, MOST_FIELDS).map((_, place) => {
      const label = element(list, "label", "fb-try-field");
      element(label, "span", "", features[place] ?? String(place + 1), { translate: "no" });
      const field = element(label, "input", "", "", { type: "number", step: "any" });
      field.addEventListener("input", () => {
        this.row[place] = field.value === "" ? NaN : Number(field.value);
        this.isExample = false;
        this.tell();
      });
      return field;
    });
    this.said = element(parent, "p", "fb-try-note");
    this.show();
  }

  /** @param {Example} example */
  take({ row }) {
    if (row) this.row = [...row];
    this.isExample = row !== undefined;
    this.show();
  }

  show() {
    this.fields.forEach((field, place) => { field.value = String(this.row[place]); });
    this.tell();
  }

  tell() {
    const isWhole = this.row.every(Number.isFinite);
    setText(this.said, isWhole ? "" : t("A number is missing."));
    this.changed({ x: isWhole ? this.scaled(this.row) : null, isExample: this.isExample, why: t("Type a number into each field.") });
  }

  /** @param {number[]} row */
  scaled(row) {
    return Float32Array.from(row, (value, i) => (value - this.mean[i]) / this.deviation[i]);
  }

  /** @param {Example} example */
  numbers({ row }) {
    return row ? this.scaled(row) : null;
  }

  explain() {}

  close() {}
}
