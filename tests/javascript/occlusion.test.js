import assert from "node:assert/strict";
import test from "node:test";

import { alikeness, correlation, covered, dropMap, drops, patchFor, patches, withoutEach } from "../../components/try_it/occlusion.js";
import { generator } from "./seeded.js";

test("the patches cover every pixel, also at the edges, and stay within", () => {
  const random = generator(1), side = (/** @type {number} */ most) => 1 + Math.floor(random() * most);
  for (let round = 0; round < 100; round++) {
    const shape = { width: side(40), height: side(40) }, patch = side(12), stride = side(patch);
    const boxes = patches(shape, { patch, stride }), seen = new Uint8Array(shape.width * shape.height);
    for (const { left, top, width, height } of boxes) {
      assert.ok(left >= 0 && top >= 0 && left + width <= shape.width && top + height <= shape.height);
      for (let y = top; y < top + height; y++) seen.fill(1, y * shape.width + left, y * shape.width + left + width);
    }
    assert.ok(seen.every(Boolean), JSON.stringify({ shape, patch, stride }));
    assert.equal(new Set(boxes.map((box) => JSON.stringify(box))).size, boxes.length);
  }
});

test("the size for MNIST makes a batch of moderate size", () => {
  const how = patchFor({ width: 28, height: 28 });
  assert.deepEqual(how, { patch: 4, stride: 2 });
  assert.equal(patches({ width: 28, height: 28 }, how).length, 169);
  assert.deepEqual(patchFor({ width: 2, height: 3 }), { patch: 1, stride: 1 });
});

test("each picture of the batch has its own patch covered, and nothing else", () => {
  const shape = { width: 3, height: 2, channels: 2 }, pixels = Float32Array.from({ length: 12 }, (_, i) => i + 1);
  const batch = covered(pixels, shape, [{ left: 1, top: 0, width: 2, height: 1 }, { left: 0, top: 1, width: 1, height: 1 }], 0);
  assert.deepEqual(Array.from(batch), [1, 2, 0, 0, 0, 0, 7, 8, 9, 10, 11, 12, 1, 2, 3, 4, 5, 6, 0, 0, 9, 10, 11, 12]);
  assert.equal(pixels[2], 3);
});

test("the map finds the pixels that an answer depends on", () => {
  const shape = { width: 12, height: 9, channels: 1 }, pixels = new Float32Array(108).fill(1);
  const boxes = patches(shape, { patch: 3, stride: 1 });
  // A network that looks at the pixel (7, 4) only.
  const answers = covered(pixels, shape, boxes, 0).filter((_, i) => i % 108 === 4 * 12 + 7);
  const probabilities = Float32Array.from({ length: 2 * boxes.length }, (_, i) => (i % 2 ? answers[(i - 1) / 2] : 1 - answers[i / 2]));
  const map = dropMap(drops(1, probabilities, 2, 1), boxes, shape);
  assert.equal(map.indexOf(Math.max(...map)), 4 * 12 + 7);
  assert.equal(map[4 * 12 + 7], 1);
  assert.equal(map[0], 0);
});

test("a class that grows more probable has a drop below 0", () => {
  assert.deepEqual(Array.from(drops(0.5, Float32Array.of(0.25, 0.75, 1, 0), 2, 0)), [0.25, -0.5]);
});

test("how alike two maps are is their correlation", () => {
  const random = generator(2), map = Float32Array.from({ length: 200 }, () => random());
  const with_ = (/** @type {(value: number, i: number) => number} */ change) => correlation(map, map.map(change)) ?? NaN;
  assert.ok(Math.abs(with_((value) => 3 * value + 2) - 1) < 1e-6);
  assert.ok(Math.abs(with_((value) => -value) + 1) < 1e-6);
  assert.ok(Math.abs(with_(() => random())) < 0.25);
  assert.equal(with_(() => 0.25) || null, null);
  assert.equal(correlation(map, map.map(() => 0.1)), null);
  assert.equal(correlation([], []), null);
});

test("a correlation has a word", () => {
  assert.deepEqual([0.9, 0.7, 0.5, 0.29, -0.2, -0.3, null].map(alikeness), ["alike", "alike", "partly", "unlike", "unlike", "opposite", "flat"]);
});

test("a text without each of its words", () => {
  const rows = (/** @type {Int32Array} */ batch, /** @type {number} */ length) => Array.from({ length: batch.length / length }, (_, i) => Array.from(batch.subarray(i * length, (i + 1) * length)));
  assert.deepEqual(rows(withoutEach([5, 6, 7], 4), 4), [[6, 7, 0, 0], [5, 7, 0, 0], [5, 6, 0, 0]]);
  assert.deepEqual(rows(withoutEach([5, 6, 7, 8], 2), 2), [[6, 7], [5, 7]], "what was cut off moves in");
  assert.deepEqual(rows(withoutEach([5], 3), 3), [[1, 0, 0]], "a text without a word is one unknown word");
  assert.equal(withoutEach([], 3).length, 0);
});
