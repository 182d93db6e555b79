import assert from "node:assert/strict";
import test from "node:test";

import { Actions } from "../../components/layer_stack/actions.js";

/** A clock that stands still until it is moved, and the messages that were sent. */
function stage() {
  let time = 0;
  /** @type {Map<number, { at: number, run: () => void }>} */
  const timers = new Map();
  /** @type {number[][]} the numbers of the actions of each message */
  const sent = [];
  const clock = {
    now: () => time,
    start: (/** @type {() => void} */ run, /** @type {number} */ ms) => { timers.set(timers.size + 1, { at: time + ms, run }); return timers.size; },
    stop: (/** @type {number} */ timer) => { timers.delete(timer); },
  };
  const pass = (/** @type {number} */ ms) => {
    time += ms;
    for (const [key, { at, run }] of [...timers]) {
      if (at > time) continue;
      timers.delete(key);
      run();
    }
  };
  const actions = new Actions(() => {}, clock);
  /** @param {number} number @param {string} [browser] */
  const answer = (number, browser = actions.browser) => actions.acknowledge({ browser, number }, (message) => {
    sent.push(message.actions.map((action) => action.number));
  });
  answer(0);
  return { actions, answer, pass, sent };
}

test("each message holds all actions that are pending, numbered in order", () => {
  const { actions, answer, sent } = stage();
  actions.dispatch({ do: "remove", place: 1 });
  actions.dispatch({ do: "undo" });
  answer(1);
  actions.dispatch({ do: "redo" });
  assert.deepEqual(sent, [[1], [1, 2], [2, 3]]);
});

test("what another browser has acknowledged says nothing of ours", () => {
  const { actions, answer } = stage();
  actions.dispatch({ do: "remove", place: 1 });
  answer(7, "another browser");
  assert.equal(actions.pending.length, 1);
});

test("pending actions are sent again until nobody answers any more", () => {
  const { actions, pass, sent } = stage();
  actions.dispatch({ do: "remove", place: 1 });
  pass(3000);
  pass(3000);
  assert.deepEqual(sent, [[1], [1], [1]]);
  pass(3000);
  assert.equal(sent.length, 3);
  assert.deepEqual(actions.pending, [], "nobody waits for ever");
});

test("an acknowledged action is not sent again", () => {
  const { actions, answer, pass, sent } = stage();
  actions.dispatch({ do: "remove", place: 1 });
  answer(1);
  pass(10_000);
  assert.equal(sent.length, 1);
});

test("the stack is ahead of the page, or does not know what will come", () => {
  const { actions, answer } = stage();
  actions.dispatch({ do: "undo" }, true);
  assert.deepEqual([actions.isAhead, actions.isUnknown], [true, false]);
  actions.dispatch({ do: "undo" }, false);
  answer(1);
  assert.deepEqual([actions.isAhead, actions.isUnknown], [false, true]);
  answer(2);
  assert.deepEqual([actions.isAhead, actions.isUnknown], [false, false]);
});
