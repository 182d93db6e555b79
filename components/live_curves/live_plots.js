// The plots of the live chart, one for each metric: keeps their points, and draws them one after the other.

import { CONFIG, CURVES, GHOSTS, along, bestPoint, colours, layout, traces } from "./live_look.js";
import { WORDS, element } from "../browser/dom.js";

const SOURCES = ["batch", "mean", "epoch", "val"]; // what comes over the wire; the smoothed line is made here
const QUICK = 90, LONGEST_REST = 2000; // ms of a drawing of all plots
const MARKS_EVERY = 800; // ms; marks change with each epoch, and there are runs with many epochs a second

const line = () => ({ x: [], y: [], t: [] });
const empty = () => ({
  points: Object.fromEntries([...SOURCES, "smooth"].map((kind) => [kind, line()])),
  drawn: Object.fromEntries(CURVES.map((kind) => [kind, 0])),
  pen: undefined,
});

/** Plotly.js, loaded once for all charts of the page. */
function loadPlotly(path) {
  window.fitboardPlotly ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(path, location.origin).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => { window.fitboardPlotly = undefined; reject(new Error("Plotly.js did not come")); };
    document.head.append(script);
  });
  return window.fitboardPlotly;
}

/**
 * Smooths over a time constant in epochs, so that it does not matter how densely the points lie:
 * an exponentially weighted mean whose weights are corrected for its beginning.
 */
function smooth(plot, over) {
  const { batch, mean, smooth: out } = plot.points;
  const pen = (plot.pen ??= { value: 0, weight: 0, x: 0, means: 0, batches: 0 });
  const take = (x, y, t) => {
    if (y === null) { if (out.y.length && out.y.at(-1) !== null) push(out, x, null, t); return; }
    const keep = Math.exp(-Math.max(x - pen.x, 1e-9) / over);
    pen.value = pen.value * keep + y * (1 - keep);
    pen.weight = pen.weight * keep + 1 - keep;
    pen.x = x;
    push(out, x, pen.value / pen.weight, t);
  };
  for (; pen.means < mean.x.length; pen.means++) take(mean.x[pen.means], mean.y[pen.means], mean.t[pen.means]);
  for (; pen.batches < batch.x.length; pen.batches++) {
    const i = pen.batches;
    if (mean.x.length && batch.x[i] <= mean.x.at(-1)) continue; // the means stand for these, of which only peaks came
    take(batch.x[i], batch.y[i], batch.t[i]);
  }
}

const push = (out, x, y, t) => { out.x.push(x); out.y.push(y); out.t.push(t); };

/** Draws into `grid`; calls `onDrawn(points, error, newest event)` after each drawing and `onZoom(isZoomed)` when a user zooms. */
export class Plots {
  constructor(grid, plotlyPath, view, { onDrawn, onZoom }) {
    Object.assign(this, { grid, view, onDrawn, onZoom });
    this.plots = new Map(); // metric -> its plot
    this.plot("loss");
    this.plot("accuracy");
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(grid);
    loadPlotly(plotlyPath).then((plotly) => { this.plotly = plotly; this.draw(); }, (error) => onDrawn(0, error));
  }

  close() {
    this.closed = true;
    clearTimeout(this.later);
    this.observer.disconnect();
    for (const plot of this.plots.values()) if (plot.made) this.plotly.purge(plot.canvas);
  }

