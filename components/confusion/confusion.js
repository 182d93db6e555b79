// The confusion matrix as a table: each cell that is not empty is a button, and the arrow keys lead from one to another.

import { bringIntoView, button, element, shown, stylesheet } from "../browser/dom.js";
import { number, percent } from "../browser/formats.js";
import { n, t } from "../browser/i18n.js";
import { isShort, neighbour, strongest, tints } from "./cells.js";

/**
 * @typedef {{ classes: number[], names: string[], counts: number[][], rows: number[], chosen: [number, number] | null, language: string }} Data
 *   `classes`: the number of each class that is drawn; `counts`: by true class and answer; `rows`: of each class, in all
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 * @typedef {import("./cells.js").Place} Place
 */

const STYLE = await stylesheet("./confusion.css", import.meta.url);
/** @type {Map<string, [number, number]>} */
const ARROWS = new Map([["ArrowUp", [-1, 0]], ["ArrowDown", [1, 0]], ["ArrowLeft", [0, -1]], ["ArrowRight", [0, 1]]]);

/** So few classes have their names written level, however long. */
const FEW = 4;

class Matrix {
  /** @param {Component} component */
  constructor(component) {
    this.component = component;
    this.drawn = "";
    /** @type {HTMLButtonElement[][]} by row and column; empty cells have none */
    this.buttons = [];
    this.box = element(component.parentElement, "div", "fb-matrix");
    element(this.box, "style", "", STYLE);
    this.frame = element(this.box, "div", "fb-matrix-frame");
    this.legend = element(this.box, "p", "fb-matrix-legend");
    this.frame.addEventListener("keydown", (event) => this.move(event));
  }

  close() {
    this.box.remove();
  }

  /** @param {Component} component */
  answered(component) {
    this.component = component;
    const { chosen, classes, names, counts, language } = component.data;
    const wanted = JSON.stringify([names, counts, language]);
    if (wanted !== this.drawn) this.draw();
    this.drawn = wanted;
    const place = chosen && /** @type {Place} */ (chosen.map((one) => classes.indexOf(one)));
    for (const [row, line] of this.buttons.entries()) {
      for (const [column, one] of line.entries()) one?.setAttribute("aria-pressed", String(row === place?.[0] && column === place[1]));
    }
    this.stop(place?.every((one) => one >= 0) ? place : neighbour(counts, [0, -1], [0, 1]) ?? strongest(counts));
  }

  draw() {
    const { names, counts } = this.component.data;
    const table = document.createElement("table");
    element(table, "caption", "fb-hidden", t("Confusion matrix: how often each true class, a row, was given each answer, a column"));
    const head = element(element(table, "thead"), "tr");
    const corner = element(head, "td", "fb-matrix-corner");
    element(corner, "span", "", t("Answer →"));
    element(corner, "span", "", t("True class ↓"));
    const long = names.length > FEW && !names.every(isShort) ? "fb-matrix-long" : "";
    for (const name of names) element(element(head, "th", long, "", { scope: "col", title: name }), "span", "", name);
    const body = element(table, "tbody");
    this.buttons = names.map((name, row) => {
      const line = element(body, "tr");
      element(element(line, "th", "", "", { scope: "row", title: name }), "span", "", name);
      return this.line(line, row);
    });
    this.frame.replaceChildren(table);
    this.explain(counts);
  }

  /**
   * @param {HTMLTableRowElement} line
   * @param {number} row
   */
  line(line, row) {
    const { classes, names, counts, rows } = this.component.data;
    const shades = tints(counts, rows);
    /** @type {HTMLButtonElement[]} */
    const made = [];
    for (const [column, count] of counts[row].entries()) {
      const cell = element(line, "td");
      if (!count) continue;
      const parameters = { true: names[row], answer: names[column], count: number(count), share: percent(count / rows[row], 1) };
      const label = row === column
        ? t("{count}: {true} recognised, {share} of this class", parameters)
        : t("{count}: {true} taken for {answer}, {share} of this class", parameters);
      const press = () => this.press({ true: classes[row], answer: classes[column] });
      made[column] = button(cell, row === column ? "fb-matrix-right" : "fb-matrix-wrong", number(count), press, { "aria-label": label, title: label, tabindex: -1 });
      made[column].style.setProperty("--tint", String(shades[row][column]));
      made[column].addEventListener("focus", () => this.stop([row, column]));
    }
    return made;
  }

  /**
   * Choose a cell. Where its examples are below the fold, as on a phone, they are brought into view.
   * @param {{ true: number, answer: number }} cell
   */
  press(cell) {
    this.component.setTriggerValue("cell", cell);
    const examples = document.querySelector(".st-key-cell-examples");
    const { top = 0, bottom = 1 } = examples?.getBoundingClientRect() ?? {};
    if (bottom < 0 || top > 0.75 * innerHeight) bringIntoView(examples);
  }

  /** @param {number[][]} counts */
  explain(counts) {
    const most = Math.max(0, ...counts.flatMap((line, row) => line.filter((_, column) => column !== row)));
    this.legend.replaceChildren();
    this.means("fb-matrix-right", t("right: the stronger the colour, the more of its class"));
    if (!most) return;
    this.means("fb-matrix-wrong", n("wrong: once each", "wrong: the stronger the colour, the more often, up to {most} times", most, { most: number(most) }));
    this.means("", t("empty: never"));
  }

  /**
   * @param {string} kind
   * @param {string} text
   */
  means(kind, text) {
    const pair = element(this.legend, "span");
    if (kind) element(pair, "i", `fb-matrix-swatch ${kind}`);
    element(pair, "span", "", text);
  }

  /**
   * The one cell that Tab leads to.
   * @param {Place | undefined} place
   */
  stop(place) {
    for (const line of this.buttons) for (const one of line) if (one) one.tabIndex = -1;
    const here = place && this.buttons[place[0]]?.[place[1]];
    if (here) here.tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  move(event) {
    const step = ARROWS.get(event.key);
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const row = this.buttons.findIndex((line) => line.some((one) => one === event.target));
    if (row < 0) return;
    event.preventDefault();
    const column = this.buttons[row].findIndex((one) => one === event.target);
    const next = neighbour(this.component.data.counts, [row, column], step);
    if (next) this.buttons[next[0]][next[1]].focus();
  }
}

export const show = shown(Matrix);
