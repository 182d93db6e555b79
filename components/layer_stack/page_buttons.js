// Undo, Redo and what the form does to the chosen layer are buttons of the page; while a stack stands on it, they are
// pressed through the stack: what comes of it shows at once, and a press keeps its place among the other changes.

const KEYS = { z: "undo", y: "redo" };
const FIELDS = "input, textarea, select, [contenteditable]";
const OF_THE_FORM = ["Move up", "Move down", "Duplicate", "Remove", "Switch off", "Switch on"];
/** The class that Streamlit gives a widget's key -> what is pressed. */
const BUTTONS = new Map([
  ["st-key-undo", "undo"],
  ["st-key-redo", "redo"],
  ...OF_THE_FORM.map((title) => [`st-key-layer-${title.replace(" ", "-")}`, title]),
]);
const ANY = [...BUTTONS.keys()].map((key) => `.${key} button`).join();
/** What a hand does to the page; a run of the page may come of it, and that run may be one more step to take back. */
const TOUCHES = ["pointerup", "click", "keydown", "input", "focusout"];

export class PageButtons {
  /**
   * Calls `press(name)` for "undo", "redo" and the titles of the form's buttons. What is done in `own` is known there.
   */
  constructor(own, press) {
    Object.assign(this, { own, press, touched: false, typed: false });
    document.addEventListener("click", this.pressed, true);
    document.addEventListener("keydown", this.byKey);
    for (const kind of TOUCHES) document.addEventListener(kind, this.touch, true);
  }

  close() {
    document.removeEventListener("click", this.pressed, true);
    document.removeEventListener("keydown", this.byKey);
    for (const kind of TOUCHES) document.removeEventListener(kind, this.touch, true);
  }

  /** The page has answered; what still stands in a field it has not been told. */
  answered() {
    this.touched = false;
  }

  /** Whether the page may know, or soon know, of more than its last answer tells. */
  get unsure() {
    return this.touched || this.typed;
  }

  pressed = (event) => {
    const button = event.target.closest?.(ANY);
    if (!button || button.disabled) return;
    const [, name] = [...BUTTONS].find(([key]) => button.closest(`.${key}`));
    event.stopPropagation();
    this.press(name);
    document.body.click(); // what is open in front of the page shuts at a click, and has not seen this one
  };

  /** Ctrl+Z and Ctrl+Y; in a field they belong to what is typed there. */
  byKey = (event) => {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented || !KEYS[key]) return;
    if (event.target.closest?.(FIELDS)) return;
    event.preventDefault();
    const name = event.shiftKey ? "redo" : KEYS[key];
    document.querySelector(`.st-key-${name} button:not(:disabled)`)?.click();
  };

  touch = ({ type, key, ctrlKey, metaKey, target }) => {
    if (ctrlKey || metaKey || ["Control", "Meta", "Shift", "Tab"].includes(key)) return;
    if (target === document.body || this.own.contains(target) || target.closest?.(ANY)) return;
    if (type === "input") this.typed = true;
    else if (key === "Enter") Object.assign(this, { typed: false, touched: true });
    else if (type !== "focusout") this.touched = true;
    else if (this.typed) Object.assign(this, { typed: false, touched: true }); // only now the page is told
  };
}
