import assert from "node:assert/strict";
import test from "node:test";

import { DRAWINGS, drawing, icon } from "../../components/layer_stack/drawings.js";
import { fakePage } from "./fake_page.js";

fakePage();

for (const name of Object.keys(DRAWINGS)) {
  test(`the drawing ${name} has something in it, and no name for screen readers`, () => {
    const svg = /** @type {any} */ (drawing(name));
    assert.ok(svg.children.length > 0);
    assert.equal(svg.attributes["aria-hidden"], "true");
    const numbers = JSON.stringify(svg).match(/NaN|undefined/g);
    assert.equal(numbers, null);
  });
}

test("a drawing that is not known is plain", () => {
  assert.deepEqual(JSON.stringify(drawing("no such drawing")), JSON.stringify(drawing("plain")));
});

test("each button of the stack has an icon", () => {
  for (const name of ["undo", "redo", "up", "down", "duplicate", "switch", "on", "off", "handle", "add", "wrong", "remove"]) {
    assert.match(/** @type {any} */ (icon(name)).children[0].attributes.d, /^M/);
  }
});
