// What the stack shows, and what each action makes of it before the page has answered. Pure.

import { n, t } from "../browser/i18n.js";

/**
 * A layer of the stack.
 * @typedef {object} Row
 * @property {string} kind its Keras name
 * @property {string} title
 * @property {string} note its most telling settings
 * @property {boolean} [off] whether it is turned off
 * @property {boolean} [trouble] whether it does not fit
 * @property {boolean} [answers] whether it is an output layer, which new layers do not go after
 * @property {string | null} [shape] what it outputs
 * @property {number} [parameters]
 * @property {number} [share] of all parameters, 0 to 1
 * @property {number} [work] share of all computing, 0 to 1
 */

/**
 * What Undo or Redo brings back.
 * @typedef {{ rows: Row[], answer: { what: string, parameters: string } }} Step
 */

/**
 * @typedef {object} Stack
 * @property {Row[]} rows
 * @property {{ what: string, parameters: string }} answer
 * @property {{ what: string, shape: string }} input
 * @property {number} chosen the place of the selected layer
 * @property {boolean} front whether the data above the layers is selected instead
 * @property {number} place where the next new layer goes
 * @property {number} past how many changes can be undone
 * @property {number} future how many can be redone
 * @property {Step | null} [undo] what Undo brings; null if that is not known
 * @property {Step | null} [redo]
 */

/** @typedef {import("./actions.js").Action} Action */

/**
 * The stack after an action; the page's answer then says what has become of shapes and problems.
 *
 * Of an Undo whose step is not known, only the numbers of steps are.
 * @template {Stack} S
 * @param {S} stack left as it is
 * @param {Action} action
 * @returns {S}
 */
export function applied(stack, action) {
  if (action.do === "undo" || action.do === "redo") return stepped(stack, action.do);
  const { place = 0, to = 0 } = action;
  const rows = [...stack.rows], now = { ...stack, front: action.do === "front" };
  if (action.do === "front" || action.do === "choose") return placed({ ...now, chosen: action.do === "choose" ? place : stack.chosen });
  let chosen = place;
  if (action.do === "move") {
    rows.splice(to, 0, ...rows.splice(place, 1));
    chosen = to;
  } else if (action.do === "add") {
    rows.splice(place, 0, { kind: action.kind ?? "", title: action.kind ?? "", note: "" });
  } else if (action.do === "duplicate") {
    rows.splice(place, 0, { ...rows[place] });
    chosen = place + 1;
  } else if (action.do === "switch") {
    rows[place] = { ...rows[place], off: !rows[place].off, shape: undefined, parameters: undefined, work: undefined };
  } else if (action.do === "remove") {
    rows.splice(place, 1);
    chosen = within(place, rows);
  }
  const before = { rows: stack.rows, answer: stack.answer };
  return placed({ ...now, rows, chosen, undo: before, redo: null, past: stack.past + 1, future: 0 });
}

/**
 * @template {Stack} S
 * @param {S} stack
 * @param {"undo" | "redo"} name
 * @returns {S}
 */
function stepped(stack, name) {
  const back = name === "undo" ? 1 : -1;
  const now = { ...stack, past: stack.past - back, future: stack.future + back, undo: null, redo: null };
  const step = stack[name];
  if (!step) return now;
  const before = { rows: stack.rows, answer: stack.answer };
  return placed({ ...now, ...step, chosen: within(stack.chosen, step.rows), [name === "undo" ? "redo" : "undo"]: before });
}

/**
 * With the place of the next new layer, as the page will say: after what is selected, but before an output layer.
 * @template {Stack} S
 * @param {S} stack
 * @returns {S}
 */
function placed(stack) {
  const { chosen, rows, front } = stack;
  const before = chosen === rows.length - 1 && rows[chosen]?.answers;
  return { ...stack, place: front || !rows.length ? 0 : chosen + (before ? 0 : 1) };
}

/**
 * @param {number} place
 * @param {Row[]} rows
 */
const within = (place, rows) => Math.max(0, Math.min(place, rows.length - 1));

/**
 * Where a key leads from a place: arrow keys to the neighbours, Home and End to the ends; undefined for other keys, and
 * beyond the ends.
 * @param {string} key
 * @param {number} place
 * @param {number} count
 * @param {number} [first] -1 if the data, above the first layer, counts as a place
 */
export function neighbour(key, place, count, first = 0) {
  if (key === "Home") return first;
  const to = key === "ArrowUp" ? place - 1 : key === "ArrowDown" ? place + 1 : key === "End" ? count - 1 : first - 1;
  return to >= first && to < count ? to : undefined;
}

/**
 * What an action has done, for whoever does not see it; empty where nothing has changed.
 * @param {Stack} before
 * @param {Action} action
 * @param {Stack} after
 */
export function told(before, action, after) {
  const { place = 0, to = 0 } = action, count = after.rows.length;
  const kind = (before.rows[place] ?? {}).kind ?? "";
  switch (action.do) {
    case "move": return t("{kind} is now layer {number} of {count}.", { kind, number: to + 1, count });
    case "add": return t("{kind} added as layer {number} of {count}.", { kind: action.kind ?? "", number: place + 1, count });
    case "duplicate": return t("{kind} copied to layer {number} of {count}.", { kind, number: place + 2, count });
    case "remove": return n("{kind} removed. {count} layer is left.", "{kind} removed. {count} layers are left.", count, { kind });
    case "switch": return before.rows[place]?.off ? t("{kind} turned on.", { kind }) : t("{kind} turned off.", { kind });
    default: return "";
  }
}

/**
 * The place of the first row that differs; undefined if none does.
 * @param {Row[]} before
 * @param {Row[]} after
 */
export function changedPlace(before, after) {
  const seen = (/** @type {Row | undefined} */ row) => (row ? [row.kind, row.note, row.off].join() : "");
  const at = after.findIndex((row, place) => seen(row) !== seen(before[place]));
  return at >= 0 ? at : after.length && before.length > after.length ? after.length - 1 : undefined;
}

/**
 * The number of each layer as messages, code and picture count: without what is turned off.
 * @param {Row[]} rows
 * @returns {(number | undefined)[]}
 */
export function numbers(rows) {
  let number = 0;
  return rows.map(({ off }) => (off ? undefined : ++number));
}

/**
 * Why each button of the toolbar does nothing just now; an empty text where it does something.
 * @param {Stack} stack
 */
export function reasons({ rows, chosen, front, past, future }) {
  const none = !rows.length ? t("There are no layers yet.") : front ? t("Select a layer first.") : "";
  return {
    undo: past ? "" : t("Nothing has been changed yet."),
    redo: future ? "" : t("Nothing has been undone."),
    up: none || (chosen === 0 ? t("This is already the first layer.") : ""),
    down: none || (chosen === rows.length - 1 ? t("This is already the last layer.") : ""),
    duplicate: none,
    switch: none,
    remove: none,
  };
}
