// Examples of validation, and of the test once it was opened: something to try at a press, and a measure of sureness.

import { button, element, setText } from "../browser/dom.js";
import { t } from "../browser/i18n.js";

/**
 * An example whose class is known.
 * @typedef {{ label: number, pixels?: Uint8Array, text?: string, row?: number[] }} Example
 *
 * What the server sends of a part; `route.py` writes it.
 * @typedef {object} Sent
 * @property {number[]} labels
 * @property {number[]} [shape] of a picture
 * @property {string} [pixels] of all pictures, 0 to 255, in base64
 * @property {string[]} [texts]
 * @property {number[][]} [rows]
 * @property {boolean} same_rows whether the network trains on them as well
 *
 * @typedef {"validation" | "test"} Name
 * `asked`: of the one example that the page was opened for.
 * @typedef {{ validation: string, test: string, asked: string, why_not: string }} Addresses
 */

export class Examples {
  /**
   * @param {Element} parent
   * @param {string[]} names of the classes
   * @param {(example: Example) => void} take somebody wants to try one
   */
  constructor(parent, names, take) {
    this.names = names;
    this.take = take;
    this.sameRows = false;
    this.turn = 0;
    /** @type {Addresses} */
    this.addresses = { validation: "", test: "", asked: "", why_not: "" };
    /** @type {Record<Name, Example[] | undefined>} */
    this.parts = { validation: undefined, test: undefined };
    /** @type {Map<string, Promise<Example[]>>} by address */
    this.loading = new Map();
    this.root = element(parent, "div", "fb-try-examples", "", { role: "group", "aria-label": t("Take an example") });
    const label = element(this.root, "label", "fb-try-choice");
    element(label, "span", "", t("An example of"));
    this.classes = element(label, "select");
    element(this.classes, "option", "", t("any class"), { value: "" });
    names.forEach((name, place) => element(this.classes, "option", "", name, { value: place }));
    /** @type {Record<Name, HTMLButtonElement>} */
    this.buttons = {
      validation: button(this.root, "fb-try-button", t("From validation"), () => this.press("validation")),
      test: button(this.root, "fb-try-button", t("From the test"), () => this.press("test")),
    };
    this.said = element(parent, "p", "fb-try-note");
  }

  /** @param {Addresses} addresses empty where there is nothing to be shown */
  use(addresses) {
    this.addresses = addresses;
    this.root.hidden = !addresses.validation && !addresses.test;
    this.buttons.validation.hidden = !addresses.validation;
    this.buttons.test.hidden = !addresses.test;
    setText(this.said, addresses.why_not);
  }

  /** @param {Name} name */
  all(name) {
    return this.parts[name] ?? [];
  }

  /**
   * The examples of a part; none where they cannot be had.
   * @param {Name} name
   * @returns {Promise<Example[]>}
   */
  async loaded(name) {
    const address = this.addresses[name];
    if (!address) return [];
    const loading = this.loading.get(address) ?? this.load(address);
    this.loading.set(address, loading);
    try {
      this.parts[name] = await loading;
    } catch (error) {
      this.loading.delete(address);
      setText(this.said, error instanceof Error ? error.message : String(error));
    }
    return this.all(name);
  }

  /** @param {string} address */
  async load(address) {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(await answer.text());
    /** @type {Sent & { refused?: string }} */
    const sent = await answer.json();
    if (sent.refused !== undefined) throw new Error(sent.refused);
    this.sameRows = sent.same_rows;
    return unpacked(sent);
  }

  /** @param {Name} name */
  async press(name) {
    const found = await this.loaded(name), wanted = this.classes.value;
    const fitting = wanted === "" ? found : found.filter(({ label }) => label === Number(wanted));
    if (!fitting.length) {
      if (found.length) setText(this.said, t("There is no example of this class among those."));
      return;
    }
    this.show(fitting[this.turn++ % fitting.length]);
  }

  /** Take the example for which the page was opened, if it was for one. */
  async takeAsked() {
    if (!this.addresses.asked) return;
    try {
      const [example] = await this.load(this.addresses.asked);
      if (example) this.show(example);
    } catch (error) {
      setText(this.said, error instanceof Error ? error.message : String(error));
    }
  }

  /** @param {Example} example */
  show(example) {
    setText(this.said, t("This is an example of {name}.", { name: this.names[example.label] ?? String(example.label) }));
    this.take(example);
  }

  /** Something else is being tried than an example. */
  forget() {
    setText(this.said, this.addresses.why_not);
  }
}

/**
 * What was sent, example by example.
 * @param {Sent} sent
 * @returns {Example[]}
 */
export function unpacked({ labels, shape = [], pixels, texts, rows }) {
  if (pixels !== undefined) {
    const all = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
    const size = shape.reduce((product, one) => product * one, 1);
    return labels.map((label, i) => ({ label, pixels: all.subarray(i * size, (i + 1) * size) }));
  }
  return labels.map((label, i) => ({ label, ...(texts ? { text: texts[i] } : {}), ...(rows ? { row: rows[i] } : {}) }));
}
