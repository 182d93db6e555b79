import assert from "node:assert/strict";
import test from "node:test";

import { Impatience } from "../../components/frame/impatience.js";

/** A hand that clicks at one place, and a clock that stands still until it is moved. */
function stage() {
  let time = 0;
  const impatience = new Impatience(() => time);
  const click = (/** @type {Partial<import("../../components/frame/impatience.js").Click>} */ what, /** @type {object} */ how = {}) =>
    impatience.accepts({ path: "/data", label: "Next: the model", x: 100, y: 50, byKey: false, isDouble: false, ...what }, how);
  return { click, impatience, pass: (/** @type {number} */ ms) => { time += ms; } };
}

test("a second click does not hit what has come to lie under it", () => {
  const { click, pass } = stage();
  assert.ok(click({}));
  pass(900);
  assert.ok(!click({ path: "/model", label: "Undo" }));
  assert.ok(!click({ path: "/model", label: "Next: train" }));
});

test("a page that comes late is seen before it is clicked", () => {
  const { click, impatience, pass } = stage();
  impatience.arrived("/data");
  pass(5000);
  assert.ok(click({}));
  pass(3000);
  impatience.arrived("/model");
  pass(300);
  assert.ok(!click({ path: "/model", label: "Next: train" }));
  pass(600);
  assert.ok(click({ path: "/model", label: "Next: train" }));
});

test("a click somewhere else, or much later, counts", () => {
  const { click, pass } = stage();
  assert.ok(click({}));
  pass(300);
  assert.ok(click({ label: "Undo", x: 300 }));
  pass(2000);
  assert.ok(click({ label: "Redo", x: 300 }));
});

test("the same button may be pressed quickly again, unless its meaning changes with each press", () => {
  const { click, pass } = stage();
  assert.ok(click({ label: "+" }));
  pass(100);
  assert.ok(click({ label: "+" }));
  pass(2000);
  assert.ok(click({ label: "Train" }, { once: true }));
  pass(200);
  assert.ok(!click({ label: "Train" }, { once: true }));
  pass(3000);
  assert.ok(!click({ label: "Train" }, { once: true, isBusy: true }), "the page has not answered yet");
  assert.ok(click({ label: "Train" }, { once: true }));
  pass(450);
  assert.ok(!click({ label: "Pause", isDouble: true }, { once: true }), "a slow double click");
  pass(100);
  assert.ok(click({ label: "Pause" }, { once: true }), "a click of its own");
});

test("keys are judged without a place", () => {
  const { click, pass } = stage();
  assert.ok(click({ byKey: true, x: 0, y: 0 }));
  pass(500);
  assert.ok(!click({ byKey: true, label: "Next: train", path: "/model", x: 7, y: 700 }));
  pass(2000);
  assert.ok(click({ byKey: true, label: "Train" }));
  pass(200);
  assert.ok(!click({ byKey: true, label: "Pause" }), "a second press of the same key");
  pass(100);
  assert.ok(click({ byKey: true, label: "Pause" }), "its meaning has been seen");
});

test("keys count where the focus was led on in between", () => {
  const { click, impatience, pass } = stage();
  assert.ok(click({ byKey: true, label: "1. Conv2D" }));
  pass(100);
  impatience.moved();
  assert.ok(click({ byKey: true, label: "2. MaxPooling2D" }));
  assert.ok(click({}));
  impatience.moved();
  assert.ok(!click({ label: "Undo", path: "/train" }), "a mouse that has not moved still has to wait");
});
