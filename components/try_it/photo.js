// A photo of a drawing on paper: the drawing is found, the light evened out, and what is left is white ink on black, for
// MNIST's recipe. Clean pictures and white on black go through it unharmed. Pure.

import { digit, grey, onGround, pixelsOf, resized } from "./picture.js";
import { THICKEST, THINNEST } from "./strokes.js";

/**
 * @typedef {import("./picture.js").Picture} Picture
 * @typedef {import("./picture.js").Box} Box
 *
 * Pixels that hang together, as places in the picture, with the weight of their ink.
 * @typedef {{ places: number[], weight: number, box: Box }} Blot
 */

/** The longer side, in pixels, at which a photo is looked at, and that at which its light is. */
const LOOKED_AT = 400, LIGHT = 40;
/** The side of the window whose median is the light of the paper, in parts of the longer side: wider than a stroke is. */
const WINDOW = 0.35;
/** What differs less from the paper than this is not drawn, and ink as it counts is so many times more than the noise. */
const FAINTEST = 0.06, ABOVE_NOISE = 4;
/** Pixels of a drawing, at least. */
const FEWEST = 25;
/** From which part of the ink's strength on a pixel belongs to it, and from which on it is all ink. */
const SOME_INK = 0.35, ALL_INK = 0.6;
/** A blot belongs to the drawing if it has so much of the weight, or of the length, of its largest. */
const WEIGHTY = 0.08, LONG = 0.35;
/** A drawing is at least this long, in parts of the picture's longer side. */
const SMALLEST = 0.04;

/**
 * The pixels that a network gets of a picture from elsewhere; null where it reads digits and nothing is drawn.
 * @param {Picture} picture
 * @param {import("./picture.js").Form} form
 * @returns {Float32Array | null}
 */
export function photoPixels(picture, form) {
  if (!form.digits || (picture.width === form.width && picture.height === form.height)) return pixelsOf(picture, form);
  const ink = inkOfPhoto(picture), pixels = ink && digit(ink, form);
  return pixels && onGround(pixels, form);
}

/**
 * The ink of a photo, white on black; null if nothing is drawn there.
 * @param {Picture} photo
 * @returns {Picture | null}
 */
export function inkOfPhoto(photo) {
  const shades = grey(photo), scale = Math.min(1, LOOKED_AT / Math.max(photo.width, photo.height));
  const side = (/** @type {number} */ length) => Math.max(1, Math.round(length * scale));
  const small = scale < 1 ? resized(shades, side(photo.width), side(photo.height)) : shades;
  const contrast = contrasted(small);
  const strength = contrast && strengthOf(contrast);
  if (!strength) return null;
  const ink = { ...small, data: contrast.map((value) => Math.min(1, Math.max(0, (value / strength - SOME_INK) / (ALL_INK - SOME_INK)))) };
  const drawn = cleaned(ink);
  return drawn && thickened(drawn);
}

/**
 * By how much each pixel differs from the paper around it towards the ink, dark or bright; null for a picture that is
 * the same everywhere.
 * @param {Picture} picture
 */
function contrasted(picture) {
  const differences = fromPaper(picture);
  let dark = 0, bright = 0;
  for (const value of differences) {
    // By the third power: a stroke counts more than a wide shade.
    if (value > 0) dark += value ** 3;
    else bright -= value ** 3;
  }
  if (!dark && !bright) return null;
  return dark >= bright ? differences : differences.map((value) => -value);
}

/**
 * How much darker than the paper each pixel is; 0 beside the paper.
 *
 * The light of the paper is the median of a wide window around each place. Where the window ends at the edge of the
 * photo, it lies to one side, so the slope of the light over the whole photo is taken out before.
 * @param {Picture} picture
 * @returns {Float32Array}
 */
function fromPaper(picture) {
  const { width, height, data } = picture, scale = Math.min(1, LIGHT / Math.max(width, height));
  const [columns, rows] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const coarse = resized(picture, columns, rows).data, paper = paperIn(coarse, columns, rows);
  const slope = slopeOf(coarse, columns, paper), even = Float32Array.from(coarse, (value, i) => value - slope(i % columns, Math.floor(i / columns)));
  const medians = even.map((_, i) => medianAround(even, columns, rows, paper, i));
  return Float32Array.from({ length: width * height }, (_, i) => {
    const x = ((i % width) + 0.5) * (columns / width) - 0.5, y = (Math.floor(i / width) + 0.5) * (rows / height) - 0.5;
    if (paper && !paper[Math.min(rows - 1, Math.round(y)) * columns + Math.min(columns - 1, Math.round(x))]) return 0;
    return slope(x, y) + between(medians, columns, rows, x, y) - data[i];
  });
}

