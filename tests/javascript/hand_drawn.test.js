import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import test from "node:test";

import { drawnPixels } from "../../components/try_it/strokes.js";

const FOLDER = new URL("../drawings/", import.meta.url);
const MNIST = { width: 28, height: 28, channels: 1, border: 0, digits: true };
/** @type {Record<string, { digit: number, pen: number, strokes: [number, number][][] }[]>} */
const KINDS = Object.fromEntries(readdirSync(FOLDER).map((name) => [name.replace(".json", ""), JSON.parse(readFileSync(new URL(name, FOLDER), "utf-8"))]));

test("there are ten drawings of each kind of trouble, all on the pad", () => {
  for (const kind of ["tiny", "corner", "thick", "thin", "slanted", "seven_with_a_bar", "one_with_a_foot", "shaky", "wide", "rotated"]) {
    assert.equal(KINDS[kind]?.length, 10, kind);
    assert.ok(KINDS[kind].every(({ strokes }) => strokes.flat(2).every((place) => place >= 0 && place <= 1)), kind);
  }
});

for (const [kind, drawings] of Object.entries(KINDS)) {
  test(`drawings that are ${kind} become digits of MNIST's size, place and thickness`, () => {
    for (const { digit, pen, strokes } of drawings) {
      const pixels = /** @type {Float32Array} */ (drawnPixels({ ground: null, strokes: strokes.map((points) => ({ points, width: pen, colour: [1] })) }, MNIST));
      const inked = [...pixels.keys()].filter((i) => pixels[i] > 0), mass = pixels.reduce((sum, value) => sum + value, 0);
      const sides = [inked.map((i) => i % 28), inked.map((i) => Math.floor(i / 28))].map((places) => Math.max(...places) - Math.min(...places) + 1);
      assert.equal(Math.max(...sides), 20, String(digit));
      const middle = inked.reduce(([x, y], i) => [x + (pixels[i] * (i % 28)) / mass, y + (pixels[i] * Math.floor(i / 28)) / mass], [0, 0]);
      for (const place of middle) assert.ok(Math.abs(place - 14) < 1, `${digit} ${middle}`);
      // Of a thousand pictures of MNIST, 998 have from 28 to 228 of the 784.
      assert.ok(mass > 20 && mass < 220, `${digit} ${mass}`);
    }
  });
}
