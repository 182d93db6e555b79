// What screen readers are told of a run: that it began, its epochs at most every few seconds, and at once how it ended.

import { t } from "../browser/i18n.js";
import { isOver } from "./metrics.js";

/** Milliseconds between two sentences about epochs, which are longer than many an epoch. */
export const BETWEEN = 5000;

/** @typedef {import("./status.js").Status} Status */

export class Announcer {
  /** @param {(text: string) => void} announce */
  constructor(announce) {
    this.announce = announce;
    /** @type {string | undefined} */
    this.state = undefined;
    this.told = ""; // the last sentence about an epoch, waiting or said
    this.isWaiting = false;
    this.since = -Infinity;
  }

  /**
   * Called with every message, and once a second.
   * @param {Status} s
   * @param {number} now in milliseconds
   */
  hear(s, now) {
    const before = this.state, says = s.says ?? "";
    this.state = s.state;
    if (s.state !== before) {
      const text = this.change(s, before);
      if (text) { this.isWaiting = false; this.told = says; this.say(text, now); return; }
    }
    if (before === undefined || s.state !== "running") { this.told = says; this.isWaiting = false; return; }
    const hasEpoch = (s.epoch ?? 0) > 1 || (s.epoch === 1 && s.step === s.steps); // until then there is nothing to tell
    if (hasEpoch && says !== this.told) { this.told = says; this.isWaiting = true; }
    // After the last epoch the end follows, and tells the same.
    const isLast = s.epoch === s.epochs && s.step === s.steps;
    if (this.isWaiting && !isLast && now - this.since >= BETWEEN) { this.isWaiting = false; this.say(says, now); }
  }

  /**
   * @param {Status} s
   * @param {string | undefined} before the state that was known, undefined for none
   */
  change(s, before) {
    if (s.state === "running") {
      if (before === "paused") return t("Training continues.");
      return before === "queued" || !s.epoch ? t("Training started.") : "";
    }
    if (before === undefined) return ""; // it was so when the page was opened, and can be read there
    if (s.state === "paused") return t("Training is paused.");
    return isOver(s) ? [ending(s.state), s.says ?? ""].join(" ").trim() : "";
  }

  /**
   * @param {string} text
   * @param {number} now
   */
  say(text, now) {
    this.since = now;
    this.announce(text);
  }
}

/** @param {string | undefined} state */
function ending(state) {
  switch (state) {
    case "finished": return t("Training finished.");
    case "stopped": return t("Training stopped.");
    case "failed": return t("Training failed.");
    default: return t("Training was interrupted.");
  }
}
