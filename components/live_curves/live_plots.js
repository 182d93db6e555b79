// The plots of the live chart, one for each metric: keeps their points, and draws them one after the other.

import { element } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { CONFIG, CURVES, REFERENCES, along, bestPoint, colours, layout, traces } from "./live_look.js";
import { metricName } from "./metrics.js";

/** What comes over the wire; the smoothed line is made here.
 * @type {("batch" | "mean" | "epoch" | "val")[]}
 */
const SOURCES = ["batch", "mean", "epoch", "val"];
const QUICK = 90, LONGEST_REST = 2000; // ms of a drawing of all plots
const MARKS_EVERY = 800; // ms; marks change with each epoch, and there are runs with many epochs a second

/**
 * A curve: places in epochs, values (null for a gap), seconds of training.
 * @typedef {{ x: number[], y: (number | null)[], t: number[] }} Line
 * @typedef {import("./live_look.js").Curve} Curve
 * @typedef {import("./live_look.js").View} View
 * @typedef {import("./live_look.js").Ink} Ink
 * @typedef {import("./status.js").Curves} Curves
 *
 * @typedef {import("./live_look.js").Plot & {
 *   points: Record<Curve | "mean", Line>, drawn: Record<Curve, number>, pen?: Pen, figure: HTMLElement, canvas: HTMLElement & { on?: Function },
 *   stale: boolean, zoomed: boolean, made?: boolean, width?: number }} Plot
 *   `drawn`: how much of each curve Plotly has; `stale`: whether all of it has to be drawn again
 *
 * Where the smoothed line has come to.
 * @typedef {{ value: number, weight: number, x: number, means: number, batches: number }} Pen
 */

/** @returns {Line} */
const line = () => ({ x: [], y: [], t: [] });
/** @returns {Pick<Plot, "points" | "drawn" | "pen">} */
const empty = () => ({
  points: { batch: line(), mean: line(), epoch: line(), val: line(), smooth: line() },
  drawn: { batch: 0, smooth: 0, epoch: 0, val: 0 },
  pen: undefined,
});

/** @type {Promise<any> | undefined} */
let plotlyLoading;

/**
 * Plotly.js, loaded once for all charts of the page.
 * @param {string} path
 */
function loadPlotly(path) {
  plotlyLoading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(path, location.origin).href;
    script.onload = () => resolve(/** @type {any} */ (window).Plotly);
    script.onerror = () => { plotlyLoading = undefined; reject(new Error("Plotly.js could not be loaded")); };
    document.head.append(script);
  });
  return plotlyLoading;
}

/**
 * @param {import("./status.js").Points | undefined} points
 * @returns {Line}
 */
function lineOf(points) {
  const [x, y, seconds] = points ?? [[], [], []];
  return { x, y, t: seconds };
}

/**
 * Smooths over a time constant in epochs, so that it does not matter how densely the points lie:
 * an exponentially weighted mean whose weights are corrected for its beginning.
 * @param {Pick<Plot, "points" | "pen">} plot its points, to whose smoothed line the new ones are added
 * @param {number} over epochs
 */
export function smooth(plot, over) {
  const { batch, mean, smooth: out } = plot.points;
  const pen = (plot.pen ??= { value: 0, weight: 0, x: 0, means: 0, batches: 0 });
  const take = (/** @type {number} */ x, /** @type {number | null} */ y, /** @type {number} */ seconds) => {
    if (y === null) { if (out.y.length && out.y.at(-1) !== null) push(out, x, null, seconds); return; }
    const keep = Math.exp(-Math.max(x - pen.x, 1e-9) / over);
    pen.value = pen.value * keep + y * (1 - keep);
    pen.weight = pen.weight * keep + 1 - keep;
    pen.x = x;
    push(out, x, pen.value / pen.weight, seconds);
  };
  for (; pen.means < mean.x.length; pen.means++) take(mean.x[pen.means], mean.y[pen.means], mean.t[pen.means]);
  for (; pen.batches < batch.x.length; pen.batches++) {
    const i = pen.batches;
    if (mean.x.length && batch.x[i] <= (mean.x.at(-1) ?? 0)) continue; // the means stand for these, of which only peaks came
    take(batch.x[i], batch.y[i], batch.t[i]);
  }
}

