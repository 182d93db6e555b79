// A recorded training that draws itself in the plots of the live chart: once, and again when asked. It begins when the
// page is at rest and the plots are in sight; where motion is unwanted the finished curves stand still.

import { button, element, neighbour, shown, stylesheet } from "../browser/dom.js";
import { number, percent } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { Plots } from "../live_curves/live_plots.js";
import { finalAccuracy, newest, stretch } from "./recording.js";

/**
 * @typedef {{ plotly: string }} Data the address of Plotly.js
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 * @typedef {import("./recording.js").Recording} Recording
 */

const SHEETS = ["./recorded_run.css", "../live_curves/live_headings.css"];
const STYLE = (await Promise.all(SHEETS.map((name) => stylesheet(name, import.meta.url)))).join("\n");
/** @type {Recording} */
const RECORDING = await (await neighbour("./recording.json", import.meta.url)).json();
/** Milliseconds: of the whole, and between two drawings. */
const LENGTH = 12_000, STEP = 120;

class RecordedRun {
  /** @param {Component} component */
  constructor({ data, parentElement }) {
    this.plotly = data.plotly;
    this.at = 0; // how far it has come, in epochs
    /** @type {Record<string, number | null>} the newest values, by Keras's names */
    this.now = {};
    /** @type {Plots | undefined} */
    this.plots = undefined;
    /** @type {ReturnType<typeof setInterval> | undefined} */
    this.clock = undefined;
    this.host = element(parentElement, "section", "fb-show", "", { "aria-label": t("A recorded training") });
    this.host.dataset.playback = "waiting";
    element(this.host, "style", "", STYLE);
    const row = element(this.host, "div", "fb-show-row");
    this.legend = [
      { ink: /** @type {const} */ ("train"), sign: "━", text: t("pictures it trains on") },
      { ink: /** @type {const} */ ("val"), sign: "╍◆╍", text: t("pictures it has never seen") },
    ].map(({ ink, sign, text }) => {
      const entry = element(row, "span");
      const mark = element(entry, "span", "", sign, { "aria-hidden": true });
      entry.append(` ${text}`);
      return { ink, mark };
    });
    this.control = button(row, "", "", () => this.press());
    // The sentence below says what the curves show; nobody has to find their way through them.
    this.grid = element(this.host, "div", "fb-show-plots", "", { inert: true });
    const { epochs, pictures } = RECORDING;
    element(this.host, "p", "", t(
      "Lesson 1, recorded: in {epochs} rounds (epochs) through {pictures} pictures, the model learns to read {share} of the digits that it has never seen.",
      { epochs: number(epochs), pictures: number(pictures), share: percent(finalAccuracy(RECORDING)) },
    ));
    this.isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.watch = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      this.watch.disconnect();
      this.idle = whenIdle(() => this.begin());
    });
    this.watch.observe(this.grid);
    this.label();
  }

  /** The page has run: its colours may have changed. */
  answered() {
    this.plots?.dress();
    this.colour();
  }

  close() {
    this.watch.disconnect();
    this.idle?.();
    clearInterval(this.clock);
    this.plots?.close();
    this.host.remove();
  }

  /** Plotly is loaded now, not with the page. */
  begin() {
    const { epochs, steps } = RECORDING;
    this.plots = new Plots(this.grid, this.plotly, {
      axis: "epoch", smoothing: 0.1, log: false, steps, epochs, marks: [], spans: [], hidden: new Set(),
    }, {
      onDrawn: (points, error) => {
        if (error) this.grid.textContent = t("The curves could not be drawn. Reload this page.");
        this.host.dataset.shown = String(points);
        this.colour();
      },
    });
    this.plots.dress();
    if (this.isStill) this.finish();
    else this.play();
  }

  press() {
    if (!this.plots) return;
    if (this.clock) this.pause();
    else this.play();
  }

  play() {
    if (this.at >= RECORDING.epochs) {
      this.at = 0;
      this.plots?.replace({});
      this.mark(undefined);
    }
    this.clock = setInterval(() => this.advance(), STEP);
    this.label();
  }

  pause() {
    clearInterval(this.clock);
    this.clock = undefined;
    this.label();
  }

  advance() {
    if (document.hidden) return;
    const { curves, epochs } = RECORDING;
    const next = Math.min(this.at + (epochs * STEP) / LENGTH, epochs);
    this.add(stretch(curves, this.at, next));
    this.at = next;
    if (next >= epochs) {
      this.mark(RECORDING.best);
      this.pause();
    }
  }

  finish() {
    this.at = RECORDING.epochs;
    this.add(RECORDING.curves);
    this.mark(RECORDING.best);
    this.label();
  }

  /** @param {import("./recording.js").Curves} curves */
  add(curves) {
    Object.assign(this.now, newest(curves));
    this.plots?.append(curves);
    this.plots?.say({ state: "running", now: this.now }, "");
    this.plots?.draw();
  }

  /** @param {number | undefined} best the best epoch, once it is known */
  mark(best) {
    const { epochs, steps } = RECORDING;
    this.plots?.mark({ marks: [], best, end: undefined, epochs, steps });
  }

  label() {
    const isOver = this.at >= RECORDING.epochs;
    this.control.textContent = this.clock ? t("Pause") : isOver ? t("Play again") : t("Play");
    this.host.dataset.playback = this.clock ? "playing" : isOver ? "over" : "waiting";
  }

  colour() {
    const ink = this.plots?.ink;
    if (ink) for (const entry of this.legend) entry.mark.style.color = ink[entry.ink];
  }
}

/**
 * Once the browser has nothing better to do. Safari does not say when that is.
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

export const show = shown(RecordedRun);
