// The newest points of a plot, drawn as lines over it until Plotly takes them up: for Plotly one more point is as much work as
// all of them, and ten a second in two plots would keep half a core busy.

import { set, shape } from "../browser/dom.js";
import { isLog, lineLook, placesOf } from "./live_look.js";

/**
 * @typedef {import("./live_look.js").Curve} Curve
 * @typedef {import("./live_look.js").View} View
 * @typedef {import("./live_look.js").Ink} Ink
 *
 * @typedef {object} Frame Plotly's layout of a plot, as it was drawn
 * @property {number} width in pixels, with the margins
 * @property {number} height
 * @property {{ l: number, r: number, t: number, b: number }} margin
 * @property {{ range: [number, number] }} xaxis
 * @property {{ range: [number, number] }} yaxis of a logarithmic axis in powers of ten
 *
 * @typedef {import("./live_look.js").Plot & { drawn: Record<Curve, number>, canvas: { layout?: any } }} Plot `drawn`: how much of each curve Plotly has
 */

/** The curves that are plain lines; the others have a marker for each point, and come once an epoch.
 * @type {("batch" | "smooth")[]}
 */
const LINES = ["batch", "smooth"];

/** @type {(plot: Plot, view: View, y: number | null) => number | null} */
const heightOf = (plot, view, y) => (y !== null && isLog(plot, view) ? Math.log10(y) : y);

/**
 * Whether what Plotly does not have yet can be drawn as lines within the axes as they are.
 * @param {Plot} plot
 * @param {View} view
 * @param {Curve[]} grown the curves that have points which Plotly does not have
 */
export function fits(plot, view, grown) {
  const { xaxis, yaxis } = /** @type {Frame} */ (plot.canvas.layout);
  const within = (/** @type {number} */ at, /** @type {[number, number]} */ [from, to]) => at >= from && at <= to;
  return grown.every((kind) => {
    if (!LINES.some((one) => one === kind) || !plot.drawn[kind]) return false;
    if (plot.zoom) return true; // the user has chosen what is seen of it
    const begin = plot.drawn[kind];
    return placesOf(plot, kind, view, begin).every((x, i) => {
      const y = heightOf(plot, view, plot.points[kind].y[begin + i]);
      return within(x, xaxis.range) && (y === null || within(y, yaxis.range));
    });
  });
}

/**
 * The line of a curve from its last point that Plotly has, as the path of an SVG whose place is that between the axes.
 * @param {Plot} plot
 * @param {Curve} kind
 * @param {View} view
 */
export function pathOf(plot, kind, view) {
  const { width, height, margin, xaxis, yaxis } = /** @type {Frame} */ (plot.canvas.layout);
  const wide = width - margin.l - margin.r, high = height - margin.t - margin.b;
  const begin = Math.max(plot.drawn[kind] - 1, 0), [left, right] = xaxis.range, [low, top] = yaxis.range;
  let path = "", isBroken = true;
  placesOf(plot, kind, view, begin).forEach((x, i) => {
    const y = heightOf(plot, view, plot.points[kind].y[begin + i]);
    if (y !== null && Number.isFinite(y)) {
      path += `${isBroken ? "M" : "L"}${((x - left) / (right - left) * wide).toFixed(1)} ${((top - y) / (top - low) * high).toFixed(1)}`;
    }
    isBroken = y === null || !Number.isFinite(y);
  });
  return path;
}

export class Tail {
  /** @param {Element} parent where the plot is, too */
  constructor(parent) {
    this.picture = shape(parent, "svg", { "aria-hidden": true });
    Object.assign(this.picture.style, { position: "absolute", overflow: "hidden", pointerEvents: "none", forcedColorAdjust: "none", display: "none" });
    this.lines = LINES.map((kind) => ({ kind, node: shape(this.picture, "path", { fill: "none", "stroke-linejoin": "round" }) }));
    this.isEmpty = true;
  }

  /**
   * @param {Plot} plot that Plotly has drawn
   * @param {View} view
   * @param {Ink} ink
   */
  draw(plot, view, ink) {
    const grown = LINES.filter((kind) => plot.points[kind].x.length > plot.drawn[kind] && !view.hidden.has(kind));
    if (!grown.length) { this.clear(); return; }
    if (this.isEmpty) this.appear(plot.canvas.layout);
    for (const { kind, node } of this.lines) {
      const { color, width } = lineLook(kind, view, ink);
      set(node, { d: grown.includes(kind) ? pathOf(plot, kind, view) : "", stroke: color, "stroke-width": width });
    }
  }

  /** @param {Frame} frame */
  appear({ width, height, margin: { l, r, t, b } }) {
    this.isEmpty = false;
    Object.assign(this.picture.style, { left: `${l}px`, top: `${t}px`, width: `${width - l - r}px`, height: `${height - t - b}px`, display: "block" });
  }

  clear() {
    if (this.isEmpty) return;
    this.isEmpty = true;
    this.picture.style.display = "none";
  }
}
