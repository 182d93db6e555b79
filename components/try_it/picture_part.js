// An example that is a picture: the pad, the picture that the network really gets, and why it answers so.

import { element, setText } from "../browser/dom.js";
import { number } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { isClosed } from "./network.js";
import { alikeness, correlation, covered, dropMap, drops, patchFor, patches } from "./occlusion.js";
import { Pad, drawPixels } from "./pad.js";
import { PictureInput } from "./picture_input.js";

/**
 * @typedef {import("./network.js").Description} Description
 * @typedef {import("./examples.js").Example} Example
 * @typedef {import("./try_it.js").Probe} Probe
 */

/** @type {Map<string, import("./strokes.js").Drawing>} what was drawn last, by the size of the pictures: it outlives the page and the run */
const KEPT = new Map();

export class PicturePart {
  /**
   * @param {Element} parent of the pad
   * @param {Element} beside where the picture stands that the network gets
   * @param {Element} more of other ways to a picture
   * @param {Description} description
   * @param {(input: import("./try_it.js").Input) => void} changed
   */
  constructor(parent, beside, more, { input, digits = false, border = 0, probabilities }, changed) {
    const [height, width, channels] = input?.shape ?? [1, 1, 1];
    this.shape = { height, width, channels };
    this.changed = changed;
    element(parent, "h2", "fb-try-title", t("Your picture"));
    const mount = element(parent, "div");
    const seen = element(beside, "section", "fb-try-seen");
    element(seen, "h2", "fb-try-title", t("What it gets"));
    this.canvas = element(element(seen, "div", "fb-try-frame"), "canvas", "", "", { role: "img", width, height, "aria-label": t("The picture that the network gets") });
    element(seen, "p", "fb-try-note", t("{width} × {height} pixels", { width: number(width), height: number(height) }));
    const label = element(seen, "label", "fb-try-check");
    this.why = element(label, "input", "", "", { type: "checkbox" });
    element(label, "span", "", t("Why?"));
    this.why.addEventListener("change", () => this.explain(this.probe));
    this.because = new Because(seen, this.shape, probabilities !== false);
    /** @type {Probe | null} */
    this.probe = null;
    this.round = 0;
    /** Whether the next picture that the pad gives is an example. */
    this.isTaking = false;
    const form = { ...this.shape, border, digits };
    this.pad = new Pad(mount, { ...form, onChange: (pixels) => this.set(pixels) });
    this.elsewhere = new PictureInput(more, { form, onPicture: (picture) => this.pad.show(picture), dropOn: this.pad.surface });
    const kept = KEPT.get(this.key);
    if (kept) this.pad.restore(kept);
    this.set(null);
  }

  get key() {
    return Object.values(this.shape).join(" ");
  }

  /** @param {Float32Array | null} pixels */
  set(pixels) {
    this.pixels = pixels;
    if (this.pad) KEPT.set(this.key, this.pad.drawing);
    drawPixels(this.canvas, pixels ?? new Float32Array(this.shape.height * this.shape.width * this.shape.channels), this.shape);
    this.changed({ x: pixels, isExample: this.isTaking, why: t("Draw something: an empty picture gets no answer.") });
    this.isTaking = false;
  }

  /** @param {Example} example */
  take(example) {
    const pixels = this.numbers(example);
    if (!pixels) return;
    this.isTaking = true; // the pad gives the picture within the next frame
    this.pad.show(pixels);
  }

  /** @param {Example} example */
  numbers({ pixels }) {
    const { height, width, channels } = this.shape;
    return pixels?.length === height * width * channels ? Float32Array.from(pixels, (value) => value / 255) : null;
  }

  /** @param {Probe | null} probe */
  explain(probe) {
    this.probe = probe;
    const round = ++this.round;
    if (!this.why.checked || !probe) return this.because.clear();
    this.because.find(probe, () => round !== this.round).catch((error) => {
      if (round === this.round && !isClosed(error)) this.because.clear(); // the answer itself stays
    });
  }

  close() {
    this.round = -1;
    this.pad.close();
    this.elsewhere.close();
  }
}

/** Why a picture gets its answer: each part covered in turn, with the network as it is and as it was before training. */
class Because {
  /**
   * @param {Element} parent
   * @param {{ height: number, width: number, channels: number }} shape
   * @param {boolean} areProbabilities
   */
  constructor(parent, shape, areProbabilities) {
    this.shape = shape;
    this.root = element(parent, "div", "fb-try-because", "", { hidden: "" });
    const maps = element(this.root, "div", "fb-try-twins");
    this.now = new HeatMap(maps, shape, t("This network"), areProbabilities);
    this.before = new HeatMap(maps, shape, t("Before training"), areProbabilities);
    this.said = element(this.root, "p", "fb-try-note");
    element(this.root, "p", "fb-try-note", t("Each part is covered in turn: orange where the network then becomes less sure of its answer, blue where it becomes surer. Two parts that say the same thing hide each other: covering one alone changes little."));
  }

