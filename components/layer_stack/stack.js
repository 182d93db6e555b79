// The stack of layers: a table whose rows are selected by a click and moved by mouse, finger or keyboard. No build step.
// Words from a recipe are only ever set as text content.

import { button, element, shown, stylesheet } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { Actions } from "./actions.js";
import { follow } from "./drag.js";
import { Palette } from "./palette.js";
import { drawRow } from "./row.js";
import { applied, neighbour, numbers } from "./stack_model.js";
import { Toolbar } from "./toolbar.js";

/**
 * @typedef {import("./stack_model.js").Stack
 *   & { acknowledged: import("./actions.js").Acknowledged, palette: import("./palette.js").Item[] }} Data
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 * @typedef {import("./actions.js").Action} Action
 */

const STYLE = await stylesheet("./stack.css", import.meta.url);

/** Milliseconds within which the click comes that belongs to a finger going up. */
const CLICK = 60;

class Stack {
  /** @param {Component} component */
  constructor({ data, parentElement }) {
    this.data = data;
    /** What the page sent last, unless something has been done here since. */
    this.known = "";
    /** Whether a finger or a mouse button is down; the page's answer meanwhile. */
    this.held = false;
    /** @type {Component | undefined} */
    this.late = undefined;
    /** Whether another part of the page was just in use: the page may be about to tell of one more change. */
    this.isOutdated = false;
    /** @type {string | undefined} */
    this.refocus = undefined;
    this.host = element(parentElement, "section", "fb-stack", "", { "aria-label": t("The stack of layers") });
    element(this.host, "style", "", STYLE);
    this.host.addEventListener("pointerdown", () => this.hold(), true);
    this.host.addEventListener("focusin", ({ relatedTarget }) => this.usedAfter(relatedTarget));
    const layers = element(this.host, "div");
    this.toolbar = new Toolbar(layers, (name) => this.press(name), (node) => this.usedAfter(node));
    this.table = element(layers, "div", "fb-stack-table");
    this.said = element(this.host, "p", "fb-stack-said", "", { "aria-live": "polite" });
    this.actions = new Actions((pending) => {
      this.host.dataset.pending = String(pending.length);
      this.host.classList.toggle("fb-stack-waiting", this.actions.isUnknown);
    });
    this.palette = new Palette(this.host, (kind) => this.ask({ do: "add", place: this.data.place, kind }));
  }

  close() {
    this.toolbar.close();
    this.actions.close();
    this.host.remove();
  }

  /** An answer that comes while a finger or a button is down waits: a row that is redrawn loses its drag, or its click. */
  hold() {
    this.usedAfter(document.activeElement);
    if (this.held) return;
    const released = new AbortController();
    const release = () => {
      released.abort();
      setTimeout(() => {
        this.held = false;
        const late = this.late;
        this.late = undefined;
        if (late && this.host.isConnected) this.answered(late);
      }, CLICK);
    };
    this.held = true;
    for (const name of ["pointerup", "pointercancel"]) window.addEventListener(name, release, { signal: released.signal });
  }

  /**
   * A field tells the page of its new value only when it loses the focus, so that what Undo brings is not known then.
   * @param {unknown} node what had the focus until now
   */
  usedAfter(node) {
    if (node instanceof Element && node !== document.body && !this.host.contains(node)) this.isOutdated = true;
  }

  /** The page has run: draw the stack again, with the focus where it was.
   * @param {Component} component
   */
  answered(component) {
    if (this.held) {
      this.late = component;
      return;
    }
    this.isOutdated = false;
    this.actions.acknowledge(component.data.acknowledged, (message) => component.setTriggerValue("actions", message));
    if (this.actions.isAhead) return;
    const data = JSON.stringify(component.data);
    if (data === this.known) return;
    this.known = data;
    this.data = component.data;
    this.draw();
    this.palette.show(this.data);
  }

