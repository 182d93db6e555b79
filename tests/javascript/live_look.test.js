import assert from "node:assert/strict";
import test from "node:test";

import { along, bestPoint, layout, place, traces } from "../../components/live_curves/live_look.js";
import { smooth } from "../../components/live_curves/live_plots.js";
import { tableOf } from "../../components/live_curves/live_table.js";

/** @typedef {import("../../components/live_curves/live_plots.js").Line} Line */

/** @type {import("../../components/live_curves/live_look.js").Ink} */
const INK = { train: "#1", val: "#2", star: "#3", page: "#4", text: "#5", grid: "#6", reference: "#7", font: "serif" };
/** @type {import("../../components/live_curves/live_look.js").View} */
const VIEW = { axis: "epoch", smoothing: 0.1, log: false, run: "r", steps: 10, marks: [], spans: [], hidden: new Set() };

/**
 * @param {number[]} x
 * @param {(number | null)[]} y
 * @returns {Line}
 */
const line = (x = [], y = []) => ({ x, y, t: x.map((one) => 60 * one) });

/**
 * @param {string} metric
 * @param {Record<string, Line>} [lines]
 * @returns {any}
 */
const plot = (metric, lines = {}) => ({ metric, points: { batch: line(), mean: line(), smooth: line(), epoch: line(), val: line(), ...lines } });

test("a point stands in epochs, steps, seconds or minutes", () => {
  assert.equal(place(VIEW, 2, 90), 2);
  assert.equal(place({ ...VIEW, axis: "step" }, 2, 90), 20);
  assert.equal(place({ ...VIEW, axis: "time" }, 2, 90), 90);
  assert.equal(place({ ...VIEW, axis: "time", minutes: true }, 2, 90), 1.5);
  assert.deepEqual(along({ ...VIEW, axis: "step" }, line([1, 2, 3]), 1), [20, 30]);
});

test("the best epoch lies on the validation curve, or on the training one without it", () => {
  const both = plot("loss", { epoch: line([1, 2], [3, 2]), val: line([1, 2], [4, 5]) });
  assert.deepEqual(bestPoint(both, { ...VIEW, best: 1 }), { x: 1, y: 4 });
  assert.deepEqual(bestPoint(plot("loss", { epoch: line([1, 2], [3, 2]) }), { ...VIEW, best: 2 }), { x: 2, y: 2 });
  assert.equal(bestPoint(both, VIEW), undefined);
});

test("another run is a trace of its own, and a switched-off curve is not shown", () => {
  const shown = plot("loss", { epoch: line([1], [3]) });
  shown.referenceVal = line([1, 2], [5, 4]);
  /** @type {any[]} */
  const made = traces(shown, { ...VIEW, hidden: new Set(["epoch"]) }, INK);
  assert.deepEqual(made.map(({ name }) => name), ["batch", "smoothed", "epoch", "validation", "other run, validation"]);
  assert.equal(made[2].visible, false);
  assert.equal(made[4].line.color, INK.reference);
});

test("marks are drawn where they were, words of at most three of them", () => {
  /** @type {any} */
  const marks = [["saved", 1, 60, null], ["pause", 1.5, 90, 12.4], ["resume", 2, 120, null], ["further", 3, 180, null], ["pause", 3.5, 200, 1]];
  /** @type {any} */
  const made = layout(plot("loss", { epoch: line([1, 2, 3], [3, 2, 1]) }), { ...VIEW, marks, epochs: 3 }, INK);
  assert.deepEqual(made.annotations.map((/** @type {any} */ { text }) => text), ["paused for 12 s", "resumed", "trained longer"]);
  assert.equal(made.shapes.filter((/** @type {any} */ { type }) => type === "line").length, 5);
});

test("smoothing gives the same line however densely the points lie", () => {
  const ends = [10, 100].map((count) => {
    const x = Array.from({ length: count }, (_, i) => (i + 1) / count);
    const one = plot("loss", { batch: line(x, x.map(() => 2)) });
    smooth(one, 0.1);
    return one.points.smooth.y.at(-1);
  });
  assert.ok(ends.every((end) => Math.abs(end - 2) < 1e-9));
  const gap = plot("loss", { batch: line([0.1, 0.2, 0.3], [1, null, 1]) });
  smooth(gap, 0.1);
  assert.equal(gap.points.smooth.y[1], null, "a pause stays a gap");
});

test("the table has a row for each epoch and a dash where nothing was measured", () => {
  const found = tableOf([plot("loss", { epoch: line([1, 2], [0.5, 0.25]), val: line([2], [null]) }), plot("learning_rate", { epoch: line([1], [0.001]) })]);
  assert.deepEqual(found.head, ["Epoch", "Loss", "Validation loss", "Learning rate"]);
  assert.deepEqual(found.rows, [["1", "0.5000", "–", "0.001"], ["2", "0.2500", "not a number", "–"]]);
});
