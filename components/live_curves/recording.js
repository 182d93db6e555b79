// A run that was recorded, playing in the real chart: no training, no connection. Points in, picture out.

import { button, element, setText, stylesheet } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { Plots } from "./live_plots.js";
import { metricName } from "./metrics.js";
import { between, valuesAt } from "./recording_points.js";

/**
 * @typedef {import("./status.js").Curves} Curves
 *
 * @typedef {object} Data what `recorded_curves` in `__init__.py` sends
 * @property {string} plotly the address of Plotly.js
 * @property {Curves} curves all points, as in the first message of a live run
 * @property {number} epochs
 * @property {number} steps batches in an epoch
 * @property {string[]} metrics the charts, in this order
 * @property {number} seconds that it plays
 *
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 */

const FRAME = 50; // ms
const STYLE = await stylesheet("./live_curves.css", import.meta.url);

export class Recording {
  /**
   * @param {HTMLElement} parent
   * @param {Data} data
   */
  constructor(parent, data) {
    this.data = data;
    this.at = 0; // how far it has come, in epochs
    /** @type {Plots | undefined} */
    this.plots = undefined;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    this.host = element(parent, "section", "fb-live fb-live-recording", "", { "aria-label": t("Curves of a training that was recorded") });
    element(this.host, "style", "", STYLE);
    this.grid = element(this.host, "div", "fb-live-plots");
    this.control = button(this.host, "fb-live-button", "", () => (this.timer ? this.pause() : this.play()));
    this.label();
    // Plotly is loaded once the page is at rest and this part of it is in sight: it delays nothing.
    this.inSight = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      this.inSight.disconnect();
      this.cancel = whenIdle(() => this.begin());
    });
    this.inSight.observe(this.host);
  }

  begin() {
    const { plotly, metrics, epochs, steps } = this.data;
    const onDrawn = (/** @type {number} */ points, /** @type {unknown} */ error) => {
      this.host.dataset.shown = String(points);
      if (error) this.grid.textContent = t("The curves could not be drawn. Reload this page.");
    };
    this.plots = new Plots(this.grid, plotly, { axis: "epoch", smoothing: 0.1, log: false, steps, epochs, marks: [], spans: [], hidden: new Set() }, { metrics, only: true, onDrawn });
    for (const { canvas, metric } of this.plots.plots.values()) {
      canvas.setAttribute("aria-label", t("{metric}: the recorded curve", { metric: metricName(metric) ?? metric }));
    }
    this.plots.dress();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.show(epochs);
    else this.play();
  }

  /** On from where it stands, or from the beginning. It ends by itself, as whatever moves by itself has to. */
  play() {
    if (!this.plots) return;
    if (this.at >= this.data.epochs) {
      this.at = 0;
      this.plots.replace({});
    }
    const from = this.at, began = performance.now();
    this.timer = setInterval(() => this.show(from + ((performance.now() - began) / 1000 / this.data.seconds) * this.data.epochs), FRAME);
    this.label();
  }

  pause() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.label();
  }

  /** @param {number} until in epochs */
  show(until) {
    const { curves, epochs } = this.data;
    const end = Math.min(until, epochs);
    this.plots?.append(between(curves, this.at, end));
    this.at = end;
    this.plots?.say({ state: "running", epoch: 1, now: valuesAt(curves, end) }, "");
    this.plots?.draw();
    if (end >= epochs) this.pause();
  }

  /** One button, so that it keeps the focus. */
  label() {
    const isOver = this.at >= this.data.epochs;
    setText(this.control, this.timer ? t("Pause") : isOver ? t("Play it again") : t("Play"));
    this.host.dataset.playback = this.timer ? "playing" : isOver ? "over" : "waiting";
  }

  close() {
    this.pause();
    this.inSight.disconnect();
    this.cancel?.();
    this.plots?.close();
    this.host.remove();
  }
}

/**
 * Once the browser has nothing better to do; Safari does not say when that is.
 * @param {() => void} task
 * @returns {() => void} takes it back
 */
function whenIdle(task) {
  if (!globalThis.requestIdleCallback) {
    const timer = setTimeout(task, 500);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(task, { timeout: 3000 });
  return () => cancelIdleCallback(asked);
}

/**
 * Called at each run of the page; the recording plays on.
 * @param {Component} component
 * @param {{ recording?: Recording, close?: () => void }} mount
 */
export function show({ data, parentElement }, mount) {
  mount.recording ??= new Recording(parentElement, data);
  mount.recording.plots?.dress();
  mount.close = () => { mount.recording?.close(); mount.recording = undefined; };
}
