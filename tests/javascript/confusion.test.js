import assert from "node:assert/strict";
import test from "node:test";

import { neighbour, strongest, tints } from "../../components/confusion/cells.js";

const COUNTS = [[950, 28, 0], [0, 990, 1], [7, 0, 0]];
const ROWS = [978, 991, 7];

test("mistakes have a scale of their own, on which 28 and 1 differ, and an empty cell has no colour", () => {
  const found = tints(COUNTS, ROWS);
  assert.equal(found[0][1], 1);
  assert.ok(found[1][2] < found[2][0] && found[2][0] < found[0][1]);
  assert.ok(found[1][2] > 0.1, "a single mistake can be seen");
  assert.deepEqual([found[0][2], found[1][0], found[2][2]], [0, 0, 0]);
  assert.ok(found[0][0] > 0.9 && found[0][0] < found[1][1], "a right answer is coloured by its share of the class");
});

test("a matrix without mistakes, and one of a single class, have colours", () => {
  assert.deepEqual(tints([[3, 0], [0, 4]], [3, 4]), [[1, 0], [0, 1]]);
  assert.deepEqual(tints([[5]], [5]), [[1]]);
});

test("the arrow keys lead over empty cells and end at the edge", () => {
  assert.deepEqual(neighbour(COUNTS, [0, 1], [0, -1]), [0, 0]);
  assert.deepEqual(neighbour(COUNTS, [0, 0], [1, 0]), [2, 0], "over an empty cell");
  assert.equal(neighbour(COUNTS, [0, 1], [0, 1]), undefined);
  assert.equal(neighbour(COUNTS, [1, 1], [1, 0]), undefined, "below it all is empty");
  assert.equal(neighbour(COUNTS, [0, 0], [-1, 0]), undefined);
  assert.deepEqual(strongest(COUNTS), [1, 1]);
});
