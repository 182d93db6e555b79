import assert from "node:assert/strict";
import test from "node:test";

import { fileName, picture } from "../../components/live_curves/live_picture.js";

test("a picture has a file name that a person would give", () => {
  assert.equal(fileName("Lesson 1", "loss"), "Lesson 1 - loss.png");
  assert.equal(fileName('Mine: "a/b" <c>?', "val_x"), "Mine - a - b c - val x.png");
  assert.equal(fileName("", "accuracy"), "accuracy.png");
  assert.equal(fileName("..", "loss"), "loss.png");
  assert.ok(fileName("long ".repeat(100), "loss").length < 100);
});

test("a picture says by itself what it shows", () => {
  const line = (/** @type {number[]} */ x) => ({ x, y: x, t: x });
  const plot = { metric: "loss", points: { batch: line([]), smooth: line([]), epoch: line([1, 2]), val: line([1, 2]) } };
  /** @type {any} */
  const made = picture(plot, { axis: "epoch", smoothing: 0.1, log: false, steps: 10, marks: [], spans: [], hidden: new Set(["epoch"]) }, "A <b> & c");
  assert.equal(made.layout.title.text, "A &lt;b&gt; &amp; c", "a name is no markup");
  assert.ok(made.layout.xaxis.title.text);
  assert.equal(made.layout.yaxis.title.text, "Loss");
  assert.deepEqual(made.data.map((/** @type {any} */ { meta }) => meta), ["val"], "what is switched off is not in it");
});
