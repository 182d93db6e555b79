// The plots of the live chart, one for each metric: keeps their points, and draws them one after the other.

import { element, setText } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { Heading } from "./live_headings.js";
import { CONFIG, CURVES, REFERENCES, bestPoint, colours, layout, placesOf, traces } from "./live_look.js";
import { savePicture } from "./live_picture.js";
import { Tail, fits } from "./live_tail.js";
import { moved, zoomed } from "./live_zoom.js";
import { metricName } from "./metrics.js";

/** What comes over the wire; the smoothed line is made here.
 * @type {("batch" | "mean" | "epoch" | "val")[]}
 */
const SOURCES = ["batch", "mean", "epoch", "val"];
const QUICK = 90, LONGEST_REST = 2000; // ms of a drawing of all plots
/** A finger that drags over a chart scrolls the page; there are buttons for the zoom. */
const DRAGGING = globalThis.matchMedia?.("(pointer: coarse)").matches ? false : "zoom";
/** For Plotly one point more costs as much as all of them: it takes points up together, after so many ms at most. */
const TAKEN_UP = 1000;
/** ms between two drawings by Plotly of what cannot wait so long, such as a point above the axis. */
const PAUSE = 250;
const MARKS_EVERY = 800; // ms; marks change with each epoch, and there are runs with many epochs a second

/**
 * A curve: places in epochs, values (null for a gap), seconds of training.
 * @typedef {{ x: number[], y: (number | null)[], t: number[] }} Line
 * @typedef {import("./live_look.js").Curve} Curve
 * @typedef {import("./live_look.js").View} View
 * @typedef {import("./live_look.js").Ink} Ink
 * @typedef {import("./live_look.js").Zoom} Zoom
 * @typedef {import("./status.js").Curves} Curves
 *
 * @typedef {import("./live_look.js").Plot & {
 *   points: Record<Curve | "mean", Line>, drawn: Record<Curve, number>, pen?: Pen, figure: HTMLElement, heading: Heading, empty: HTMLElement,
 *   canvas: HTMLElement & { on?: Function, layout?: any }, stale: boolean, made?: boolean, whole?: Required<Zoom>,
 *   tail: Tail, at: number, since?: number, shown: number, isUnseen?: boolean, isResized?: boolean }} Plot
 *   `drawn`: how much of each curve Plotly has; `stale`: whether all of it has to be drawn again; `whole`: the ranges that show everything;
 *   `tail`: draws what Plotly does not have yet; `at`: when Plotly drew it last; `since`: since when it has not had all, if it has not;
 *   `shown`: how many points are drawn, by either; `isUnseen`: it is scrolled out of sight or folded away
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

/**
 * How large a plot is to be: as its place, whose width and height change with the window, each by itself. Plotly is told it each
 * time: untold, `react` keeps the size of the drawing before.
 * @param {HTMLElement} canvas
 */
