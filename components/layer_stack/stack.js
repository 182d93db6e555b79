// The stack of layers: a table whose rows are chosen by a click and moved by mouse, finger or keyboard. No build step.
// Words from a recipe are only ever set as text content.

import { follow } from "./drag.js";
import { eye as eyeDrawing } from "./drawings.js";
import { element, percent } from "../browser/dom.js";
import { PageButtons } from "./page_buttons.js";
import { Palette } from "./palette.js";
import { STYLE } from "./stack_style.js";
import { Wishes } from "./wishes.js";

/** Called at each run of the page: the stack is drawn anew, and the focus stays where it was. */
export function show(component, mount) {
  mount.stack ??= new Stack(component.parentElement, () => { mount.stack = undefined; });
  mount.close = () => mount.stack?.close();
  mount.stack.page(component);
}

/** Milliseconds in which the click comes that belongs to a finger's going up. */
const CLICK = 60;

class Stack {
  constructor(parent, forget) {
    this.forget = forget;
    this.host = element(parent, "section", "fb-stack");
    this.host.setAttribute("aria-label", "The stack of layers");
    element(this.host, "style", "", STYLE);
    this.table = element(this.host, "div", "fb-stack-table");
    this.host.addEventListener("pointerdown", () => { if (!this.held) this.hold(); }, true);
    this.said = element(this.host, "p", "fb-stack-said");
    this.said.setAttribute("aria-live", "polite");
    this.wishes = new Wishes((open) => {
      this.host.dataset.open = open.length;
      this.host.classList.toggle("fb-stack-waiting", this.wishes.unsure);
    });
    this.palette = new Palette(this.host, (kind) => this.add(kind));
    this.buttons = new PageButtons(this.host, (name) => this.press(name));
  }

  close() {
    this.buttons.close();
    this.wishes.close();
    this.forget();
    this.host.remove();
  }

  /** An answer that comes while a finger or a button is down waits: a row drawn anew loses its drag, or its click. */
  hold() {
    const release = () => {
      window.removeEventListener("pointerup", release);
      window.removeEventListener("pointercancel", release);
      setTimeout(() => {
        this.held = false;
        const late = this.late;
        this.late = undefined;
        if (late && this.host.isConnected) this.page(late);
      }, CLICK);
    };
    this.held = true;
    window.addEventListener("pointerup", release);
    window.addEventListener("pointercancel", release);
  }

  page(component) {
    if (this.held) {
      this.late = component;
      return;
    }
    this.buttons.answered();
    this.wishes.heard(component.data.heard, component.setTriggerValue);
    if (this.wishes.ahead) return;
    const data = JSON.stringify(component.data);
    if (data !== this.known) {
      this.known = data;
      this.data = component.data;
      this.draw();
      this.palette.show(this.data);
    }
  }

  draw() {
    const focus = this.refocus ?? this.table.querySelector(":focus")?.dataset.id;
    this.refocus = undefined;
    this.table.replaceChildren();
    const head = element(this.table, "div", "fb-stack-head");
    head.setAttribute("aria-hidden", "true");
    for (const word of ["", "Layer", "Gives out", "Parameters", "Work", ""]) element(head, "span", "", word);
    const { input, answer } = this.data;
    this.front(this.end("Data", input.what, input.shape));
    this.list = element(this.table, "ol", "fb-stack-list");
    let number = 0; // as messages, code and picture count: without what is switched off
    this.data.rows.forEach((row, place) => this.row(row, place, row.off ? undefined : ++number));
    if (!this.data.rows.length) element(this.table, "p", "fb-stack-empty", "No layers yet. Add the first one below, or use Start from.");
    this.end("Answer", answer.what, "", answer.parameters);
    const place = focus && (this.table.querySelector(`[data-id="${focus}"]`) ?? this.table.querySelector(".fb-stack-chosen .fb-stack-name"));
    if (place) place.focus();
  }

  end(title, what, shape, more = "") {
    const line = element(this.table, "div", "fb-stack-end");
    element(line, "span");
    element(element(line, "span"), "strong", "", title).after(` ${what}`);
    element(line, "span", "", shape);
    element(line, "span", "fb-stack-more", more);
    return line;
  }

