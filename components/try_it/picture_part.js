// An example that is a picture: the pad, the picture that the network really gets, and why it answers so.

import { element, setText } from "../browser/dom.js";
import { number } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { alikeness, correlation, covered, dropMap, drops, patchFor, patches } from "./occlusion.js";

/**
 * @typedef {import("./network.js").Description} Description
 * @typedef {import("./examples.js").Example} Example
 * @typedef {import("./try_it.js").Probe} Probe
 */

export class PictureInput {
  /**
   * @param {Element} parent of the pad
   * @param {Element} beside where the picture stands that the network gets
   * @param {Description} description
   * @param {import("./try_it.js").Data} _data
   * @param {(input: import("./try_it.js").Input) => void} changed
   */
  constructor(parent, beside, { input }, _data, changed) {
    const [height, width, channels] = input?.shape ?? [1, 1, 1];
    Object.assign(this, { height, width, channels });
    this.shape = { height, width, channels };
    this.changed = changed;
    element(parent, "h2", "fb-try-title", t("Your picture"));
    const seen = element(beside, "section", "fb-try-seen");
    element(seen, "h2", "fb-try-title", t("What it gets"));
    this.frame = element(seen, "div", "fb-try-frame");
    this.canvas = element(this.frame, "canvas", "", "", { role: "img", width, height, "aria-label": t("The picture that the network gets") });
    this.overlay = element(this.frame, "canvas", "fb-try-overlay", "", { "aria-hidden": "true", width, height });
    element(seen, "p", "fb-try-note", t("{width} × {height} pixels", { width: number(width), height: number(height) }));
    const label = element(seen, "label", "fb-try-check");
    this.why = element(label, "input", "", "", { type: "checkbox" });
    element(label, "span", "", t("Why?"));
    this.why.addEventListener("change", () => this.explain(this.probe));
    this.because = new Because(seen, this.shape);
    /** @type {Probe | null} */
    this.probe = null;
    this.round = 0;
    this.set(null);
  }

  /** @param {Float32Array | null} pixels */
  set(pixels) {
    this.pixels = pixels;
    this.draw();
    this.because.clear();
    this.changed({ x: pixels, why: t("Draw something, or take an example. An empty picture gets no answer.") });
  }

  /** @param {Example} example */
  take(example) {
    this.set(this.numbers(example));
  }

  /** @param {Example} example */
  numbers({ pixels }) {
    const { height, width, channels } = this.shape;
    return pixels?.length === height * width * channels ? Float32Array.from(pixels, (value) => value / 255) : null;
  }

  draw() {
    const { height, width, channels } = this.shape, { pixels } = this, image = new ImageData(width, height);
    for (let i = 0; pixels && i < width * height; i++) {
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = 255 * pixels[i * channels + (channels >= 3 ? c : 0)];
      image.data[4 * i + 3] = 255;
    }
    this.canvas.getContext("2d")?.putImageData(image, 0, 0);
  }

  /** @param {Probe | null} probe */
  explain(probe) {
    this.probe = probe;
    const round = ++this.round;
    if (!this.why.checked || !probe) return this.because.clear();
    void this.because.find(probe, () => round !== this.round || this.probe !== probe);
  }

  close() {}
}
