// A run that was recorded, playing in the real chart: no training, no connection. Points in, picture out.

import { button, element, stylesheet } from "../browser/dom.js";
import { t } from "../browser/i18n.js";
import { Plots } from "./live_plots.js";
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
  constructor(parent, { plotly, curves, epochs, steps, metrics, seconds }) {
    this.curves = curves;
    this.epochs = epochs;
    this.seconds = seconds;
    this.at = 0;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.timer = undefined;
    this.host = element(parent, "section", "fb-live fb-live-recording", "", { "aria-label": t("Curves of a training that was recorded") });
    element(this.host, "style", "", STYLE);
    const grid = element(this.host, "div", "fb-live-plots");
    this.again = button(this.host, "fb-live-button", t("Play it again"), () => this.play());
    this.plots = new Plots(grid, plotly, { axis: "epoch", smoothing: 0.1, log: false, steps, epochs, marks: [], spans: [], hidden: new Set() }, { metrics, only: true });
    this.plots.dress();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) this.show(epochs);
    else this.play();
  }

  /** From the beginning, once: what moves by itself has to end by itself. */
  play() {
    clearInterval(this.timer);
    this.at = 0;
    this.plots.replace({});
    const began = performance.now();
    this.again.hidden = true;
    this.timer = setInterval(() => this.show(((performance.now() - began) / 1000 / this.seconds) * this.epochs), FRAME);
  }

  /** @param {number} until in epochs */
  show(until) {
    const end = Math.min(until, this.epochs);
    this.plots.append(between(this.curves, this.at, end));
    this.at = end;
    this.plots.say({ state: "running", epoch: 1, now: valuesAt(this.curves, end) }, "");
    this.plots.draw();
    if (end < this.epochs) return;
    clearInterval(this.timer);
    this.again.hidden = false;
  }

  close() {
    clearInterval(this.timer);
    this.plots.close();
    this.host.remove();
  }
}

/**
 * Called at each run of the page; the recording plays on.
 * @param {Component} component
 * @param {{ recording?: Recording, close?: () => void }} mount
 */
export function show({ data, parentElement }, mount) {
  mount.recording ??= new Recording(parentElement, data);
  mount.recording.plots.dress();
  mount.close = () => { mount.recording?.close(); mount.recording = undefined; };
}
