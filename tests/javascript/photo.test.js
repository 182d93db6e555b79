import assert from "node:assert/strict";
import test from "node:test";

import { inkOfPhoto, photoPixels } from "../../components/try_it/photo.js";
import { fromBytes, refusalOf } from "../../components/try_it/reading.js";
import { drawnPixels } from "../../components/try_it/strokes.js";
import { generator } from "./seeded.js";

/** @typedef {import("../../components/try_it/picture.js").Picture} Picture */
/** @typedef {(x: number, y: number) => number} Brightness */

const MNIST = { width: 28, height: 28, channels: 1, border: 0, digits: true };
const [WIDE, HIGH] = [240, 180];
/** A 4: two strokes, of which the second crosses the first. @type {[number, number][][]} */
const FOUR = [[[0.3, 0.1], [0.15, 0.6], [0.85, 0.6]], [[0.62, 0.3], [0.6, 0.95]]];

/**
 * How far a point is from the strokes, in parts of their height.
 * @param {number} x
 * @param {number} y
 */
function away(x, y) {
  let least = Infinity;
  for (const points of FOUR) {
    for (let i = 1; i < points.length; i++) {
      const [[x0, y0], [x1, y1]] = [points[i - 1], points[i]], [dx, dy] = [x1 - x0, y1 - y0];
      const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy)));
      least = Math.min(least, Math.hypot(x - x0 - along * dx, y - y0 - along * dy));
    }
  }
  return least;
}

/**
 * A photo of the 4.
 * @param {{ paper: Brightness, ink?: number, pen?: number, noise?: number, left?: number, top?: number, size?: number }} how `ink`: what part of the light it takes away
 * @returns {Picture}
 */
function photo({ paper, ink = 0.6, pen = 0.06, noise = 0.015, left = 80, top = 40, size = 100 }) {
  const random = generator(21), data = new Float32Array(WIDE * HIGH);
  for (let i = 0; i < data.length; i++) {
    const [x, y] = [i % WIDE, Math.floor(i / WIDE)], distance = size * away((x + 0.5 - left) / size, (y + 0.5 - top) / size);
    const covered = Math.min(1, Math.max(0, (size * pen) / 2 + 0.5 - distance));
    data[i] = Math.min(1, Math.max(0, paper(x, y) * (1 - ink * covered) + noise * (random() + random() + random() - 1.5)));
  }
  return { width: WIDE, height: HIGH, channels: 1, data };
}

const expected = /** @type {Float32Array} */ (drawnPixels({ ground: null, strokes: FOUR.map((points) => ({ points, width: 0.1, colour: [1] })) }, MNIST));

/**
 * The correlation of the pixels of a photo with those of the same strokes on the pad.
 * @param {Picture} picture
 */
function likeness(picture) {
  const pixels = photoPixels(picture, MNIST);
  if (!pixels) return 0;
  const mean = (/** @type {Float32Array} */ values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(pixels), mean(expected)];
  let [both, one, other] = [0, 0, 0];
  pixels.forEach((value, i) => {
    both += (value - a) * (expected[i] - b);
    one += (value - a) ** 2;
    other += (expected[i] - b) ** 2;
  });
  return both / Math.sqrt(one * other);
}

/** @type {Brightness} */
const even = () => 0.8;
/** @type {Record<string, Picture>} */
const PHOTOS = {
  "on even paper": photo({ paper: even }),
  "with a pencil": photo({ paper: even, ink: 0.35, pen: 0.025 }),
  "with a thick pen": photo({ paper: even, ink: 0.9, pen: 0.15 }),
  "in uneven light": photo({ paper: (x, y) => 0.45 + 0.4 * (x / WIDE) + 0.1 * (y / HIGH) }),
  "in the dark": photo({ paper: (x) => 0.25 + 0.05 * (x / WIDE) }),
  "with a shadow": photo({ paper: (x) => 0.85 - 0.35 / (1 + Math.exp((130 - x) / 6)) }),
  "on squared paper": photo({ paper: (x, y) => (x % 14 && y % 14 ? 0.85 : 0.7) }),
  "on a dark table": photo({ paper: (x, y) => (x > 30 && x < 215 && y > 20 && y < 165 ? 0.8 : 0.2) }),
  "with specks": photo({ paper: (x, y) => ((x * 7 + y * 13) % 997 < 1 ? 0.3 : 0.8) }),
  "with chalk on a board": photo({ paper: () => 0.2, ink: -3 }),
  "small": photo({ paper: even, left: 20, top: 110, size: 40 }),
};

for (const [name, picture] of Object.entries(PHOTOS)) {
  test(`a drawing is found ${name}`, () => {
    const found = likeness(picture);
    assert.ok(found > 0.75, String(found));
  });
}

test("where nothing is drawn there is no ink", () => {
  for (const paper of /** @type {Brightness[]} */ ([even, () => 0, () => 1, (x) => 0.3 + (0.6 * x) / WIDE])) {
    assert.equal(inkOfPhoto(photo({ paper, ink: 0 })), null);
  }
});

test("other data sets get the whole photo", () => {
  const pixels = photoPixels(PHOTOS["on even paper"], { width: 24, height: 18, channels: 1, border: 0.5, digits: false });
  assert.ok(pixels && pixels.every((value) => value > 0.2));
});

test("what shows through gets a ground that the ink stands out from", () => {
  const image = (/** @type {number} */ shade) => ({ width: 2, height: 1, data: Uint8ClampedArray.of(shade, shade, shade, 255, 0, 0, 0, 0) });
  assert.deepEqual(Array.from(fromBytes(image(0)).data), [0, 0, 0, 1, 1, 1]);
  assert.deepEqual(Array.from(fromBytes(image(255)).data), [1, 1, 1, 0, 0, 0]);
});

test("what is too large or no picture is refused before it is unpacked", () => {
  const header = (/** @type {object} */ more) => ({ kind: /** @type {const} */ ("png"), width: 100, height: 100, isAnimated: false, ...more });
  const refusal = (/** @type {object} */ more, bytes = 1000) => refusalOf(header(more), bytes)?.refusal ?? null;
  assert.deepEqual(
    [refusal({}), refusal({ width: 8000, height: 5000 }), refusal({ width: 30000, height: 30000 }), refusal({}, 1e9), refusal({ kind: "svg" }), refusal({ kind: "heic" }), refusal({ kind: "unknown" }), refusal({ width: null }), refusal({ height: 0 })],
    [null, null, "too_many_pixels", "file_too_large", "svg", "heic", "not_a_picture", "damaged", "damaged"],
  );
});
