// A plot from nearer, from further away, or further along: pure functions of the ranges of its axes.

import { isLog, placesOf } from "./live_look.js";

/**
 * @typedef {import("./live_look.js").Curve} Curve
 * @typedef {import("./live_look.js").Plot} Plot
 * @typedef {import("./live_look.js").View} View
 * @typedef {import("./live_look.js").Zoom} Zoom
 */

/**
 * The plot seen from nearer or from further away; the newest point in sight stays where it is.
 * @param {Plot} plot
 * @param {View} view
 * @param {Required<Zoom>} now the ranges of the axes
 * @param {Required<Zoom>} whole the ranges that show everything
 * @param {number} factor how many times as much is shown
 * @returns {Zoom | undefined} undefined shows everything
 */
export function zoomed(plot, view, now, whole, factor) {
  const focus = newestWithin(plot, view, now);
  /** @type {(axis: "x" | "y") => [number, number]} */
  const range = (axis) => {
    const [from, to] = now[axis].map((end) => focus[axis] + (end - focus[axis]) * factor);
    return [Math.max(from, whole[axis][0]), Math.min(to, whole[axis][1])];
  };
  const zoom = { x: range("x"), y: range("y") };
  const isWhole = /** @type {("x" | "y")[]} */ (["x", "y"]).every((axis) => zoom[axis][0] === whole[axis][0] && zoom[axis][1] === whole[axis][1]);
  return isWhole ? undefined : zoom;
}

/**
 * The plot moved along its axis by half of what is shown.
 * @param {Required<Zoom>} now the ranges of the axes
 * @param {Required<Zoom>} whole the ranges that show everything
 * @param {1 | -1} direction
 * @returns {Zoom}
 */
export function moved(now, whole, direction) {
  const wide = now.x[1] - now.x[0];
  const from = Math.max(whole.x[0], Math.min(now.x[0] + (direction * wide) / 2, whole.x[1] - wide));
  return { x: [from, from + wide], y: now.y };
}

/**
 * The last point of validation, else of training, that can be seen; the middle where there is none.
 * @param {Plot} plot
 * @param {View} view
 * @param {Required<Zoom>} now
 */
function newestWithin(plot, view, now) {
  const inside = (/** @type {number} */ value, /** @type {[number, number]} */ [from, to]) => value >= from && value <= to;
  for (const kind of /** @type {Curve[]} */ (["val", "smooth", "batch", "epoch"])) {
    const places = placesOf(plot, kind, view), values = plot.points[kind].y;
    for (let i = places.length - 1; i >= 0; i--) {
      const value = values[i] ?? NaN, y = isLog(plot, view) ? Math.log10(value) : value;
      if (inside(places[i], now.x) && inside(y, now.y)) return { x: places[i], y };
    }
  }
  return { x: (now.x[0] + now.x[1]) / 2, y: (now.y[0] + now.y[1]) / 2 };
}
