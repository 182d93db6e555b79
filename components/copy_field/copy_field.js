// A line of text that cannot be changed, with a button that copies it.

import { announce } from "../browser/announce.js";
import { button, element, setText, shown, stylesheet } from "../browser/dom.js";
import { t } from "../browser/i18n.js";

/**
 * @typedef {{ label: string, text: string }} Data
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 */

const STYLE = await stylesheet("./copy_field.css", import.meta.url);
const SAYS_SO = 2_000;

class CopyField {
  /** @param {Component} component */
  constructor({ parentElement }) {
    this.box = element(parentElement, "div", "fb-copy");
    element(this.box, "style", "", STYLE);
    this.name = element(this.box, "span");
    this.field = element(this.box, "input", "", "", { type: "text", readonly: "", spellcheck: "false" });
    this.field.addEventListener("focus", () => this.field.select());
    this.button = button(this.box, "", "", () => void this.copy());
  }

  close() {
    this.box.remove();
  }

  /** @param {Component} component */
  answered({ data }) {
    setText(this.name, data.label);
    this.field.setAttribute("aria-label", data.label);
    if (this.field.value !== data.text) this.field.value = data.text;
    this.button.setAttribute("aria-label", t("Copy: {what}", { what: data.label }));
    if (!this.button.textContent) setText(this.button, t("Copy"));
  }

  async copy() {
    const isCopied = await copied(this.field);
    this.button.focus();
    setText(this.button, isCopied ? t("Copied") : t("Copy"));
    announce(isCopied ? t("Copied.") : t("This browser lets no page copy: select the text, and press Ctrl+C or ⌘C."));
    setTimeout(() => setText(this.button, t("Copy")), SAYS_SO);
  }
}

/**
 * Copy what a field holds. Without `https` browsers have no `navigator.clipboard`, so the older way comes first.
 * @param {HTMLInputElement} field
 */
async function copied(field) {
  field.select();
  try {
    if (document.execCommand("copy")) return true;
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return false; // told by whoever asked
  }
}

export const show = shown(CopyField);
