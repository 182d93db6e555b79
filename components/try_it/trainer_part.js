// A network that no browser can run: the trainer is asked for its answer, at a press.

import { announce } from "../browser/announce.js";
import { button, element, set } from "../browser/dom.js";
import { t } from "../browser/i18n.js";

/** @typedef {import("./try_it.js").Input} Input */

export class TrainerPart {
  /**
   * @param {Element} parent
   * @param {import("./answer.js").Answer} answer
   * @param {import("./network.js").Description} description
   */
  constructor(parent, answer, { message, ask = "" }) {
    this.answer = answer;
    this.address = ask;
    /** @type {Input} */
    this.input = { x: null, why: "" };
    /** What was asked last: only its answer is shown. */
    this.round = 0;
    this.root = element(parent, "div", "fb-try-trainer");
    this.button = button(this.root, "fb-try-button", t("Ask the trainer"), () => void this.ask(), { "aria-describedby": "fb-try-trainer-note" });
    element(this.root, "p", "fb-try-note", message, { id: "fb-try-trainer-note" });
    answer.said.before(this.root);
  }

  /** @param {Input} input another one, or the same whose answer is of no use any more */
  know(input) {
    this.input = input;
    this.round += 1;
    set(this.button, { "aria-disabled": input.x === null });
    this.answer.show(null, input.x ? t("Press “Ask the trainer” for its answer.") : input.why);
  }

  async ask() {
    const { x, why } = this.input;
    if (!x) return announce(why);
    const round = ++this.round;
    this.answer.show(null, t("The trainer is computing the answer …"));
    const { scores, why: failed = "" } = await this.asked(x);
    if (round !== this.round) return;
    this.answer.show(scores, failed);
    announce(this.answer.sentence);
  }

  /**
   * @param {Float32Array | Int32Array} x
   * @returns {Promise<{ scores: Float32Array | null, why?: string }>}
   */
  async asked(x) {
    const body = new Blob([/** @type {ArrayBuffer} */ (x.buffer).slice(x.byteOffset, x.byteOffset + x.byteLength)]);
    try {
      const found = await fetch(this.address, { method: "POST", body });
      if (!found.ok) return { scores: null, why: await found.text() };
      /** @type {{ scores: (number | null)[], refused?: string }} */
      const { scores, refused } = await found.json();
      if (refused !== undefined) return { scores: null, why: refused };
      return { scores: Float32Array.from(scores, (score) => score ?? NaN) };
    } catch {
      return { scores: null, why: t("The server cannot be reached. Is Fitboard still running?") };
    }
  }

  close() {
    this.round = -1;
  }
}
