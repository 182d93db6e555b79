import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import test from "node:test";

import { INK, borderOf, digit, grey, pixelsOf, resized } from "../../components/try_it/picture.js";
import { generator } from "./seeded.js";

/** @typedef {import("../../components/try_it/picture.js").Picture} Picture */
/** @typedef {import("../../components/try_it/picture.js").Form} Form */

/** @type {Form} */
const MNIST = { width: 28, height: 28, channels: 1, border: 0, digits: true };
const VECTORS = new URL("../pictures/recipe.json", import.meta.url);

/**
 * @param {number} width
 * @param {number} height
 * @param {(x: number, y: number, channel: number) => number} value
 * @param {number} [channels]
 * @returns {Picture}
 */
function picture(width, height, value, channels = 1) {
  const data = Float64Array.from({ length: width * height * channels }, (_, i) => {
    const place = Math.floor(i / channels);
    return value(place % width, Math.floor(place / width), i % channels);
  });
  return { width, height, channels, data };
}

/** @param {ArrayLike<number>} values */
const sum = (values) => Array.from(values).reduce((total, value) => total + value, 0);

/**
 * The middle of the ink, counted in pixels.
 * @param {Float32Array} pixels
 * @param {number} width
 */
function middle(pixels, width) {
  const mass = sum(pixels);
  return [sum(pixels.map((value, i) => value * (i % width))) / mass, sum(pixels.map((value, i) => value * Math.floor(i / width))) / mass];
}

/** @param {Float32Array} pixels @param {number} width */
function sides(pixels, width) {
  const places = [...pixels.keys()].filter((i) => pixels[i] > 0), xs = places.map((i) => i % width), ys = places.map((i) => Math.floor(i / width));
  return [Math.max(...xs) - Math.min(...xs) + 1, Math.max(...ys) - Math.min(...ys) + 1];
}

test("resizing keeps the mean, whatever the sizes", () => {
  const random = generator(3);
  for (let round = 0; round < 50; round++) {
    const side = () => 1 + Math.floor(random() * 40);
    const given = picture(side(), side(), () => random(), round % 2 ? 3 : 1);
    const made = resized(given, side(), side());
    assert.ok(Math.abs(sum(made.data) / made.data.length - sum(given.data) / given.data.length) < 1e-9);
    assert.ok(made.data.length === made.width * made.height * made.channels);
  }
});

test("resizing averages areas", () => {
  const made = resized(picture(4, 2, (x) => x), 2, 1);
  assert.deepEqual(Array.from(made.data), [0.5, 2.5]);
});

test("the longer side of the ink becomes 20 pixels, and its centre of mass the middle, wherever it stood", () => {
  const random = generator(7);
  for (let round = 0; round < 40; round++) {
    const [left, top, wide, high] = [Math.floor(random() * 60), Math.floor(random() * 60), 3 + Math.floor(random() * 40), 3 + Math.floor(random() * 40)];
    const ink = picture(100, 100, (x, y) => (x >= left && x < left + wide && y >= top && y < top + high ? 0.3 + 0.7 * random() : 0));
    const pixels = /** @type {Float32Array} */ (digit(ink, MNIST));
    assert.equal(Math.max(...sides(pixels, 28)), 20);
    for (const place of middle(pixels, 28)) assert.ok(Math.abs(place - 14) <= 0.51, String(place));
  }
});

test("a drawing gives the same digit at every place and on every ground", () => {
  const seven = (/** @type {number} */ x, /** @type {number} */ y) => (y < 4 || x + y > 26 && x + y < 32 ? 1 : 0);
  const at = (/** @type {number} */ left, /** @type {number} */ top, /** @type {number} */ ground) => picture(120, 90, (x, y) => {
    const inside = x >= left && x < left + 26 && y >= top && y < top + 28;
    return Math.abs(ground - (inside ? seven(x - left, y - top) : 0));
  });
  const first = pixelsOf(at(2, 3, 0), MNIST);
  assert.deepEqual(pixelsOf(at(80, 40, 0), MNIST), first);
  assert.deepEqual(pixelsOf(at(80, 40, 1), MNIST), first);
  const onWhite = /** @type {Float32Array} */ (pixelsOf(at(9, 9, 0), { ...MNIST, border: 1 }));
  assert.ok(onWhite.every((value, i) => Math.abs(1 - value - (first?.[i] ?? NaN)) < 1e-6));
});

test("an ink whose weight is at its end stays within the picture", () => {
  const pixels = /** @type {Float32Array} */ (digit(picture(40, 200, (x, y) => (y > 170 || (x === 20 && y % 40 === 0) ? 1 : 0)), MNIST));
  const ink = sum(pixels);
  assert.ok(ink > 10);
  assert.equal(Math.max(...sides(pixels, 28)), 20);
});

test("without ink there are no pixels", () => {
  assert.equal(pixelsOf(picture(50, 60, () => 0), MNIST), null);
  assert.equal(pixelsOf(picture(50, 60, () => 1), MNIST), null);
  assert.equal(pixelsOf(picture(28, 28, () => INK / 2), MNIST), null);
  assert.equal(pixelsOf(picture(28, 28, () => 1), { ...MNIST, border: 1 }), null);
});

test("a picture of the network's size is taken as it is", () => {
  const random = generator(5), same = picture(28, 28, (x, y) => (x && y && x < 27 && y < 27 ? random() : 0));
  assert.deepEqual(pixelsOf(same, MNIST), Float32Array.from(same.data));
});

