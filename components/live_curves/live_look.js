// How a plot of the live chart looks: from its points and the view to Plotly's traces and layout. No state, no page.
// No text that stems from a run is given to Plotly, which reads markup in labels.

import { number } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { isShare } from "./metrics.js";

/**
 * @typedef {"batch" | "smooth" | "epoch" | "val"} Curve
 * @typedef {import("./live_plots.js").Line} Line
 * @typedef {{ metric: string, begin: number, end: number }} Span in epochs
 * @typedef {{ train: string, val: string, star: string, page: string, text: string, grid: string, reference: string, font: string }} Ink colours, and the font
 *
 * @typedef {object} Plot the points of a metric
 * @property {string} metric
 * @property {Record<Curve, Line>} points
 * @property {Line} [referenceTrain]
 * @property {Line} [referenceVal]
 *
 * @typedef {object} View how curves are shown
 * @property {import("./live_controls.js").Axis} axis
 * @property {number} smoothing in epochs
 * @property {boolean} log
 * @property {string} run
 * @property {number} steps batches in an epoch
 * @property {number} [referenceSteps] of the run that is compared with
 * @property {boolean} [minutes] whether time is in minutes
 * @property {number} [middle] of the curve on the axis
 * @property {number | null} [epochs]
 * @property {number} [best] the best epoch
 * @property {string} [end] a word for the end
 * @property {import("./status.js").Mark[]} marks
 * @property {Span[]} spans
 * @property {Set<string>} hidden the curves that are switched off
 */

/** @type {Curve[]} */
export const CURVES = ["batch", "smooth", "epoch", "val"];
/** Traces beyond the curves, after that of the best epoch, in this order.
 * @type {("referenceTrain" | "referenceVal")[]}
 */
