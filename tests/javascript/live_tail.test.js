import assert from "node:assert/strict";
import test from "node:test";

import { Plots } from "../../components/live_curves/live_plots.js";
import { fits, pathOf } from "../../components/live_curves/live_tail.js";

const VIEW = { axis: "epoch", smoothing: 0, log: false, steps: 10, epochs: 4, marks: [], spans: [], hidden: new Set() };
const INK = { text: "#000", page: "#fff", grid: "#ccc", font: "serif", train: "#00f", val: "#f80", star: "#080", batch: "#88f", reference: "#888" };
/** Between its margins 100 pixels wide and 50 high: an epoch is 25 pixels, a loss of 1 is 10. */
const FRAME = { width: 120, height: 70, margin: { l: 10, r: 10, t: 10, b: 10 }, xaxis: { range: [0, 4] }, yaxis: { range: [0, 5] } };

/** @type {(x?: number[], y?: (number | null)[]) => any} */
const line = (x = [], y = []) => ({ x, y, t: x.map(() => 0) });

/**
 * A plot whose first two points Plotly has drawn a moment ago.
 * @param {number[]} x
 * @param {(number | null)[]} y
 * @returns {any}
 */
function plot(x = [0.1, 0.2], y = [5, 4]) {
  const points = { batch: line(x, y), mean: line(), smooth: line(), epoch: line(), val: line() };
  return {
    metric: "loss", points, drawn: { batch: 2, smooth: 0, epoch: 0, val: 0 }, canvas: { layout: FRAME, clientWidth: 120, clientHeight: 70 },
    figure: { hidden: false }, stale: false, made: true, at: 0, shown: 2, tail: { draw() {}, clear() {} },
  };
}

/**
 * The drawing part of the live chart, without a page.
 * @param {any} one its plot
 * @param {object} [more]
 * @returns {any}
 */
function chart(one, more) {
  const asked = /** @type {string[]} */ ([]);
  const note = (/** @type {string} */ name) => async () => { asked.push(name); };
  return Object.assign(Object.create(Plots.prototype), {
    plots: new Map([["loss", one]]), view: VIEW, ink: INK, isGrowing: true, closed: false, drawing: false, again: false, asked,
    plotly: { react: note("react"), extendTraces: note("extendTraces"), relayout: note("relayout") }, onDrawn() {}, ...more,
  });
}

test("new points lie where Plotly will draw them, and a pause stays a gap", () => {
  const one = plot([1, 2, 2, 3, 4], [5, 4, null, 1, 0]);
  assert.equal(pathOf(one, "batch", /** @type {any} */ (VIEW)), "M50.0 10.0M75.0 40.0L100.0 50.0");
  one.canvas.layout = { ...FRAME, yaxis: { range: [-1, 1] } };
  const logarithmic = { ...VIEW, log: true };
  assert.equal(pathOf(plotWith(one, [0.1, 10]), "batch", /** @type {any} */ (logarithmic)), "M25.0 50.0L50.0 0.0");
});

/** @type {(one: any, y: number[]) => any} */
const plotWith = (one, y) => ({ ...one, drawn: { batch: 1 }, points: { ...one.points, batch: line([1, 2], y) } });

test("what does not fit into the axes as they are is Plotly's", () => {
  /** @type {(one: any) => boolean} */
  const isLine = (one) => fits(one, /** @type {any} */ (VIEW), ["batch"]);
  assert.ok(isLine(plot([1, 2, 3], [5, 4, 3])));
  assert.ok(isLine(plot([1, 2, 3], [5, 4, null])));
  assert.ok(!isLine(plot([1, 2, 3], [5, 4, 6])), "above");
  assert.ok(!isLine(plot([1, 2, 5], [5, 4, 3])), "beyond the last epoch that was known");
  assert.ok(isLine({ ...plot([1, 2, 5], [5, 4, 3]), zoom: { x: [0, 1] } }), "somebody has chosen what they want to see");
  assert.ok(!fits(plot(), /** @type {any} */ (VIEW), ["val"]), "a point with a marker");
});

test("Plotly takes points up together, at once only where something must not wait", () => {
  const grown = () => plot([0.1, 0.2, 0.3], [5, 4, 3]);
  /** @type {(one: any, now: number, more?: object) => string} */
  const turn = (one, now, more) => chart(one, more).turnOf(one, now);
  assert.equal(turn(grown(), 500), "tail");
  assert.equal(turn({ ...grown(), since: 0 }, 500), "tail");
  assert.equal(turn({ ...grown(), since: 0 }, 1500), "plotly", "it has waited");
  assert.equal(turn(grown(), 500, { isGrowing: false }), "plotly", "nothing more comes");
  assert.equal(turn({ ...grown(), stale: true }, 1), "plotly");
  assert.equal(turn({ ...grown(), isResized: true }, 1), "plotly");
  const high = plot([0.1, 0.2, 0.3], [5, 4, 9]);
  assert.equal(turn(high, 500), "plotly");
  assert.equal(turn({ ...high, at: 450 }, 500), "soon", "short epochs keep Plotly no busier");
});

test("a plot that nobody sees is not drawn, and is when it comes into view or onto paper", async () => {
  Object.assign(globalThis, { document: { hidden: false } });
  const one = { ...plot([0.1, 0.2, 0.3], [5, 4, 3]), stale: true };
  const drawn = chart(one);
  drawn.see(() => true, false);
  await drawn.draw();
  assert.deepEqual([drawn.asked, one.shown], [[], 2]);
  Object.assign(one, { isResized: true, stale: false }); // it would lie over what stands below it
  await drawn.draw();
  assert.equal(one.isResized, false);
  Object.assign(one, { stale: true });
  drawn.asked.length = 0;
  const shown = new Promise((resolve) => { drawn.onDrawn = resolve; });
  drawn.see(() => true, true);
  assert.equal(await shown, 3);
  assert.deepEqual(drawn.asked, ["react"]);
});
