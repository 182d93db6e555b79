import assert from "node:assert/strict";
import test from "node:test";

import { headerOf } from "../../components/try_it/picture_header.js";
import { generator } from "./seeded.js";

/** Bytes from numbers and letters.
 * @param {...(number | string | number[])} parts
 */
const bytes = (...parts) => Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...part].map((letter) => letter.charCodeAt(0)) : part)));
/** A number as bytes, the highest first. @param {number} value @param {number} count */
const big = (value, count) => Array.from({ length: count }, (_, i) => Math.floor(value / 256 ** (count - 1 - i)) % 256);
/** @param {number} value @param {number} count */
const little = (value, count) => big(value, count).reverse();
const zeros = (/** @type {number} */ count) => Array(count).fill(0);

const PNG = [0x89, ..."PNG\r\n\x1a\n"].map((one) => (typeof one === "string" ? one.charCodeAt(0) : one));
const ihdr = [...big(13, 4), ...bytes("IHDR"), ...big(640, 4), ...big(480, 4), 8, 2, 0, 0, 0, ...zeros(4)];
const frame = [0x2c, ...zeros(4), ...little(5, 2), ...little(4, 2), 0, 2, 2, 0x4c, 0x01, 0];
const pause = [0x21, 0xf9, 4, ...zeros(4), 0];
/** @type {Record<string, [Uint8Array, [string, number | null, number | null, boolean]]>} */
const FILES = {
  "a PNG": [bytes(PNG, ihdr, big(0, 4), "IDAT", zeros(4)), ["png", 640, 480, false]],
  "a PNG that moves": [bytes(PNG, ihdr, big(8, 4), "acTL", zeros(12), big(0, 4), "IDAT"), ["png", 640, 480, true]],
  "a GIF": [bytes("GIF89a", little(5, 2), little(4, 2), 0x80, 0, 0, zeros(6), pause, frame, 0x3b), ["gif", 5, 4, false]],
  "a GIF that moves": [bytes("GIF89a", little(5, 2), little(4, 2), 0, 0, 0, pause, frame, pause, frame, 0x3b), ["gif", 5, 4, true]],
  "a BMP from top to bottom": [bytes("BM", zeros(16), little(7, 4), [0xfa, 0xff, 0xff, 0xff], zeros(8)), ["bmp", 7, 6, false]],
  "a JPEG with a preview in it": [bytes(0xff, 0xd8, 0xff, 0xe1, big(12, 2), 0xff, 0xd8, 0xff, 0xc0, zeros(6), 0xff, 0xff, 0xc2, big(17, 2), 8, big(3000, 2), big(4000, 2), zeros(10)), ["jpeg", 4000, 3000, false]],
  "a JPEG without a frame": [bytes(0xff, 0xd8, 0xff, 0xd9, zeros(20)), ["jpeg", null, null, false]],
  "a WebP": [bytes("RIFF", zeros(4), "WEBPVP8 ", zeros(4), zeros(6), little(300, 2), little(200, 2), zeros(4)), ["webp", 300, 200, false]],
  "a WebP without loss": [bytes("RIFF", zeros(4), "WEBPVP8L", zeros(4), 0x2f, little(299 + 199 * 16384, 4), zeros(9)), ["webp", 300, 200, false]],
  "a WebP that moves": [bytes("RIFF", zeros(4), "WEBPVP8X", zeros(4), 2, zeros(3), little(299, 3), little(199, 3)), ["webp", 300, 200, true]],
  "an AVIF": [bytes(big(24, 4), "ftypavif", zeros(12), zeros(8), "ispe", zeros(4), big(64, 4), big(32, 4), "ispe", zeros(4), big(640, 4), big(320, 4)), ["avif", 640, 320, false]],
  "a photo of a phone": [bytes(big(24, 4), "ftypheic", zeros(12)), ["heic", null, null, false]],
  "an SVG": [bytes('<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"></svg>'), ["svg", null, null, false]],
  "a web page": [bytes("<!doctype html><p>No <svg></p>"), ["unknown", null, null, false]],
  "nothing": [bytes(), ["unknown", null, null, false]],
};

for (const [name, [file, expected]] of Object.entries(FILES)) {
  test(`the header of ${name}`, () => {
    const { kind, width, height, isAnimated } = headerOf(file);
    assert.deepEqual([kind, width, height, isAnimated], expected);
  });
}

test("no file breaks it: cut off anywhere, or with any bytes changed", () => {
  const random = generator(4);
  for (const [file] of Object.values(FILES)) {
    for (let end = 0; end < file.length; end++) headerOf(file.slice(0, end));
    for (let round = 0; round < 300; round++) {
      const changed = file.map((value) => (random() < 0.1 ? Math.floor(256 * random()) : value));
      headerOf(changed);
    }
  }
});