  /** The data can be chosen too, as the place behind which the next layer comes. */
  front(line) {
    line.classList.toggle("fb-stack-chosen", !!this.data.front);
    const words = line.children[1], inside = [...words.childNodes];
    const button = element(words, "button", "fb-stack-name fb-stack-front");
    Object.assign(button, { type: "button", title: "The next new layer comes before all others" });
    button.dataset.id = "front";
    button.setAttribute("aria-label", "The data: put the next layer first");
    button.setAttribute("aria-pressed", String(!!this.data.front));
    button.append(...inside);
    button.addEventListener("click", () => this.ask({ do: "front", place: 0 }, () => {}));
  }

  row(row, place, number) {
    const line = element(this.list, "li", "fb-stack-row");
    const name = number ? `${number}. ${row.kind}` : row.kind;
    const layer = number ? `layer ${number} (${row.kind})` : `${row.kind}, which is switched off`;
    line.classList.toggle("fb-stack-chosen", place === this.data.chosen && !this.data.front);
    line.classList.toggle("fb-stack-off", !!row.off);
    line.classList.toggle("fb-stack-trouble", !!row.trouble);
    const handle = element(line, "button", "fb-stack-handle", "⠿");
    Object.assign(handle, { type: "button", title: "Drag to another place, or press the arrow keys" });
    handle.dataset.id = `handle ${place}`;
    handle.setAttribute("aria-label", `Move ${layer}`);
    handle.addEventListener("pointerdown", (event) => this.drag(event, line, place));
    handle.addEventListener("keydown", (event) => this.step(event, place));
    const main = element(line, "button", "fb-stack-name");
    main.type = "button";
    main.dataset.id = `row ${place}`;
    main.setAttribute("aria-label", name);
    main.setAttribute("aria-pressed", String(place === this.data.chosen && !this.data.front));
    main.title = row.title;
    element(main, "b", "", name);
    element(main, "small", "", row.off ? `switched off${row.note ? ` · ${row.note}` : ""}` : row.note);
    main.addEventListener("click", () => this.ask({ do: "choose", place }, () => { this.data.chosen = place; }));
    main.addEventListener("keydown", (event) => this.walk(event, place));
    if (place === this.data.chosen && !this.data.front) this.down(line);
    const gives = row.off ? "left out" : row.trouble ? "does not fit here" : row.shape ?? "?";
    element(line, "span", row.trouble ? "fb-stack-wrong" : "fb-stack-shape", gives).dataset.label = "gives out ";
    const count = element(line, "span", "fb-stack-count", row.parameters ? row.parameters.toLocaleString("en") : row.off ? "" : row.parameters === 0 ? "none" : "");
    count.dataset.label = "parameters ";
    if (row.parameters) this.bar(count, row.share, "of all parameters");
    const work = element(line, "span", "fb-stack-work", percent(row.work));
    work.dataset.label = "work ";
    if (row.work !== undefined) this.bar(work, row.work, "of all the work");
    const eye = element(line, "button", "fb-stack-eye");
    Object.assign(eye, { type: "button", title: row.off ? "Switch on" : "Switch off for a try: it is left out, its settings are kept" });
    eye.dataset.id = `eye ${place}`;
    eye.setAttribute("aria-label", row.off ? `Switch ${row.kind} on` : `Switch ${layer} off`);
    eye.append(eyeDrawing(row.off));
    eye.addEventListener("click", () => this.turn(place));
  }

  /** On a phone the form stands below the stack, out of sight. */
  down(line) {
    const down = element(line, "button", "fb-stack-down", "Its settings ↓");
    down.type = "button";
    down.addEventListener("click", () => document.querySelector(".st-key-beside-the-stack")?.scrollIntoView({ behavior: "smooth" }));
  }

  turn(place) {
    this.ask({ do: "switch", place }, ({ rows }) => {
      this.data.chosen = place;
      rows[place].off = !rows[place].off;
      rows[place].shape = rows[place].parameters = rows[place].work = undefined;
    });
  }

