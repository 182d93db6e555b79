// A recorded training, and which of its points come in a stretch of it. No page, no clock.

/**
 * @typedef {import("../live_curves/status.js").Curves} Curves
 * @typedef {import("../live_curves/status.js").Points} Points
 *
 * @typedef {object} Recording made by `tools/start_page.py`
 * @property {number} epochs
 * @property {number} steps batches in an epoch
 * @property {number} pictures that it trained on
 * @property {number} best the best epoch
 * @property {Curves} curves
 */

/**
 * The points of all curves after one place and up to another, in epochs.
 * @param {Curves} curves
 * @param {number} after
 * @param {number} upTo
 * @returns {Curves}
 */
export function stretch(curves, after, upTo) {
  /** @type {Curves} */
  const found = {};
  for (const [metric, kinds] of Object.entries(curves)) {
    for (const [kind, [x, y, t]] of Object.entries(kinds)) {
      const from = x.findIndex((place) => place > after);
      if (from < 0 || x[from] > upTo) continue;
      const end = x.findIndex((place) => place > upTo);
      const part = (/** @type {any[]} */ column) => column.slice(from, end < 0 ? undefined : end);
      (found[metric] ??= {})[kind] = /** @type {Points} */ ([part(x), part(y), part(t)]);
    }
  }
  return found;
}

/**
 * The newest values in a stretch, by Keras's names.
 * @param {Curves} curves
 */
export function newest(curves) {
  /** @type {Record<string, number | null>} */
  const values = {};
  for (const [metric, { batch, val }] of Object.entries(curves)) {
    if (batch) values[metric] = batch[1].at(-1) ?? null;
    if (val) values[`val_${metric}`] = val[1].at(-1) ?? null;
  }
  return values;
}

/**
 * The validation accuracy at the end; 0 if the recording has none.
 * @param {Recording} recording
 */
export const finalAccuracy = ({ curves }) => curves.accuracy?.val?.[1].at(-1) ?? 0;
