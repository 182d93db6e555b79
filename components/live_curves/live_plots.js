// The plots of the live chart, one for each metric: training by batch and by epoch, validation by epoch.
// No text that stems from a run is given to Plotly, which reads markup in labels; the titles are elements of our own.

const CURVES = ["batch", "epoch", "val"];
// Blue and orange of Okabe and Ito, lighter on a dark page: told apart with every kind of colour sight, in dash and marker too.
const INK = { light: { train: "#0072b2", val: "#c65102" }, dark: { train: "#56b4e9", val: "#f0a63c" } };
const CONFIG = { displaylogo: false, modeBarButtonsToRemove: ["select2d", "lasso2d"] };

export const WORDS = {
  loss: "Loss", accuracy: "Accuracy", val_loss: "Validation loss", val_accuracy: "Validation accuracy",
};

const empty = () => ({
  points: Object.fromEntries(CURVES.map((kind) => [kind, { x: [], y: [] }])),
  drawn: Object.fromEntries(CURVES.map((kind) => [kind, 0])),
});

export const isShare = (metric) => /acc|precision|recall|auc/i.test(metric);

export function element(parent, tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  parent.append(made);
  return made;
}

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

/** Draws into `grid`; calls `onDrawn(points, error)` after each drawing. */
export class Plots {
  constructor(grid, plotlyPath, run, onDrawn) {
    this.grid = grid;
    this.run = run;
    this.onDrawn = onDrawn;
    this.plots = new Map(); // metric -> its plot
    this.plot("loss");
    this.plot("accuracy");
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(grid);
    loadPlotly(plotlyPath).then((plotly) => { this.plotly = plotly; this.draw(); }, (error) => onDrawn(0, error));
  }

  close() {
    this.closed = true;
    this.observer.disconnect();
    for (const plot of this.plots.values()) if (plot.made) this.plotly.purge(plot.canvas);
  }

  /** Made when first asked for. `points` is what has come, `drawn` how much of it Plotly has. */
  plot(metric) {
    if (!this.plots.has(metric)) {
      const figure = element(this.grid, "figure");
      element(figure, "figcaption", "", WORDS[metric] ?? metric);
      const canvas = element(figure, "div", "fb-live-canvas");
      canvas.dataset.metric = metric;
      this.plots.set(metric, { metric, canvas, stale: true, ...empty() });
    }
    return this.plots.get(metric);
  }

  /** Forget what is drawn and begin with these curves: `{metric: {kind: [[x, ...], [y, ...]]}}`. */
  replace(curves) {
    for (const plot of this.plots.values()) Object.assign(plot, empty(), { stale: true });
    this.append(curves);
  }

  /** Put these points at the end of the curves; `draw` shows them. */
  append(curves) {
    for (const [metric, kinds] of Object.entries(curves)) {
      const plot = this.plot(metric);
      for (const kind of CURVES) {
        const [x, y] = kinds[kind] ?? [[], []];
        for (const value of x) plot.points[kind].x.push(value);
        for (const value of y) plot.points[kind].y.push(value);
        // A curve's first points bring its entry in the legend.
        if (x.length && !plot.drawn[kind]) plot.stale = true;
      }
    }
  }

  /** Take the theme's colours as they are now, if they have changed. */
  dress() {
    const ink = this.colours();
    if (JSON.stringify(ink) === JSON.stringify(this.ink)) return;
    this.ink = ink;
    for (const plot of this.plots.values()) plot.stale = true;
    this.draw();
  }

  resize() {
    for (const plot of this.plots.values()) plot.resized = plot.width !== plot.canvas.clientWidth;
    this.draw();
  }

  /** One drawing at a time, so that calls never overlap; what comes meanwhile is drawn together in the next round. */
  async draw() {
    this.again = true;
    if (this.drawing || !this.plotly || !this.ink) return;
    this.drawing = true;
    try {
      while (this.again && !this.closed) {
        this.again = false;
        for (const plot of this.plots.values()) await this.drawPlot(plot);
        let count = 0;
        for (const { drawn } of this.plots.values()) for (const kind of CURVES) count += drawn[kind];
        this.onDrawn(count);
      }
    } catch (error) {
      if (!this.closed) this.onDrawn(0, error); // a plot that is taken away while it draws may stumble
    } finally {
      this.drawing = false;
    }
  }

