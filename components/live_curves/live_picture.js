// A plot as a picture file: with the name of the run, a legend and the names of the axes, for whoever sees only the picture.

import { metricName } from "./metrics.js";
import { axisWords, layout, traces } from "./live_look.js";

const WIDTH = 900, HEIGHT = 560;
const MOST_LETTERS = 80; // of a run's name

/**
 * @typedef {import("./live_look.js").Plot} Plot
 * @typedef {import("./live_look.js").View} View
 * @typedef {import("./live_look.js").Ink} Ink
 */

/**
 * What Plotly draws of it.
 * @param {Plot} plot
 * @param {View} view
 * @param {Ink} ink
 * @param {string} run its name
 */
export function picture(plot, view, ink, run) {
  const metric = metricName(plot.metric) ?? plot.metric;
  /** @type {any} */
  const plain = layout(plot, view, ink);
  const data = traces(plot, view, ink).filter((trace) => {
    const { x, visible } = /** @type {{ x: number[], visible?: boolean }} */ (trace);
    return x.length && visible !== false;
  });
  return {
    data, config: { staticPlot: true },
    layout: {
      ...plain, width: WIDTH, height: HEIGHT, showlegend: data.length > 1,
      title: { text: escaped(cut(run)), x: 0.02, xanchor: "left", y: 0.97, yanchor: "top", font: { size: 20 } },
      legend: { orientation: "h", x: 0, xanchor: "left", y: -0.17, yanchor: "top" },
      margin: { l: 72, r: 24, t: plain.margin.t + 48, b: 110 },
      xaxis: { ...plain.xaxis, title: { text: axisWords(view).title, standoff: 10 } },
      yaxis: { ...plain.yaxis, title: { text: escaped(metric), standoff: 10 } },
    },
  };
}

/**
 * "Lesson 1 - loss.png": without what a file system refuses.
 * @param {string} run
 * @param {string} metric
 */
export function fileName(run, metric) {
  const name = cut(`${run}`.replace(/\s*[:/\\|]\s*/g, " - ").replace(/[<>"*?\p{Cc}]/gu, "")).replace(/^[.\s-]+|[.\s-]+$/gu, "");
  const what = (metricName(metric) ?? metric).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
  return name ? `${name} - ${what}.png` : `${what}.png`;
}

/** @param {string} text */
function cut(text) {
  const line = text.split(/\s+/).join(" ").trim();
  return line.length <= MOST_LETTERS ? line : `${line.slice(0, MOST_LETTERS - 1)}…`;
}

/**
 * Plotly reads tags and three entities in labels.
 * @param {string} text
 */
const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");

/**
 * @param {any} plotly
 * @param {Plot} plot
 * @param {View} view
 * @param {Ink} ink
 * @param {string} run
 */
export async function savePicture(plotly, plot, view, ink, run) {
  const address = await plotly.toImage(picture(plot, view, ink, run), { format: "png", width: WIDTH, height: HEIGHT, scale: 2 });
  Object.assign(document.createElement("a"), { download: fileName(run, plot.metric), href: address }).click();
}
