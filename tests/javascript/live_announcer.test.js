import assert from "node:assert/strict";
import test from "node:test";

import { Announcer, BETWEEN } from "../../components/live_curves/live_announcer.js";

/** @typedef {import("../../components/live_curves/status.js").Status} Status */

function listener() {
  /** @type {string[]} */
  const said = [];
  return { said, announcer: new Announcer((text) => said.push(text)) };
}
const running = (/** @type {number} */ epoch, step = 5) => ({ state: "running", epoch, epochs: 90, step, steps: 10, says: `After epoch ${epoch - 1}.` });

test("a training is announced from its beginning to its end", () => {
  const { said, announcer } = listener();
  announcer.hear({ state: "queued", says: "Nothing." }, 0);
  announcer.hear({ state: "running", says: "Nothing." }, 1);
  announcer.hear(running(1), 2);
  announcer.hear(running(1, 6), BETWEEN + 1);
  assert.equal(said.length, 1, "no epoch, no sentence");
  announcer.hear(running(2), BETWEEN + 2);
  assert.equal(said[1], "After epoch 1.");
  announcer.hear({ ...running(2), state: "stopped" }, BETWEEN + 3);
  assert.equal(said.length, 3, "an ending is said at once");
  announcer.hear({ ...running(2), state: "stopped" }, 9 * BETWEEN);
  assert.equal(said.length, 3);
});

test("short epochs are told at most once in a while, the newest of them", () => {
  const { said, announcer } = listener();
  announcer.hear(running(1), 0);
  for (let epoch = 2; epoch <= 61; epoch++) announcer.hear(running(epoch), 200 * epoch);
  assert.deepEqual(said, ["After epoch 1.", "After epoch 26.", "After epoch 51."]);
});

test("a sentence is said once, however often it comes", () => {
  const { said, announcer } = listener();
  announcer.hear(running(1), 0);
  for (let second = 1; second < 30; second++) announcer.hear(running(2), 1000 * second);
  assert.deepEqual(said, ["After epoch 1."]);
});

test("the last epoch is told with the end of the run", () => {
  const { said, announcer } = listener();
  announcer.hear(running(1), 0);
  announcer.hear({ ...running(90, 10), says: "After epoch 90." }, 60_000);
  assert.deepEqual(said, []);
  announcer.hear({ ...running(90, 10), says: "After epoch 90.", state: "finished" }, 60_100);
  assert.equal(said.length, 1);
  assert.match(said[0], /After epoch 90\./);
});

test("a page that is opened later only tells what happens from then on", () => {
  for (const state of ["paused", "finished", "failed"]) {
    const { said, announcer } = listener();
    announcer.hear({ state, epoch: 3, says: "After epoch 3." }, 0);
    announcer.hear({ state, epoch: 3, says: "After epoch 3." }, 60_000);
    assert.deepEqual(said, []);
  }
});

test("a pause and what follows are announced", () => {
  const { said, announcer } = listener();
  announcer.hear(running(2), 0);
  announcer.hear({ ...running(2), state: "paused" }, 1);
  announcer.hear(running(2), 2);
  assert.equal(new Set(said).size, 2);
});