/** @type {(out: Line, x: number, y: number | null, seconds: number) => void} */
const push = (out, x, y, seconds) => { out.x.push(x); out.y.push(y); out.t.push(seconds); };

export class Plots {
  /**
   * @param {HTMLElement} grid where they are drawn
   * @param {string} plotlyPath
   * @param {View} view
   * @param {object} told
   * @param {(points: number, error?: unknown, newest?: number) => void} told.onDrawn called after each drawing, with the newest event
   * @param {(isZoomed: boolean) => void} told.onZoom
   */
  constructor(grid, plotlyPath, view, { onDrawn, onZoom }) {
    this.grid = grid;
    this.view = view;
    this.onDrawn = onDrawn;
    this.onZoom = onZoom;
    /** @type {Map<string, Plot>} by metric */
    this.plots = new Map();
    /** @type {any} */
    this.plotly = undefined;
    /** @type {Ink | undefined} */
    this.ink = undefined;
    /** @type {number | undefined} the newest event that has come */
    this.newest = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.later = undefined;
    this.closed = this.drawing = this.again = false;
    this.plot("loss");
    this.plot("accuracy");
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(grid);
    loadPlotly(plotlyPath).then((plotly) => { this.plotly = plotly; this.draw(); }, (error) => onDrawn(0, error));
  }

  close() {
    this.closed = true;
    clearTimeout(this.later);
    this.observer.disconnect();
    for (const plot of this.plots.values()) if (plot.made) this.plotly.purge(plot.canvas);
  }

  /**
   * The plot of a metric, made when it is first asked for.
   * @param {string} metric
   */
  plot(metric) {
    const found = this.plots.get(metric);
    if (found) return found;
    const name = metricName(metric) ?? metric;
    const figure = element(this.grid, "figure", metric === "learning_rate" ? "fb-live-strip" : "");
    element(figure, "figcaption", "", name);
    const said = t("{metric}: its curves. The sentence and the table below say the same.", { metric: name });
    const canvas = element(figure, "div", "fb-live-canvas", "", { "data-metric": metric, role: "img", "aria-label": said });
    const made = { metric, figure, canvas, stale: true, zoomed: false, ...empty() };
    this.plots.set(metric, made);
    return made;
  }

  /**
   * Forget what is drawn and begin with these curves.
   * @param {Curves} curves
   */
  replace(curves) {
    for (const plot of this.plots.values()) Object.assign(plot, empty(), { stale: true });
    this.append(curves);
  }

  /**
   * Put these points at the end of the curves; `draw` shows them.
   * @param {Curves} curves
   */
  append(curves) {
    for (const [metric, kinds] of Object.entries(curves)) {
      const plot = this.plot(metric);
      for (const kind of SOURCES) {
        const [x, y, seconds] = kinds[kind] ?? [[], [], []];
        for (let i = 0; i < x.length; i++) push(plot.points[kind], x[i], y[i], seconds[i]);
        if ((seconds.at(-1) ?? 0) > 600 && !this.view.minutes) this.change({ minutes: true });
        // A curve's first points bring its entry in the legend.
        if (x.length && kind !== "mean" && !plot.drawn[kind]) plot.stale = true;
      }
      if (this.view.smoothing) smooth(plot, this.view.smoothing);
    }
    if (curves.learning_rate) { // once an epoch: batches, ten times a second, leave its plot alone
      const rates = this.plot("learning_rate");
      rates.figure.hidden = new Set(rates.points.epoch.y).size < 2; // a rate that stays is no curve
      rates.stale = true;
    }
  }

