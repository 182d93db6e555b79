// What the server sends of a run; `status.py` and `messages.py` write it.

/**
 * What is said beside the curves; each field is null, or not there, where there is nothing to say.
 * @typedef {object} Status
 * @property {string} [state]
 * @property {string | null} [reason] why the run is in this state
 * @property {string | null} [phase] what a running one is busy with
 * @property {string | null} [trouble]
 * @property {string | null} [notice]
 * @property {number | null} [before] how many runs are ahead in the queue
 * @property {number | null} [wait] seconds until its turn
 * @property {number | null} [epochs]
 * @property {number | null} [epoch]
 * @property {number | null} [steps] batches in an epoch
 * @property {number | null} [step]
 * @property {number | boolean | null} [validation] whether there are validation examples
 * @property {number | null} [progress] 0 to 1
 * @property {number | null} [seconds]
 * @property {number | null} [left] seconds
 * @property {boolean | null} [damaged]
 * @property {boolean | null} [newer]
 * @property {number | null} [rate] examples a second
 * @property {string | null} [weights]
 * @property {string | null} [baseline] what the validation accuracy is worth, as a sentence
 * @property {number | null} [scored] the epoch whose numbers `now` holds, of a run that is over
 * @property {string | null} [says]
 * @property {string | null} [end] a word for the end of the curves
 * @property {Record<string, number | null>} [now]
 * @property {{ epoch?: number, by?: string }} [best] and the values of its metrics, by their names
 */

/**
 * The points of a curve, and all curves: metric -> kind -> points.
 * @typedef {[x: number[], y: (number | null)[], t: number[]]} Points
 * @typedef {Record<string, Record<string, Points>>} Curves
 * @typedef {[name: string, x: number, t: number, seconds: number | null]} Mark
 *
 * What the model answers to a few validation examples; see `live_answers.js`.
 * @typedef {[epoch: number, answers: (number | null)[], confidences: (number | null)[]]} EpochAnswers
 * @typedef {object} Answers
 * @property {string} checksum of the examples
 * @property {number[]} truth the class of each
 * @property {Record<string, string>} names of classes, by their numbers: those that occur
 * @property {EpochAnswers[]} epochs those that are new
 * @property {number | null} kept the epoch of the weights of a run that is over
 * @property {boolean} same_rows whether the model trains on the same examples
 *
 * @typedef {object} Message
 * @property {number} [n] the number of the newest event in it; an empty message says that the connection is alive
 * @property {Curves} [all] all curves, instead of those so far
 * @property {Curves} [add] further points
 * @property {Mark[]} [marks]
 * @property {Answers} [answers]
 * @property {Status} [s] the fields that have changed
 */

export {};