/**
 * The plane that is nearest to the values of a grid.
 * @param {ArrayLike<number>} grid
 * @param {number} columns
 * @param {Uint8Array | null} paper the places that count
 * @returns {(x: number, y: number) => number} its height above the grid's mean
 */
function slopeOf(grid, columns, paper) {
  let [count, mean, middleX, middleY] = [0, 0, 0, 0];
  /** @param {(x: number, y: number, value: number) => void} use */
  const each = (use) => {
    for (let i = 0; i < grid.length; i++) if (!paper || paper[i]) use(i % columns, Math.floor(i / columns), grid[i]);
  };
  each((x, y, value) => { [count, mean, middleX, middleY] = [count + 1, mean + value, middleX + x, middleY + y]; });
  [mean, middleX, middleY] = [mean / count, middleX / count, middleY / count];
  let [xx, yy, xv, yv] = [0, 0, 0, 0];
  each((x, y, value) => {
    const [u, v] = [x - middleX, y - middleY];
    [xx, yy, xv, yv] = [xx + u * u, yy + v * v, xv + u * (value - mean), yv + v * (value - mean)];
  });
  return (x, y) => (xx && (xv / xx) * (x - middleX)) + (yy && (yv / yy) * (y - middleY));
}

/**
 * The median of a wide window around a place of a grid.
 * @param {Float32Array} grid
 * @param {number} columns
 * @param {number} rows
 * @param {Uint8Array | null} paper the places that count
 * @param {number} place
 */
function medianAround(grid, columns, rows, paper, place) {
  const reach = Math.ceil((WINDOW * Math.max(columns, rows)) / 2), window = new Float32Array((2 * reach + 1) ** 2);
  const x = place % columns, y = Math.floor(place / columns);
  let count = 0;
  for (let v = Math.max(0, y - reach); v <= Math.min(rows - 1, y + reach); v++) {
    for (let u = Math.max(0, x - reach); u <= Math.min(columns - 1, x + reach); u++) {
      if (!paper || paper[v * columns + u]) window[count++] = grid[v * columns + u];
    }
  }
  return count ? window.subarray(0, count).sort()[count >> 1] : grid[place];
}

/**
 * Where the sheet is, in a photo that shows more than the sheet: the largest bright piece, if it is like a sheet.
 * @param {ArrayLike<number>} grid
 * @param {number} columns
 * @param {number} rows
 * @returns {Uint8Array | null} without its rim; null if all of the photo is paper
 */
function paperIn(grid, columns, rows) {
  const limit = divide(grid), bright = { width: columns, height: rows, channels: 1, data: Float32Array.from(grid, (value) => Number(value > limit)) };
  const [sheet] = blots(bright).sort((one, other) => other.weight - one.weight);
  if (!sheet || !isSheet(sheet, columns, rows)) return null;
  const { left, top, width, height } = sheet.box, on = new Uint8Array(grid.length), inside = new Uint8Array(grid.length);
  for (const place of sheet.places) on[place] = 1;
  for (let y = top; y < top + height; y++) {
    // What is drawn on it is dark as well, but lies between its left and its right edge.
    const row = on.subarray(y * columns + left, y * columns + left + width);
    on.fill(1, y * columns + left + row.indexOf(1), y * columns + left + row.lastIndexOf(1) + 1);
  }
  for (let y = top + 1; y < top + height - 1; y++) {
    for (let x = left + 1; x < left + width - 1; x++) {
      const i = y * columns + x;
      inside[i] = on[i] & on[i - 1] & on[i + 1] & on[i - columns] & on[i + columns];
    }
  }
  return inside;
}

/**
 * Whether a bright piece may be a sheet: large, full, and with the table on three sides of it at least.
 * @param {Blot} blot
 * @param {number} columns
 * @param {number} rows
 */