  draw() {
    const { rows, chosen, front, answer } = this.data;
    const focused = document.activeElement;
    const focus = this.refocus ?? (focused instanceof HTMLElement && this.table.contains(focused) ? focused.dataset.id : undefined);
    this.refocus = undefined;
    this.table.replaceChildren();
    const head = element(this.table, "div", "fb-stack-head", "", { "aria-hidden": true });
    for (const word of ["", t("Layer"), t("Output"), t("Parameters"), t("Computing"), ""]) element(head, "span", "", word);
    this.drawData();
    const list = element(this.table, "ol", "fb-stack-list");
    const counted = numbers(rows);
    rows.forEach((row, place) => {
      drawRow(list, row, { place, number: counted[place], chosen: place === chosen && !front }, {
        drag: (event, line, from) => follow(event, line, (to) => {
          if (to !== undefined && to !== from) this.move(from, to, `handle ${to}`);
          else this.draw();
        }),
        walk: (event, from, part) => this.walk(event, from, part),
        choose: (at) => this.ask({ do: "choose", place: at }),
        turn: (at) => this.ask({ do: "switch", place: at }),
      });
    });
    if (!rows.length) element(this.table, "p", "fb-stack-empty", t("No layers yet. Add the first one below, or use Start from."));
    this.end(t("Answer"), answer.what, "", answer.parameters);
    this.toolbar.show(this.data);
    if (focus) this.focus(focus);
  }

  /**
   * @param {string} title
   * @param {string} what
   * @param {string} shape
   * @param {string} [more]
   */
  end(title, what, shape, more = "") {
    const line = element(this.table, "div", "fb-stack-end");
    element(line, "span");
    const words = element(line, "span");
    element(words, "strong", "", title).after(` ${what}`);
    element(line, "span", "", shape);
    element(line, "span", "fb-stack-more", more);
    return { line, words };
  }

  /** The data can be selected too, as the place below which the next layer goes. */
  drawData() {
    const { input, front } = this.data;
    const { line, words } = this.end(t("Data"), input.what, input.shape);
    line.classList.toggle("fb-stack-chosen", front);
    const inside = [...words.childNodes];
    button(words, "fb-stack-name fb-stack-front", "", () => this.ask({ do: "front", place: 0 }), {
      title: t("Add the next layer at the top"), "data-id": "front", "aria-label": t("Data: add the next layer at the top"), "aria-pressed": front,
    }).append(...inside);
  }

  /**
   * Arrow keys on a name go to its neighbour; on a handle, or with Alt, they take the layer along.
   * @param {KeyboardEvent} event
   * @param {number} place
   * @param {"handle" | "row"} part
   */
  walk(event, place, part) {
    const isRemoval = event.key === "Delete" && part === "row";
    if (!isRemoval && event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    const to = neighbour(event.key, place, this.data.rows.length);
    if (isRemoval) this.ask({ do: "remove", place });
    else if (to !== undefined && (part === "handle" || event.altKey)) this.move(place, to, `${part} ${to}`);
    else if (to !== undefined) this.focus(`row ${to}`);
  }

  /**
   * Focus a button of the table; the selected layer where it is gone.
   * @param {string} id
   */
  focus(id) {
    const found = this.table.querySelector(`[data-id="${id}"]`) ?? this.table.querySelector(".fb-stack-chosen .fb-stack-name");
    if (found instanceof HTMLElement) found.focus();
  }

  /**
   * @param {number} place
   * @param {number} to
   * @param {string} [focus]
   */
  move(place, to, focus) {
    const { rows } = this.data;
    if (to < 0 || to >= rows.length || to === place) return;
    this.refocus = focus;
    this.said.textContent = t("{kind} is now layer {number} of {count}.", { kind: rows[place].kind, number: to + 1, count: rows.length });
    this.ask({ do: "move", place, to });
  }

  /**
   * A button of the toolbar.
   * @param {import("./toolbar.js").Name} name
   */
  press(name) {
    const { chosen: place } = this.data;
    if (name === "undo" || name === "redo") this.back(name);
    else if (name === "up" || name === "down") this.move(place, place + (name === "up" ? -1 : 1));
    else this.ask({ do: name, place });
  }

  /**
   * Do something to the stack. It shows at once; the page's answer then says what has become of shapes and problems.
   * @param {Action} action
   */
  ask(action) {
    if (this.actions.isUnknown) {
      this.draw(); // the place that is meant may be another layer's in a moment
      return;
    }
    /** @type {[string, boolean][]} */
    const layers = this.data.rows.map(({ kind, off }) => [kind, !off]);
    this.data = applied(this.data, action);
    this.known = "";
    this.draw();
    this.actions.dispatch({ ...action, layers });
  }

  /**
   * One step back, or forth again. Where nobody knows what it brings, the page's answer shows it.
   * @param {"undo" | "redo"} name
   */
  back(name) {
    const isKnown = !this.isOutdated && !this.actions.isUnknown && !!this.data[name];
    this.data = applied(isKnown ? this.data : { ...this.data, undo: null, redo: null }, { do: name });
    this.known = "";
    if (isKnown) this.draw();
    else this.toolbar.show(this.data);
    this.actions.dispatch({ do: name }, isKnown);
  }
}

export const show = shown(Stack);
