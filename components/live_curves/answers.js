// What a network answers to a few validation examples after each epoch: what is known, and how it is said.

import { number } from "../browser/formats.js";
import { n, t } from "../browser/i18n.js";

/**
 * @typedef {import("./status.js").Message} Message
 * @typedef {import("./status.js").EpochAnswers} EpochAnswers
 */

/** Examples from which on the heading is in words, as there are nearly always so many. */
const TWELVE = 12;

/** All answers that have come, and which of them are shown. */
export class Known {
  constructor() {
    /** @type {Map<number, EpochAnswers>} */
    this.byEpoch = new Map();
    /** @type {number[]} */
    this.truth = [];
    /** @type {Record<string, string>} */
    this.names = {};
    this.checksum = "";
    this.sameRows = false;
    /** @type {number | null} the epoch of the weights of a run that is over */
    this.kept = null;
    /** @type {number | null} the epoch that somebody looks at; null follows the run */
    this.chosen = null;
  }

  /** @param {Message} message */
  hear({ all, answers }) {
    if (all) this.byEpoch.clear();
    if (!answers) return;
    const { truth, names, checksum, kept, same_rows: sameRows } = answers;
    Object.assign(this, { truth, checksum, kept, sameRows, names: { ...this.names, ...names } });
    for (const entry of answers.epochs) this.byEpoch.set(entry[0], entry);
  }

  /** The epochs that have answers, in order. */
  get epochs() {
    return [...this.byEpoch.keys()].sort((one, other) => one - other);
  }

  /** The epoch that is shown: the chosen one, else that of the weights that the run has kept, else the last. */
  get shown() {
    const wanted = [this.chosen, this.kept].find((epoch) => epoch !== null && this.byEpoch.has(epoch));
    return wanted ?? this.epochs.at(-1);
  }

  /**
   * Look at an epoch; at the one that would be shown anyway, to follow the run again.
   * @param {number | undefined} epoch
   */
  choose(epoch) {
    this.chosen = null;
    if (epoch !== undefined && epoch !== this.shown) this.chosen = epoch;
  }

  /** @param {number | null} label */
  name(label) {
    return label === null ? t("no answer") : this.names[label] ?? String(label);
  }
}

/**
 * @param {number | null} answer
 * @param {number} truth
 */
export const isRight = (answer, truth) => answer === truth;

/**
 * How many answers are right, as a sentence.
 * @param {EpochAnswers} entry
 * @param {number[]} truth
 */
export function sentence([epoch, answers], truth) {
  const right = answers.filter((answer, i) => isRight(answer, truth[i])).length;
  const values = { right: number(right), count: number(truth.length), epoch: number(epoch) };
  return epoch ? t("{right} of {count} right after epoch {epoch}", values) : t("{right} of {count} right before training", values);
}

/**
 * @param {number} count
 * @param {boolean} sameRows whether the model trains on them as well
 */
export function heading(count, sameRows) {
  if (sameRows) return n("{count} example", "{count} examples", count);
  if (count === TWELVE) return t("Twelve examples it never trains on");
  return n("{count} example it never trains on", "{count} examples it never trains on", count);
}
