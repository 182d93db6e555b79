// What an answer is made of, and what a threshold would mean for many of them. No page.

import { NetworkError } from "./network.js";

/** @typedef {import("./network_worker.js").Output} Output */

/** Examples that the network answers at once: so many that it is quick, so few that drawing never waits. */
const AT_ONCE = 32;

/**
 * What is known of answers to examples whose classes are known: how sure each was, -1 where there was none, and whether
 * it was right.
 * @typedef {{ confidence: Float32Array, isRight: Uint8Array }} Calibration
 */

/**
 * The score of each class, example after example; a single unit is the score of the second of two classes.
 * @param {Output} output of the last layer
 * @param {number} classes
 * @returns {Float32Array}
 */
export function classScores({ dims, data }, classes) {
  const units = dims.slice(1).reduce((all, one) => all * one, 1);
  if (units !== 1 || classes !== 2) return data;
  const scores = new Float32Array(2 * data.length);
  data.forEach((value, i) => { scores[2 * i] = 1 - value; scores[2 * i + 1] = value; });
  return scores;
}

/**
 * The scores of many examples, a few at a time.
 * @param {Pick<import("./network.js").Network, "answer">} network
 * @param {number} epoch
 * @param {Float32Array | Int32Array} x
 * @param {number} count
 * @param {number} classes
 * @param {() => boolean} isOver whether nobody wants them any more
 * @throws {NetworkError} as `Network.answer` does, and `closed` where nobody wants them: half of them would be taken for all
 */
export async function scoresOf(network, epoch, x, count, classes, isOver) {
  const size = x.length / count, found = new Float32Array(count * classes);
  for (let begin = 0; begin < count; begin += AT_ONCE) {
    const end = Math.min(begin + AT_ONCE, count);
    const { output } = await network.answer(epoch, x.slice(begin * size, end * size), end - begin);
    if (isOver()) throw new NetworkError("closed");
    found.set(classScores(output, classes), begin * classes);
  }
  return found;
}

/**
 * The place of the largest number; -1 where one of them is no number.
 * @param {ArrayLike<number>} scores
 */
export function best(scores) {
  let found = scores.length ? 0 : -1;
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) return -1;
    if (scores[i] > scores[found]) found = i;
  }
  return found;
}

/**
 * The classes in the order in which they are shown: as they are numbered, or the likeliest first.
 * @param {ArrayLike<number>} scores
 * @param {boolean} isSorted
 */
export function order(scores, isSorted) {
  const places = Array.from(scores, (_, place) => place);
  return isSorted ? places.sort((one, other) => scores[other] - scores[one] || one - other) : places;
}

/**
 * @param {Float32Array} scores example after example
 * @param {number} classes
 * @param {ArrayLike<number>} truth the class of each example
 * @param {number} [unasked] further examples, such as texts without a known word, which get no answer
 * @returns {Calibration}
 */
export function calibrated(scores, classes, truth, unasked = 0) {
  const confidence = new Float32Array(truth.length + unasked).fill(-1), isRight = new Uint8Array(truth.length + unasked);
  for (let i = 0; i < truth.length; i++) {
    const own = scores.subarray(i * classes, (i + 1) * classes), answer = best(own);
    if (answer >= 0) confidence[i] = own[answer];
    isRight[i] = Number(answer === truth[i]);
  }
  return { confidence, isRight };
}

/**
 * Of examples whose classes are known: how many would be answered at a threshold, and how many of those rightly.
 * @param {Calibration} known
 * @param {number} threshold 0 to 1
 */
export function worthAt({ confidence, isRight }, threshold) {
  let answered = 0, right = 0;
  confidence.forEach((sure, i) => {
    if (sure < threshold) return;
    answered += 1;
    right += isRight[i];
  });
  return { answered, right, count: confidence.length };
}

/** Standard deviations on each side of the middle that 95 % lie within. */
const DEVIATIONS = 1.959963984540054;

/**
 * The 95 % interval of a share that was measured on so many examples: Wilson's, as `trainer/runs/baseline.py` has it.
 * @param {number} share 0 to 1
 * @param {number} count at least one
 */
export function interval(share, count) {
  const extra = DEVIATIONS ** 2 / count, middle = (share + extra / 2) / (1 + extra);
  const half = (DEVIATIONS / (1 + extra)) * Math.sqrt((share * (1 - share)) / count + extra / (4 * count));
  return { low: Math.max(0, Math.min(share, middle - half)), high: Math.min(1, Math.max(share, middle + half)) };
}

/**
 * Computes only the latest of what is asked for: while one is computed, only the one that came last waits.
 * @template Question, Found
 */
export class Latest {
  /**
   * @param {(question: Question) => Promise<Found>} compute
   * @param {(found: Found, question: Question) => void} show called for the answers that nothing newer has overtaken
   * @param {(error: unknown) => void} failed
   */
  constructor(compute, show, failed) {
    this.compute = compute;
    this.show = show;
    this.failed = failed;
    /** @type {{ question: Question } | undefined} */
    this.next = undefined;
    this.isBusy = false;
    this.round = 0;
  }

  /** @param {Question} question */
  ask(question) {
    this.round += 1;
    this.next = { question };
    if (!this.isBusy) void this.work();
  }

  /** Nothing is asked any more; an answer on its way is not shown. */
  forget() {
    this.round += 1;
    this.next = undefined;
  }

  async work() {
    this.isBusy = true;
    while (this.next) {
      const { question } = this.next, { round } = this;
      this.next = undefined;
      try {
        const found = await this.compute(question);
        // One that was overtaken by a newer question is shown all the same: who draws on and on sees the bars move.
        if (round === this.round || this.next) this.show(found, question);
      } catch (error) {
        if (round === this.round) this.failed(error);
      }
    }
    this.isBusy = false;
  }
}
