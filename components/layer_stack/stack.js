// The stack of layers: a table whose rows are chosen by a click and moved by mouse, finger or keyboard. No build step.
// Words from a recipe are only ever set as text content.

import { eye as eyeDrawing } from "./drawings.js";
import { element } from "./live_dom.js";
import { Palette } from "./palette.js";
import { STYLE } from "./stack_style.js";

/** Called at each run of the page: the stack is drawn anew, and the focus stays where it was. */
export function show(component, mount) {
  mount.stack ??= new Stack(component.parentElement, () => { mount.stack = undefined; });
  mount.close = () => mount.stack?.close();
  mount.stack.page(component);
}

const share = (value) => (value === undefined ? "" : value === 0 ? "0 %" : value < 0.01 ? "< 1 %" : `${Math.round(100 * value)} %`);

/** Milliseconds after which a page that does not say what it has heard is believed again. */
const PATIENCE = 8000;
/** Milliseconds after which what is still open is said again. */
const REPEAT = 3000;
/** Pixels from the window's edge at which a drag takes the page along, and by how many at a time. */
const EDGE = 60, STEP = 12;
/** Milliseconds in which the click comes that belongs to a finger's going up. */
const CLICK = 60;

/** Ctrl+Z and Ctrl+Y press the page's own buttons; in a field they belong to what is typed there. */
function undoByKeys(event) {
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented || !["z", "y"].includes(key)) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  const name = key === "y" || event.shiftKey ? "redo" : "undo";
  document.querySelector(`.st-key-${name} button:not(:disabled)`)?.click();
}

class Stack {
  constructor(parent, forget) {
    this.forget = forget;
    this.name = crypto.randomUUID?.() ?? String(Math.random());
    this.wishes = []; // those that the page has not yet said to have heard
    this.number = 0;
    this.host = element(parent, "section", "fb-stack");
    this.host.setAttribute("aria-label", "The stack of layers");
    element(this.host, "style", "", STYLE);
    this.table = element(this.host, "div", "fb-stack-table");
    this.host.addEventListener("pointerdown", () => { if (!this.held) this.hold(); }, true);
    this.said = element(this.host, "p", "fb-stack-said");
    this.said.setAttribute("aria-live", "polite");
    this.palette = new Palette(this.host, (kind) => this.add(kind));
    document.addEventListener("keydown", undoByKeys);
  }

  close() {
    document.removeEventListener("keydown", undoByKeys);
    clearTimeout(this.again);
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
    this.tell = component.setTriggerValue;
    const { heard } = component.data;
    if (heard?.browser === this.name) this.wishes = this.wishes.filter(({ number }) => number > heard.number);
    // What is shown is ahead of the page; the answer to the last wish has it all.
    if (this.wishes.length && performance.now() - this.asked < PATIENCE) return;
    this.wishes = [];
    const data = JSON.stringify(component.data);
    if (data === this.known) return;
    this.known = data;
    this.data = component.data;
    this.draw();
    this.palette.show(this.data);
  }

  wish(wish) {
    this.wishes.push({ ...wish, number: ++this.number });
    this.asked = performance.now();
    this.send();
  }

  /** Of two messages in a row the page may get the second alone, and sometimes none: so all that is open, and again. */
  send() {
    this.tell("act", { browser: this.name, wishes: this.wishes });
    clearTimeout(this.again);
    this.again = setTimeout(() => { if (this.wishes.length && performance.now() - this.asked < PATIENCE) this.send(); }, REPEAT);
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
    if (focus) this.table.querySelector(`[data-id="${focus}"]`)?.focus();
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
    main.setAttribute("aria-pressed", String(place === this.data.chosen));
    main.title = row.title;
    element(main, "b", "", name);
    element(main, "small", "", row.off ? `switched off${row.note ? ` · ${row.note}` : ""}` : row.note);
    main.addEventListener("click", () => this.ask({ do: "choose", place }, () => { this.data.chosen = place; }));
    main.addEventListener("keydown", (event) => this.walk(event, place));
    const gives = row.off ? "left out" : row.trouble ? "does not fit here" : row.shape ?? "?";
    element(line, "span", row.trouble ? "fb-stack-wrong" : "fb-stack-shape", gives).dataset.label = "gives out ";
    const count = element(line, "span", "fb-stack-count", row.parameters ? row.parameters.toLocaleString("en") : row.off ? "" : row.parameters === 0 ? "none" : "");
    count.dataset.label = "parameters ";
    if (row.parameters) this.bar(count, row.share, "of all parameters");
    const work = element(line, "span", "fb-stack-work", share(row.work));
    work.dataset.label = "work ";
    if (row.work !== undefined) this.bar(work, row.work, "of all the work");
    const eye = element(line, "button", "fb-stack-eye");
    Object.assign(eye, { type: "button", title: row.off ? "Switch on" : "Switch off for a try: it is left out, its settings are kept" });
    eye.dataset.id = `eye ${place}`;
    eye.setAttribute("aria-label", row.off ? `Switch ${row.kind} on` : `Switch ${layer} off`);
    eye.append(eyeDrawing(row.off));
    eye.addEventListener("click", () => this.ask({ do: "switch", place }, () => {
      this.data.chosen = place;
      row.off = !row.off;
      row.shape = row.parameters = row.work = undefined;
    }));
  }