  async drawPlot(plot) {
    const { canvas, points, drawn } = plot;
    if (this.closed || !canvas.clientWidth) return;
    if (plot.stale) {
      plot.stale = plot.resized = false;
      plot.width = canvas.clientWidth;
      for (const kind of CURVES) drawn[kind] = points[kind].x.length;
      plot.made = true;
      await this.plotly.react(canvas, this.traces(plot), this.layout(plot), CONFIG);
      return;
    }
    const grown = CURVES.filter((kind) => points[kind].x.length > drawn[kind]);
    if (grown.length) {
      const fresh = (axis) => grown.map((kind) => points[kind][axis].slice(drawn[kind]));
      const added = { x: fresh("x"), y: fresh("y") };
      for (const kind of grown) drawn[kind] = points[kind].x.length;
      await this.plotly.extendTraces(canvas, added, grown.map((kind) => CURVES.indexOf(kind)));
    }
    if (plot.resized && !this.closed) {
      plot.resized = false;
      plot.width = canvas.clientWidth;
      await this.plotly.Plots.resize(canvas);
    }
  }

  traces({ metric, points }) {
    const { train, val, page } = this.ink;
    const hover = `epoch %{x:.2f}: %{y:${isShare(metric) ? ".1%" : ".4g"}}`;
    const look = {
      batch: { name: "each batch", mode: "lines", line: { color: train, width: 1.2 }, opacity: 0.6 },
      epoch: {
        name: "training", mode: "lines+markers", cliponaxis: false, line: { color: train, width: 2.5 },
        marker: { symbol: "circle", size: 10, color: train, line: { color: page, width: 1 } },
      },
      val: {
        name: "validation", mode: "lines+markers", cliponaxis: false, line: { color: val, width: 2.5, dash: "dash" },
        marker: { symbol: "diamond", size: 8, color: val, line: { color: page, width: 1 } },
      },
    };
    return CURVES.map((kind) => ({
      type: "scatter", ...look[kind], x: points[kind].x.slice(), y: points[kind].y.slice(), connectgaps: false,
      showlegend: points[kind].x.length > 0, hovertemplate: `${hover}<extra>${look[kind].name}</extra>`,
    }));
  }

  layout({ metric }) {
    const { text, page, grid, font } = this.ink;
    const axis = { gridcolor: grid, zerolinecolor: grid, linecolor: grid, automargin: true, ticks: "" };
    return {
      // The same word each time: whatever the user has zoomed or switched off stays.
      uirevision: this.run,
      paper_bgcolor: page, plot_bgcolor: page, font: { color: text, family: font, size: 13 },
      margin: { l: 48, r: 12, t: 12, b: 40 }, showlegend: true,
      legend: { orientation: "h", x: 0, y: -0.2, yanchor: "top", bgcolor: "rgba(0,0,0,0)", font: { size: 12 } },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: "rgba(128,128,128,0.8)", activecolor: text },
      hoverlabel: { bgcolor: page, bordercolor: grid, font: { color: text, family: font } },
      xaxis: { ...axis, title: { text: "epoch", standoff: 8 }, autorangeoptions: { include: [0, 1] }, rangemode: "tozero" },
      yaxis: isShare(metric)
        ? { ...axis, tickformat: ".4~p", autorangeoptions: { clipmin: 0, clipmax: 1.01 } }
        : { ...axis, rangemode: "tozero" },
    };
  }

  /** The colours of Streamlit's theme as they stand on the page now. */
  colours() {
    const style = getComputedStyle(this.grid);
    const probe = element(this.grid, "span");
    const rgb = (name, otherwise) => {
      probe.style.color = otherwise;
      probe.style.color = style.getPropertyValue(name).trim() || otherwise;
      return getComputedStyle(probe).color;
    };
    const page = rgb("--st-background-color", "#ffffff");
    const [r, g, b] = page.match(/[\d.]+/g).map(Number);
    const isDark = 0.299 * r + 0.587 * g + 0.114 * b < 128;
    const ink = {
      ...INK[isDark ? "dark" : "light"], page, text: rgb("--st-text-color", isDark ? "#fafafa" : "#31333f"),
      grid: rgb("--st-border-color-light", isDark ? "#41444c" : "#d5d6db"),
      font: style.getPropertyValue("--st-font").trim() || "sans-serif",
    };
    probe.remove();
    return ink;
  }
}
