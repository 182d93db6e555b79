// What metrics are called, and how their values are written; and when a run is over.

import { number, percent, scientific } from "../browser/formats.js";
import { t } from "../browser/i18n.js";

const ENDED_STATES = ["finished", "stopped", "failed", "interrupted"];

/** @param {import("./status.js").Status} status */
export const isOver = ({ state }) => ENDED_STATES.includes(state ?? "");

/** Plain names of Keras's metrics; undefined for one with a name of its own.
 * @param {string} metric
 */
export function metricName(metric) {
  switch (metric) {
    case "loss": return t("Loss");
    case "accuracy": return t("Accuracy");
    case "val_loss": return t("Validation loss");
    case "val_accuracy": return t("Validation accuracy");
    case "learning_rate": return t("Learning rate");
    default: return undefined;
  }
}

/**
 * The same inside a sentence; Keras's own name for a metric that has no other.
 * @param {string} metric
 */
export function metricWords(metric) {
  switch (metric) {
    case "loss": return t("training loss");
    case "accuracy": return t("training accuracy");
    case "val_loss": return t("validation loss");
    case "val_accuracy": return t("validation accuracy");
    default: return metric;
  }
}

/**
 * Whether a metric is a share of 1, such as an accuracy.
 * @param {string} metric
 */
export const isShare = (metric) => /acc|precision|recall|auc/i.test(metric);

/**
 * A value as people read it; null is what is not a number, undefined what is not there.
 * @param {string} metric
 * @param {number | null | undefined} value
 */
export function metricValue(metric, value) {
  if (value === undefined) return "–";
  if (value === null) return t("not a number");
  if (isShare(metric) && value >= 0 && value <= 1) return percent(value, 1);
  return value !== 0 && (Math.abs(value) < 0.001 || Math.abs(value) >= 1e5) ? scientific(value) : number(value, 4);
}