  bar(cell, value, of) {
    cell.title = `${share(value)} ${of}`;
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
      this.ask({ do: "remove", place }, () => this.data.rows.splice(place, 1));
      return;
    }
    if (Number.isNaN(to)) return;
    event.preventDefault();
    if (event.altKey) this.move(place, to, `row ${to}`);
    else this.table.querySelector(`[data-id="row ${to}"]`)?.focus();
  }

  move(place, to, focus) {
    if (to < 0 || to >= this.data.rows.length || to === place) return;
    this.refocus = focus;
    this.said.textContent = `${this.data.rows[place].kind} is now layer ${to + 1} of ${this.data.rows.length}.`;
    this.ask({ do: "move", place, to }, () => {
      this.data.rows.splice(to, 0, ...this.data.rows.splice(place, 1));
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

  /** Shown at once; the page's answer then says what has become of shapes and problems. */
  ask(wish, change) {
    change();
    this.data.front = wish.do === "front";
    const { chosen, rows, front } = this.data;
    const before = chosen === rows.length - 1 && rows[chosen].answers;
    this.data.place = front || !rows.length ? 0 : chosen + !before; // as the page will say
    this.known = undefined;
    this.draw();
    this.wish(wish);
  }

  drag(event, line, place) {
    if (event.button) return;
    event.preventDefault();
    const handle = event.currentTarget;
    handle.setPointerCapture(event.pointerId);
    line.classList.add("fb-stack-dragged");
    // The others move around it: a row that leaves the page for a moment would lose the finger that drags it.
    const middle = (other) => { const { top, height } = other.getBoundingClientRect(); return top + height / 2; };
    const follow = ({ clientY }) => {
      at = clientY;
      while (line.previousElementSibling && clientY < middle(line.previousElementSibling)) {
        this.list.insertBefore(line.previousElementSibling, line.nextElementSibling);
      }
      while (line.nextElementSibling && clientY > middle(line.nextElementSibling)) this.list.insertBefore(line.nextElementSibling, line);
    };
    // At the window's edge the page goes along, so that a long stack can be crossed.
    let at = event.clientY;
    const scroller = line.closest("[data-testid=stMain]") ?? document.scrollingElement;
    const along = setInterval(() => {
      const by = at < EDGE ? -STEP : at > window.innerHeight - EDGE ? STEP : 0;
      if (by) { scroller.scrollBy(0, by); follow({ clientY: at }); }
    }, 30);
    const escape = (key) => { if (key.key === "Escape") drop({ type: "pointercancel" }); };
    document.addEventListener("keydown", escape);
    const drop = (ended) => {
      clearInterval(along);
      document.removeEventListener("keydown", escape);
      handle.removeEventListener("pointerup", drop);
      handle.removeEventListener("pointercancel", drop);
      handle.removeEventListener("pointermove", follow);
      line.classList.remove("fb-stack-dragged");
      const to = [...this.list.children].indexOf(line);
      if (ended.type === "pointerup" && to !== place) this.move(place, to, `handle ${to}`);
      else this.draw();
    };
    handle.addEventListener("pointermove", follow);
    handle.addEventListener("pointerup", drop, { once: true });
    handle.addEventListener("pointercancel", drop, { once: true });
  }
}
