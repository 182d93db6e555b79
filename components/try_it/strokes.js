// A drawing is its strokes: what the pad shows, what it takes back, and the pixels that a network gets of it. Pure.

import { digit, onGround, resized } from "./picture.js";

/**
 * Places from 0 to 1 of the pad's width and height. `width`: of the pen, in parts of the pad's shorter side. `colour`:
 * for each channel of the pictures, 0 to 1.
 * @typedef {{ points: [number, number][], width: number, colour: number[] }} Stroke
 *
 * `ground`: a picture that is drawn upon, as pixels of the network's size; null for an empty pad.
 * @typedef {{ ground: Float32Array | null, strokes: readonly Stroke[] }} Drawing
 *
 * @typedef {import("./picture.js").Form} Form
 * @typedef {import("./picture.js").Picture} Picture
 *
 * What part of the pad is rasterized: its corner and pixels for each unit, which is the pad's shorter side.
 * @typedef {{ left: number, top: number, scale: number, width: number, height: number }} View
 */

/** The pen, in parts of the pad's shorter side. */
export const PEN = 0.07;
/** How thick the pen of MNIST's writers was, in parts of a digit's longer side: nine of ten digits lie in between. */
export const THINNEST = 2 / 20, THICKEST = 4 / 20;
/** Points that are nearer to one another than this, in parts of the pad, are one. */
const NEAREST = 0.004;
/** The edge of a stroke fades over this part of its width. */
const SOFT = 0.25;
/** Pixels of a drawing's longer side before it is made smaller by MNIST's recipe. */
const DIGIT_SIDE = 120;
/** Pixels across one of the network's. */
const FINER = 4;
const LARGEST_PAST = 200;

const EMPTY = /** @type {Drawing} */ (Object.freeze({ ground: null, strokes: Object.freeze([]) }));

/** A drawing that grows, and that can be taken back step by step. */
export class Sketch {
  constructor() {
    this.drawing = EMPTY;
    /** @type {Drawing[]} */
    this.past = [];
    /** @type {Drawing[]} */
    this.future = [];
    /** @type {Stroke | null} */
    this.open = null;
    /** @type {{ width: number, colour: number[] } | null} */
    this.pen = null;
    /** @type {[number, number]} */
    this.at = [0, 0];
  }

  get isEmpty() {
    return !this.drawing.ground && !this.drawing.strokes.length;
  }

  /**
   * Put the pen down.
   * @param {number} x
   * @param {number} y
   * @param {{ width: number, colour: number[] }} pen
   */
  begin(x, y, pen) {
    this.end();
    this.pen = pen;
    this.at = [x, y];
    this.change({ ...this.drawing });
    this.stroke([x, y], pen);
  }

  /**
   * Draw on. What is hardly moved is left out, and so is what lies beyond the pad; whether the drawing has changed.
   * @param {number} x
   * @param {number} y
   */
  extend(x, y) {
    if (!this.pen || Math.hypot(x - this.at[0], y - this.at[1]) < NEAREST) return false;
    const inside = clipped(this.at, [x, y]);
    this.at = [x, y];
    if (!inside) {
      this.open = null;
      return false;
    }
    const [enters, leaves] = inside;
    (this.open ?? this.stroke(enters, this.pen)).points.push(leaves);
    if (leaves[0] !== x || leaves[1] !== y) this.open = null;
    return true;
  }

  /**
   * Begin a stroke.
   * @param {[number, number]} point
   * @param {{ width: number, colour: number[] }} pen
   */
  stroke(point, { width, colour }) {
    this.open = { points: [point], width, colour };
    this.drawing = { ...this.drawing, strokes: [...this.drawing.strokes, this.open] };
    return this.open;
  }

  /** Lift the pen. */
  end() {
    this.pen = null;
    this.open = null;
  }

  /** Take everything away; that can be taken back, too. */
  clear() {
    if (!this.isEmpty) this.change(EMPTY);
    this.end();
  }

  /**
   * Put a picture on the pad in place of what is there.
   * @param {Float32Array} ground
   */
  show(ground) {
    this.end();
    this.change({ ground, strokes: [] });
  }

  /** @param {Drawing} drawing */
  change(drawing) {
    this.past = [...this.past.slice(-LARGEST_PAST), this.drawing];
    this.future = [];
    this.drawing = drawing;
  }

  undo() {
    this.end();
    const before = this.past.pop();
    if (!before) return;
    this.future.push(this.drawing);
    this.drawing = before;
  }

  redo() {
    const after = this.future.pop();
    if (!after) return;
    this.end();
    this.past.push(this.drawing);
    this.drawing = after;
  }
}

/**
 * The part of a line that lies on the pad (Liang and Barsky); null if none does.
 * @param {[number, number]} from
 * @param {[number, number]} to
 * @returns {[[number, number], [number, number]] | null}
 */
export function clipped(from, to) {
  let [first, last] = [0, 1];
  for (const axis of [0, 1]) {
    const way = to[axis] - from[axis];
    if (!way && (from[axis] < 0 || from[axis] > 1)) return null;
    if (!way) continue;
    const [begin, end] = [-from[axis] / way, (1 - from[axis]) / way].sort((a, b) => a - b);
    first = Math.max(first, begin);
    last = Math.min(last, end);
  }
  if (first > last) return null;
  const at = (/** @type {number} */ share) => /** @type {[number, number]} */ ([from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]);
  return [first ? at(first) : from, last < 1 ? at(last) : to];
}

