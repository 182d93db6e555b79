import assert from "node:assert/strict";
import test from "node:test";

import { progressInEpochs } from "../../components/run_progress/words.js";

test("the progress of a run is its epoch, once there is one", () => {
  assert.equal(progressInEpochs({ state: "running", epoch: 9, epochs: 1200 }), "epoch 9 of 1,200");
  assert.equal(progressInEpochs({ state: "queued", epochs: 30 }), "");
  assert.equal(progressInEpochs({ state: "running", epoch: 0, epochs: 30 }), "");
});
