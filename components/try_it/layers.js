// What each layer makes of the example, live: the network as the stack on the Model page is, filled with what flows through it.

import { button, element, set, setKind, setText } from "../browser/dom.js";
import { brief, number } from "../browser/formats.js";
import { n, t } from "../browser/i18n.js";
import { rove } from "../layer_stack/roving.js";
import { MOST_MAPS, filterKind, filterOf, pixels, range, sheetsOf } from "./maps.js";

/** So many numbers of a layer can be read as numbers. */
const FEW = 12;

/**
 * @typedef {import("./network.js").Description} Description
 * @typedef {import("./network.js").Layer} Layer
 * @typedef {import("./network_worker.js").Output} Output
 * @typedef {import("./maps.js").Sheet} Sheet
 * @typedef {{ least: number, most: number }} Limits
 * @typedef {{ maps: HTMLElement, buttons: HTMLButtonElement[], numbers: HTMLElement, more: HTMLElement, settle: () => void }} Row
 */

export class Layers {
  /**
   * @param {Element} parent
   * @param {Description} description
   * @param {() => Promise<ArrayBuffer>} weights those of the epoch that is shown
   * @param {number} [most] pictures of one layer
   */
  constructor(parent, { layers = [], weights: arrays = [] }, weights, most = MOST_MAPS) {
    this.most = most;
    this.layers = layers;
    this.arrays = arrays;
    this.weights = weights;
    /** @type {Output[]} */
    this.outputs = [];
    /** @type {{ layer: number, map: number } | undefined} the map that is shown large */
    this.large = undefined;
    this.root = element(parent, "section", "fb-try-layers", "", { "aria-labelledby": "fb-try-layers-title" });
    element(this.root, "h2", "fb-try-title", t("What each layer makes of it"), { id: "fb-try-layers-title" });
    element(this.root, "p", "fb-try-note", t("Black is the smallest number of a layer, white the largest. Press a picture to see it large."));
    const list = element(this.root, "ol", "fb-try-stack");
    /** @type {Row[]} */
    this.rows = layers.map((layer, place) => this.row(list, layer, place));
    this.dialog = element(this.root, "dialog", "fb-try-dialog", "", { "aria-labelledby": "fb-try-large-title" });
    this.dialog.addEventListener("close", () => { if (!this.dialog.open) this.large = undefined; });
    this.dialog.addEventListener("click", ({ target }) => { if (target === this.dialog) this.dialog.close(); });
    this.largeTitle = element(this.dialog, "h2", "fb-try-title", "", { id: "fb-try-large-title" });
    this.largeMap = element(this.dialog, "canvas", "fb-try-large", "", { role: "img" });
    this.largeNumbers = element(this.dialog, "p", "fb-try-note");
    this.filterTitle = element(this.dialog, "h3", "fb-try-subtitle", t("The filter that made it"));
    this.filterNote = element(this.dialog, "p", "fb-try-note");
    this.filter = element(this.dialog, "div", "fb-try-filter");
    button(this.dialog, "fb-try-button", t("Close"), () => this.dialog.close());
  }

  /**
   * @param {Element} list
   * @param {Layer} layer
   * @param {number} place
   * @returns {Row}
   */
  row(list, { kind, shape, only_training: isForTraining }, place) {
    const item = element(list, "li", "fb-try-layer");
    const head = element(item, "div", "fb-try-layer-head");
    setKind(element(head, "h3", "fb-try-subtitle", "", { translate: "no" }), t("{number}. {kind}", { number: number(place + 1), kind }));
    element(head, "p", "fb-try-note", shape.map((size) => number(size)).join(" × "));
    if (isForTraining) element(head, "p", "fb-try-note", t("Only active during training."));
    const numbers = element(head, "p", "fb-try-note");
    const body = element(item, "div", "fb-try-layer-body");
    const maps = element(body, "div", "fb-try-maps", "", { role: "group", "aria-label": t("Outputs of layer {number}, {kind}", { number: number(place + 1), kind }) });
    maps.dataset.rank = String(shape.length);
    return { maps, numbers, buttons: [], more: element(body, "p", "fb-try-note"), settle: rove(maps, () => maps.querySelector("button")) };
  }

  /**
   * @param {Output[]} outputs of all layers, for one example; none where nothing flows
   */
  show(outputs) {
    this.outputs = outputs;
    this.rows.forEach((row, place) => this.fill(row, place));
    if (this.large) this.drawLarge();
  }