/**
 * The pixels that a network gets of a drawing; null for an empty pad.
 * @param {Drawing} drawing
 * @param {Form} form
 * @returns {Float32Array | null}
 */
export function drawnPixels({ ground, strokes }, form) {
  if (!strokes.length) return ground;
  if (form.digits && !ground) {
    const pixels = digit(inkOfDigit(strokes, form), form);
    return pixels && onGround(pixels, form);
  }
  return painted(ground ?? new Float32Array(form.width * form.height * form.channels).fill(form.border), strokes, form);
}

/**
 * The ink of a digit, white on black, cut out of the pad.
 *
 * MNIST's digits were written with much the same pen at much the same size. A tiny drawing would become a blot and a
 * large one a hair, so the pen is kept within the widths that MNIST has.
 * @param {readonly Stroke[]} strokes
 * @param {Form} form
 * @returns {Picture}
 */
function inkOfDigit(strokes, form) {
  const { right, down } = units(form);
  let [left, top, wide, high] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of strokes.flatMap(({ points }) => points)) {
    [left, top] = [Math.min(left, x * right), Math.min(top, y * down)];
    [wide, high] = [Math.max(wide, x * right), Math.max(high, y * down)];
  }
  [wide, high] = [wide - left, high - top];
  const extent = Math.max(wide, high);
  const pens = strokes.map(({ width }) => penFor(width, extent)), pen = Math.max(...pens);
  const scale = DIGIT_SIDE / (extent + pen), margin = pen * (0.5 + SOFT);
  const view = { left: left - margin, top: top - margin, scale, width: Math.ceil((wide + 2 * margin) * scale), height: Math.ceil((high + 2 * margin) * scale) };
  const data = new Float32Array(view.width * view.height);
  strokes.forEach((stroke, i) => addCoverage(data, view, stroke, pens[i], form));
  return { width: view.width, height: view.height, channels: 1, data };
}

/**
 * The width of the pen for a drawing whose pen moved so far; a dot keeps its own.
 * @param {number} width
 * @param {number} extent
 */
export function penFor(width, extent) {
  // A drawing is as large as the way of the pen and its width together.
  const share = (/** @type {number} */ part) => (extent * part) / (1 - part);
  return extent < width / 2 ? width : Math.min(Math.max(width, share(THINNEST)), share(THICKEST));
}

/**
 * Strokes painted over a picture of the network's size.
 * @param {Float32Array} ground
 * @param {readonly Stroke[]} strokes
 * @param {Form} form
 */
function painted(ground, strokes, form) {
  const { width, height, channels } = form, pixels = ground.slice();
  const view = { left: 0, top: 0, scale: FINER * Math.min(width, height), width: FINER * width, height: FINER * height };
  /** @type {Float32Array | null} */
  let layer = null;
  strokes.forEach((stroke, place) => {
    const data = layer ?? new Float32Array(view.width * view.height);
    addCoverage(data, view, stroke, stroke.width, form);
    // Those of one colour are one layer of paint.
    layer = String(strokes[place + 1]?.colour) === String(stroke.colour) ? data : null;
    if (layer) return;
    const covered = resized({ width: view.width, height: view.height, channels: 1, data }, width, height).data;
    for (let i = 0; i < pixels.length; i++) {
      pixels[i] += covered[Math.floor(i / channels)] * (stroke.colour[i % channels] - pixels[i]);
    }
  });
  return pixels;
}

/** The pad's width and height, in parts of its shorter side.
 * @param {{ width: number, height: number }} form
 */
const units = ({ width, height }) => ({ right: width / Math.min(width, height), down: height / Math.min(width, height) });

/**
 * Add how much of each pixel a stroke covers, where that is more than what is there.
 * @param {Float32Array} data
 * @param {View} view
 * @param {Stroke} stroke
 * @param {number} pen
 * @param {{ width: number, height: number }} form
 */
function addCoverage(data, view, { points }, pen, form) {
  const { right, down } = units(form), { left, top, scale } = view;
  const placed = points.map(([x, y]) => [(x * right - left) * scale, (y * down - top) * scale]);
  const radius = (pen * scale) / 2, fade = Math.max(1, 2 * radius * SOFT);
  for (let i = 0; i < placed.length; i++) {
    addSegment(data, view, placed[Math.max(0, i - 1)], placed[i], radius, fade);
  }
}

/**
 * Add a piece of a stroke with round ends.
 * @param {Float32Array} data
 * @param {View} view
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} radius
 * @param {number} fade over how many pixels its edge does
 */
function addSegment(data, { width, height }, [x0, y0], [x1, y1], radius, fade) {
  const reach = radius + fade / 2, [dx, dy] = [x1 - x0, y1 - y0], length = dx * dx + dy * dy;
  const first = Math.max(0, Math.floor(Math.min(x0, x1) - reach)), last = Math.min(width - 1, Math.ceil(Math.max(x0, x1) + reach));
  const bottom = Math.min(height - 1, Math.ceil(Math.max(y0, y1) + reach));
  for (let y = Math.max(0, Math.floor(Math.min(y0, y1) - reach)); y <= bottom; y++) {
    for (let x = first; x <= last; x++) {
      const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
      const along = length ? Math.min(1, Math.max(0, (px * dx + py * dy) / length)) : 0;
      const distance = Math.sqrt((px - along * dx) ** 2 + (py - along * dy) ** 2);
      const value = Math.min(1, (reach - distance) / fade);
      if (value > data[y * width + x]) data[y * width + x] = value;
    }
  }
}
