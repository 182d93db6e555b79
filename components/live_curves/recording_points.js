// What a recording shows at a moment: pure functions of all its points.

/** @typedef {import("./status.js").Curves} Curves */

/**
 * The points up to an epoch, and those among them that come after another.
 * @param {Curves} curves
 * @param {number} after in epochs
 * @param {number} until in epochs
 * @returns {Curves}
 */
export function between(curves, after, until) {
  const part = (/** @type {import("./status.js").Points} */ [x, y, seconds]) => {
    const kept = x.flatMap((at, i) => (at > after && at <= until ? [i] : []));
    return /** @type {import("./status.js").Points} */ ([kept.map((i) => x[i]), kept.map((i) => y[i]), kept.map((i) => seconds[i])]);
  };
  return Object.fromEntries(Object.entries(curves).map(([metric, kinds]) => [
    metric, Object.fromEntries(Object.entries(kinds).map(([kind, points]) => [kind, part(points)])),
  ]));
}

/**
 * The newest values up to an epoch, by Keras's names.
 * @param {Curves} curves
 * @param {number} until in epochs
 */
export function valuesAt(curves, until) {
  /** @type {Record<string, number | null>} */
  const now = {};
  for (const [metric, kinds] of Object.entries(curves)) {
    for (const [kind, name] of [["batch", metric], ["val", `val_${metric}`]]) {
      const [x, y] = kinds[kind] ?? [[], []], last = x.filter((at) => at <= until).length - 1;
      if (last >= 0) now[name] = y[last];
    }
  }
  return now;
}
