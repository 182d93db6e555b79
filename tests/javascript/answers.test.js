import assert from "node:assert/strict";
import test from "node:test";

import { Known, heading, isRight, sentence } from "../../components/live_curves/answers.js";

/** @typedef {import("../../components/live_curves/status.js").Answers} Answers */

/**
 * @param {import("../../components/live_curves/status.js").EpochAnswers[]} epochs
 * @param {Partial<Answers>} [more]
 * @returns {Answers}
 */
const answers = (epochs, more = {}) => ({
  checksum: "0badcafe", truth: [0, 1, 1], names: { 0: "no", 1: "yes" }, epochs, kept: null, same_rows: false, ...more,
});

test("how many are right, before training and after an epoch", () => {
  assert.equal(sentence([0, [1, 1, 0], [0.5, 0.5, 0.5]], [0, 1, 1]), "1 of 3 right before training");
  assert.equal(sentence([1200, [0, 1, null], [0.5, 0.5, null]], [0, 1, 1]), "2 of 3 right after epoch 1,200");
  assert.equal(isRight(null, 0), false);
});

test("the heading says how many there are, and promises nothing of rows that are trained on", () => {
  assert.match(heading(12, false), /^Twelve .*never/);
  assert.match(heading(1, false), /^1 example .*never/);
  assert.match(heading(5, false), /^5 examples .*never/);
  assert.equal(heading(12, true), "12 examples");
});

test("the last epoch is shown, then that of the weights that are kept", () => {
  const known = new Known();
  assert.equal(known.shown, undefined);
  known.hear({ all: {}, answers: answers([[0, [0, 0, 0], [1, 1, 1]], [1, [0, 1, 0], [1, 1, 1]]]) });
  assert.equal(known.shown, 1);
  known.hear({ answers: answers([[3, [0, 1, 1], [1, 1, 1]]]) });
  known.hear({ answers: answers([[2, [0, 1, 1], [1, 1, 1]]], { kept: 2 }) });
  assert.deepEqual(known.epochs, [0, 1, 2, 3], "whatever the order in which they came");
  assert.equal(known.shown, 2);
  known.hear({ answers: answers([], { kept: 7 }) });
  assert.equal(known.shown, 3, "there are none of that epoch");
});

test("a chosen epoch stays until the newest is chosen again", () => {
  const known = new Known();
  known.hear({ all: {}, answers: answers([[0, [], []], [1, [], []], [2, [], []]]) });
  known.choose(1);
  known.hear({ answers: answers([[3, [], []]]) });
  assert.equal(known.shown, 1);
  known.choose(3);
  known.hear({ answers: answers([[4, [], []]]) });
  assert.equal(known.shown, 4);
});

test("all curves again bring all answers again; a run that continues has lost its later epochs", () => {
  const known = new Known();
  known.hear({ all: {}, answers: answers([[0, [], []], [1, [], []], [2, [], []]]) });
  known.hear({ add: {} });
  assert.deepEqual(known.epochs, [0, 1, 2]);
  known.hear({ all: {}, answers: answers([[0, [], []], [1, [], []]], { names: { 2: "perhaps" } }) });
  assert.deepEqual(known.epochs, [0, 1]);
  assert.deepEqual([known.name(1), known.name(2), known.name(9)], ["yes", "perhaps", "9"]);
});