  /** Made when first asked for. `points` is what has come, `drawn` how much of it Plotly has. */
  plot(metric) {
    if (!this.plots.has(metric)) {
      const figure = element(this.grid, "figure", metric === "learning_rate" ? "fb-live-strip" : "");
      element(figure, "figcaption", "", WORDS[metric] ?? metric);
      const canvas = element(figure, "div", "fb-live-canvas");
      canvas.dataset.metric = metric;
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${WORDS[metric] ?? metric}: its curves; the sentence and the table below say the same`);
      this.plots.set(metric, { metric, figure, canvas, stale: true, zoomed: false, ...empty() });
    }
    return this.plots.get(metric);
  }

  /** Forget what is drawn and begin with these curves: `{metric: {kind: [[x, ...], [y, ...], [t, ...]]}}`. */
  replace(curves) {
    for (const plot of this.plots.values()) Object.assign(plot, empty(), { stale: true });
    this.append(curves);
  }

  /** Put these points at the end of the curves; `draw` shows them. */
  append(curves) {
    for (const [metric, kinds] of Object.entries(curves)) {
      const plot = this.plot(metric);
      for (const kind of SOURCES) {
        const [x, y, t] = kinds[kind] ?? [[], [], []];
        for (let i = 0; i < x.length; i++) push(plot.points[kind], x[i], y[i], t[i]);
        if (t.length && t.at(-1) > 600 && !this.view.minutes) this.change({ minutes: true });
        // A curve's first points bring its entry in the legend.
        if (x.length && !plot.drawn[kind]) plot.stale = true;
      }
      if (this.view.smoothing) smooth(plot, this.view.smoothing);
    }
    if (curves.learning_rate) { // once an epoch: batches, ten times a second, leave its plot alone
      const rates = this.plot("learning_rate");
      rates.figure.hidden = new Set(rates.points.epoch.y).size < 2; // a rate that stays is no curve
      rates.stale = true;
    }
  }

  /** The keys of all traces that have something to show in some plot. */
  get present() {
    const plots = [...this.plots.values()].filter(({ metric }) => metric !== "learning_rate");
    const keys = [...CURVES.filter((kind) => plots.some(({ points }) => points[kind].x.length)), ...GHOSTS.filter((kind) => plots.some((plot) => plot[kind]?.x.length))];
    return new Set(plots.some((plot) => bestPoint(plot, this.view)) ? [...keys, "best"] : keys);
  }

  /** A pale run behind the live one: `{metric: {kind: [...]}}` as for `replace`; null takes it away. */
  ghost(curves) {
    for (const plot of this.plots.values()) {
      const { epoch, val } = curves?.[plot.metric] ?? {};
      for (const [kind, points] of [["ghostTrain", epoch], ["ghostVal", val]]) {
        const [x, y, t] = points ?? [[], [], []];
        plot[kind] = { x, y, t };
      }
      plot.stale = true;
    }
    this.draw();
  }

  /** Show things otherwise: `axis`, `smoothing`, `log`, `spans`. */
  change(view) {
    const smoothing = view.smoothing !== undefined && view.smoothing !== this.view.smoothing;
    Object.assign(this.view, view);
    for (const plot of this.plots.values()) {
      plot.stale = true;
      if (!smoothing) continue;
      Object.assign(plot, { pen: undefined });
      plot.points.smooth = line();
      if (this.view.smoothing) smooth(plot, this.view.smoothing);
    }
    this.draw();
  }

  /** Marks on the curves, `{marks, best, end, epochs, steps}`: drawn a little later, since they come with every epoch. */
  mark(marks) {
    if (Object.entries(marks).every(([name, value]) => JSON.stringify(this.view[name]) === JSON.stringify(value))) return;
    Object.assign(this.view, marks);
    this.later ??= setTimeout(() => {
      this.later = undefined;
      for (const plot of this.plots.values()) plot.stale = true;
      this.draw();
    }, MARKS_EVERY);
  }

  /** Take the theme's colours as they are now, if they have changed. */
  dress() {
    const ink = colours(this.grid);
    if (JSON.stringify(ink) === JSON.stringify(this.ink)) return;
    this.ink = ink;
    for (const plot of this.plots.values()) plot.stale = true;
    this.draw();
  }

  resize() {
    for (const plot of this.plots.values()) plot.resized = plot.width !== plot.canvas.clientWidth;
    this.draw();
  }

  /** Back to the live edge: the axes show everything again. */
  follow() {
    for (const plot of this.plots.values()) {
      if (plot.made) this.plotly.relayout(plot.canvas, { "xaxis.autorange": true, "yaxis.autorange": true });
    }
  }

  /** Each plot as a picture file. */
  async save(name) {
    for (const plot of this.plots.values()) {
      if (!plot.made || plot.figure.hidden) continue;
      await this.plotly.downloadImage(plot.canvas, { format: "png", scale: 2, filename: `${name}-${plot.metric.replace(/\W/g, "-")}` });
    }
  }

  /**
   * One drawing at a time, so that calls never overlap; what comes meanwhile is drawn together in the next round. A tab
   * that nobody sees draws nothing: the fit has the processor to itself.
   */
  async draw() {
    this.again = true;
    if (this.drawing || document.hidden || !this.plotly || !this.ink) return;
    this.drawing = true;
    try {
      while (this.again && !this.closed && !document.hidden) {
        this.again = false;
        const newest = this.newest; // what comes while this is drawn is not in it
        const began = performance.now();
        for (const plot of this.plots.values()) await this.drawPlot(plot);
        let count = 0;
        for (const { metric, drawn } of this.plots.values()) {
          if (metric !== "learning_rate") count += drawn.batch + drawn.epoch + drawn.val;
        }
        this.onDrawn(count, undefined, newest);
        // On a busy computer as long a rest as the drawing took: a click must still find the page awake.
        const took = performance.now() - began;
        await new Promise((resolve) => { setTimeout(resolve, took < QUICK ? 0 : Math.min(took, LONGEST_REST)); });
      }
    } catch (error) {
      if (!this.closed) this.onDrawn(0, error); // a plot that is taken away while it draws may stumble
    } finally {
      this.drawing = false;
    }
  }

  async drawPlot(plot) {
    const { canvas, points, drawn } = plot;
    const view = this.view;
    if (this.closed || plot.figure.hidden || !canvas.clientWidth) return;
    if (plot.stale) {
      plot.stale = plot.resized = false;
      plot.width = canvas.clientWidth;
      for (const kind of CURVES) drawn[kind] = points[kind].x.length;
      const known = points.epoch.x.at(-1) ?? points.batch.x.at(-1) ?? 0;
      const last = points.epoch.t.at(-1) ?? points.batch.t.at(-1) ?? 0;
      const middle = view.axis === "time" ? (view.minutes ? last / 120 : last / 2) : (known / 2) * (view.axis === "step" ? view.steps : 1);
      await this.plotly.react(canvas, traces(plot, view, this.ink), layout(plot, { ...view, middle }, this.ink), CONFIG);
      if (!plot.made) {
        plot.made = true;
        canvas.on("plotly_relayout", (change) => this.zoomed(plot, change));
      }
      return;
    }
    const grown = CURVES.filter((kind) => points[kind].x.length > drawn[kind]);
    if (grown.length) {
      const added = {
        x: grown.map((kind) => along(view, points[kind], drawn[kind])),
        y: grown.map((kind) => points[kind].y.slice(drawn[kind])),
      };
      for (const kind of grown) drawn[kind] = points[kind].x.length;
      await this.plotly.extendTraces(canvas, added, grown.map((kind) => CURVES.indexOf(kind)));
    }
    if (plot.resized && !this.closed) {
      plot.resized = false;
      plot.width = canvas.clientWidth;
      await this.plotly.Plots.resize(canvas);
    }
  }

  zoomed(plot, change) {
    if (Object.keys(change).some((name) => /axis\.range/.test(name))) plot.zoomed = true;
    if (change["xaxis.autorange"] || change["yaxis.autorange"]) plot.zoomed = false;
    this.onZoom([...this.plots.values()].some(({ zoomed }) => zoomed));
  }
}

