// The answer to what is drawn or typed: a bar for each class, and how sure the network must be to give an answer at all.

import { button, element, set, setText } from "../browser/dom.js";
import { number, percent } from "../browser/formats.js";
import { n, t } from "../browser/i18n.js";
import { best, interval, order, worthAt } from "./answering.js";

/** Classes that have a bar of their own; of more, the likeliest. */
const MOST_BARS = 30;

/** @typedef {import("./answering.js").Calibration} Calibration */

export class Answer {
  /**
   * @param {Element} parent
   * @param {string[]} names of the classes
   * @param {boolean} areProbabilities whether the last layer makes probabilities
   * @param {() => void} changed the threshold is another one
   */
  constructor(parent, names, areProbabilities, changed) {
    this.names = names;
    this.areProbabilities = areProbabilities;
    this.isSorted = false;
    /** @type {ArrayLike<number> | null} */
    this.scores = null;
    /** @type {Calibration | undefined} */
    this.calibration = undefined;
    this.where = { sameRows: false, why: "" };
    this.root = element(parent, "section", "fb-try-answer", "", { "aria-labelledby": "fb-try-answer-title" });
    const head = element(this.root, "div", "fb-try-line");
    element(head, "h2", "fb-try-title", t("The answer"), { id: "fb-try-answer-title" });
    this.order = button(head, "fb-try-small", t("Likeliest first"), () => this.turn(), { "aria-pressed": "false" });
    this.said = element(this.root, "p", "fb-try-said");
    this.list = element(this.root, "ul", "fb-try-bars", "", { role: "list" });
    const label = element(this.root, "label", "fb-try-sure");
    this.label = label;
    element(label, "span", "", t("How sure must it be?"));
    this.slider = element(label, "input", "", "", { type: "range", min: 0, max: 99, step: 1, value: 0 });
    this.shown = element(label, "output", "fb-try-number");
    this.slider.addEventListener("input", () => { this.draw(); changed(); });
    this.meaning = element(this.root, "p", "fb-try-note");
    this.draw();
  }

  get threshold() {
    return Number(this.slider.value) / 100;
  }

  turn() {
    this.isSorted = !this.isSorted;
    set(this.order, { "aria-pressed": this.isSorted });
    this.draw();
  }

  /**
   * @param {ArrayLike<number> | null} scores of each class; null where there is nothing to answer
   * @param {string} [why] what is said instead
   */
  show(scores, why = "") {
    this.scores = scores;
    this.where.why = why;
    this.draw();
  }

  /**
   * What is known of the answers to validation examples; nothing while that is being computed.
   * @param {Calibration | undefined} calibration
   * @param {boolean} [sameRows] whether the network trains on them as well
   */
  know(calibration, sameRows = false) {
    this.calibration = calibration;
    this.where.sameRows = sameRows;
    this.draw();
  }

  /** The class that it answers, -1 for none, and how sure it is. */
  get verdict() {
    const { scores } = this, answer = scores ? best(scores) : -1;
    const sure = scores && answer >= 0 ? scores[answer] : 0;
    return { answer, sure, isGiven: answer >= 0 && (!this.areProbabilities || sure >= this.threshold) };
  }

  /** Whether the network computes something that is no number. */
  get isDiverged() {
    return this.scores !== null && this.verdict.answer < 0;
  }

  /** The answer in a sentence, also for screen readers. */
  get sentence() {
    const { scores } = this, { answer, sure, isGiven } = this.verdict;
    if (!scores) return this.where.why;
    if (answer < 0) return t("The network gives no numbers for this, so there is no answer: its training has diverged.");
    const name = this.names[answer] ?? String(answer);
    if (!this.areProbabilities) return t("{name}, with the highest score: {score}", { name, score: number(sure, 2) });
    if (!isGiven) return t("I don't know: {name} would be the answer, but only {share} sure", { name, share: below(sure, this.threshold) });
    return t("{name}, {share} sure", { name, share: percent(sure) });
  }

  draw() {
    setText(this.said, this.sentence);
    this.said.classList.toggle("fb-try-unsure", !this.verdict.isGiven);
    this.drawBars();
    const isMeant = this.areProbabilities;
    this.label.hidden = !isMeant;
    const share = percent(this.threshold);
    setText(this.shown, share);
    set(this.slider, { "aria-valuetext": share });
    if (isMeant) setText(this.meaning, this.isDiverged ? "" : this.worth());
    else setText(this.meaning, t("These are scores, not probabilities: the last layer has no activation that makes probabilities of them."));
  }

  drawBars() {
    const scores = this.scores ?? new Float32Array(this.names.length), { answer, isGiven } = this.verdict;
    const shown = order(scores, this.isSorted || scores.length > MOST_BARS).slice(0, MOST_BARS);
    while (this.list.children.length > shown.length) this.list.lastElementChild?.remove();
    const most = Math.max(...Array.from(scores, Math.abs).filter(Number.isFinite), Number.MIN_VALUE);
    shown.forEach((place, i) => {
      const row = this.list.children[i] ?? this.row();
      const [name, bar, value] = row.children, score = scores[place];
      const share = this.areProbabilities ? score : Math.abs(score) / most;
      setText(name, this.names[place] ?? String(place));
      /** @type {HTMLElement} */ (bar.firstElementChild).style.transform = `scaleX(${Number.isFinite(share) ? share : 0})`;
      const written = !Number.isFinite(score) ? "–" : this.areProbabilities ? likelihood(score) : number(score, 2);
      setText(value, this.scores ? written : "");
      row.classList.toggle("fb-try-best", place === answer && isGiven);
    });
  }

  row() {
    const row = element(this.list, "li");
    element(row, "span", "fb-try-name", "", { translate: "no" });
    element(element(row, "span", "fb-try-bar"), "span");
    element(row, "span", "fb-try-number");
    return row;
  }

  /** What the threshold would mean for examples that it never trained on. */
  worth() {
    if (!this.calibration) return "";
    const { answered, right, count } = worthAt(this.calibration, this.threshold);
    if (!answered) return n("Of {all} validation example it would answer none.", "Of {all} validation examples it would answer none.", count, { all: number(count) });
    const share = right / answered, { low, high } = interval(share, answered);
    const values = { answered: number(answered), all: number(count), right: percent(share, 1), low: percent(low, 1), high: percent(high, 1) };
    return this.where.sameRows
      ? n("It would answer {answered} of {all} example, and be right on {right} of those. It also trained on this example, so these numbers look better than they are.", "It would answer {answered} of {all} examples, and be right on {right} of those. It also trained on these examples, so these numbers look better than they are.", count, values)
      : n("It would answer {answered} of the {all} validation example, and be right on {right} of those ({low} to {high} with luck taken into account).", "It would answer {answered} of the {all} validation examples, and be right on {right} of those ({low} to {high} with luck taken into account).", count, values);
  }
}

/**
 * A probability among many, whose sum people look at: less than one per cent reads as that, and not as one.
 * @param {number} share
 */
const likelihood = (share) => (share > 0 && share < 0.01 ? t("< {share}", { share: percent(0.01) }) : percent(share));

/**
 * A share below a limit, with so many digits that it does not read like the limit: 98.7% and not 99%.
 * @param {number} share
 * @param {number} limit
 */
export function below(share, limit) {
  let decimals = 0;
  while (decimals < 6 && percent(share, decimals) === percent(limit, decimals)) decimals += 1;
  return percent(share, decimals);
}
