// What a layer gives out, as pictures: which pictures there are, and the grey of each number. No page.

/** @typedef {import("./network_worker.js").Output} Output */
/** @typedef {{ width: number, height: number, at: (x: number, y: number) => number }} Sheet numbers to be drawn, one a pixel */

/** Pictures of one layer that are shown, where there is room for many. */
export const MOST_MAPS = 64;
/** Numbers in a row of what has no shape of its own. */
const ROW = 64;

/**
 * The pictures of one example: the channels of a picture, the steps of a sequence from left to right, a row of units.
 * @param {Output} output of one example
 * @param {number} [most] pictures that are shown
 * @returns {{ sheets: Sheet[], count: number }} those that are shown, and how many there are
 */
export function sheetsOf({ dims, data }, most = MOST_MAPS) {
  const shape = dims.slice(1);
  if (shape.length === 3) {
    const [height, width, channels] = shape, shown = Math.min(channels, most);
    const sheets = Array.from({ length: shown }, (_, channel) => ({
      width, height, at: (/** @type {number} */ x, /** @type {number} */ y) => data[(y * width + x) * channels + channel],
    }));
    return { sheets, count: channels };
  }
  if (shape.length === 2) {
    const [steps, features] = shape;
    return { sheets: [{ width: steps, height: features, at: (x, y) => data[x * features + y] }], count: 1 };
  }
  const count = data.length, width = Math.min(count, ROW);
  return { sheets: [{ width, height: Math.ceil(count / width), at: (x, y) => data[y * width + x] ?? NaN }], count: 1 };
}

/**
 * The smallest and the largest number; 0 and 0 where there is none.
 * @param {ArrayLike<number>} data
 */
export function range(data) {
  let least = Infinity, most = -Infinity;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most && Number.isFinite(least) && Number.isFinite(most) ? { least, most } : { least: 0, most: 0 };
}

/**
 * The pixels of a sheet: the least is black, the largest white; what is no number is left clear.
 * @param {Sheet} sheet
 * @param {{ least: number, most: number }} limits
 * @returns {Uint8ClampedArray<ArrayBuffer>} red, green, blue and opacity of each
 */
export function pixels({ width, height, at }, { least, most }) {
  const found = new Uint8ClampedArray(4 * width * height), scale = 255 / (most - least || 1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 4) {
      const value = at(x, y);
      if (!Number.isFinite(value)) continue;
      found[i] = found[i + 1] = found[i + 2] = (value - least) * scale;
      found[i + 3] = 255;
    }
  }
  return found;
}

/** Kinds whose maps are made by a filter each. */
const KERNELS = new Map([["Conv2D", "kernel"], ["Conv2DTranspose", "kernel"], ["DepthwiseConv2D", "kernel"], ["SeparableConv2D", "depthwise_kernel"]]);
/** Kinds of which each row of the one picture has a filter of its own. */
const ROWS = new Set(["Conv1D", "Conv1DTranspose", "DepthwiseConv1D", "SeparableConv1D"]);

/**
 * What is known of the filter that made a map: `one`, `rows` where each row of it has another one, `none`.
 * @param {string} kind of the layer
 */
export const filterKind = (kind) => (KERNELS.has(kind) ? "one" : ROWS.has(kind) ? "rows" : "none");

/**
 * The filter that made a map: one sheet for each channel that it reads. What a depthwise step and a pointwise one do
 * together is one filter, too: their weights multiplied.
 * @param {string} kind one whose `filterKind` is `one`
 * @param {{ name: string, shape: number[], offset: number }[]} arrays of the layer, in Keras's layout
 * @param {ArrayBuffer} weights of all layers
 * @param {number} map
 * @returns {{ sheets: Sheet[], limits: { least: number, most: number }, channels: number, reads: number | null } | null} `channels` that it
 *   reads; `reads`: the only one of many that it reads; null where the weights are not there
 */
export function filterOf(kind, arrays, weights, map) {
  const found = (/** @type {string | undefined} */ name) => arrays.find((one) => one.name === name), kernel = found(KERNELS.get(kind)), point = found("pointwise_kernel");
  if (!kernel || (kind === "SeparableConv2D" && !point)) return null;
  const [height, width, third, fourth] = kernel.shape;
  const all = new Float32Array(weights, kernel.offset, height * width * third * fourth);
  const at = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ i, /** @type {number} */ j) => all[((y * width + x) * third + i) * fourth + j];
  /** @type {(x: number, y: number, channel: number) => number} */
  let value = (x, y, channel) => at(x, y, channel, map);
  let channels = third, reads = null;
  if (kind === "Conv2DTranspose") {
    channels = fourth;
    value = (x, y, channel) => at(x, y, map, channel);
  } else if (kind === "DepthwiseConv2D") {
    channels = 1;
    reads = Math.floor(map / fourth);
    value = (x, y) => at(x, y, Math.floor(map / fourth), map % fourth);
  } else if (point) {
    const maps = point.shape[3], mixed = new Float32Array(weights, point.offset, third * fourth * maps);
    value = (x, y, channel) => {
      let sum = 0;
      for (let j = 0; j < fourth; j++) sum += at(x, y, channel, j) * mixed[(channel * fourth + j) * maps + map];
      return sum;
    };
  }
  const own = Float32Array.from({ length: height * width * channels }, (_, i) => value(Math.floor(i / channels) % width, Math.floor(i / channels / width), i % channels));
  const { least, most } = range(own), far = Math.max(Math.abs(least), Math.abs(most));
  const sheets = Array.from({ length: Math.min(channels, MOST_MAPS) }, (_, channel) => ({
    width, height, at: (/** @type {number} */ x, /** @type {number} */ y) => own[(y * width + x) * channels + channel],
  }));
  return { sheets, limits: { least: -far, most: far }, channels, reads }; // a weight of 0 is the middle grey
}
