import assert from "node:assert/strict";
import test from "node:test";

import { nextByFactor, withPoint } from "../../components/number_fields/number_fields.js";

test("a step goes through 1, 2, 5, 10", () => {
  const up = [0.0001, 0.001, 0.002, 0.003, 0.005, 0.01, 0.9, 1, 5, 30].map((value) => nextByFactor(value, true));
  assert.deepEqual(up, [0.0002, 0.002, 0.005, 0.005, 0.01, 0.02, 1, 2, 10, 50]);
  const down = [0.0001, 0.001, 0.002, 0.003, 0.005, 0.01, 0.9, 1, 5, 30].map((value) => nextByFactor(value, false));
  assert.deepEqual(down, [0.00005, 0.0005, 0.001, 0.002, 0.002, 0.005, 0.5, 0.5, 2, 20]);
  assert.equal(nextByFactor(0.3 - 0.1, true), 0.5);
  assert.equal(nextByFactor(1e-7, false), 5e-8);
});

test("a comma is a decimal sign where it can be nothing else", () => {
  assert.deepEqual(["0,01", ",", ",5", "-1,5", " 2, "].map(withPoint), ["0.01", ".", ".5", "-1.5", "2."]);
  assert.deepEqual(["1.234,5", "1,234,567", "3, 3", "a,b"].map(withPoint), [null, null, null, null]);
});