  remove(place) {
    this.ask({ do: "remove", place }, ({ rows }) => {
      rows.splice(place, 1);
      this.data.chosen = Math.max(0, Math.min(place, rows.length - 1));
    });
  }

  duplicate(place) {
    this.ask({ do: "duplicate", place }, ({ rows }) => {
      rows.splice(place, 0, structuredClone(rows[place]));
      this.data.chosen = place + 1;
    });
  }

  bar(cell, value, of) {
    cell.title = `${percent(value)} ${of}`;
    const bar = element(cell, "i", "fb-stack-bar");
    bar.style.setProperty("--share", `${100 * value}%`);
  }

  /** Arrow keys on a handle move its layer. */
  step(event, place) {
    const to = place + { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (Number.isNaN(to)) return;
    event.preventDefault();
    this.move(place, to, `handle ${to}`);
  }

  /** Arrow keys on a name go to its neighbour; with Alt they take the layer along. */
  walk(event, place) {
    const to = place + { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (event.key === "Delete") {
      event.preventDefault();
      this.remove(place);
      return;
    }
    if (Number.isNaN(to)) return;
    event.preventDefault();
    if (event.altKey) this.move(place, to, `row ${to}`);
    else this.table.querySelector(`[data-id="row ${to}"]`)?.focus();
  }

  move(place, to, focus) {
    if (to < 0 || to >= this.data.rows.length || to === place) return;
    this.ask({ do: "move", place, to }, ({ rows }) => {
      this.refocus = focus;
      this.said.textContent = `${rows[place].kind} is now layer ${to + 1} of ${rows.length}.`;
      rows.splice(to, 0, ...rows.splice(place, 1));
      this.data.chosen = to;
    });
  }

  add(kind) {
    const { place } = this.data;
    this.ask({ do: "add", place, kind }, () => {
      this.data.rows.splice(place, 0, { kind, title: kind, note: "" });
      this.data.chosen = place;
    });
  }

  /**
   * Shown at once; the page's answer then says what has become of shapes and problems. While nobody knows what an Undo
   * brings there are no places that could be meant.
   */
  ask(wish, change) {
    if (this.wishes.unsure) {
      this.draw();
      return;
    }
    const { rows: old, answer } = this.data;
    const was = structuredClone({ rows: old, answer });
    change(this.data);
    if (!["choose", "front"].includes(wish.do)) Object.assign(this.data, { undo: was, redo: undefined });
    this.data.front = wish.do === "front";
    this.ahead();
    this.wishes.add({ ...wish, outside: this.data.outside, count: was.rows.length });
  }

  /** A button of the page; those of the form are for the layer that is chosen here. */
  press(name) {
    const { chosen: place, rows } = this.data;
    if (name === "undo" || name === "redo") this.back(name);
    else if (!rows[place]) return;
    else if (name === "Remove") this.remove(place);
    else if (name === "Duplicate") this.duplicate(place);
    else if (name.startsWith("Switch")) this.turn(place);
    else this.move(place, place + (name === "Move up" ? -1 : 1));
  }

  /** One step back, or forth again: where nobody knows what it brings, the page's answer shows it. */
  back(name) {
    const { rows, answer, [name]: known } = this.data;
    // What was just done may be the step to take back.
    const step = this.buttons.unsure || this.wishes.unsure ? undefined : known;
    Object.assign(this.data, { undo: undefined, redo: undefined });
    if (step) {
      Object.assign(this.data, step, { [name === "undo" ? "redo" : "undo"]: { rows, answer } });
      this.data.chosen = Math.max(0, Math.min(this.data.chosen, this.data.rows.length - 1));
      this.ahead();
    }
    this.wishes.add({ do: name }, { shown: !!step });
  }

  /** Draws what the page does not know yet. */
  ahead() {
    const { chosen, rows, front } = this.data;
    const before = chosen === rows.length - 1 && rows[chosen].answers;
    this.data.place = front || !rows.length ? 0 : chosen + !before; // as the page will say
    this.known = undefined;
    this.draw();
  }

  drag(event, line, place) {
    follow(event, line, (to) => {
      if (to !== undefined && to !== place) this.move(place, to, `handle ${to}`);
      else this.draw();
    });
  }
}
