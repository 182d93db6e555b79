// The stack of layers: a grid whose rows are selected by a click and moved by mouse, finger or keyboard. No build step.
// Words from a recipe are only ever set as text content.

import { announce } from "../browser/announce.js";
import { button, element, shown, stylesheet } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { Actions } from "./actions.js";
import { follow } from "./drag.js";
import { FixWatch } from "./fix_watch.js";
import { Palette } from "./palette.js";
import { rove } from "./roving.js";
import { cell, drawHead, drawLink, drawRow, part } from "./row.js";
import { applied, changedPlace, neighbour, numbers, told } from "./stack_model.js";
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
/** Milliseconds for which a new row slides in, or a row that a fix has changed is lit; stack.css has the same. */
const MOTION = 200;
/** Where the data stands above the layers. */
const DATA = -1;

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
    /** The row that moves for a moment, so that it is seen what has changed. */
    this.lively = { place: DATA, how: "", since: -Infinity };
    this.host = element(parentElement, "section", "fb-stack", "", { "aria-labelledby": "fb-stack-title" });
    element(this.host, "style", "", STYLE);
    element(this.host, "h2", "fb-hidden", t("Layers"), { id: "fb-stack-title" });
    const keys = t("Up and down lead from row to row, left and right through a row. On the handle, or with Alt, up and down move the layer. Delete removes it.");
    element(this.host, "p", "", keys, { id: "fb-stack-keys", hidden: "" });
    this.host.addEventListener("pointerdown", () => this.hold(), true);
    this.host.addEventListener("focusin", ({ relatedTarget }) => this.usedAfter(relatedTarget));
    const layers = element(this.host, "div");
    this.toolbar = new Toolbar(layers, (name) => this.press(name), (node) => this.usedAfter(node));
    this.table = element(layers, "div", "fb-stack-table", "", { role: "grid", "aria-label": t("Layers"), "aria-describedby": "fb-stack-keys" });
    drawHead(this.group());
    this.top = this.group();
    this.list = this.group();
    this.list.className = "fb-stack-list";
    this.bottom = this.group();
    this.empty = element(layers, "p", "fb-stack-empty", t("No layers yet. Add the first one below, or use Start from."));
    /** @type {WeakMap<Element, string>} what each row shows */
    this.looks = new WeakMap();
    /** @type {import("./row.js").Handlers} */
    this.handlers = {
      drag: (event, dragged, from) => follow(event, dragged, (to) => {
        if (to !== undefined && to !== from) this.move(from, to, `handle ${to}`);
        else this.draw();
      }),
      choose: (place) => this.ask({ do: "choose", place }),
      turn: (place) => this.ask({ do: "switch", place }),
      add: (place) => this.addAfter(place),
    };
    this.settle = rove(this.table, () => this.find(`row ${this.place}`), (event, from) => this.walk(event, from));
    this.actions = new Actions((pending) => {
      this.host.dataset.pending = String(pending.length);
      this.host.classList.toggle("fb-stack-waiting", this.actions.isUnknown);
    });
    this.palette = new Palette(
      this.host,
      (kind) => this.ask({ do: "add", place: this.data.place, kind }, this.palette.chosen ? `row ${this.data.place}` : undefined),
      () => this.focus(`add ${this.place}`),
    );
    this.fixes = new FixWatch();
  }

  close() {
    this.fixes.close();
    this.toolbar.close();
    this.actions.close();
    this.host.remove();
  }

  /** The row that is selected; the data is one, too. */
  get place() {
    return this.data.front || !this.data.rows.length ? DATA : this.data.chosen;
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
    const before = this.data;
    this.known = data;
    this.data = component.data;
    if (this.data.past !== before.past) this.showFix(changedPlace(before.rows, this.data.rows));
    this.draw();
    this.palette.show(this.data);
  }

  /**
   * @param {number} place
   * @param {string} how the class of the motion
   */
  enliven(place, how) {
    this.lively = { place, how, since: performance.now() };
  }

  /**
   * If a fix has changed the stack, its row is lit, and the focus, which the fix's button is about to lose, goes there.
   * @param {number | undefined} place the first row that differs
   */
  showFix(place) {
    const { isPressed, isLeft } = this.fixes.take();
    if (isLeft) this.refocus = `row ${place ?? this.place}`;
    if (isPressed && place !== undefined) this.enliven(place, "fb-stack-fixed");
  }

  draw() {
    const { rows, answer } = this.data;
    const focused = document.activeElement;
    const focus = this.refocus ?? (focused instanceof HTMLElement && this.table.contains(focused) ? focused.dataset.id : undefined);
    this.refocus = undefined;
    this.drawData();
    this.drawRows();
    this.drawAnswer(answer);
    this.empty.hidden = rows.length > 0;
    this.list.hidden = !rows.length; // a group of no rows is none
    this.toolbar.show(this.data);
    this.settle();
    if (focus) this.focus(focus);
  }

  /** Only rows that look other than before are made again: fifty of them take a twentieth of a second. */
  drawRows() {
    const { rows, chosen, front, palette } = this.data;
    const counted = numbers(rows), items = new Map(palette.map((item) => [item.kind, item]));
    rows.forEach((row, place) => {
      const where = {
        place, number: counted[place], chosen: place === chosen && !front, canGrow: !(row.answers && place === rows.length - 1),
      };
      const looks = JSON.stringify([row, where]), there = this.list.children[place];
      if (there && this.looks.get(there) === looks) return;
      const line = drawRow(row, { ...where, item: items.get(row.kind) }, this.handlers);
      this.looks.set(line, looks);
      if (place === this.lively.place) this.goOn(line);
      if (there) there.replaceWith(line);
      else this.list.append(line);
    });
    while (this.list.children.length > rows.length) this.list.lastElementChild?.remove();
  }

  /** Let a row that is made anew in the middle of its motion go on with it.
   * @param {HTMLElement} line
   */
  goOn(line) {
    const gone = performance.now() - this.lively.since;
    if (gone > MOTION) return;
    line.style.setProperty("--gone", `${-gone}ms`);
    line.classList.add(this.lively.how);
  }

  /** A part of the grid. */
  group() {
    return element(this.table, "div", "", "", { role: "rowgroup" });
  }

  /** The data can be selected too, as the place below which the next layer goes. */
  drawData() {
    const { input, front } = this.data;
    this.top.replaceChildren();
    const line = element(this.top, "div", "fb-stack-end", "", { role: "row", "aria-selected": front });
    line.classList.toggle("fb-stack-chosen", front);
    const box = element(line, "div", "fb-stack-box");
    cell(box);
    const name = button(cell(box), "fb-stack-name", "", () => this.ask({ do: "front", place: 0 }), {
      ...part("row", DATA), title: t("Add the next layer at the top"), "aria-pressed": front,
    });
    const words = element(name, "span");
    element(words, "strong", "", t("Data"));
    words.append(" ");
    element(words, "span", "fb-stack-what", input.what);
    drawLink(line, { place: DATA, shape: input.shape, name: t("Data"), canGrow: true }, () => this.addAfter(DATA));
  }

  /** @param {{ what: string, parameters: string }} answer */
  drawAnswer({ what, parameters }) {
    this.bottom.replaceChildren();
    const box = element(element(this.bottom, "div", "fb-stack-end", "", { role: "row" }), "div", "fb-stack-box");
    cell(box);
    const words = element(cell(box, "fb-stack-words"), "span");
    element(words, "strong", "", t("Answer"));
    words.append(" ");
    element(words, "span", "fb-stack-what", what);
    cell(box, "fb-stack-more").textContent = parameters;
  }

  /**
   * Keys in the grid. On a handle, or with Alt, up and down take the layer along.
   * @param {KeyboardEvent} event
   * @param {HTMLElement} from
   * @returns {HTMLElement | undefined}
   */
  walk(event, from) {
    const { part: name = "", place: written } = from.dataset, place = Number(written), { length } = this.data.rows;
    if (!event.altKey && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
      const buttons = [...(from.closest("[role=row]")?.querySelectorAll("button") ?? [])].filter((one) => one.offsetParent !== null);
      return buttons[buttons.indexOf(/** @type {HTMLButtonElement} */ (from)) + (event.key === "ArrowLeft" ? -1 : 1)];
    }
    const isLayer = place !== DATA;
    if (event.key === "Delete" && name === "row" && isLayer) {
      this.ask({ do: "remove", place }, `row ${Math.min(place, length - 2)}`);
      return undefined;
    }
    if (event.key.startsWith("Arrow")) event.preventDefault();
    if (event.key.startsWith("Arrow") && (name === "handle" || (event.altKey && name === "row"))) {
      const to = isLayer ? neighbour(event.key, place, length) : undefined;
      if (to !== undefined) this.move(place, to, `${name} ${to}`);
      return undefined;
    }
    const to = neighbour(event.key, place, length, DATA);
    return to === undefined ? undefined : this.find(`${name} ${to}`) ?? this.find(`row ${to}`);
  }

  /**
   * @param {string} id
   * @returns {HTMLElement | undefined}
   */
  find(id) {
    const found = this.table.querySelector(`[data-id="${id}"]`);
    return found instanceof HTMLElement ? found : undefined;
  }

  /**
   * Focus a button of the table; the selected row where it is gone.
   * @param {string} id
   */
  focus(id) {
    (this.find(id) ?? this.find(`row ${this.place}`))?.focus();
  }

  /**
   * @param {number} place
   * @param {number} to
   * @param {string} [focus]
   */
  move(place, to, focus) {
    const { rows } = this.data;
    if (to < 0 || to >= rows.length || to === place) return;
    this.ask({ do: "move", place, to }, focus);
  }

  /** Open the palette for the place below a row, which is selected for it.
   * @param {number} place
   */
  addAfter(place) {
    const at = this.find(`add ${place}`)?.getBoundingClientRect();
    this.ask(place === DATA ? { do: "front", place: 0 } : { do: "choose", place });
    if (at) this.palette.open(at);
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
   * @param {string} [focus] the button that gets the focus
   */
  ask(action, focus) {
    if (this.actions.isUnknown) {
      this.draw(); // the place that is meant may be another layer's in a moment
      return;
    }
    /** @type {[string, boolean][]} */
    const layers = this.data.rows.map(({ kind, off }) => [kind, !off]), before = this.data;
    this.data = applied(before, action);
    this.known = "";
    this.refocus = focus;
    if (action.do === "add" || action.do === "duplicate") this.enliven(this.data.chosen, "fb-stack-new");
    this.draw();
    this.actions.dispatch({ ...action, layers });
    const said = told(before, action, this.data);
    if (said) announce(said);
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
