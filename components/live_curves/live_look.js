// How a plot of the live chart looks: from its points and the view to Plotly's traces and layout. No state, no page.
// No text that stems from a run is given to Plotly, which reads markup in labels.

import { number } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { isShare } from "./metrics.js";

/**
 * @typedef {"batch" | "smooth" | "epoch" | "val"} Curve
 * @typedef {import("./live_plots.js").Line} Line
 * @typedef {{ metric: string, begin: number, end: number }} Span in epochs
 * @typedef {{ batch: string, train: string, val: string, star: string, page: string, text: string, grid: string, reference: string, font: string }} Ink colours, and the font
 * @typedef {{ x?: [number, number], y?: [number, number] }} Zoom what the user wants to see, in the units of the axes
 *
 * @typedef {object} Plot the points of a metric
 * @property {string} metric
 * @property {Record<Curve, Line>} points
 * @property {Zoom} [zoom] without one, the axes show everything
 * @property {Line} [referenceTrain]
 * @property {Line} [referenceVal]
 *
 * @typedef {object} View how curves are shown
 * @property {import("./live_menu.js").Axis} axis
 * @property {number} smoothing in epochs
 * @property {boolean} log
 * @property {number} steps batches in an epoch
 * @property {number} [referenceSteps] of the run that is compared with
 * @property {boolean} [minutes] whether time is in minutes
 * @property {number | null} [epochs] that the run is to have
 * @property {number} [best] the best epoch
 * @property {string} [end] a word for the end, of a run that ended before all its epochs were done
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
// Blue and orange of Okabe and Ito, darker on a light page and lighter on a dark one, where words in them keep a contrast of
// 4.5 to 1 and lines one of 3 to 1: told apart with every kind of colour sight, in dash and marker too.
const INK = {
  light: { batch: "#5596c2", train: "#0072b2", val: "#bd4c00", star: "#007a5a", reference: "#767a84" },
  dark: { batch: "#3f7ea6", train: "#56b4e9", val: "#f0a63c", star: "#3ddc97", reference: "#8b8f99" },
};
/** For whatever is printed, on whichever page it was drawn.
 * @type {Ink}
 */
export const PAPER = { ...INK.light, page: "#ffffff", text: "#141413", grid: "#d5d6db", font: "sans-serif" };
/** Our own buttons do what Plotly's would: those are fourteen tab stops inside a picture. */
export const CONFIG = { displayModeBar: false, displaylogo: false, doubleClick: false, showTips: false };
const MOST_BANDS = 30;
const MOST_TICKS = 12; // epochs that are each named on the axis
const MANY_EPOCHS = 40; // beyond so many the marks of the epochs are small
const ROW = 15; // pixels of a line of words above the curves
const MOST_WORDS = 3; // of pauses and resumes; the lines of further ones stay without
/** @typedef {{ title: string, hover: string }} AxisWords `hover` in Plotly's notation */

/** @type {(view: View) => "epoch" | "step" | "time" | "minutes"} */
const axisOf = (view) => (view.axis === "time" && view.minutes ? "minutes" : view.axis);

/**
 * @param {View} view
 * @returns {AxisWords}
 */
export function axisWords(view) {
  switch (axisOf(view)) {
    case "step": return { title: t("step (batches seen)"), hover: t("step {x}", { x: "%{x:,.0f}" }) };
    case "time": return { title: t("seconds of training"), hover: t("{x} s", { x: "%{x:.1f}" }) };
    case "minutes": return { title: t("minutes of training"), hover: t("{x} min", { x: "%{x:.2f}" }) };
    default: return { title: t("epoch"), hover: t("epoch {x}", { x: "%{x:.2f}" }) };
  }
}

/** What the curves are called, in the legend and beside the pointer.
 * @returns {Record<Curve | "best" | "referenceTrain" | "referenceVal", string>}
 */
