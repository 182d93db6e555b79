import assert from "node:assert/strict";
import test from "node:test";

import { facts, notes, progressLine, waitingWords } from "../../components/live_curves/live_words.js";
import { metricValue } from "../../components/live_curves/metrics.js";

/** @typedef {import("../../components/live_curves/status.js").Status} Status */

/** @type {[string, Status, number, string][]} */
const LINES = [
  ["nothing is known yet", {}, 0, "Connecting …"],
  ["it waits", { state: "queued", before: 1 }, 0, "Waiting for its turn · 1 run ahead of yours"],
  ["it waits behind several", { state: "queued", before: 2, wait: 90 }, 0, "Waiting for its turn · 2 runs ahead of yours · about 1 min 30 s to wait"],
  ["it is being prepared", { state: "running", phase: "compiling", seconds: 2 }, 1, "Preparing the first batch · 3 s so far"],
  ["it runs", { state: "running", epoch: 2, epochs: 5, step: 1500, steps: 1688, seconds: 8, left: 100 }, 2,
    "Epoch 2 of 5 · step 1,500 of 1,688 · 10 s so far · about 1 min 38 s left"],
  ["it runs long", { state: "running", epoch: 1, epochs: 5, left: 7290 }, 0, "Epoch 1 of 5 · about 2 h 2 min left"],
  ["it is over", { state: "finished", epoch: 5, epochs: 5, steps: 10, seconds: 9 }, 0, "Finished · epoch 5 of 5 · took 9 s"],
];

for (const [when, status, since, expected] of LINES) {
  test(`the line when ${when}`, () => assert.equal(progressLine(status, since), expected));
}

test("what is known beside the curves, while it runs and after it", () => {
  const best = { epoch: 3, by: "val_accuracy", val_accuracy: 0.9871 };
  assert.deepEqual(facts({ state: "running", best, rate: 21000 }), [
    "Best epoch so far: 3 (validation accuracy 98.7%).", "21,000 examples a second.",
  ]);
  assert.deepEqual(facts({ state: "stopped", best, rate: 21000, weights: "epoch 3", scored: 3 }), [
    "Best epoch: 3 (validation accuracy 98.7%).", "Weights in the model: epoch 3.",
  ]);
});

test("a newer Fitboard's run is not called damaged", () => {
  assert.equal(notes({ state: "finished", damaged: true, newer: true }).length, 1);
  assert.match(notes({ damaged: true, newer: true })[0], /newer/);
  assert.match(notes({ damaged: true })[0], /damaged/);
  assert.deepEqual(notes({ state: "stopped", reason: "Stopped." }), [], "the page has a card for the end");
});

test("values of metrics", () => {
  assert.equal(metricValue("loss", 0.25), "0.2500");
  assert.equal(metricValue("loss", 0.00001), "1.00e-5");
  assert.equal(metricValue("loss", 0), "0.0000");
  assert.equal(metricValue("val_accuracy", 0.5), "50.0%");
  assert.equal(metricValue("loss", null), "not a number");
  assert.equal(metricValue("loss", undefined), "–");
});

test("empty charts say when the first point comes, if that is known", () => {
  assert.match(waitingWords({ state: "running", seconds: 4 }, 1, 25), /20 s/);
  assert.doesNotMatch(waitingWords({ state: "running", seconds: 4 }, 30, 25), /\d/, "no promise that was not kept");
  assert.doesNotMatch(waitingWords({ state: "running" }, 0, undefined), /\d/);
  assert.equal(waitingWords({ state: "running", epoch: 1 }, 0, 25), "");
  assert.notEqual(waitingWords({ state: "failed" }, 0, undefined), waitingWords({ state: "queued" }, 0, undefined));
});
