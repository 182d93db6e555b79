// The buttons above the stack: undo, redo, and what can be done with the selected layer.

import { button, element, set, setText } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { icon } from "./drawings.js";
import { rove } from "./roving.js";
import { numbers, reasons } from "./stack_model.js";

/** @typedef {keyof ReturnType<typeof reasons>} Name */

const SHORTCUTS = new Map([["z", "undo"], ["y", "redo"]]);
const FIELDS = "input, textarea, select, [contenteditable]";

export class Toolbar {
  /**
   * @param {Element} parent
   * @param {(name: Name) => void} pressed
   * @param {(node: unknown) => void} usedAfter told of the part of the page that a shortcut was pressed in
   */
  constructor(parent, pressed, usedAfter) {
    this.pressed = pressed;
    this.usedAfter = usedAfter;
    this.bar = element(parent, "div", "fb-stack-toolbar", "", { role: "toolbar", "aria-label": t("Layers") });
    const history = this.group(t("History"));
    this.layer = this.group("");
    /** @type {Map<Name, HTMLButtonElement>} */
    this.buttons = new Map([
      this.made(history, "undo", t("Undo")),
      this.made(history, "redo", t("Redo")),
      this.made(this.layer, "up", t("Move up")),
      this.made(this.layer, "down", t("Move down")),
      this.made(this.layer, "duplicate", t("Duplicate")),
      this.made(this.layer, "switch", t("Turn off")),
      this.made(this.layer, "remove", t("Remove")),
    ]);
    /** Why a button that was pressed did nothing. */
    this.reason = element(this.bar, "p", "fb-stack-reason", "", { role: "status" });
    /** @type {HTMLButtonElement | undefined} */
    this.last = undefined;
    this.bar.addEventListener("focusin", ({ target }) => { if (target instanceof HTMLButtonElement) this.last = target; });
    rove(this.bar, () => this.last ?? this.buttons.get("undo"))();
    document.addEventListener("keydown", this.shortcut);
  }

  close() {
    document.removeEventListener("keydown", this.shortcut);
  }

  /** @param {string} label */
  group(label) {
    return element(this.bar, "div", "fb-stack-buttons", "", { role: "group", "aria-label": label });
  }

  /**
   * A button with a bubble below it, which says what it does, or why it does nothing: for mouse and keyboard alike.
   * @param {Element} parent
   * @param {Name} name
   * @param {string} label
   * @returns {[Name, HTMLButtonElement]}
   */
  made(parent, name, label) {
    const tool = element(parent, "span", "fb-stack-tool"), id = `fb-stack-why-${name}`;
    const made = button(tool, "fb-stack-button", "", () => this.press(name), { "data-action": name, "aria-describedby": id, tabindex: -1 });
    named(made, icon(name), label);
    element(tool, "span", "fb-stack-bubble", "", { id, role: "tooltip" });
    tool.addEventListener("keydown", ({ key }) => { if (key === "Escape") tool.classList.add("fb-stack-shut"); });
    for (const end of ["focusout", "pointerleave"]) tool.addEventListener(end, () => tool.classList.remove("fb-stack-shut"));
    return [name, made];
  }

  /** @param {Name} name */
  press(name) {
    const made = this.buttons.get(name), isDisabled = made?.getAttribute("aria-disabled") === "true";
    setText(this.reason, isDisabled ? made.nextElementSibling?.textContent ?? "" : "");
    if (!isDisabled) this.pressed(name);
  }

  /**
   * The buttons stay the same elements, so that focus and quick clicks stay with them.
   * @param {import("./stack_model.js").Stack} stack
   */
  show(stack) {
    const why = reasons(stack), row = stack.front ? undefined : stack.rows[stack.chosen];
    const number = numbers(stack.rows)[stack.chosen];
    const name = !row ? "" : number ? `${number}. ${row.kind}` : row.kind;
    this.layer.setAttribute("aria-label", row ? t("Selected layer: {name}", { name }) : t("No layer is selected"));
    const help = { ...HELP(), switch: row?.off ? t("Use this layer again.") : t("Turn off for now (settings are kept).") };
    for (const [key, made] of this.buttons) {
      set(made, { "aria-disabled": !!why[key] });
      if (made.nextElementSibling) setText(made.nextElementSibling, why[key] || help[key]);
    }
    const turn = this.buttons.get("switch");
    if (turn && turn.dataset.off !== String(!!row?.off)) {
      turn.dataset.off = String(!!row?.off);
      named(turn, icon(row?.off ? "on" : "switch"), row?.off ? t("Turn on") : t("Turn off"));
    }
    setText(this.reason, "");
  }

  /** Ctrl+Z and Ctrl+Y; in a field they belong to what is typed there. */
  shortcut = (/** @type {KeyboardEvent} */ event) => {
    const name = SHORTCUTS.get(event.key.toLowerCase());
    if (!(event.ctrlKey || event.metaKey) || event.altKey || event.defaultPrevented || !name) return;
    if (event.target instanceof Element && event.target.closest(FIELDS)) return;
    event.preventDefault();
    this.usedAfter(event.target);
    this.press(name === "redo" || event.shiftKey ? "redo" : "undo");
  };
}

/**
 * Where the page is narrow only the picture is seen.
 * @param {Element} made
 * @param {Element} picture
 * @param {string} label
 */
function named(made, picture, label) {
  made.setAttribute("aria-label", label);
  made.replaceChildren(picture);
  element(made, "span", "", label);
}

/** @returns {Record<Name, string>} */
const HELP = () => ({
  undo: t("Undo the last change (Ctrl + Z)."),
  redo: t("Redo it (Ctrl + Y)."),
  up: t("Move this layer one place up."),
  down: t("Move this layer one place down."),
  duplicate: t("Add a copy below this layer."),
  switch: "",
  remove: t("Remove this layer (Delete)."),
});