const sizeOf = ({ clientWidth, clientHeight }) => ({ width: clientWidth, height: clientHeight });

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
   * Draws curves that it is given, from wherever they come.
   * @param {HTMLElement} grid where they are drawn
   * @param {string} plotlyPath
   * @param {View} view
   * @param {object} [options]
   * @param {(points: number, error?: unknown, newest?: number) => void} [options.onDrawn] called after each drawing, with the newest event
   * @param {(isZoomed: boolean) => void} [options.onZoom]
   */
  constructor(grid, plotlyPath, view, { onDrawn = () => {}, onZoom = () => {} } = {}) {
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
    /** @type {number | undefined} the newest event up to which everything that can be seen is drawn */
    this.complete = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.later = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.due = undefined;
    /** Whether points keep coming; after the last one nothing is left to the tails, nor until a plot is seen. */
    this.isGrowing = true;
    this.closed = this.drawing = this.again = false;
    this.sight = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) this.see((plot) => plot.figure === target, isIntersecting);
    });
    this.plot("loss");
    this.plot("accuracy");
    this.observer = new ResizeObserver(() => {
      for (const plot of this.plots.values()) plot.isResized = true;
      this.draw();
    });
    this.observer.observe(grid);
    this.printed = () => this.see(() => true, true);
    window.addEventListener("beforeprint", this.printed);
    this.forced = matchMedia("(forced-colors: active)");
    this.dressed = () => this.dress();
    this.forced.addEventListener("change", this.dressed);
    loadPlotly(plotlyPath).then((plotly) => { this.plotly = plotly; this.draw(); }, (error) => onDrawn(0, error));
  }

  close() {
    this.closed = true;
    clearTimeout(this.later);
    clearTimeout(this.due);
    this.observer.disconnect();
    this.sight.disconnect();
    window.removeEventListener("beforeprint", this.printed);
    this.forced.removeEventListener("change", this.dressed);
    for (const plot of this.plots.values()) if (plot.made) this.plotly.purge(plot.canvas);
  }

  /**
   * The plot of a metric, made when it is first asked for.
   * @param {string} metric
   */
  plot(metric) {
    const found = this.plots.get(metric);
    if (found) return found;
    const figure = element(this.grid, "figure", metric === "learning_rate" ? "fb-live-strip" : "");
    const heading = new Heading(figure, metric);
    const place = element(figure, "div", "fb-live-place");
    const said = t("{metric}: its curves. The sentence and the table below say the same.", { metric: metricName(metric) ?? metric });
    const canvas = element(place, "div", "fb-live-canvas", "", { "data-metric": metric, role: "img", "aria-label": said });
    const nothing = element(place, "p", "fb-live-empty");
    const made = { metric, figure, heading, canvas, empty: nothing, stale: true, tail: new Tail(place), at: -Infinity, shown: 0, ...empty() };
    this.plots.set(metric, made);
    this.sight.observe(figure);
    return made;
  }

  /**
   * Plots have come into sight, or gone out of it.
   * @param {(plot: Plot) => boolean} which
   * @param {boolean} isSeen
   */
  see(which, isSeen) {
    for (const plot of this.plots.values()) if (which(plot)) plot.isUnseen = !isSeen;
    if (isSeen) this.draw();
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
    const { marks, spans } = this.view;
    const are = { best: plots.some((plot) => bestPoint(plot, this.view)), saved: marks.some(([name]) => name === "saved"), span: spans.length > 0 };
    return new Set([...keys, ...Object.entries(are).filter(([, isThere]) => isThere).map(([name]) => name)]);
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
    for (const plot of this.plots.values()) {
      // A range belongs to what its axis means.
      if (view.axis !== undefined || view.minutes !== undefined) plot.zoom = undefined;
      if (view.log !== undefined) plot.zoom = plot.zoom?.x && { x: plot.zoom.x };
    }
    this.onZoom(this.isZoomed);
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
    for (const name of /** @type {const} */ (["train", "val", "star"])) this.grid.style.setProperty(`--fb-live-${name}`, ink[name]);
    this.redraw();
  }

  redraw() {
    for (const plot of this.plots.values()) plot.stale = true;
    this.draw();
  }

  /**
   * The values in the headings, and words in the charts that are empty.
   * @param {import("./status.js").Status} status
   * @param {string} waiting
   */
  say(status, waiting) {
    let isFirst = true;
    for (const { heading, empty: nothing, points, figure } of this.plots.values()) {
      heading.say(status);
      if (figure.hidden) continue;
      setText(nothing, isFirst && CURVES.every((kind) => !points[kind].x.length) ? waiting : "");
      isFirst = false;
    }
  }

  get isZoomed() {
    return [...this.plots.values()].some(({ zoom }) => zoom);
  }

  /** The axes show everything again. */
  showAll() {
    for (const plot of this.plots.values()) plot.zoom = undefined;
    this.rezoomed();
  }

  /**
   * Show all plots from nearer or further away.
   * @param {number} factor how many times as much is shown
   */
  zoom(factor) {
    this.eachRange((plot, now, whole) => zoomed(plot, this.view, now, whole, factor));
  }

  /**
   * Move all plots that do not show everything along the axis.
   * @param {1 | -1} direction
   */
  move(direction) {
    this.eachRange((plot, now, whole) => plot.zoom && moved(now, whole, direction));
  }

  /** @param {(plot: Plot, now: Required<Zoom>, whole: Required<Zoom>) => Zoom | undefined} change */
  eachRange(change) {
    for (const plot of this.plots.values()) {
      if (!plot.made || plot.metric === "learning_rate") continue;
      const now = rangesOf(plot);
      plot.whole = plot.zoom ? plot.whole ?? now : now;
      plot.zoom = change(plot, now, plot.whole);
    }
    this.rezoomed();
  }

  rezoomed() {
    this.onZoom(this.isZoomed);
    this.redraw();
  }

  /**
   * Save each plot as a picture file.
   * @param {string} run its name
   */
  async save(run) {
    for (const plot of this.plots.values()) {
      if (plot.made && !plot.figure.hidden) await savePicture(this.plotly, plot, this.view, run);
    }
  }

  /**
   * One drawing at a time, so that calls never overlap; what comes meanwhile is drawn together in the next round. A tab
   * that nobody sees draws nothing, nor is a plot drawn that nobody sees while it grows: the fit has the processor to itself.
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
        let count = 0, isBehind = false;
        for (const plot of this.plots.values()) {
          // Of another size it is drawn all the same: it would lie over what stands below it, which may be in sight.
          if (plot.made && plot.isUnseen && this.isGrowing && !plot.isResized) continue;
          const turn = this.turnOf(plot, began);
          if (turn === "plotly") await this.drawPlot(plot);
          else if (this.ink) plot.tail.draw(plot, this.view, this.ink);
          if (turn === "tail") plot.shown = pointsOf(plot);
          isBehind ||= turn === "soon";
        }
        for (const { metric, shown } of this.plots.values()) if (metric !== "learning_rate") count += shown;
        if (!isBehind) this.complete = newest;
        this.onDrawn(count, undefined, this.complete);
        this.planNext(isBehind);
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

  /**
   * Who draws the new points of a plot: Plotly, now or `soon`, or its tail.
   * @param {Plot} plot
   * @param {number} now
   * @returns {"plotly" | "soon" | "tail"}
   */
  turnOf(plot, now) {
    const { points, drawn } = plot;
    if (plot.stale || plot.isResized || !plot.made || !this.isGrowing) return "plotly";
    const grown = CURVES.filter((kind) => points[kind].x.length > drawn[kind]);
    if (!grown.length) return "tail";
    plot.since ??= now;
    if (now - plot.since >= TAKEN_UP) return "plotly";
    if (fits(plot, this.view, grown)) return "tail";
    return now - plot.at >= PAUSE ? "plotly" : "soon";
  }

  /**
   * What is in the tails is taken up also where no further point comes.
   * @param {boolean} isBehind whether something is not shown yet
   */
  planNext(isBehind) {
    clearTimeout(this.due);
    const isTailed = [...this.plots.values()].some(({ since, isUnseen }) => since !== undefined && !isUnseen);
    if (isBehind || isTailed) this.due = setTimeout(() => this.draw(), isBehind ? PAUSE : TAKEN_UP);
  }

  /** @param {Plot} plot */
  async drawPlot(plot) {
    const { canvas, points, drawn } = plot;
    const view = this.view;
    if (this.closed || !this.ink || plot.figure.hidden || !canvas.clientWidth) return;
    Object.assign(plot, { isResized: false, at: performance.now(), since: undefined, shown: pointsOf(plot) });
    plot.tail.clear();
    if (plot.stale) {
      plot.stale = false;
      for (const kind of CURVES) drawn[kind] = points[kind].x.length;
      await this.plotly.react(canvas, traces(plot, view, this.ink), { ...layout(plot, view, this.ink, DRAGGING), ...sizeOf(canvas) }, CONFIG);
      if (!plot.made) {
        plot.made = true;
        canvas.on?.("plotly_relayout", (/** @type {Record<string, any>} */ change) => this.dragged(plot, change));
        canvas.on?.("plotly_doubleclick", () => { plot.zoom = undefined; this.rezoomed(); });
      }
      return;
    }
    const grown = CURVES.filter((kind) => points[kind].x.length > drawn[kind]);
    if (grown.length) {
      const added = {
        x: grown.map((kind) => placesOf(plot, kind, view, drawn[kind])),
        y: grown.map((kind) => points[kind].y.slice(drawn[kind])),
      };
      for (const kind of grown) drawn[kind] = points[kind].x.length;
      await this.plotly.extendTraces(canvas, added, grown.map((kind) => CURVES.indexOf(kind)));
    }
    const size = sizeOf(canvas), { width, height } = canvas.layout;
    if (!this.closed && size.width && (size.width !== width || size.height !== height)) await this.plotly.relayout(canvas, size);
  }

  /**
   * The user has chosen a part of the plot: kept until they want to see everything again.
   * @param {Plot} plot
   * @param {Record<string, any>} change as Plotly tells of it
   */
  dragged(plot, change) {
    const names = Object.keys(change), now = rangesOf(plot);
    const touched = /** @type {("x" | "y")[]} */ (["x", "y"]).filter((axis) => names.some((name) => name.startsWith(`${axis}axis.range`)));
    if (!touched.length) return;
    for (const axis of touched) plot.zoom = { ...plot.zoom, [axis]: now[axis] };
    plot.stale = true; // another range may need other ticks
    this.onZoom(true);
    this.draw();
  }
}

/** @type {(plot: Pick<Plot, "points">) => number} */
const pointsOf = ({ points }) => points.batch.x.length + points.epoch.x.length + points.val.x.length;

/**
 * @param {Plot} plot
 * @returns {Required<Zoom>}
 */
const rangesOf = ({ canvas }) => /** @type {any} */ ({ x: [...canvas.layout.xaxis.range], y: [...canvas.layout.yaxis.range] });