export const curveNames = () => ({
  batch: t("training, each batch"), smooth: t("training, smoothed"), epoch: t("training, mean of the epoch"), val: t("validation"),
  best: t("best epoch"), referenceTrain: t("other run, training"), referenceVal: t("other run, validation"),
});

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
 * The same for values that are means over whole epochs, as Keras gives them of training: each stands in the middle of its
 * epoch, where the curve of the batches has it.
 * @param {View} view
 * @param {Line} line
 * @param {number} [begin]
 */
const alongMeans = (view, line, begin = 0) => {
  const places = [];
  for (let i = begin; i < line.x.length; i++) places.push(place(view, line.x[i] - 0.5, (line.t[i] + (line.t[i - 1] ?? 0)) / 2));
  return places;
};

/**
 * The places of the points of one of a plot's curves.
 * @param {Plot} plot
 * @param {Curve} kind
 * @param {View} view
 * @param {number} [begin]
 */
export const placesOf = ({ points }, kind, view, begin) => (kind === "epoch" ? alongMeans : along)(view, points[kind], begin);

/**
 * The look of the curves that are plain lines.
 * @param {"batch" | "smooth"} kind
 * @param {View} view
 * @param {Ink} ink
 */
export function lineLook(kind, view, ink) {
  if (kind === "smooth") return { color: ink.train, width: 2.4 };
  return view.smoothing > 0 ? { color: ink.batch, width: 1 } : { color: ink.train, width: 1.4 };
}

/**
 * @param {Plot} plot
 * @param {View} view
 * @param {Ink} ink
 * @returns {object[]} for Plotly; `meta` says which curve it is
 */
export function traces(plot, view, ink) {
  const { train, val, star, page } = ink;
  if (plot.metric === "learning_rate") {
    return [{
      type: "scatter", meta: "rate", mode: "lines+markers", x: along(view, plot.points.epoch), y: plot.points.epoch.y.slice(),
      line: { color: train, width: 2, shape: "vh" }, marker: { size: 5 }, hovertemplate: `${axisWords(view).hover}: %{y:.3g}<extra></extra>`,
    }];
  }
  const hover = `${axisWords(view).hover}: %{y:${isShare(plot.metric) ? ".1%" : ".4g"}}`;
  const smoothed = view.smoothing > 0, names = curveNames();
  const size = (plot.points.epoch.x.at(-1) ?? 0) > MANY_EPOCHS ? 4 : 8;
  const look = {
    batch: { mode: "lines", line: lineLook("batch", view, ink) },
    smooth: { mode: "lines", line: lineLook("smooth", view, ink) },
    epoch: {
      mode: smoothed ? "markers" : "lines+markers", cliponaxis: false, line: { color: train, width: 2.2 },
      marker: { symbol: "circle", size, color: train, line: { color: page, width: 1 } },
    },
    val: {
      mode: "lines+markers", cliponaxis: false, line: { color: val, width: 2.5, dash: "dash" },
      marker: { symbol: "diamond", size, color: val, line: { color: page, width: 1 } },
    },
  };
  /** @type {object[]} */
  const made = CURVES.map((kind) => ({
    type: "scatter", meta: kind, name: names[kind], ...look[kind], x: placesOf(plot, kind, view), y: plot.points[kind].y.slice(), connectgaps: false,
    visible: !view.hidden.has(kind), hovertemplate: `${hover}<extra>${names[kind]}</extra>`,
  }));
  // What is not there is no trace: even an empty one costs Plotly some 2 ms of each drawing.
  const best = bestPoint(plot, view);
  if (best && !view.hidden.has("best")) made.push({
    type: "scatter", meta: "best", name: names.best, mode: "markers", cliponaxis: false, x: [best.x], y: [best.y], marker: { symbol: "star", size: 15, color: star, line: { color: page, width: 1.5 } },
    hovertemplate: t("best epoch: {y}", { y: isShare(plot.metric) ? "%{y:.1%}" : "%{y:.4g}" }) + "<extra></extra>",
  });
  for (const kind of REFERENCES) {
    const curve = plot[kind];
    if (!curve?.x.length || view.hidden.has(kind)) continue;
    const theirs = { ...view, steps: view.referenceSteps ?? view.steps };
    made.push({
      type: "scatter", meta: kind, name: names[kind], mode: "lines", x: kind === "referenceTrain" ? alongMeans(theirs, curve) : along(theirs, curve), y: curve.y.slice(),
      line: { color: ink.reference, width: 2, dash: kind === "referenceVal" ? "dash" : "solid" },
      hovertemplate: `${hover}<extra>${names[kind]}</extra>`,
    });
  }
  return made;
}

