// The epochs of a training as a slider: what the network answered then, and how its answer changed from epoch to epoch.

import { button, element, set, setText, shape } from "../browser/dom.js";
import { number, percent } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { linePath, shownClasses } from "./epoch_lines.js";

/** Milliseconds for which each epoch is shown while they are played. */
const EACH = 450;
const WIDTH = 600, HEIGHT = 120;

export class TimeMachine {
  /**
   * @param {Element} parent
   * @param {string[]} names of the classes
   * @param {boolean} areProbabilities whether the last layer makes probabilities, which the chart shows
   * @param {(epoch: number | null) => void} choose somebody looks at an epoch; null: at the one that is shown by itself
   */
  constructor(parent, names, areProbabilities, choose) {
    this.names = names;
    this.areProbabilities = areProbabilities;
    /** Whether somebody has played them, for which the weights of all are fetched. */
    this.wasPlayed = false;
    this.choose = choose;
    /** @type {number[]} */
    this.epochs = [];
    /** @type {Set<number>} those in whose middle the run was stopped */
    this.inside = new Set();
    /** @type {number | undefined} the epoch that is shown by itself: that of the model, or the newest */
    this.own = undefined;
    /** @type {"training" | "kept" | "last"} */
    this.why = "last";
    /** @type {number | undefined} */
    this.shown = undefined;
    /** @type {Map<number, ArrayLike<number>>} */
    this.scores = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.playing = undefined;
    this.root = element(parent, "section", "fb-try-time", "", { "aria-labelledby": "fb-try-time-title" });
    const head = element(this.root, "div", "fb-try-line");
    element(head, "h2", "fb-try-title", t("Time machine"), { id: "fb-try-time-title" });
    this.play = button(head, "fb-try-small", t("Play"), () => this.playOrPause());
    this.back = button(head, "fb-try-small", "", () => this.choose(null));
    this.label = element(this.root, "label", "fb-try-epoch");
    this.said = element(this.label, "span", "fb-try-said-epoch");
    this.slider = element(this.label, "input", "", "", { type: "range", min: 0, step: 1 });
    this.slider.addEventListener("input", () => {
      const epoch = this.epochs[Number(this.slider.value)]; // before anything is drawn, which sets the slider
      this.stop();
      this.choose(epoch);
    });
    this.chart = element(this.root, "figure", "fb-try-chart");
    this.svg = shape(undefined, "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
    this.chart.append(this.svg);
    const axis = element(this.chart, "div", "fb-try-axis", "", { "aria-hidden": "true" });
    element(axis, "span", "", t("Before training"));
    element(axis, "span", "", t("up: surer"));
    this.lastEpoch = element(axis, "span");
    this.legend = element(this.chart, "figcaption", "fb-try-legend");
    this.note = element(this.root, "p", "fb-try-note");
  }

  /**
   * @param {import("./network.js").KeptEpoch[]} kept the epochs whose weights are there
   * @param {number | undefined} shown
   * @param {number | undefined} own
   * @param {"training" | "kept" | "last"} why the epoch `own` is shown by itself
   */
  know(kept, shown, own, why) {
    Object.assign(this, { shown, own, why });
    this.epochs = kept.map(({ epoch }) => epoch);
    this.inside = new Set(kept.filter(({ inside }) => inside).map(({ epoch }) => epoch));
    this.draw();
  }

  /**
   * The scores of each class by epoch for what is drawn or typed; none where there is nothing.
   * @param {Map<number, ArrayLike<number>>} scores
   */
  show(scores) {
    this.scores = scores;
    this.draw();
  }

  /** The epoch in words. */
  get sentence() {
    const { shown, own } = this;
    if (shown === undefined) return "";
    if (this.inside.has(shown)) return t("In the middle of epoch {epoch}, where it was stopped", { epoch: number(shown) });
    if (shown === 0) return t("Before training");
    const epoch = number(shown);
    if (shown !== own || this.why === "last") return t("After epoch {epoch}", { epoch });
    return this.why === "training" ? t("After epoch {epoch}, the newest", { epoch }) : t("After epoch {epoch}, the weights that are kept", { epoch });
  }

  draw() {
    const { epochs, shown } = this, isAlone = epochs.length < 2;
    setText(this.said, this.sentence);
    set(this.slider, { max: Math.max(epochs.length - 1, 0), "aria-valuetext": this.sentence, "aria-label": t("Epoch") });
    this.slider.value = String(Math.max(epochs.indexOf(shown ?? -1), 0));
    for (const node of [this.slider, this.play]) node.hidden = isAlone;
    this.chart.hidden = isAlone || !this.areProbabilities;
    this.back.hidden = isAlone || shown === this.own;
    setText(this.back, { training: t("Follow the training"), kept: t("Back to the kept weights"), last: t("Back to the last epoch") }[this.why]);
    setText(this.play, this.playing === undefined ? t("Play") : t("Pause"));
    if (isAlone) setText(this.note, t("Only one set of weights is kept of this run, so there is no other epoch to go to."));
    else setText(this.note, this.areProbabilities ? "" : t("There is no chart of probabilities by epoch, because the last layer makes none."));
    if (!this.chart.hidden) this.drawChart();
  }

  drawChart() {
    const { epochs, scores } = this;
    this.svg.replaceChildren();
    this.legend.replaceChildren();
    const last = Math.max(...epochs), x = (/** @type {number} */ epoch) => (last ? (epoch / last) * WIDTH : 0);
    setText(this.lastEpoch, t("Epoch {epoch}", { epoch: number(last) }));
    if (this.shown !== undefined) {
      shape(this.svg, "line", { class: "fb-try-now", x1: x(this.shown), x2: x(this.shown), y1: 0, y2: HEIGHT });
    }
    const now = scores.get(this.shown ?? -1), classes = now ? shownClasses(now, [...scores.values()]) : [];
    classes.forEach((place, i) => {
      const points = epochs.filter((epoch) => scores.has(epoch)).map((epoch) => ({ x: x(epoch), y: HEIGHT * (1 - (scores.get(epoch)?.[place] ?? 0)) }));
      shape(this.svg, "path", { class: `fb-try-curve fb-try-curve-${i}`, d: linePath(points) });
      const entry = element(this.legend, "span", `fb-try-key fb-try-curve-${i}`);
      element(entry, "b", "", this.names[place] ?? String(place), { dir: "auto", translate: "no" });
      element(entry, "span", "fb-try-number", percent(now?.[place] ?? 0));
    });
    set(this.svg, { "aria-label": this.told(classes) });
  }

  /**
   * The chart in words: the likeliest class at the first and at the last epoch.
   * @param {number[]} classes
   */
  told([place]) {
    const known = this.epochs.filter((epoch) => this.scores.has(epoch)), [first, last] = [known[0], known[known.length - 1]];
    if (place === undefined || first === undefined) return t("Probability of the answer by epoch");
    const share = (/** @type {number} */ epoch) => percent(this.scores.get(epoch)?.[place] ?? 0);
    return t("Probability of {name}: {first} at epoch {begin}, {last} at epoch {end}", {
      name: this.names[place] ?? String(place), first: share(first), last: share(last), begin: number(first), end: number(last),
    });
  }

  playOrPause() {
    if (this.playing !== undefined) return this.stop();
    this.wasPlayed = true;
    const at = this.epochs.indexOf(this.shown ?? -1);
    this.step(at >= this.epochs.length - 1 ? 0 : at + 1);
  }

  /** @param {number} place */
  step(place) {
    if (place >= this.epochs.length) return this.stop();
    this.playing = setTimeout(() => this.step(place + 1), EACH);
    this.choose(this.epochs[place]);
  }

  stop() {
    clearTimeout(this.playing);
    this.playing = undefined;
    this.draw();
  }
}
