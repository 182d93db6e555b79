// What the live chart says beside its curves: the bar, the line below it, the values, and a sentence for the curves.

import { element, set, setText } from "../browser/dom.js";
import { duration, number } from "../browser/formats.js";
import { n, t } from "../browser/i18n.js";
import { metricName, metricValue } from "./metrics.js";

/** @typedef {import("./status.js").Status} Status */

const ENDED_STATES = ["finished", "stopped", "failed", "interrupted"];
const isOver = (/** @type {Status} */ { state }) => ENDED_STATES.includes(state ?? "");

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
  if (s.best?.epoch) {
    const by = s.best.by ?? "loss";
    const best = { epoch: number(s.best.epoch), metric: by, value: metricValue(by, /** @type {any} */ (s.best)[by]) };
    parts.push(over ? t("Best epoch: {epoch} ({metric} {value}).", best) : t("Best epoch so far: {epoch} ({metric} {value}).", best));
  }
  if (s.patience) parts.push(s.patience);
  if (s.weights) parts.push(t("Weights in the model: {weights}.", { weights: s.weights }));
  if (s.scored) parts.push(t("The values above are theirs."));
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

export class Words {
  /** @param {Element} parent */
  constructor(parent) {
    this.bar = element(parent, "div", "fb-live-bar", "", {
      role: "progressbar", "aria-label": t("Training progress"), "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": 0,
    });
    this.fill = element(this.bar, "div", "fb-live-fill");
    this.line = element(parent, "p", "fb-live-line", t("Connecting …"));
    this.facts = element(parent, "p", "fb-live-note");
    this.note = element(parent, "p", "fb-live-note fb-live-notice");
    this.lost = element(parent, "p", "fb-live-lost", "", { role: "status" });
    this.values = element(parent, "dl", "fb-live-values");
    /** @type {Map<string, HTMLElement>} */
    this.tiles = new Map();
    /** @type {HTMLElement | undefined} */
    this.says = undefined;
  }

  /**
   * A sentence that says what the curves show; announced when it changes, which is at the end of an epoch.
   * @param {Element} parent
   */
  addSentence(parent) {
    this.says = element(parent, "p", "fb-live-says", "", { role: "status" });
  }

  /**
   * @param {Status} s
   * @param {number} since seconds since the last message of a run that continues
   */
  say(s, since) {
    const progress = 100 * (s.progress ?? 0);
    this.fill.style.width = `${progress}%`;
    this.line.textContent = progressLine(s, since);
    set(this.bar, { "aria-valuenow": Math.round(progress), "aria-valuetext": this.line.textContent });
    setText(this.note, notes(s).join(" "));
    setText(this.facts, facts(s).join(" "));
    if (this.says) setText(this.says, s.says ?? "");
    const usual = ["loss", "accuracy", ...(s.validation ? ["val_loss", "val_accuracy"] : [])];
    for (const metric of [...usual, ...Object.keys(s.now ?? {})]) setText(this.tile(metric), metricValue(metric, s.now?.[metric]));
  }

  /** @param {string} metric */
  tile(metric) {
    const found = this.tiles.get(metric);
    if (found) return found;
    const tile = element(this.values, "div"), name = metricName(metric);
    const label = element(tile, "dt", "", `${name ?? metric} `);
    if (name) element(label, "code", "", metric);
    const value = element(tile, "dd");
    this.tiles.set(metric, value);
    return value;
  }
}