/**
 * The best epoch on the validation curve, or on that of whole epochs where there is no validation.
 * @param {Plot} plot
 * @param {View} view
 */
export function bestPoint(plot, view) {
  const kind = plot.points.val.x.length ? "val" : "epoch", line = plot.points[kind];
  const i = line.x.indexOf(view.best ?? -1);
  return i < 0 || line.y[i] === null ? undefined : { x: placesOf(plot, kind, view, i)[0], y: line.y[i] };
}

/**
 * Up to which epoch the axis goes: all epochs of the run, also those to come, so that the curve travels; those that were
 * trained once it has ended before. A run that is compared with is shown whole.
 * @param {Plot} plot
 * @param {View} view
 * @returns {number} 0 if it is not known yet
 */
export function lastEpoch(plot, view) {
  const trained = Math.ceil(Math.max(0, ...CURVES.map((kind) => plot.points[kind].x.at(-1) ?? 0)));
  const other = Math.max(0, ...REFERENCES.map((kind) => plot[kind]?.x.at(-1) ?? 0));
  return Math.max(view.end && trained ? trained : Math.max(view.epochs ?? 0, trained), other);
}

/**
 * @param {Plot} plot
 * @param {View} view
 */
function horizontal(plot, view) {
  if (plot.zoom?.x) return { autorange: false, range: plot.zoom.x };
  const hasPoints = CURVES.some((kind) => plot.points[kind].x.length);
  if (view.axis === "time" && hasPoints) return { autorange: true, rangemode: "tozero" };
  const last = lastEpoch(plot, view);
  if (view.axis === "time" || !last) return { autorange: false, range: [0, 1], showticklabels: false };
  const ticks = view.axis === "epoch" && last > 2 && last <= MOST_TICKS ? { dtick: 1 } : {};
  return { autorange: false, range: [0, last * (view.axis === "step" ? view.steps : 1)], tick0: 0, ...ticks };
}

/**
 * @param {Plot} plot
 * @param {View} view
 */
function vertical(plot, view) {
  const isRate = plot.metric === "learning_rate";
  if (isShare(plot.metric)) {
    return { tickformat: ".4~p", autorange: false, ...(plot.zoom?.y ? { range: plot.zoom.y } : { range: [0, 1.02], dtick: 0.2 }) };
  }
  const scale = isLog(plot, view) ? { type: "log", dtick: "D2", tickformat: "~g" }
    : { rangemode: "tozero", nticks: isRate ? 3 : undefined, exponentformat: isRate ? "e" : undefined };
  if (plot.zoom?.y) return { ...scale, autorange: false, range: plot.zoom.y };
  const isEmpty = [...CURVES.map((kind) => plot.points[kind]), ...REFERENCES.map((kind) => plot[kind])].every((line) => !line?.y.some((y) => y !== null));
  return isEmpty ? { autorange: false, range: [0, 1], showticklabels: false } : { ...scale, autorange: true };
}

/**
 * @param {Plot} plot
 * @param {View} view
 */
export const isLog = ({ metric }, view) => view.log && !isShare(metric) && metric !== "learning_rate";

/**
 * @param {Plot} plot
 * @param {View} view
 * @param {Ink} ink
 * @param {false | "zoom"} [dragmode] what dragging does
 * @returns {object} for Plotly
 */
