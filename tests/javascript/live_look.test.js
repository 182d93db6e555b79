import assert from "node:assert/strict";
import test from "node:test";

import { along, bestPoint, lastEpoch, layout, place, placesOf, traces } from "../../components/live_curves/live_look.js";
import { smooth } from "../../components/live_curves/live_plots.js";
import { tableOf } from "../../components/live_curves/live_table.js";
import { moved, zoomed } from "../../components/live_curves/live_zoom.js";

/** @typedef {import("../../components/live_curves/live_plots.js").Line} Line */

/** @type {import("../../components/live_curves/live_look.js").Ink} */
const INK = { batch: "#0", train: "#1", val: "#2", star: "#3", page: "#4", text: "#5", grid: "#6", reference: "#7", font: "serif" };
/** @type {import("../../components/live_curves/live_look.js").View} */
const VIEW = { axis: "epoch", smoothing: 0.1, log: false, steps: 10, marks: [], spans: [], hidden: new Set() };

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
  assert.deepEqual(bestPoint(plot("loss", { epoch: line([1, 2], [3, 2]) }), { ...VIEW, best: 2 }), { x: 1.5, y: 2 });
  assert.equal(bestPoint(both, VIEW), undefined);
});

test("the mean of an epoch stands in its middle, validation at its end", () => {
  const both = plot("loss", { epoch: line([1, 2, 3], [3, 2, 1]), val: line([1, 2, 3], [4, 3, 2]) });
  assert.deepEqual(placesOf(both, "epoch", VIEW), [0.5, 1.5, 2.5]);
  assert.deepEqual(placesOf(both, "epoch", { ...VIEW, axis: "step" }, 2), [25]);
  assert.deepEqual(placesOf(both, "epoch", { ...VIEW, axis: "time" }), [30, 90, 150]);
  assert.deepEqual(placesOf(both, "val", VIEW), [1, 2, 3]);
});

test("the axis holds all epochs of the run from the beginning, and of one that ended early those it trained", () => {
  const range = (/** @type {any} */ shown, /** @type {any} */ view) => /** @type {any} */ (layout(shown, view, INK)).xaxis.range;
  const begun = plot("loss", { batch: line([0.1, 0.2], [3, 2]) });
  assert.deepEqual(range(plot("loss"), { ...VIEW, epochs: 12 }), [0, 12], "before the first point");
  assert.deepEqual(range(begun, { ...VIEW, epochs: 12 }), [0, 12]);
  assert.deepEqual(range(begun, { ...VIEW, epochs: 12, axis: "step" }), [0, 120]);
  assert.equal(lastEpoch(plot("loss", { val: line([1, 2], [3, 2]) }), { ...VIEW, epochs: 12, end: "stopped early" }), 2);
  assert.equal(lastEpoch({ ...begun, referenceVal: line([20], [1]) }, { ...VIEW, epochs: 12 }), 20, "the other run is shown whole");
});

test("without a point the axes promise nothing that is not known", () => {
  const axes = (/** @type {string} */ metric) => { const { xaxis, yaxis } = /** @type {any} */ (layout(plot(metric), VIEW, INK)); return [xaxis, yaxis]; };
  assert.deepEqual(axes("loss").map(({ range, showticklabels }) => [range, showticklabels]), [[[0, 1], false], [[0, 1], false]]);
  const [, share] = axes("accuracy");
  assert.deepEqual([share.range[0], Math.round(share.range[1])], [0, 1]);
  assert.notEqual(share.showticklabels, false);
  const unreadable = /** @type {any} */ (layout(plot("loss", { batch: line([0.1], [null]) }), VIEW, INK));
  assert.equal(unreadable.yaxis.autorange, false, "a loss that is not a number has no scale");
});

test("what the user has zoomed into is what is drawn", () => {
  const one = { ...plot("loss", { val: line([1, 2, 3], [4, 3, 2]) }), zoom: { x: [0.1, 0.6], y: [1, 2] } };
  const { xaxis, yaxis } = /** @type {any} */ (layout(one, { ...VIEW, epochs: 3 }, INK));
  assert.deepEqual([xaxis.range, yaxis.range, xaxis.autorange, yaxis.autorange], [[0.1, 0.6], [1, 2], false, false]);
});

test("zooming in keeps the newest point in sight, zooming out ends with everything", () => {
  const one = plot("accuracy", { val: line([1, 2, 8], [0.5, 0.7, 0.96]) });
  /** @type {{ x: [number, number], y: [number, number] }} */
  const whole = { x: [0, 10], y: [0, 1] };
  const near = zoomed(one, VIEW, whole, whole, 0.5);
  assert.deepEqual(near?.x, [4, 9]);
  assert.deepEqual(near?.y?.map((end) => Number(end.toFixed(2))), [0.48, 0.98]);
  assert.equal(zoomed(one, VIEW, /** @type {any} */ (near), whole, 4), undefined);
  assert.deepEqual(moved(/** @type {any} */ (near), whole, 1).x, [5, 10]);
  assert.deepEqual(moved(/** @type {any} */ (near), whole, -1).x, [1.5, 6.5]);
  const log = zoomed(plot("loss", { val: line([5], [100]) }), { ...VIEW, log: true }, { x: [0, 10], y: [0, 4] }, { x: [0, 10], y: [0, 4] }, 0.5);
  assert.deepEqual(log?.y, [1, 3], "on a logarithmic axis a range is in powers of ten");
});

test("another run is a trace of its own, and a switched-off curve is not shown", () => {
  const shown = plot("loss", { epoch: line([1], [3]) });
  shown.referenceVal = line([1, 2], [5, 4]);
  /** @type {any[]} */
  const made = traces(shown, { ...VIEW, hidden: new Set(["epoch"]) }, INK);
  assert.deepEqual(made.map(({ meta }) => meta), ["batch", "smooth", "epoch", "val", "referenceVal"]);
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
