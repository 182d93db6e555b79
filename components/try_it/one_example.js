// One example on the Model page: what each layer of the untrained network makes of it, and what it would answer.
// The page chooses the example and hands over its numbers; the network is run in this browser as on the page Try it.

import { announce } from "../browser/announce.js";
import { element, setText, shown, stylesheet } from "../browser/dom.js";
import { percent } from "../browser/formats.js";
import { t } from "../browser/i18n.js";
import { Latest, best, classScores, order } from "./answering.js";
import { Layers } from "./layers.js";
import { Network, NetworkError, isClosed } from "./network.js";
import { sentenceOf } from "./sentence.js";

/**
 * @typedef {import("./network.js").Description} Description
 * @typedef {import("./network.js").Answer} Answer
 *
 * What the page gives; `components/one_example.py` writes it.
 * @typedef {object} Data
 * @property {Description | null} network null while it is being made
 * @property {string} example what the network reads, little-endian, in base64
 * @property {import("./network.js").Runtime} runtime
 *
 * @typedef {import("../browser/dom.js").Component<Data>} Component
 */

const STYLE = await stylesheet("./try_it.css", import.meta.url);
/** The epoch of a network that is not trained. */
const UNTRAINED = 0;
/** Pictures of a layer: they stand in a narrow column, and every change of the stack is to be seen at once. */
const MOST_MAPS = 12;
/** Classes in the sentence that says what it would answer. */
const MOST_ANSWERS = 3;

class OneExample {
  /** @param {Component} component */
  constructor({ data, parentElement }) {
    this.host = element(parentElement, "div", "fb-try fb-one-example");
    element(this.host, "style", "", STYLE);
    this.status = element(this.host, "p", "fb-try-note");
    this.stage = element(this.host, "div", "fb-try-stage");
    this.said = element(this.host, "p", "fb-try-guess");
    /** @type {Description | null} of the network that is shown, or is being opened */
    this.description = null;
    /** @type {Network | undefined} */
    this.network = undefined;
    /** @type {Layers | undefined} */
    this.layers = undefined;
    this.example = "";
    this.spoken = "";
    /** @type {Worker | undefined} one that loads the library while the trainer makes the network */
    this.worker = Network.prepare(data.runtime);
    this.latest = new Latest((/** @type {string} */ example) => this.ask(example), (found) => this.show(found), (error) => this.cannot(error));
  }

  /** @param {Component} component */
  answered({ data }) {
    const { network, example, runtime } = data, isNew = network?.graph !== this.description?.graph;
    this.host.toggleAttribute("data-waiting", !network);
    if (!network || (!isNew && example === this.example)) return;
    this.example = example;
    this.host.dataset.asking = "true";
    if (isNew) void this.open(network, runtime);
    else if (this.network) this.latest.ask(example);
  }

  /**
   * @param {Description} description
   * @param {import("./network.js").Runtime} runtime
   */
  async open(description, runtime) {
    const { worker } = this;
    this.worker = undefined; // it belongs to the network from here on
    this.description = description;
    this.network?.close();
    this.network = undefined;
    this.latest.forget();
    if (!this.layers) setText(this.status, t("Loading the network …"));
    const isOver = () => this.description !== description;
    try {
      const network = await Network.open(description, runtime, worker);
      if (isOver()) return network.close();
      this.network = network;
    } catch (error) {
      if (isOver()) return;
      this.description = null; // the next run of the page tries again
      return this.cannot(error);
    }
    this.stage.replaceChildren();
    this.layers = new Layers(this.stage, description, () => this.net.weights(UNTRAINED), MOST_MAPS);
    this.latest.ask(this.example);
  }

  get net() {
    if (!this.network) throw new NetworkError("closed");
    return this.network;
  }

  /** @param {string} example */
  async ask(example) {
    const bytes = Uint8Array.from(atob(example), (letter) => letter.charCodeAt(0)).buffer;
    const x = this.net.description.input?.dtype === "int32" ? new Int32Array(bytes) : new Float32Array(bytes);
    return this.net.answer(UNTRAINED, x, 1, true);
  }

  /** @param {Answer} found */
  show({ layers, output }) {
    const { classes = [], probabilities } = this.description ?? {}, scores = classScores(output, classes.length);
    delete this.host.dataset.asking;
    setText(this.status, "");
    this.layers?.show(layers);
    setText(this.said, probabilities && best(scores) >= 0 ? guess(scores, classes) : t("This is the network before training."));
    const sentence = this.said.textContent;
    if (this.spoken && sentence !== this.spoken) announce(sentence); // the first one stands there to be read
    this.spoken = sentence;
  }

  /** @param {unknown} error */
  cannot(error) {
    if (isClosed(error)) return;
    delete this.host.dataset.asking;
    setText(this.status, sentenceOf(error));
    setText(this.said, "");
    this.layers?.show([]);
  }

  close() {
    this.description = null;
    if (this.worker) Network.release(this.worker);
    this.network?.close();
    this.host.remove();
  }
}

/**
 * What the network would answer, the likeliest first.
 * @param {ArrayLike<number>} scores
 * @param {string[]} classes
 */
function guess(scores, classes) {
  const found = order(scores, true).slice(0, MOST_ANSWERS).map((place) => t("“{name}” ({share})", { name: classes[place], share: percent(scores[place]) }));
  return t("Its guess before training: {guesses}.", { guesses: found.join(", ") });
}

export const show = shown(OneExample);