export function layout(plot, view, ink, dragmode = false) {
  const { text, page, grid, font } = ink;
  const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, ticks: "" };
  const isRate = plot.metric === "learning_rate";
  const { shapes, annotations, rows } = marks(plot, view, ink);
  return {
    paper_bgcolor: page, plot_bgcolor: page, font: { color: text, family: font, size: 13 }, dragmode,
    // No margins that Plotly works out and no legend of its own: both would be laid out again with every point.
    margin: { l: 54, r: 14, t: isRate ? 6 : 10 + ROW * Math.max(rows, 1), b: isRate ? 24 : 44 }, showlegend: false, shapes, annotations,
    hoverlabel: { bgcolor: page, bordercolor: grid, font: { color: text, family: font } },
    xaxis: { ...axis, ...horizontal(plot, view), title: isRate ? undefined : { text: axisWords(view).title, standoff: 8 } },
    yaxis: { ...axis, ...vertical(plot, view) },
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
  const middle = middleOf(plot, view);
  // Above the curves, in rows, so that no two words meet; Plotly shifts upwards.
  /** @type {(x: number, text: string, color: string) => unknown} */
  const say = (x, text, color) => annotations.push({
    xref: "x", yref: "paper", x, y: 1, yanchor: "bottom", yshift: ROW * rows++, text, showarrow: false, font: { size: 12, color },
    xanchor: x > middle ? "right" : "left",
  });
  for (const span of view.spans.filter(({ metric }) => metric === plot.metric)) {
    shapes.push({ ...stretch(plot, view, span), fillcolor: ink.val, opacity: 0.16, line: { width: 1, dash: "dot", color: ink.val } });
  }
  for (const [name, x, time, seconds] of view.marks) {
    const at = place(view, x, time);
    if (name === "saved") upright(at, { color: ink.star, width: 2 }, { y1: 0.035 });
    else {
      upright(at, { color: ink.text, width: 1, dash: "dot" }, { opacity: 0.6 });
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
 * Half-way along the axis: what is marked beyond has its words to the left.
 * @param {Plot} plot
 * @param {View} view
 */
function middleOf(plot, view) {
  const { range } = /** @type {{ range?: number[] }} */ (horizontal(plot, view));
  return range ? (range[0] + range[1]) / 2 : (lastPoint(plot, view) ?? 0) / 2;
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
 * Every other epoch is shaded, those to come as well; along the time nobody knows where they will be.
 * @param {Plot} plot
 * @param {View} view
 * @param {Ink} ink
 */
function bands(plot, view, ink) {
  /** @type {object[]} */
  const made = [];
  const epochs = view.axis === "time" ? plot.points.epoch.x.at(-1) ?? 0 : lastEpoch(plot, view);
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
 * The colours of Streamlit's theme as they are on the page now, or those of the user where the browser forces them.
 * @param {Element} node
 * @returns {Ink}
 */
export function colours(node) {
  const style = getComputedStyle(node), isForced = matchMedia("(forced-colors: active)").matches;
  const probe = document.createElement("span");
  probe.style.setProperty("forced-color-adjust", "none");
  node.append(probe);
  const rgb = (/** @type {string} */ name, /** @type {string} */ forced, /** @type {string} */ otherwise) => {
    probe.style.color = otherwise;
    probe.style.color = isForced ? forced : style.getPropertyValue(name).trim() || otherwise;
    return getComputedStyle(probe).color;
  };
  const page = rgb("--st-background-color", "Canvas", "#ffffff");
  const parts = (/** @type {string} */ colour) => (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  const [r, g, b] = parts(page);
  const isDark = 0.299 * r + 0.587 * g + 0.114 * b < 128;
  const text = rgb("--st-text-color", "CanvasText", isDark ? "#fafafa" : "#31333f");
  const ink = {
    ...INK[isDark ? "dark" : "light"], page, text,
    grid: isForced ? `rgba(${parts(text)}, 0.25)` : rgb("--st-border-color-light", "", isDark ? "#41444c" : "#d5d6db"),
    font: style.getPropertyValue("--st-font").trim() || "sans-serif",
  };
  probe.remove();
  return ink;
}
