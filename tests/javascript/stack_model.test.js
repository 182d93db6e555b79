import assert from "node:assert/strict";
import test from "node:test";

import { applied, changedPlace, neighbour, numbers, reasons, told } from "../../components/layer_stack/stack_model.js";

/** @typedef {import("../../components/layer_stack/stack_model.js").Stack} Stack */

const row = (/** @type {string} */ kind, more = {}) => ({ kind, title: kind, note: "", ...more });

/**
 * @param {Partial<Stack>} [more]
 * @returns {Stack}
 */
const stack = (more = {}) => ({
  rows: [row("Conv2D"), row("Flatten"), row("Dense", { answers: true })],
  answer: { what: "10 classes", parameters: "" }, input: { what: "pictures", shape: "" },
  chosen: 0, front: false, place: 1, past: 0, future: 0, undo: null, redo: null, ...more,
});
const kinds = (/** @type {Stack} */ { rows }) => rows.map(({ kind }) => kind).join(" ");

const CASES = [
  { action: { do: "move", place: 0, to: 2 }, expected: "Flatten Dense Conv2D", chosen: 2, place: 3 },
  { action: { do: "move", place: 2, to: 0 }, expected: "Dense Conv2D Flatten", chosen: 0, place: 1 },
  { action: { do: "add", place: 1, kind: "Dropout" }, expected: "Conv2D Dropout Flatten Dense", chosen: 1, place: 2 },
  { action: { do: "duplicate", place: 1 }, expected: "Conv2D Flatten Flatten Dense", chosen: 2, place: 3 },
  { action: { do: "remove", place: 2 }, expected: "Conv2D Flatten", chosen: 1, place: 2 },
  { action: { do: "switch", place: 1 }, expected: "Conv2D Flatten Dense", chosen: 1, place: 2 },
];

for (const { action, expected, chosen, place } of CASES) {
  test(`${action.do} ${JSON.stringify(action)}, and back by undo and forth by redo`, () => {
    const before = stack({ future: 2 }), seen = structuredClone(before);
    const after = applied(before, action);
    assert.deepEqual(before, seen, "the stack that was given stays as it is");
    assert.deepEqual([kinds(after), after.chosen, after.place, after.past, after.future], [expected, chosen, place, 1, 0]);
    const undone = applied(after, { do: "undo" });
    assert.deepEqual([undone.rows, undone.past, undone.future], [before.rows, 0, 1]);
    const redone = applied(undone, { do: "redo" });
    assert.deepEqual([redone.rows, redone.past, redone.future], [after.rows, 1, 0]);
  });
}

test("a layer that is turned off has no number and no costs, and gets them back", () => {
  const off = applied(stack(), { do: "switch", place: 1 });
  assert.deepEqual(numbers(off.rows), [1, undefined, 2]);
  assert.equal(off.rows[1].shape, undefined);
  assert.deepEqual(numbers(applied(off, { do: "switch", place: 1 }).rows), [1, 2, 3]);
});

test("choosing is no change, and says where the next layer goes", () => {
  const chosen = applied(stack(), { do: "choose", place: 2 });
  assert.deepEqual([chosen.chosen, chosen.place, chosen.past], [2, 2, 0], "before an output layer");
  const front = applied(chosen, { do: "front", place: 0 });
  assert.deepEqual([front.front, front.chosen, front.place], [true, 2, 0]);
  assert.equal(applied(front, { do: "choose", place: 1 }).front, false);
});

test("an undo whose step is not known shows nothing, but counts", () => {
  const before = stack({ past: 3 }), after = applied(before, { do: "undo" });
  assert.deepEqual([after.rows, after.past, after.future, after.redo], [before.rows, 2, 1, null]);
});

test("an empty stack can grow, and the last layer can go", () => {
  const empty = stack({ rows: [row("Dense")], chosen: 0 });
  const none = applied(empty, { do: "remove", place: 0 });
  assert.deepEqual([none.rows, none.chosen, none.place], [[], 0, 0]);
  assert.equal(kinds(applied(none, { do: "add", place: 0, kind: "Conv2D" })), "Conv2D");
});

test("arrow keys lead to the neighbours, and not beyond the ends", () => {
  assert.equal(neighbour("ArrowDown", 0, 3), 1);
  assert.equal(neighbour("ArrowUp", 2, 3), 1);
  assert.equal(neighbour("ArrowUp", 0, 3), undefined);
  assert.equal(neighbour("ArrowDown", 2, 3), undefined);
  assert.equal(neighbour("Enter", 1, 3), undefined);
  assert.equal(neighbour("Home", 2, 3), 0);
  assert.equal(neighbour("End", 0, 3), 2);
  assert.equal(neighbour("ArrowUp", 0, 3, -1), -1, "the data");
  assert.equal(neighbour("Home", 2, 3, -1), -1);
  assert.equal(neighbour("ArrowUp", -1, 3, -1), undefined);
  assert.equal(neighbour("Enter", -1, 3, -1), undefined);
});

test("each button that does nothing has a reason, and no other has one", () => {
  const blocked = (/** @type {Stack} */ one) => Object.entries(reasons(one)).filter(([, why]) => why).map(([name]) => name);
  assert.deepEqual(blocked(stack()), ["undo", "redo", "up"]);
  assert.deepEqual(blocked(stack({ past: 1, future: 1, chosen: 2 })), ["down"]);
  assert.deepEqual(blocked(stack({ past: 1, future: 1, chosen: 1 })), []);
  const layer = ["up", "down", "duplicate", "switch", "remove"];
  assert.deepEqual(blocked(stack({ past: 1, future: 1, rows: [] })), layer);
  assert.deepEqual(blocked(stack({ past: 1, future: 1, front: true })), layer);
});

test("what changes the stack is told with the layer and where it is, and choosing is not", () => {
  const before = stack();
  const said = (/** @type {import("../../components/layer_stack/actions.js").Action} */ action) => told(before, action, applied(before, action));
  assert.match(said({ do: "add", place: 1, kind: "Dropout" }), /Dropout.* 2 .*4/);
  assert.match(said({ do: "duplicate", place: 1 }), /Flatten.* 3 .*4/);
  assert.match(said({ do: "move", place: 0, to: 2 }), /Conv2D.* 3 .*3/);
  assert.match(said({ do: "remove", place: 1 }), /Flatten.*2/);
  assert.notEqual(said({ do: "switch", place: 1 }), told(applied(before, { do: "switch", place: 1 }), { do: "switch", place: 1 }, before));
  assert.equal(said({ do: "choose", place: 1 }), "");
  assert.equal(said({ do: "front", place: 0 }), "");
});

test("the row that a fix has changed is found", () => {
  const { rows } = stack(), flatten = row("Flatten");
  assert.equal(changedPlace(rows, rows.map((one) => ({ ...one, shape: "10" }))), undefined, "shapes follow from layers");
  assert.equal(changedPlace([rows[0], rows[2]], [rows[0], flatten, rows[2]]), 1);
  assert.equal(changedPlace(rows, [rows[0], rows[2]]), 1);
  assert.equal(changedPlace(rows, rows.slice(0, 2)), 1, "the last one is gone: the one before it");
  assert.equal(changedPlace(rows, [rows[0], flatten, row("Dense", { note: "10 units" })]), 2);
  assert.equal(changedPlace([rows[0]], []), undefined);
});