  /**
   * @param {Probe} probe
   * @param {() => boolean} isOver
   */
  async find(probe, isOver) {
    this.root.hidden = false;
    const pixels = /** @type {Float32Array} */ (probe.x), boxes = patches(this.shape, patchFor(this.shape));
    const batch = covered(pixels, this.shape, boxes, ground(pixels, this.shape));
    const map = async (/** @type {boolean} */ untrained) => {
      const whole = untrained ? (await probe.ask(pixels, 1, true))[probe.answer] : probe.scores[probe.answer];
      return dropMap(drops(whole, await probe.ask(batch, boxes.length, untrained), probe.scores.length, probe.answer), boxes, this.shape);
    };
    const isWhole = (/** @type {Float32Array} */ found) => found.every(Number.isFinite);
    const now = await map(false);
    if (isOver()) return;
    this.now.hide(!isWhole(now));
    this.before.hide(!probe.hasUntrained || !isWhole(now));
    if (!isWhole(now)) return setText(this.said, t("The network gives no numbers for some of the covered pictures, so there is no map."));
    this.now.show(pixels, now);
    if (!probe.hasUntrained) return setText(this.said, "");
    const before = await map(true);
    if (isOver()) return;
    this.before.hide(!isWhole(before));
    if (!isWhole(before)) return setText(this.said, t("Before training the network gives no numbers for this picture, so there is nothing to compare the map with."));
    this.before.show(pixels, before);
    setText(this.said, likeness(correlation(now, before)));
  }

  clear() {
    this.root.hidden = true;
  }
}

/**
 * How alike the two maps are, in a sentence.
 * @param {number | null} found
 */
function likeness(found) {
  const share = found === null ? "" : number(found, 2);
  switch (alikeness(found)) {
    case "alike": return t("The two maps are alike ({share} of at most 1): what you see comes from the picture more than from what was learned.", { share });
    case "partly": return t("The two maps are partly alike ({share} of at most 1): some of what you see was there before anything was learned.", { share });
    case "opposite": return t("The two maps are opposites ({share}, where 1 would be the same): training turned around what counts.", { share });
    case "unlike": return t("The two maps have little in common ({share}, where 1 would be the same): what you see was learned.", { share });
    default: return t("One of the two maps is the same everywhere, so they cannot be compared.");
  }
}

/**
 * What covers a part: the mean of the outermost pixels, so that nothing new is drawn.
 * @param {Float32Array} pixels
 * @param {{ height: number, width: number, channels: number }} shape
 */
function ground(pixels, { height, width, channels }) {
  let sum = 0, count = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (y && x && y < height - 1 && x < width - 1) continue;
      for (let c = 0; c < channels; c++) sum += pixels[(y * width + x) * channels + c];
      count += channels;
    }
  }
  return sum / count;
}

/** A map over the picture: orange where the answer depends on it, blue where it speaks against it. */
class HeatMap {
  /**
   * @param {Element} parent
   * @param {{ height: number, width: number, channels: number }} shape
   * @param {string} name
   * @param {boolean} areProbabilities
   */
  constructor(parent, { height, width, channels }, name, areProbabilities) {
    this.areProbabilities = areProbabilities;
    this.channels = channels;
    this.root = element(parent, "figure", "fb-try-heat");
    this.canvas = element(this.root, "canvas", "", "", { role: "img", height, width, "aria-label": name });
    this.name = element(this.root, "figcaption", "", name);
  }

  /** @param {boolean} isHidden */
  hide(isHidden) {
    this.root.hidden = isHidden;
  }

  /**
   * @param {Float32Array} pixels
   * @param {Float32Array} map
   */
  show(pixels, map) {
    const { width, height } = this.canvas, image = new ImageData(width, height);
    const far = map.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    let strongest = 0;
    for (let i = 0; i < map.length; i++) {
      const grey = 255 * pixels[i * this.channels], share = Math.abs(map[i]) / far, colour = map[i] > 0 ? ORANGE : BLUE;
      colour.forEach((part, c) => { image.data[4 * i + c] = grey * 0.5 * (1 - share) + part * share; });
      image.data[4 * i + 3] = 255;
      if (map[i] > map[strongest]) strongest = i;
    }
    this.canvas.getContext("2d")?.putImageData(image, 0, 0);
    const values = { name: this.name.textContent ?? "", where: place(strongest % width, Math.floor(strongest / width), width, height), points: number(100 * map[strongest], 0), score: number(map[strongest], 2) };
    this.canvas.setAttribute("aria-label", this.areProbabilities
      ? t("{name}: the answer depends most on the part {where}, where covering it takes {points} percentage points", values)
      : t("{name}: the answer depends most on the part {where}, where covering it lowers the score by {score}", values));
  }
}

const ORANGE = [255, 140, 0], BLUE = [60, 130, 255];

/**
 * Where in a picture something is, in words.
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function place(x, y, width, height) {
  const third = (/** @type {number} */ at, /** @type {number} */ size) => Math.min(2, Math.floor((3 * at) / size));
  const names = [
    [t("top left"), t("top middle"), t("top right")],
    [t("middle left"), t("in the middle"), t("middle right")],
    [t("bottom left"), t("bottom middle"), t("bottom right")],
  ];
  return names[third(y, height)][third(x, width)];
}
