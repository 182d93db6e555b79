// What the live chart says around its curves: the state in a line and as a bar above them, what is known of the run below.

import { element, set, setText } from "../browser/dom.js";
import { duration, number } from "../browser/formats.js";
import { n, t } from "../browser/i18n.js";
import { isOver } from "./metrics.js";

/** @typedef {import("./status.js").Status} Status */

const BAR_EVERY = 1000; // ms between two values of the bar for screen readers

/** The states of a run, and the phases of one that runs.
 * @returns {Record<string, string | undefined>}
 */
const names = () => ({
  queued: t("Waiting for its turn"),
  running: t("Running"),
  paused: t("Paused"),
  finished: t("Finished"),
  stopped: t("Stopped"),
  failed: t("Failed"),
  interrupted: t("Interrupted"),
  preparing: t("Preparing the data"),
  building: t("Building the model"),
  compiling: t("Preparing the first batch"),
  saving: t("Saving the weights"),
  testing: t("Testing"),
});

/**
 * The state of the run, in one line.
 * @param {Status} s
 * @param {number} since seconds since the run's last message
 */
export function progressLine(s, since) {
  const parts = [], over = isOver(s);
  const phase = s.state === "running" ? names()[s.phase ?? ""] : undefined;
  if (phase) parts.push(phase);
  else if (s.state !== "running" || !s.epoch) parts.push(names()[s.state ?? ""] ?? t("Connecting …"));
  if (s.state === "queued" && s.before) {
    parts.push(n("{count} run ahead of yours", "{count} runs ahead of yours", s.before));
    if (s.wait) parts.push(t("about {duration} to wait", { duration: duration(Math.max(s.wait, 1)) }));
  }
  if (s.epoch && s.epochs) {
    const epochs = { epoch: number(s.epoch), epochs: number(s.epochs) };
    parts.push(parts.length ? t("epoch {epoch} of {epochs}", epochs) : t("Epoch {epoch} of {epochs}", epochs));
  }
  if (s.epoch && s.steps && !over) parts.push(t("step {step} of {steps}", { step: number(s.step ?? 0), steps: number(s.steps) }));
  if (s.seconds) {
    const spent = { duration: duration(s.seconds + since) };
    parts.push(over ? t("took {duration}", spent) : t("{duration} so far", spent));
  }
  if (s.left != null && !phase) parts.push(t("about {duration} left", { duration: roughly(Math.max(s.left - since, 0)) }));
  return parts.join(" · ");
}

/**
 * To the second below two minutes, to the minute above.
 * @param {number} seconds
 */
function roughly(seconds) {
  if (seconds < 120) return duration(seconds);
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? t("{min} min", { min: minutes }) : duration(60 * minutes);
}

/**
 * What else is known of the run, as sentences.
 * @param {Status} s
 */
export function facts(s) {
  const parts = [], over = isOver(s);
  if (s.baseline && !over) parts.push(s.baseline);
  if (s.weights) parts.push(t("Weights in the model: {weights}.", { weights: s.weights }));
  if (s.rate && !over) parts.push(t("{rate} examples a second.", { rate: number(s.rate) }));
  return parts;
}

/**
 * What a reader has to know now, as sentences.
 * @param {Status} s
 */
export function notes(s) {
  const parts = [], over = isOver(s);
  if (s.reason && !over) parts.push(s.reason); // the end has a card of its own on the page
  if (s.trouble) parts.push(s.trouble);
  if (s.notice && !over) parts.push(s.notice);
  if (s.newer) parts.push(t("This run was made by a newer Fitboard. Update Fitboard to open it."));
  else if (s.damaged) parts.push(t("The record of this run is damaged. What comes before the damage is shown."));
  return parts;
}

/**
 * What is said in the empty charts.
 * @param {Status} s
 * @param {number} since seconds since the run's last message
 * @param {number | undefined} first seconds from the beginning to the first point, if known
 */
export function waitingWords(s, since, first) {
  if (s.epoch) return "";
  if (isOver(s)) return t("Nothing was trained.");
  if (s.state === "queued" || !s.state) return t("The curves are drawn here.");
  if (s.state !== "running") return "";
  const left = Math.ceil((first ?? 0) - (s.seconds ?? 0) - since);
  return left > 0 ? t("The first point comes in about {duration}.", { duration: duration(left) }) : t("The first point comes soon.");
}

export class Words {
  /**
   * @param {Element} head the line above the curves
   * @param {Element} parent what the bar and the notes are put in
   */
  constructor(head, parent) {
    this.line = element(head, "p", "fb-live-line", t("Connecting …"));
    this.bar = element(parent, "div", "fb-live-bar", "", {
      role: "progressbar", "aria-label": t("Training progress"), "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0,
    });
    this.fill = element(this.bar, "div", "fb-live-fill");
    this.lost = element(parent, "p", "fb-live-lost");
    this.note = element(parent, "p", "fb-live-note");
    this.told = -Infinity;
    /** @type {{ says: HTMLElement, facts: HTMLElement } | undefined} */
    this.below = undefined;
  }

  /**
   * What the curves show, in a sentence, and what else is known.
   * @param {Element} parent
   */
  addBelow(parent) {
    this.below = { says: element(parent, "p", "fb-live-says"), facts: element(parent, "p", "fb-live-note") };
  }

  /**
   * How to read the curves, for those who ask.
   * @param {Element} parent
   */
  addHelp(parent) {
    const help = element(parent, "details", "fb-live-details");
    element(help, "summary", "", t("How to read the curves"));
    for (const text of [
      t("Loss says how wrong the answers are: lower is better. Accuracy is the share of right answers: higher is better."),
      t("Training values are measured with every batch, while the model changes. The mean of an epoch therefore stands in the middle of its epoch."),
      t("Validation is measured at the end of each epoch, on examples that the model does not learn from. If its loss rises while the training loss falls, the model memorises its examples."),
    ]) element(help, "p", "", text);
  }

  /**
   * @param {Status} s
   * @param {number} since seconds since the last message of a run that continues
   */
  say(s, since) {
    const progress = 100 * (s.progress ?? 0), now = performance.now();
    this.fill.style.width = `${progress}%`;
    setText(this.line, progressLine(s, since));
    if (now - this.told >= BAR_EVERY || isOver(s)) {
      this.told = now;
      set(this.bar, { "aria-valuenow": Math.round(progress), "aria-valuetext": this.line.textContent ?? "" });
    }
    setText(this.note, notes(s).join(" "));
    if (!this.below) return;
    setText(this.below.says, s.says ?? "");
    setText(this.below.facts, facts(s).join(" "));
  }
}