export const REFERENCES = ["referenceTrain", "referenceVal"];
// Blue and orange of Okabe and Ito, lighter on a dark page: told apart with every kind of colour sight, in dash and marker too.
const INK = { light: { train: "#0072b2", val: "#c65102", star: "#007a5a" }, dark: { train: "#56b4e9", val: "#f0a63c", star: "#3ddc97" } };
// Nothing leaves this computer: Plotly would offer to send the chart to a server of its own.
export const CONFIG = { displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d", "sendChartToCloud"] };
const MOST_BANDS = 30;
const ROW = 15; // pixels of a line of words above the curves
const MOST_WORDS = 3; // of pauses and resumes; the lines of further ones stay without
/** @typedef {{ title: string, hover: string }} AxisWords `hover` in Plotly's notation */

/** @type {(view: View) => "epoch" | "step" | "time" | "minutes"} */
const axisOf = (view) => (view.axis === "time" && view.minutes ? "minutes" : view.axis);

/**
 * @param {View} view
 * @returns {AxisWords}
 */
function axisWords(view) {
  switch (axisOf(view)) {
    case "step": return { title: t("step (batches seen)"), hover: t("step {x}", { x: "%{x:,.0f}" }) };
    case "time": return { title: t("seconds of training"), hover: t("{x} s", { x: "%{x:.1f}" }) };
    case "minutes": return { title: t("minutes of training"), hover: t("{x} min", { x: "%{x:.2f}" }) };
    default: return { title: t("epoch"), hover: t("epoch {x}", { x: "%{x:.2f}" }) };
  }
}

/**
 * The place of a point on the chosen axis.
 * @param {View} view
 * @param {number} x in epochs
 * @param {number} seconds
 */
export function place(view, x, seconds) {
  if (view.axis === "step") return x * view.steps;
  if (view.axis === "time") return view.minutes ? seconds / 60 : seconds;
  return x;
}

/**
 * The places of a curve's points on the axis, from point `begin` on.
 * @param {View} view
 * @param {Line} line
 * @param {number} [begin]
 */
export const along = (view, line, begin = 0) => {
  const places = [];
  for (let i = begin; i < line.x.length; i++) places.push(place(view, line.x[i], line.t[i]));
  return places;
};

/**
 * @param {Plot} plot
 * @param {View} view
 * @param {Ink} ink
 * @returns {object[]} for Plotly
 */
export function traces(plot, view, ink) {
  const { train, val, star, page } = ink;
  if (plot.metric === "learning_rate") {
    return [{
      type: "scatter", mode: "lines+markers", x: along(view, plot.points.epoch), y: plot.points.epoch.y.slice(),
      line: { color: train, width: 2, shape: "vh" }, marker: { size: 5 }, hovertemplate: `${axisWords(view).hover}: %{y:.3g}<extra></extra>`,
    }];
  }
  const hover = `${axisWords(view).hover}: %{y:${isShare(plot.metric) ? ".1%" : ".4g"}}`;
  const smoothed = view.smoothing > 0;
  const look = {
    batch: { name: t("batch"), mode: "lines", line: { color: train, width: 1.2 }, opacity: smoothed ? 0.35 : 0.7 },
    smooth: { name: t("smoothed"), mode: "lines", line: { color: train, width: 2.2 } },
    epoch: {
      name: t("epoch"), mode: smoothed ? "markers" : "lines+markers", cliponaxis: false, line: { color: train, width: 2.2 },
      marker: { symbol: "circle", size: 9, color: train, line: { color: page, width: 1 } },
    },
    val: {
      name: t("validation"), mode: "lines+markers", cliponaxis: false, line: { color: val, width: 2.5, dash: "dash" },
      marker: { symbol: "diamond", size: 8, color: val, line: { color: page, width: 1 } },
    },
  };
  /** @type {object[]} */
  const made = CURVES.map((kind) => ({
    type: "scatter", ...look[kind], x: along(view, plot.points[kind]), y: plot.points[kind].y.slice(), connectgaps: false,
    visible: !view.hidden.has(kind), hovertemplate: `${hover}<extra>${look[kind].name}</extra>`,
  }));
  // What is not there is no trace: even an empty one costs Plotly some 2 ms of each drawing.
  const best = bestPoint(plot, view);
  if (best && !view.hidden.has("best")) made.push({
    type: "scatter", name: t("best"), mode: "markers", cliponaxis: false, x: [best.x], y: [best.y], marker: { symbol: "star", size: 15, color: star, line: { color: page, width: 1.5 } },
    hovertemplate: t("best epoch: {y}", { y: isShare(plot.metric) ? "%{y:.1%}" : "%{y:.4g}" }) + "<extra></extra>",
  });
  for (const kind of REFERENCES) {
    const curve = plot[kind];
    if (!curve?.x.length || view.hidden.has(kind)) continue;
    const name = kind === "referenceTrain" ? t("other run, training") : t("other run, validation");
    made.push({
      type: "scatter", name, mode: "lines", opacity: 0.75, x: along({ ...view, steps: view.referenceSteps ?? view.steps }, curve), y: curve.y.slice(),
      line: { color: ink.reference, width: 2, dash: kind === "referenceVal" ? "dash" : "solid" },
      hovertemplate: `${hover}<extra>${name}</extra>`,
    });
  }
  return made;
}

/**
 * The best epoch on the validation curve, or on that of whole epochs where there is no validation.
 * @param {Plot} plot
 * @param {View} view
 */
export function bestPoint({ points }, view) {
  const line = points.val.x.length ? points.val : points.epoch;
  const i = line.x.indexOf(view.best ?? -1);
  return i < 0 || line.y[i] === null ? undefined : { x: place(view, line.x[i], line.t[i]), y: line.y[i] };
}

/**
 * @param {Plot} plot
 * @param {View} view
 * @param {Ink} ink
 * @returns {object} for Plotly
 */
export function layout(plot, view, ink) {
  const { text, page, grid, font } = ink;
  const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, ticks: "" };
  const isRate = plot.metric === "learning_rate";
  const log = view.log && !isShare(plot.metric);
  const { shapes, annotations, rows } = marks(plot, view, ink);
  return {
    // The same word each time: whatever the user has zoomed or switched off stays, until an axis means something else.
    uirevision: view.run,
    paper_bgcolor: page, plot_bgcolor: page, font: { color: text, family: font, size: 13 },
    // No margins that Plotly works out and no legend of its own: both would be laid out again with every point.
    margin: { l: 54, r: 14, t: isRate ? 6 : 10 + ROW * Math.max(rows, 1), b: isRate ? 24 : 44 }, showlegend: false, shapes, annotations,
    modebar: { bgcolor: "rgba(0,0,0,0)", color: "rgba(128,128,128,0.8)", activecolor: text },
    hoverlabel: { bgcolor: page, bordercolor: grid, font: { color: text, family: font } },
    xaxis: {
      ...axis, uirevision: `${view.run} ${axisOf(view)}`, rangemode: "tozero", autorangeoptions: { include: [0, place(view, 1, 0.1)] },
      title: isRate ? undefined : { text: axisWords(view).title, standoff: 8 },
    },
    yaxis: {
      ...axis, uirevision: `${view.run} ${log}`,
      ...(isShare(plot.metric) ? { tickformat: ".4~p", autorangeoptions: { clipmin: 0, clipmax: 1.01 } }
        : log ? { type: "log", dtick: "D2", tickformat: "~g" }
        : { rangemode: "tozero", nticks: isRate ? 3 : undefined, exponentformat: isRate ? "e" : undefined }),
    },
  };
}

/**
 * Epochs as bands; the best epoch, the end, pauses, saved files and what the coach points at.
 * @param {Plot} plot
 * @param {View} view
 * @param {Ink} ink
 */