test("a picture of another form is contained whole, in its colours", () => {
  const form = { width: 10, height: 8, channels: 3, border: 0.5, digits: false };
  const pixels = /** @type {Float32Array} */ (pixelsOf(picture(40, 16, (_x, _y, channel) => [1, 0.25, 0][channel], 3), form));
  const row = (/** @type {number} */ y) => Array.from(pixels.subarray(y * 30, y * 30 + 3));
  assert.deepEqual([row(0), row(2), row(5), row(6)], [[0.5, 0.5, 0.5], [1, 0.25, 0], [1, 0.25, 0], [0.5, 0.5, 0.5]]);
});

test("shades of grey go to the ground of the data set only where it has one", () => {
  const paper = picture(30, 30, (x, y) => (x > 10 && x < 20 && y > 10 && y < 20 ? 0.2 : 0.9));
  const first = (/** @type {number} */ border) => pixelsOf(paper, { width: 15, height: 15, channels: 1, border, digits: false })?.[0] ?? NaN;
  assert.ok(Math.abs(first(0) - 0.1) < 1e-6);
  assert.ok(Math.abs(first(0.5) - 0.9) < 1e-6);
  assert.ok(Math.abs(first(1) - 0.9) < 1e-6);
});

test("grey is as bright as the colour is to the eye", () => {
  const shades = grey(picture(3, 1, (x, _y, channel) => Number(x === channel), 3)).data;
  assert.deepEqual(Array.from(shades), [0.299, 0.587, 0.114]);
  assert.equal(borderOf(picture(9, 9, (x, y) => (x % 8 && y % 8 ? 1 : 0.25))), 0.25);
});

/**
 * Pictures of bytes with the pixels that become of them, which the trainer must make of them, too.
 * @returns {{ name: string, picture: Picture, form: Form }[]}
 */
function cases() {
  const random = generator(11), bytes = (/** @type {Picture} */ one) => ({ ...one, data: Uint8Array.from(one.data, (value) => Math.round(255 * value)) });
  const ring = (/** @type {number} */ width, /** @type {number} */ height, /** @type {number} */ x, /** @type {number} */ y) => {
    const distance = Math.hypot((x - 0.55 * width) / (0.2 * width), (y - 0.4 * height) / (0.3 * height));
    return Math.min(1, Math.max(0, 2.5 - 8 * Math.abs(distance - 0.8)));
  };
  const form = (/** @type {number} */ width, /** @type {number} */ height, /** @type {number} */ channels, /** @type {number} */ border, digits = false) => ({ width, height, channels, border, digits });
  return [
    { name: "white on black", picture: bytes(picture(90, 70, (x, y) => ring(90, 70, x, y))), form: MNIST },
    { name: "black on white", picture: bytes(picture(61, 83, (x, y) => 1 - ring(61, 83, x, y))), form: MNIST },
    { name: "in colours", picture: bytes(picture(47, 53, (x, y, c) => 1 - ring(47, 53, x, y) * [0.9, 0.5, 0.2][c], 3)), form: MNIST },
    { name: "smaller than the digit", picture: bytes(picture(11, 13, (x, y) => ring(11, 13, x, y))), form: MNIST },
    { name: "a line", picture: bytes(picture(40, 40, (x) => Number(x === 7))), form: MNIST },
    { name: "all weight at one end", picture: bytes(picture(40, 90, (x, y) => (y > 80 || (x === 20 && y % 20 === 0) ? 1 : 0))), form: MNIST },
    { name: "the network's size", picture: bytes(picture(28, 28, (x, y) => ring(28, 28, x, y))), form: MNIST },
    { name: "the network's size, black on white", picture: bytes(picture(28, 28, (x, y) => 1 - ring(28, 28, x, y))), form: MNIST },
    { name: "nothing", picture: bytes(picture(30, 30, () => 0.02)), form: MNIST },
    { name: "digits on white, in colours", picture: bytes(picture(50, 40, (x, y) => ring(50, 40, x, y))), form: form(32, 36, 3, 0.95, true) },
    { name: "a photo", picture: bytes(picture(45, 31, () => random(), 3)), form: form(32, 32, 3, 0.47) },
    { name: "a photo for shades of grey", picture: bytes(picture(31, 45, () => random(), 3)), form: form(20, 24, 1, 0.47) },
    { name: "a thing on black, enlarged", picture: bytes(picture(13, 17, (x, y) => 1 - ring(13, 17, x, y))), form: form(28, 28, 1, 0.01) },
    { name: "a grey picture for colours", picture: bytes(picture(33, 20, () => random())), form: form(16, 16, 3, 0.9) },
  ];
}

test("the pixels of known pictures are as written down", () => {
  const made = cases().map(({ name, picture: { width, height, channels, data }, form }) => {
    const pixels = pixelsOf({ width, height, channels, data: Float64Array.from(data, (value) => value / 255) }, form);
    const expected = pixels && Buffer.from(pixels.map((value) => Math.round(value * 65535) / 65535).buffer).toString("base64");
    return { name, picture: { width, height, channels, bytes: Buffer.from(/** @type {Uint8Array} */ (data)).toString("base64") }, form, expected };
  });
  if (process.env.UPDATE_VECTORS) writeFileSync(VECTORS, `${JSON.stringify(made, null, 1)}\n`);
  const known = JSON.parse(readFileSync(VECTORS, "utf-8"));
  assert.deepEqual(known.map((/** @type {any} */ one) => [one.name, one.picture, one.form]), made.map((one) => [one.name, one.picture, one.form]));
  made.forEach(({ name, expected }, i) => {
    if (expected === null || known[i].expected === null) return assert.equal(expected, known[i].expected, name);
    const floats = (/** @type {string} */ text) => new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
    const [ours, theirs] = [floats(expected), floats(known[i].expected)];
    assert.ok(ours.every((value, k) => Math.abs(value - theirs[k]) < 1e-4), name);
  });
});
