import assert from "node:assert/strict";
import test from "node:test";

import { between, valuesAt } from "../../components/live_curves/recording_points.js";

/** @type {import("../../components/live_curves/status.js").Curves} */
const CURVES = { loss: { batch: [[0.5, 1, 1.5], [3, null, 1], [1, 2, 3]], val: [[1], [2], [2]] } };

test("a recording gives each point once, in its order", () => {
  assert.deepEqual(between(CURVES, 0, 0.9), { loss: { batch: [[0.5], [3], [1]], val: [[], [], []] } });
  assert.deepEqual(between(CURVES, 0.9, 2), { loss: { batch: [[1, 1.5], [null, 1], [2, 3]], val: [[1], [2], [2]] } });
});

test("the values are those of the newest point", () => {
  assert.deepEqual(valuesAt(CURVES, 0.4), {});
  assert.deepEqual(valuesAt(CURVES, 0.7), { loss: 3 });
  assert.deepEqual(valuesAt(CURVES, 2), { loss: 1, val_loss: 2 });
});
