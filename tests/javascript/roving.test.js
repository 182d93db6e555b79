import assert from "node:assert/strict";
import test from "node:test";

import { inLine } from "../../components/layer_stack/roving.js";

test("arrow keys lead along a line of buttons, Home and End to its ends, other keys nowhere", () => {
  const buttons = /** @type {HTMLButtonElement[]} */ (/** @type {unknown} */ (["a", "b", "c"]));
  const [a, b, c] = buttons;
  const to = (/** @type {string} */ key, /** @type {HTMLButtonElement} */ from, altKey = false) =>
    inLine(/** @type {KeyboardEvent} */ ({ key, altKey }), from, buttons);
  assert.equal(to("ArrowRight", a), b);
  assert.equal(to("ArrowDown", b), c);
  assert.equal(to("ArrowRight", c), undefined);
  assert.equal(to("ArrowLeft", b), a);
  assert.equal(to("ArrowUp", a), undefined);
  assert.equal(to("Home", c), a);
  assert.equal(to("End", a), c);
  assert.equal(to("Enter", a), undefined);
  const mirrored = (/** @type {string} */ key) => inLine(/** @type {KeyboardEvent} */ ({ key, altKey: false }), b, buttons, true);
  assert.deepEqual(["ArrowLeft", "ArrowRight", "ArrowDown"].map(mirrored), [c, a, c], "from right to left");
  assert.equal(to("ArrowRight", a, true), undefined, "the browser's own");
});