function isSheet({ places, box }, columns, rows) {
  const sides = [box.left === 0, box.top === 0, box.left + box.width === columns, box.top + box.height === rows];
  return sides.filter(Boolean).length <= 1 && places.length > 0.25 * columns * rows && places.length > 0.6 * box.width * box.height;
}

/**
 * The brightness that best parts a picture into dark and bright (Otsu).
 * @param {ArrayLike<number>} values 0 to 1
 */
function divide(values) {
  const counts = new Float64Array(64);
  for (let i = 0; i < values.length; i++) counts[Math.min(63, Math.floor(64 * values[i]))]++;
  const all = counts.reduce((sum, count, i) => sum + count * i, 0);
  let [below, sumBelow, best, found] = [0, 0, -1, 0];
  counts.forEach((count, i) => {
    below += count;
    sumBelow += count * i;
    const above = values.length - below;
    if (!below || !above) return;
    const apart = below * above * (sumBelow / below - (all - sumBelow) / above) ** 2;
    if (apart > best) [best, found] = [apart, i];
  });
  return (found + 1) / 64;
}

/**
 * A value between pixels.
 * @param {Float32Array} data
 * @param {number} width
 * @param {number} height
 * @param {number} x
 * @param {number} y
 */
function between(data, width, height, x, y) {
  const left = Math.min(width - 1, Math.max(0, Math.floor(x))), top = Math.min(height - 1, Math.max(0, Math.floor(y)));
  const right = Math.min(width - 1, left + 1), bottom = Math.min(height - 1, top + 1);
  const [u, v] = [Math.min(1, Math.max(0, x - left)), Math.min(1, Math.max(0, y - top))];
  const upper = data[top * width + left] * (1 - u) + data[top * width + right] * u;
  return upper * (1 - v) + (data[bottom * width + left] * (1 - u) + data[bottom * width + right] * u) * v;
}

/**
 * How much the ink differs from the paper; 0 where nothing stands out of the noise.
 * @param {Float32Array} contrast
 */
function strengthOf(contrast) {
  const sizes = contrast.map(Math.abs).sort(), noise = 1.4826 * sizes[sizes.length >> 1];
  const least = Math.max(FAINTEST, ABOVE_NOISE * noise);
  const found = contrast.filter((value) => value > least).sort();
  if (found.length < FEWEST) return 0;
  // Paper with lines has more pixels of lines than of the pen; the pen is the strongest.
  return found[found.length - Math.max(FEWEST, Math.ceil(0.005 * found.length))];
}

/**
 * Without specks, and without what runs in from the edges, such as the table that the paper lies on.
 * @param {Picture} ink
 * @returns {Picture | null}
 */
function cleaned(ink) {
  const { width, height } = ink, longer = Math.max(width, height), all = blots(ink);
  const length = (/** @type {Blot} */ { box }) => Math.max(box.width, box.height);
  const within = all.filter((blot) => !touchesEdge(blot.box, ink) && !surrounds(blot, ink));
  const long = (/** @type {Blot[]} */ some) => some.filter((blot) => length(blot) >= SMALLEST * longer);
  const able = long(within).length ? within : all;
  if (!long(able).length) return null;
  const main = able.reduce((best, blot) => (blot.weight > best.weight ? blot : best));
  const kept = able.filter((blot) => blot.weight >= WEIGHTY * main.weight || (length(blot) >= LONG * length(main) && isNear(blot.box, main.box)));
  const data = new Float32Array(width * height);
  for (const { places } of kept) for (const place of places) data[place] = ink.data[place];
  return { width, height, channels: 1, data };
}

/** @param {Box} box @param {Picture} picture */
const touchesEdge = ({ left, top, width, height }, picture) => !left || !top || left + width === picture.width || top + height === picture.height;

/**
 * Whether a blot is the rim of the paper, not something on it: as large as the picture, and thin.
 * @param {Blot} blot
 * @param {Picture} picture
 */
const surrounds = ({ box, places }, { width, height }) => box.width > 0.85 * width && box.height > 0.85 * height && places.length < 0.25 * box.width * box.height;

/** Whether a box lies by another one, not farther away than that is long.
 * @param {Box} box @param {Box} main
 */
