import assert from "node:assert/strict";
import test from "node:test";

import { Plots } from "../../components/live_curves/live_plots.js";

/** @type {() => any} */
const line = () => ({ x: [], y: [], t: [] });
const INK = { text: "#000", page: "#fff", grid: "#ccc", font: "serif", train: "#00f", val: "#f80", star: "#080", batch: "#88f", reference: "#888" };

/**
 * A plot in a place of 300 by 350 pixels, and a drawer that notes what it is asked for.
 * @param {(canvas: any) => void} [during] happens while points are added
 */
function drawer(during = () => {}) {
  /** @type {string[]} */
  const asked = [];
  const plotly = {
    react: async (/** @type {any} */ canvas, /** @type {any} */ _data, /** @type {any} */ layout) => { asked.push("react"); canvas.layout = layout; },
    extendTraces: async (/** @type {any} */ canvas) => { asked.push("extendTraces"); during(canvas); },
    relayout: async (/** @type {any} */ canvas, /** @type {any} */ change) => { asked.push("relayout"); Object.assign(canvas.layout, change); },
  };
  const points = { batch: line(), mean: line(), epoch: line(), val: line(), smooth: line() };
  const drawn = { batch: 0, smooth: 0, epoch: 0, val: 0 };
  const plot = { metric: "loss", points, drawn, figure: { hidden: false }, canvas: /** @type {any} */ ({ clientWidth: 300, clientHeight: 350 }), stale: true, tail: { clear() {} } };
  const view = { axis: "epoch", smoothing: 0, log: false, steps: 10, epochs: 2, marks: [], spans: [], hidden: new Set() };
  const draw = () => Plots.prototype.drawPlot.call(/** @type {any} */ ({ plotly, view, ink: INK, closed: false }), /** @type {any} */ (plot));
  const grow = () => { points.batch.x.push(0.1); points.batch.y.push(1); points.batch.t.push(1); };
  return { plot, draw, grow, asked };
}

test("a plot is as large as its place, whenever that changes", async () => {
  const { plot: { canvas }, draw, grow, asked } = drawer((place) => { place.clientHeight = 576; });
  await draw();
  assert.deepEqual([canvas.layout.width, canvas.layout.height], [300, 350]);
  grow();
  await draw(); // the window grows while points are added
  assert.deepEqual([canvas.layout.width, canvas.layout.height], [300, 576]);
  canvas.clientHeight = 350; // and is as before
  await draw();
  assert.deepEqual([canvas.layout.width, canvas.layout.height], [300, 350]);
  assert.deepEqual(asked, ["react", "extendTraces", "relayout", "relayout"]);
});

test("a plot that is drawn as a whole takes the size that its place has by then", async () => {
  const { plot, draw, asked } = drawer();
  await draw();
  Object.assign(plot.canvas, { clientWidth: 390, clientHeight: 576 });
  plot.stale = true; // other colours or marks have come at the same time
  await draw();
  assert.deepEqual([plot.canvas.layout.width, plot.canvas.layout.height], [390, 576]);
  assert.deepEqual(asked, ["react", "react"]);
});

test("a plot whose place stays is not laid out again", async () => {
  const { draw, grow, asked } = drawer();
  await draw();
  grow();
  await draw();
  assert.deepEqual(asked, ["react", "extendTraces"]);
});

test("a plot that is folded away in the middle of a drawing keeps its size", async () => {
  const { plot: { canvas }, draw, grow, asked } = drawer((place) => { place.clientWidth = place.clientHeight = 0; });
  await draw();
  grow();
  await draw();
  assert.deepEqual([canvas.layout.width, canvas.layout.height], [300, 350]);
  assert.deepEqual(asked, ["react", "extendTraces"]);
});
