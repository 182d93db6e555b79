import assert from "node:assert/strict";
import test from "node:test";

import { PEN, Sketch, THICKEST, THINNEST, clipped, drawnPixels, penFor } from "../../components/try_it/strokes.js";

/** @typedef {import("../../components/try_it/strokes.js").Drawing} Drawing */

const MNIST = { width: 28, height: 28, channels: 1, border: 0, digits: true };
const PLAIN = { ...MNIST, digits: false };

/**
 * A drawing of strokes.
 * @param {[number, number][][]} strokes
 * @param {number} [width]
 * @returns {Drawing}
 */
const drawing = (strokes, width = PEN) => ({ ground: null, strokes: strokes.map((points) => ({ points, width, colour: [1] })) });

/** @type {[number, number][][]} */
const SEVEN = [[[0.2, 0.2], [0.7, 0.2], [0.4, 0.8]]];

/**
 * The same strokes, smaller and elsewhere.
 * @param {number} scale
 * @param {number} x
 * @param {number} y
 */
const moved = (scale, x, y) => SEVEN.map((points) => points.map(([a, b]) => /** @type {[number, number]} */ ([x + scale * a, y + scale * b])));

/** @param {Float32Array | null} pixels */
const ink = (pixels) => pixels?.reduce((total, value) => total + value, 0) ?? 0;

test("an empty pad has no pixels", () => {
  assert.equal(drawnPixels(new Sketch().drawing, MNIST), null);
  assert.equal(drawnPixels(new Sketch().drawing, PLAIN), null);
});

test("a digit is read at every place, and a tiny one is not a blot", () => {
  const large = /** @type {Float32Array} */ (drawnPixels(drawing(SEVEN), MNIST));
  const corner = /** @type {Float32Array} */ (drawnPixels(drawing(moved(0.6, 0.38, 0.38)), MNIST));
  const tiny = /** @type {Float32Array} */ (drawnPixels(drawing(moved(0.2, 0.02, 0.02)), MNIST));
  assert.ok(ink(tiny) < 2 * ink(large), `${ink(tiny)} ${ink(large)}`);
  assert.ok(corner[14 * 28] === 0 && ink(corner) > 20);
});

test("the pen for a digit is as thick as those of MNIST", () => {
  for (const extent of [0.1, 0.3, 0.6, 1]) {
    for (const width of [0.01, 0.05, 0.1, 0.3]) {
      if (extent < width / 2) continue;
      const pen = penFor(width, extent), share = pen / (extent + pen);
      assert.ok(share >= THINNEST - 1e-9 && share <= THICKEST + 1e-9, String(share));
    }
  }
  assert.equal(penFor(0.07, 0.6), 0.07);
  assert.equal(penFor(0.07, 0.01), 0.07, "a dot");
});

test("a dot gives pixels", () => {
  assert.ok(ink(drawnPixels(drawing([[[0.5, 0.5]]]), MNIST)) > 1);
});

test("pictures that are no digits are drawn where the pen was, in its colour", () => {
  const form = { width: 20, height: 10, channels: 3, border: 0.5, digits: false };
  const sketch = new Sketch();
  sketch.begin(0.5, 0, { width: 0.4, colour: [1, 0, 0.25] });
  sketch.extend(0.5, 1);
  const pixels = /** @type {Float32Array} */ (drawnPixels(sketch.drawing, form));
  const at = (/** @type {number} */ x, /** @type {number} */ y) => Array.from(pixels.subarray(3 * (20 * y + x), 3 * (20 * y + x) + 3));
  assert.deepEqual([at(0, 5), at(10, 5), at(9, 0), at(13, 5)], [[0.5, 0.5, 0.5], [1, 0, 0.25], [1, 0, 0.25], [0.5, 0.5, 0.5]]);
});

test("what is drawn upon a picture changes that picture alone", () => {
  const ground = new Float32Array(784);
  ground[5] = 0.5;
  const sketch = new Sketch();
  sketch.show(ground);
  assert.equal(drawnPixels(sketch.drawing, MNIST), ground);
  sketch.begin(0.5, 0.9, { width: PEN, colour: [1] });
  const pixels = /** @type {Float32Array} */ (drawnPixels(sketch.drawing, MNIST));
  assert.equal(pixels[5], 0.5);
  assert.ok(pixels[25 * 28 + 14] > 0.5);
  assert.equal(ground[25 * 28 + 14], 0);
});

test("each step can be taken back and done again", () => {
  const sketch = new Sketch(), pen = { width: PEN, colour: [1] }, seen = [sketch.drawing];
  const remember = () => { sketch.end(); seen.push(sketch.drawing); };
  sketch.begin(0.1, 0.1, pen);
  sketch.extend(0.5, 0.5);
  remember();
  sketch.begin(0.5, 0.1, pen);
  remember();
  sketch.clear();
  remember();
  assert.ok(sketch.isEmpty);
  sketch.show(new Float32Array(784));
  remember();
  for (const before of seen.slice(0, -1).reverse()) {
    sketch.undo();
    assert.deepEqual(sketch.drawing, before);
  }
  sketch.undo();
  for (const after of seen.slice(1)) {
    sketch.redo();
    assert.deepEqual(sketch.drawing, after);
  }
  sketch.redo();
  sketch.undo();
  sketch.begin(0.9, 0.9, pen);
  assert.equal(sketch.future.length, 0, "a new stroke ends what could be done again");
});

test("taking back while the pen is down lifts it", () => {
  const sketch = new Sketch();
  sketch.begin(0.1, 0.1, { width: PEN, colour: [1] });
  sketch.undo();
  assert.equal(sketch.extend(0.5, 0.5), false);
  assert.ok(sketch.isEmpty);
});

test("points that hardly move are left out", () => {
  const sketch = new Sketch();
  sketch.begin(0.1, 0.1, { width: PEN, colour: [1] });
  assert.deepEqual([sketch.extend(0.1001, 0.1), sketch.extend(0.2, 0.1)], [false, true]);
  assert.equal(sketch.drawing.strokes[0].points.length, 2);
});

test("what is drawn beyond the edge is not there, and all of it is one step", () => {
  const sketch = new Sketch();
  sketch.begin(0.75, 0.5, { width: PEN, colour: [1] });
  sketch.extend(1.25, 1);
  sketch.extend(1.25, 0.25);
  sketch.extend(0.75, 0.25);
  sketch.extend(0.5, 0.25);
  assert.deepEqual(sketch.drawing.strokes.map(({ points }) => points), [[[0.75, 0.5], [1, 0.75]], [[1, 0.25], [0.75, 0.25], [0.5, 0.25]]]);
  sketch.undo();
  assert.ok(sketch.isEmpty);
});

test("a line is cut at the edges of the pad", () => {
  assert.deepEqual(clipped([-0.5, 0.5], [1.5, 0.5]), [[0, 0.5], [1, 0.5]]);
  assert.deepEqual(clipped([0.2, 0.3], [0.2, 0.3]), [[0.2, 0.3], [0.2, 0.3]]);
  assert.deepEqual([clipped([1.2, 0], [1.2, 1]), clipped([1.5, 0.5], [0.5, 1.6])], [null, null]);
});

test("clearing an empty pad is no step", () => {
  const sketch = new Sketch();
  sketch.clear();
  assert.equal(sketch.past.length, 0);
});