function isNear(box, main) {
  const reach = Math.max(main.width, main.height) / 2;
  return box.left < main.left + main.width + reach && box.left + box.width > main.left - reach
    && box.top < main.top + main.height + reach && box.top + box.height > main.top - reach;
}

/**
 * The pixels with ink that hang together, also over corners.
 * @param {Picture} ink
 * @returns {Blot[]}
 */
function blots({ width, height, data }) {
  const seen = new Uint8Array(width * height), found = [];
  for (let start = 0; start < data.length; start++) {
    if (seen[start] || data[start] <= 0) continue;
    seen[start] = 1;
    const places = [start];
    let [weight, left, right, top, bottom] = [0, width, 0, height, 0];
    for (let i = 0; i < places.length; i++) {
      const x = places[i] % width, y = Math.floor(places[i] / width);
      weight += data[places[i]];
      [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
      for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
          const next = v * width + u;
          if (seen[next] || data[next] <= 0) continue;
          seen[next] = 1;
          places.push(next);
        }
      }
    }
    found.push({ places, weight, box: { left, top, width: right - left + 1, height: bottom - top + 1 } });
  }
  return found;
}

/**
 * With strokes as thick as MNIST's at least, where a pencil left thin ones.
 * @param {Picture} ink
 * @returns {Picture}
 */
function thickened(ink) {
  const { width, height, data } = ink, pen = penOf(ink), box = boxOf(ink);
  const extent = Math.max(box.width, box.height) - pen, wanted = Math.min((extent * THINNEST) / (1 - THINNEST), extent * THICKEST);
  const radius = (wanted - pen) / 2;
  if (radius <= 0.25) return ink;
  // Room for strokes that grow beyond the edge of the photo.
  const margin = Math.ceil(radius) + 1, wide = width + 2 * margin, high = height + 2 * margin, framed = new Float32Array(wide * high);
  for (let y = 0; y < height; y++) framed.set(Float32Array.from(data).subarray(y * width, (y + 1) * width), (y + margin) * wide + margin);
  const far = distances(framed, wide, radius + 1);
  const grown = Float32Array.from(framed, (value, i) => Math.max(value, Math.min(1, Math.max(0, radius + 0.5 - far[i]))));
  return { width: wide, height: high, channels: 1, data: grown };
}

/** The box of all that has any ink.
 * @param {Picture} ink
 */
function boxOf({ width, data }) {
  let [left, right, top, bottom] = [Infinity, 0, Infinity, 0];
  for (let i = 0; i < data.length; i++) {
    if (data[i] < 0.5) continue;
    const x = i % width, y = Math.floor(i / width);
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  return { width: right - left + 1, height: bottom - top + 1 };
}

/**
 * How thick strokes are: four times the mean distance of their pixels from the edge.
 * @param {Picture} ink
 */
function penOf({ width, height, data }) {
  const inside = Float32Array.from(data, (value) => (value >= 0.5 ? 0 : 1));
  const depth = distances(inside, width, Math.max(width, height));
  let sum = 0, count = 0;
  for (let i = 0; i < depth.length; i++) {
    if (inside[i]) continue;
    sum += depth[i] - 0.5;
    count++;
  }
  return count ? Math.max(1, (4 * sum) / count) : 1;
}

/**
 * The distance of each pixel from the nearest one with ink, in pixels: first along its column, then over the columns
 * beside it. Of what is farther away than `most`, that it is.
 * @param {Float32Array} data 0.5 and more is ink
 * @param {number} width
 * @param {number} most
 */
function distances(data, width, most) {
  const below = new Float32Array(data.length).fill(1e9), far = new Float32Array(data.length);
  for (const way of [1, -1]) {
    for (let k = 0; k < data.length; k++) {
      const i = way > 0 ? k : data.length - 1 - k, before = i - way * width;
      below[i] = data[i] >= 0.5 ? 0 : Math.min(below[i], (below[before] ?? 1e9) + 1);
    }
  }
  for (let i = 0; i < data.length; i++) {
    const x = i % width;
    let least = Math.min(below[i], most) ** 2;
    for (let u = 1; u * u < least; u++) {
      if (u <= x) least = Math.min(least, u * u + below[i - u] ** 2);
      if (u < width - x) least = Math.min(least, u * u + below[i + u] ** 2);
    }
    far[i] = Math.sqrt(least);
  }
  return far;
}