  /** The keys of all traces that have something to show in some plot.
   * @returns {Set<string>}
   */
  get present() {
    const plots = [...this.plots.values()].filter(({ metric }) => metric !== "learning_rate");
    const keys = [...CURVES.filter((kind) => plots.some(({ points }) => points[kind].x.length)), ...REFERENCES.filter((kind) => plots.some((plot) => plot[kind]?.x.length))];
    return new Set(plots.some((plot) => bestPoint(plot, this.view)) ? [...keys, "best"] : keys);
  }

  /**
   * Another run in grey behind the live one; null takes it away.
   * @param {Curves | null} curves
   */
  setReference(curves) {
    for (const plot of this.plots.values()) {
      const { epoch, val } = curves?.[plot.metric] ?? {};
      plot.referenceTrain = lineOf(epoch);
      plot.referenceVal = lineOf(val);
    }
    this.redraw();
  }

  /**
   * Show the curves differently.
   * @param {Partial<View>} view what changes
   */
  change(view) {
    const smoothing = view.smoothing !== undefined && view.smoothing !== this.view.smoothing;
    Object.assign(this.view, view);
    if (smoothing) for (const plot of this.plots.values()) {
      Object.assign(plot, { pen: undefined });
      plot.points.smooth = line();
      if (this.view.smoothing) smooth(plot, this.view.smoothing);
    }
    this.redraw();
  }

  /**
   * Marks on the curves: drawn a little later, since they come with every epoch.
   * @param {Pick<View, "marks" | "best" | "end" | "epochs" | "steps">} marks
   */
  mark(marks) {
    if (Object.entries(marks).every(([name, value]) => JSON.stringify(/** @type {any} */ (this.view)[name]) === JSON.stringify(value))) return;
    Object.assign(this.view, marks);
    this.later ??= setTimeout(() => {
      this.later = undefined;
      this.redraw();
    }, MARKS_EVERY);
  }

  /** Take the theme's colours as they are now, if they have changed. */
  dress() {
    const ink = colours(this.grid);
    if (JSON.stringify(ink) === JSON.stringify(this.ink)) return;
    this.ink = ink;
    this.redraw();
  }

  redraw() {
    for (const plot of this.plots.values()) plot.stale = true;
    this.draw();
  }

  /** Back to the live edge: the axes show everything again. */
  follow() {
    for (const plot of this.plots.values()) {
      if (plot.made) this.plotly.relayout(plot.canvas, { "xaxis.autorange": true, "yaxis.autorange": true });
    }
  }

  /**
   * Save each plot as a picture file.
   * @param {string} name
   */
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

  /** @param {Plot} plot */
  async drawPlot(plot) {
    const { canvas, points, drawn } = plot;
    const view = this.view;
    if (this.closed || !this.ink || plot.figure.hidden || !canvas.clientWidth) return;
    if (plot.stale) {
      plot.stale = false;
      plot.width = canvas.clientWidth;
      for (const kind of CURVES) drawn[kind] = points[kind].x.length;
      const known = points.epoch.x.at(-1) ?? points.batch.x.at(-1) ?? 0;
      const last = points.epoch.t.at(-1) ?? points.batch.t.at(-1) ?? 0;
      const middle = view.axis === "time" ? (view.minutes ? last / 120 : last / 2) : (known / 2) * (view.axis === "step" ? view.steps : 1);
      await this.plotly.react(canvas, traces(plot, view, this.ink), layout(plot, { ...view, middle }, this.ink), CONFIG);
      if (!plot.made) {
        plot.made = true;
        canvas.on?.("plotly_relayout", (/** @type {Record<string, any>} */ change) => this.zoomed(plot, change));
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
    if (plot.width !== canvas.clientWidth && !this.closed) {
      plot.width = canvas.clientWidth;
      await this.plotly.Plots.resize(canvas);
    }
  }

  /**
   * @param {Plot} plot
   * @param {Record<string, any>} change as Plotly tells of it
   */
  zoomed(plot, change) {
    if (Object.keys(change).some((name) => /axis\.range/.test(name))) plot.zoomed = true;
    if (change["xaxis.autorange"] || change["yaxis.autorange"]) plot.zoomed = false;
    this.onZoom([...this.plots.values()].some(({ zoomed }) => zoomed));
  }
}

