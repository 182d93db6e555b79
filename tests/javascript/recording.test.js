import assert from "node:assert/strict";
import test from "node:test";

import { finalAccuracy, newest, stretch } from "../../components/recorded_run/recording.js";

/** @type {import("../../components/live_curves/status.js").Curves} */
const CURVES = {
  loss: { batch: [[0.5, 1, 1.5], [3, null, 1], [1, 2, 3]], val: [[1], [2], [2]] },
  accuracy: { val: [[1, 2], [0.5, 0.75], [2, 4]] },
};

test("each point of a recording comes once, in the stretch it lies in", () => {
  assert.deepEqual(stretch(CURVES, 0, 0.9), { loss: { batch: [[0.5], [3], [1]] } });
  assert.deepEqual(stretch(CURVES, 0.9, 1), { loss: { batch: [[1], [null], [2]], val: [[1], [2], [2]] }, accuracy: { val: [[1], [0.5], [2]] } });
  assert.deepEqual(stretch(CURVES, 1, 2), { loss: { batch: [[1.5], [1], [3]] }, accuracy: { val: [[2], [0.75], [4]] } });
  assert.deepEqual(stretch(CURVES, 2, 3), {});
});

test("the newest values are the last ones of a stretch", () => {
  assert.deepEqual(newest(stretch(CURVES, 0, 1)), { loss: null, val_loss: 2, val_accuracy: 0.5 });
  assert.deepEqual(newest({}), {});
});

test("how good the model is in the end is told by the pictures that it has never seen", () => {
  assert.equal(finalAccuracy({ epochs: 2, steps: 10, pictures: 20, best: 2, curves: CURVES }), 0.75);
});
