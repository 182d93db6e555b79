// Why this answer? Cover a part, ask again, and see how much less sure the network is of what it said. Pure.

/**
 * @typedef {import("./picture.js").Box} Box
 *
 * @typedef {{ width: number, height: number, channels: number }} Shape
 *
 * How alike two maps are, as a sentence can say it; `flat`: one of them is the same everywhere, which is like nothing.
 * @typedef {"alike" | "partly" | "unlike" | "opposite" | "flat"} Alikeness
 */

/** From this correlation on two maps are alike, or partly so. */
const ALIKE = 0.7, PARTLY = 0.3;

/**
 * The patches that are covered one after the other; the last ones of a row and column end at the edge.
 * @param {{ width: number, height: number }} shape
 * @param {{ patch: number, stride: number }} how in pixels
 * @returns {Box[]}
 */
export function patches({ width, height }, { patch, stride }) {
  const across = starts(width, patch, stride), wide = Math.min(patch, width), high = Math.min(patch, height);
  return starts(height, patch, stride).flatMap((top) => across.map((left) => ({ left, top, width: wide, height: high })));
}

/**
 * Where the patches of a row begin.
 * @param {number} length
 * @param {number} patch
 * @param {number} stride
 */
function starts(length, patch, stride) {
  const last = Math.max(0, length - patch), found = [];
  for (let start = 0; start < last; start += stride) found.push(start);
  return [...found, last];
}

/**
 * A good size of patches for pictures of a size: a seventh of the shorter side, moved by half of it.
 * @param {{ width: number, height: number }} shape
 */
export function patchFor({ width, height }) {
  const patch = Math.max(1, Math.round(Math.min(width, height) / 7));
  return { patch, stride: Math.max(1, Math.floor(patch / 2)) };
}

/**
 * The picture once for each patch, with that patch covered: a batch (patches, height, width, channels).
 * @param {Float32Array} pixels (height, width, channels)
 * @param {Shape} shape
 * @param {readonly Box[]} boxes
 * @param {number} cover what is put there: the background, so that nothing new is drawn
 * @returns {Float32Array}
 */
export function covered(pixels, { width, channels }, boxes, cover) {
  const batch = new Float32Array(boxes.length * pixels.length);
  boxes.forEach((box, i) => {
    const picture = batch.subarray(i * pixels.length, (i + 1) * pixels.length);
    picture.set(pixels);
    for (let y = box.top; y < box.top + box.height; y++) {
      const start = (y * width + box.left) * channels;
      picture.fill(cover, start, start + box.width * channels);
    }
  });
  return batch;
}

/**
 * How much less probable the answer is with each thing covered or left out; below 0: more probable.
 * @param {number} whole the probability with nothing left out
 * @param {Float32Array} probabilities of all classes for each thing left out: (things, classes)
 * @param {number} classes
 * @param {number} answer the class whose probability counts
 * @returns {Float32Array} (things,)
 */
export function drops(whole, probabilities, classes, answer) {
  return Float32Array.from({ length: probabilities.length / classes }, (_, i) => whole - probabilities[i * classes + answer]);
}

/**
 * The map of a picture: for each pixel the mean drop of the patches that cover it.
 * @param {Float32Array} found what `drops` gives, for each patch
 * @param {readonly Box[]} boxes
 * @param {{ width: number, height: number }} shape
 * @returns {Float32Array} (height, width)
 */
export function dropMap(found, boxes, { width, height }) {
  const sums = new Float64Array(width * height), counts = new Float64Array(width * height);
  boxes.forEach((box, i) => {
    for (let y = box.top; y < box.top + box.height; y++) {
      for (let x = box.left; x < box.left + box.width; x++) {
        sums[y * width + x] += found[i];
        counts[y * width + x]++;
      }
    }
  });
  return Float32Array.from(sums, (sum, i) => (counts[i] ? sum / counts[i] : 0));
}

/**
 * How alike two maps are: their correlation, from -1 to 1; null where one of them is the same everywhere.
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other of the same length
 */
export function correlation(one, other) {
  const size = one.length, mean = (/** @type {ArrayLike<number>} */ map) => Array.from(map).reduce((sum, value) => sum + value, 0) / size;
  const [meanOne, meanOther] = [mean(one), mean(other)];
  let together = 0, squaresOne = 0, squaresOther = 0;
  for (let i = 0; i < size; i++) {
    const [a, b] = [one[i] - meanOne, other[i] - meanOther];
    together += a * b;
    squaresOne += a * a;
    squaresOther += b * b;
  }
  // What differs in the seventh digit only is rounding of the network's numbers.
  const flat = (/** @type {number} */ squares, /** @type {number} */ middle) => Math.sqrt(squares / size) <= 1e-6 * Math.max(1, Math.abs(middle));
  if (!size || flat(squaresOne, meanOne) || flat(squaresOther, meanOther)) return null;
  return Math.min(1, Math.max(-1, together / Math.sqrt(squaresOne * squaresOther)));
}

/**
 * What a correlation says, for a sentence.
 * @param {number | null} found
 * @returns {Alikeness}
 */
export function alikeness(found) {
  if (found === null) return "flat";
  if (found >= ALIKE) return "alike";
  if (found >= PARTLY) return "partly";
  return found <= -PARTLY ? "opposite" : "unlike";
}

/**
 * A text once without each of its words: those after it move up, and a word that was cut off moves in, as if the text
 * had been written without the word.
 * @param {readonly number[]} words the numbers of all words of the text, also those that are cut off
 * @param {number} length how many the network reads
 * @param {number} unknown what a text without a word is read as
 * @returns {Int32Array} (words that are read, length), padded with 0
 */
export function withoutEach(words, length, unknown = 1) {
  const read = Math.min(words.length, length), batch = new Int32Array(read * length);
  for (let i = 0; i < read; i++) {
    const left = words.length === 1 ? [unknown] : words.filter((_, place) => place !== i);
    batch.set(left.slice(0, length), i * length);
  }
  return batch;
}