function marks(plot, view, ink) {
  /** @type {object[]} */
  const annotations = [];
  const shapes = bands(plot, view, ink);
  if (plot.metric === "learning_rate") return { shapes, annotations, rows: 0 };
  /** @type {(x: number, line: object, more?: object) => unknown} */
  const upright = (x, line, more) => shapes.push({ type: "line", xref: "x", yref: "paper", x0: x, x1: x, y0: 0, y1: 1, line, ...more });
  let rows = 0;
  // Above the curves, in rows, so that no two words meet; Plotly shifts upwards.
  /** @type {(x: number, text: string, color: string) => unknown} */
  const say = (x, text, color) => annotations.push({
    xref: "x", yref: "paper", x, y: 1, yanchor: "bottom", yshift: ROW * rows++, text, showarrow: false, font: { size: 11, color },
    xanchor: x > (view.middle ?? 0) ? "right" : "left",
  });
  for (const span of view.spans.filter(({ metric }) => metric === plot.metric)) {
    shapes.push({ ...stretch(plot, view, span), fillcolor: ink.val, opacity: 0.16, line: { width: 1, dash: "dot", color: ink.val } });
  }
  for (const [name, x, time, seconds] of view.marks) {
    const at = place(view, x, time);
    if (name === "saved") upright(at, { color: ink.star, width: 2 }, { y1: 0.035 });
    else {
      upright(at, { color: ink.text, width: 1, dash: "dot" }, { opacity: 0.5 });
      if (rows < MOST_WORDS) say(at, markWords(name, seconds), ink.text);
    }
  }
  const best = bestPoint(plot, view);
  if (best) {
    upright(best.x, { color: ink.star, width: 1.5, dash: "dashdot" });
    say(best.x, t("best: epoch {epoch}", { epoch: number(view.best ?? 0) }), ink.star);
  }
  const end = view.end ? lastPoint(plot, view) : undefined;
  if (end !== undefined && view.end) {
    upright(end, { color: ink.text, width: 2 });
    say(end, view.end, ink.text);
  }
  return { shapes, annotations, rows };
}

/**
 * @param {string} name
 * @param {number | null} seconds
 */
function markWords(name, seconds) {
  if (name === "pause") return t("paused for {seconds} s", { seconds: number(Math.round(seconds ?? 0)) });
  return name === "resume" ? t("resumed") : t("trained longer");
}

/**
 * @param {Plot} plot
 * @param {View} view
 * @param {Ink} ink
 */
function bands(plot, view, ink) {
  /** @type {object[]} */
  const made = [];
  // A run that is over has no epochs to come: its curve gets the whole width.
  const done = view.end || view.axis === "time";
  const epochs = done ? plot.points.epoch.x.at(-1) ?? 0 : view.epochs ?? 0;
  const wide = Math.max(1, Math.ceil(epochs / MOST_BANDS));
  for (let begin = wide; begin < epochs; begin += 2 * wide) {
    made.push({ ...stretch(plot, view, { begin, end: Math.min(begin + wide, epochs) }), line: { width: 0 }, fillcolor: ink.text, opacity: 0.045 });
  }
  return made;
}

/**
 * A rectangle behind the curves.
 * @param {Plot} plot
 * @param {View} view
 * @param {{ begin: number, end: number }} epochs
 */
function stretch(plot, view, { begin, end }) {
  const [x0, x1] = [begin, end].map((x) => place(view, x, timeAt(plot, x)));
  return { type: "rect", layer: "below", xref: "x", yref: "paper", x0, x1, y0: 0, y1: 1 };
}

/**
 * When the curve reached `x` epochs, in seconds.
 * @param {Plot} plot
 * @param {number} x
 */
function timeAt({ points }, x) {
  for (const line of [points.epoch, points.batch]) {
    const i = line.x.findIndex((other) => other >= x);
    if (i >= 0) return line.t[i];
  }
  return Math.max(points.epoch.t.at(-1) ?? 0, points.batch.t.at(-1) ?? 0);
}

/**
 * @param {Plot} plot
 * @param {View} view
 */
function lastPoint({ points }, view) {
  const ends = CURVES.flatMap((kind) => along(view, points[kind], Math.max(0, points[kind].x.length - 1)));
  return ends.length ? Math.max(...ends) : undefined;
}

/**
 * The colours of Streamlit's theme as they are on the page now.
 * @param {Element} node
 * @returns {Ink}
 */
export function colours(node) {
  const style = getComputedStyle(node);
  const probe = document.createElement("span");
  node.append(probe);
  const rgb = (/** @type {string} */ name, /** @type {string} */ otherwise) => {
    probe.style.color = otherwise;
    probe.style.color = style.getPropertyValue(name).trim() || otherwise;
    return getComputedStyle(probe).color;
  };
  const page = rgb("--st-background-color", "#ffffff");
  const [r, g, b] = (page.match(/[\d.]+/g) ?? []).map(Number);
  const isDark = 0.299 * r + 0.587 * g + 0.114 * b < 128;
  const ink = {
    ...INK[isDark ? "dark" : "light"], page, text: rgb("--st-text-color", isDark ? "#fafafa" : "#31333f"),
    grid: rgb("--st-border-color-light", isDark ? "#41444c" : "#d5d6db"), reference: isDark ? "#8b8f99" : "#9a9da6",
    font: style.getPropertyValue("--st-font").trim() || "sans-serif",
  };
  probe.remove();
  return ink;
}