  /**
   * @param {Row} row
   * @param {number} place
   */
  fill(row, place) {
    const output = this.outputs[place];
    row.maps.classList.toggle("fb-try-empty", !output);
    if (!output) {
      setText(row.numbers, "");
      return setText(row.more, "");
    }
    const { sheets, count } = sheetsOf(output, this.most), limits = range(output.data), isShort = output.data.length <= FEW;
    row.maps.hidden = output.data.length === 1; // one number is no picture
    if (row.buttons.length !== sheets.length) this.lay(row, place, sheets.length);
    sheets.forEach((sheet, map) => paint(/** @type {HTMLCanvasElement} */ (row.buttons[map].firstElementChild), sheet, limits));
    setText(row.numbers, isShort ? "" : told(limits));
    const rest = count - sheets.length, more = rest ? n("and {count} more picture", "and {count} more pictures", rest) : "";
    setText(row.more, isShort ? Array.from(output.data, brief).join(", ") : more);
  }

  /**
   * @param {Row} row
   * @param {number} place
   * @param {number} count
   */
  lay(row, place, count) {
    row.maps.replaceChildren();
    row.buttons = Array.from({ length: count }, (_, map) => {
      const label = count > 1 ? t("Map {map} of {count}, enlarge", { map: number(map + 1), count: number(count) }) : t("Enlarge");
      const made = button(row.maps, "fb-try-map", "", () => this.enlarge(place, map), { tabindex: -1, "aria-label": label });
      element(made, "canvas", "", "", { "aria-hidden": "true" });
      return made;
    });
    row.settle();
  }

  /**
   * @param {number} layer
   * @param {number} map
   */
  enlarge(layer, map) {
    this.large = { layer, map };
    this.drawLarge();
    this.dialog.showModal();
    void this.drawFilter();
  }

  drawLarge() {
    const { layer, map } = this.large ?? { layer: 0, map: 0 }, output = this.outputs[layer];
    if (!output) return;
    const { sheets } = sheetsOf(output, this.most), limits = range(output.data), sheet = sheets[map];
    const title = { number: number(layer + 1), kind: this.layers[layer].kind, map: number(map + 1) };
    setText(this.largeTitle, sheets.length > 1 ? t("Layer {number}, {kind}: map {map}", title) : t("Layer {number}, {kind}", title));
    paint(this.largeMap, sheet, limits);
    const own = [];
    for (let y = 0; y < sheet.height; y++) for (let x = 0; x < sheet.width; x++) own.push(sheet.at(x, y));
    setText(this.largeNumbers, told(range(own)));
    set(this.largeMap, { "aria-label": `${this.largeTitle.textContent}: ${this.largeNumbers.textContent}` });
    this.largeMap.style.aspectRatio = `${sheet.width} / ${sheet.height}`;
  }

  /** The weights of the filter, of a convolution. */
  async drawFilter() {
    const shown = this.large;
    if (!shown) return;
    const { kind } = this.layers[shown.layer], known = filterKind(kind);
    this.filter.hidden = this.filterTitle.hidden = known !== "one";
    this.filterNote.hidden = known === "none";
    this.filter.replaceChildren();
    setText(this.filterNote, known === "rows" ? t("Each row of this picture was made by a filter of its own, so there is not one to be shown.") : "");
    if (known !== "one") return;
    const weights = await this.weights().catch(() => undefined);
    if (!weights || this.large !== shown) return;
    const found = filterOf(kind, this.arrays.filter(({ layer }) => layer === shown.layer), weights, shown.map);
    if (!found) return;
    const { sheets, limits, channels, reads } = found, [{ width, height }] = sheets;
    const sizes = { height: number(height), width: number(width), most: number(limits.most, 2), least: number(limits.least, 2) };
    setText(this.filterNote, reads === null
      ? n("{height} × {width} weights: middle grey is 0, white {most}, black {least}.", "{height} × {width} weights for each of {count} maps that it reads: middle grey is 0, white {most}, black {least}.", channels, sizes)
      : t("{height} × {width} weights for map {map}, the only one that it reads: middle grey is 0, white {most}, black {least}.", { ...sizes, map: number(reads + 1) }));
    for (const sheet of sheets) paint(element(this.filter, "canvas", "", "", { "aria-hidden": "true" }), sheet, limits);
  }
}

/** @param {Limits} limits */
const told = ({ least, most }) => t("{least} to {most}", { least: brief(least), most: brief(most) });

/**
 * Draw numbers into a canvas, a pixel each.
 * @param {HTMLCanvasElement} canvas
 * @param {Sheet} sheet
 * @param {Limits} limits
 */
export function paint(canvas, sheet, limits) {
  if (canvas.width !== sheet.width) canvas.width = sheet.width;
  if (canvas.height !== sheet.height) canvas.height = sheet.height;
  canvas.getContext("2d")?.putImageData(new ImageData(pixels(sheet, limits), sheet.width, sheet.height), 0, 0);
}
